"""M3U8: what players show and what Music Assistant finds again."""

import pytest
from builders import playlist, track
from export_cases import (
    HOSTILE,
    ISRC,
    KNOWN_IDS,
    MBID,
    SPOTIFY_ID,
    full_playlist,
    m3u8_entries,
)

from grovemusic.exports.m3u8 import render


def test_the_whole_file():
    assert (
        render(full_playlist(title="Rain"))
        == f"""\
#EXTM3U
#PLAYLIST:Rain
#EXTMA:media_type=track||name=Pink + White||album=Blonde||isrc={ISRC}||mbid={MBID}
#EXTARTIST:Frank Ocean||||||
#EXTINF:185,Frank Ocean - Pink + White
spotify:track:{SPOTIFY_ID}
#EXTMA:media_type=track||name=Second
#EXTARTIST:Nobody||||||
#EXTINF:-1,Nobody - Second
Nobody - Second
"""
    )


def test_names_never_become_lines():
    """Two lines before the entries, four an entry, and only the fourth is a location."""
    lines = render(playlist(*[track(each, each) for each in HOSTILE], title="\n".join(HOSTILE)))
    rows = lines.splitlines()
    assert len(rows) == 2 + 4 * len(HOSTILE)
    assert lines.count("#EXTINF") == lines.count("\n#EXTINF:") == len(HOSTILE)
    assert [row for row in rows if not row.startswith("#")] == rows[5::4]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_location_is_a_plain_name(name):
    """No address, no path, no tag: a player looks for a file of that name and finds none."""
    location = m3u8_entries(render(playlist(track(name, name))))[0]["location"]
    assert not set(location) & set("/\\:")
    assert not location.startswith("#")


def test_a_page_at_musicbrainz_is_no_location():
    """Players would try to play it, and Music Assistant would not look for the track."""
    known = {name: value for name, value in KNOWN_IDS.items() if name != "spotify_id"}
    entry = m3u8_entries(render(playlist(track("Nikes", "Frank Ocean", **known))))[0]
    assert entry["location"] == "Frank Ocean - Nikes"
    assert entry["facts"]["mbid"] == MBID


@pytest.mark.parametrize(
    ("artist", "shown"),
    [
        ("Ike - Tina", "Ike – Tina - Song"),
        ("A - - B", "A – – B - Song"),
        ("Jay-Z", "Jay-Z - Song"),
        ("Dash -", "Dash – - Song"),
    ],
)
def test_readers_split_artist_and_title_at_the_right_dash(artist, shown):
    """They split at the first " - "."""
    assert m3u8_entries(render(playlist(track("Song", artist))))[0]["shown"] == shown


def test_bars_do_not_end_a_field():
    entry = m3u8_entries(render(playlist(track("||isrc=USXXX0000000|", "A | B|"))))[0]
    assert entry["facts"] == {"media_type": "track", "name": "¦|isrc=USXXX0000000¦"}
    assert entry["artist"] == "A | B¦"


def test_a_length_of_zero_is_unknown():
    assert m3u8_entries(render(playlist(track(duration_ms=0))))[0]["seconds"] == "-1"


def test_a_demo_playlist_says_so_in_a_comment():
    assert "\n# Invented demo data: " in render(playlist(track(invented=True)))
