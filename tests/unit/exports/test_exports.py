"""What holds for every format: nothing lost, nothing injected, nothing invented unlabelled."""

import pytest
from builders import evidence, placed, playlist, scored, track
from export_cases import HOSTILE, KNOWN_IDS, READERS, full_playlist, names, quick
from hypothesis import example, given
from hypothesis import strategies as st

from grovemusic import exports
from grovemusic.domain.errors import BadAsk
from grovemusic.domain.music import Missing, Part
from grovemusic.exports import csv_table, m3u8
from grovemusic.exports.text import INVENTED, artist_of, encodable, title_of

EVERY_FORMAT = pytest.mark.parametrize("name", exports.FORMATS)


def expected(track, name):
    """What a reader of that format should find for the names of `track`."""
    title, artist = title_of(track), artist_of(track)
    match name:
        case "json":
            return encodable(track.title), encodable(track.artist)
        case "csv":
            return csv_table.guarded(title), csv_table.guarded(artist)
        case "m3u8":
            return m3u8.field(m3u8.harmless(title)), m3u8.field(m3u8.harmless(artist))
        case _:
            return title, artist


def test_formats_are_listed_under_their_own_names():
    """The table is what the API offers and the web page lists."""
    assert list(exports.FORMATS) == ["json", "md", "jspf", "xspf", "m3u8", "csv"]
    assert all(name == each.name for name, each in exports.FORMATS.items())


def test_an_unknown_format_names_those_there_are():
    with pytest.raises(BadAsk, match="one of json, md, jspf, xspf, m3u8, csv, got 'pdf'"):
        exports.render(playlist(), "pdf")


@EVERY_FORMAT
def test_hostile_names_are_read_back(name):
    """Every title and artist of the list at once: none may swallow or add a neighbour."""
    tracks = [
        track(title, artist) for title, artist in zip(HOSTILE, reversed(HOSTILE), strict=True)
    ]
    text = exports.render(playlist(*tracks), name)
    assert READERS[name](text) == [expected(each, name) for each in tracks]


@EVERY_FORMAT
@quick
@given(pairs=st.lists(st.tuples(names, names), max_size=5), other=names)
@example(pairs=[("a|", "b"), ("#EXTINF:", "|")], other="]]>")
def test_any_names_are_read_back(name, pairs, other):
    """As many tracks as were written, with their names, whatever stands around them."""
    tracks = [track(title, artist, album=other) for title, artist in pairs]
    listed = playlist(
        *[placed(each, position=at, reason=other) for at, each in enumerate(tracks, 1)],
        title=other,
        narrative=other,
        seeds=(track(other, other),),
        notes=(other,),
        missing=(Missing(source=other, reason=other, effect=other),),
    )
    text = exports.render(listed, name)
    assert text.encode(), "every format can be sent as UTF-8"
    assert READERS[name](text) == [expected(each, name) for each in tracks]


@EVERY_FORMAT
def test_a_playlist_of_unknowns_is_still_a_playlist(name):
    """No ids, no year, no length, no scores, no seed: nothing becomes "None" or zero."""
    text = exports.render(playlist(track("Song", "Band"), title="Bare", seeds=()), name)
    assert READERS[name](text) == [("Song", "Band")]
    assert "None" not in text


@EVERY_FORMAT
def test_an_empty_playlist_has_no_tracks(name):
    assert READERS[name](exports.render(playlist(), name)) == []


@EVERY_FORMAT
def test_a_demo_playlist_says_so_and_leads_nowhere(name):
    """Demo ids look like real ones: followed, they would end at somebody else's song."""
    text = exports.render(playlist(track("Song", "Band", invented=True, **KNOWN_IDS)), name)
    label = {"json": '"invented": true', "csv": ",yes\r\n"}.get(name, INVENTED)
    assert label in text
    assert not [value for value in KNOWN_IDS.values() if value in text]


@EVERY_FORMAT
def test_a_real_playlist_carries_its_ids(name):
    """Re-import is exact only with them; Markdown is for people and links the recording."""
    text = exports.render(full_playlist(), name)
    expected_ids = {"mbid"} if name == "md" else {"mbid", "isrc", "spotify_id"}
    assert all(KNOWN_IDS[each] in text for each in expected_ids)


@EVERY_FORMAT
def test_malformed_ids_are_not_exported(name):
    """An id becomes part of an address, so it is one or it is nothing."""
    broken = dict.fromkeys(KNOWN_IDS, "../../evil?x=1")
    assert "evil" not in exports.render(playlist(track("Song", "Band", **broken)), name)


@EVERY_FORMAT
def test_the_same_version_always_gives_the_same_file(name):
    facts = [evidence(part, names=("soul",), value=0.5) for part in Part]
    listed = playlist(
        scored(track("Song"), because=facts, tags=0.5), created_at_ms=1_750_000_000_000
    )
    assert exports.render(listed, name) == exports.render(listed, name)


def test_file_names_carry_the_extension_of_the_format():
    assert exports.file_name(playlist(title="Rain: a mix"), "m3u8") == "Rain- a mix.m3u8"
