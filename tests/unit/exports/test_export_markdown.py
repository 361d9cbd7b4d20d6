"""Markdown: what a reader sees, and that nothing else happens."""

from builders import evidence, placed, playlist, scored, track
from export_cases import HOSTILE, MBID, full_playlist, names, quick, shown
from hypothesis import given
from markdown_it import MarkdownIt

from grovemusic.domain.music import Missing
from grovemusic.exports.markdown import escaped, render
from grovemusic.exports.text import one_line

PAGE = f"""\
# Rain

Grown from **Pink + White** by Frank Ocean, **Wet Sand** by RHCP. 2 tracks, length unknown.

*Starts slowly.*

1. **[Nikes](https://musicbrainz.org/recording/{MBID})** by Frank Ocean (2016, 5:14)
   - Why: Shares 4 tags.
   - Score 8.2 of 10: tags 0.81, sound unknown, playlists unknown, artist unknown, time 1.00, \
popularity unknown
2. **Jóga** by Björk (year unknown, length unknown)
   - Score 5.0 of 10: tags unknown, sound unknown, playlists unknown, artist unknown, \
time unknown, popularity unknown

## Notes

- Note: Two by one artist.

## Missing sources

- Without lastfm (busy): no tags
"""


def test_the_page_reads_like_a_page():
    nikes = track("Nikes", "Frank Ocean", year=2016, duration_ms=314_000, mbid=MBID)
    page = render(
        playlist(
            placed(scored(nikes, overall=8.24, tags=0.81, time=1.0), reason="Shares 4 tags."),
            placed(track("Jóga", "Björk"), position=2),
            title="Rain",
            seeds=(track("Pink + White", "Frank Ocean"), track("Wet Sand", "RHCP")),
            narrative="Starts slowly.",
            notes=("Two by one artist.",),
            missing=(Missing(source="lastfm", reason="busy", effect="no tags"),),
        )
    )
    assert page == PAGE


def test_invented_songs_are_marked_one_by_one():
    page = render(playlist(track("Real"), track("Dream", invented=True)))
    assert "**Invented demo data: songs in this playlist do not exist.**" in page
    assert "**Dream** by Someone (year unknown, length unknown, invented)" in page


def test_the_listeners_own_song_is_not_scored():
    """It was compared with nothing: ten of ten would be an invention."""
    own = placed(track("Mine", "Me"), is_seed=True, reason="The song you asked for.")
    page = render(playlist(own))
    assert "- Why: The song you asked for." in page
    assert "Score" not in page


def test_hundred_tracks_keep_their_details_inside_their_items():
    """The indent grows with the number, or the details of track 10 would end the list."""
    page = MarkdownIt("commonmark").parse(render(playlist(*[track()] * 100)))
    assert [token.type for token in page].count("ordered_list_open") == 1


@quick
@given(names)
def test_escaped_text_is_shown_as_it_was(text):
    """Nothing but text comes out: no markup, no link, no HTML."""
    tokens = MarkdownIt("commonmark").parse(f"x {escaped(text)} x")
    kinds = {child.type for token in tokens for child in token.children or []}
    assert kinds <= {"text", "text_special"}
    assert shown(tokens[1].children) == f"x {one_line(text)} x"


def test_no_name_makes_a_link_or_html():
    """The only links are ours, to MusicBrainz."""
    tracks = [track(each, each, mbid=MBID) for each in HOSTILE]
    page = MarkdownIt("commonmark").parse(render(playlist(*tracks, seeds=(track(HOSTILE[0]),))))
    inside = [child for token in page for child in token.children or []]
    links = {child.attrs["href"] for child in inside if child.type == "link_open"}
    assert links == {f"https://musicbrainz.org/recording/{MBID}"}
    assert not [
        each.type for each in [*page, *inside] if "html" in each.type or each.type == "image"
    ]


def test_evidence_is_not_for_this_page():
    """The reason says it in words; the figures are in the JSON."""
    whole = scored(because=[evidence(url="https://evidence.example/")])
    assert "evidence.example" not in render(playlist(whole))


def test_a_full_playlist_knows_its_length():
    assert "2 tracks, length unknown." in render(full_playlist())
    assert "1 track, 1:00:00." in render(playlist(track(duration_ms=3_600_000)))
