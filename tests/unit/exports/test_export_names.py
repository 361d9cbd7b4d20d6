"""What a name, an id and a file name may look like once they leave."""

import pytest
from builders import track
from export_cases import ARTIST_MBID, HOSTILE, KNOWN_IDS, names, quick
from hypothesis import example, given

from grovemusic.exports.file_names import LONGEST_BYTES, file_name_of
from grovemusic.exports.identifiers import Identifiers, identifiers, web_address
from grovemusic.exports.text import artist_of, length_of, one_line, title_of


@quick
@given(names)
def test_one_line_is_one_line(text):
    """In the sense of Python, of Unicode and of XML; and doing it twice changes nothing."""
    line = one_line(text)
    assert line.splitlines() in ([line], [])
    assert line == line.strip()
    assert line.encode().decode() == line
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(" a\r\n\tb  c ", "a b c", id="breaks and runs of spaces"),
        pytest.param("abc\u202edef", "abcdef", id="no override of direction"),
        pytest.param("שלום\u200f!", "שלום\u200f!", id="marks that right-to-left text needs"),
        pytest.param("👩\u200d👧", "👩\u200d👧", id="joined emoji"),
        pytest.param("夜に　駆ける", "夜に　駆ける", id="ideographic space"),
        pytest.param("\ud83d!", "\ufffd!", id="half a character"),
    ],
)
def test_names_keep_all_that_can_be_seen(text, line):
    assert one_line(text) == line


def test_nameless_things_are_called_what_musicbrainz_calls_them():
    assert title_of(track("\0")) == "[untitled]"
    assert artist_of(track("x", " ")) == "[unknown]"


@pytest.mark.parametrize(
    ("duration_ms", "shown"),
    [(0, "0:00"), (184_516, "3:05"), (59_600, "1:00"), (3_760_000, "1:02:40")],
)
def test_lengths_are_shown_as_on_a_sleeve(duration_ms, shown):
    assert length_of(duration_ms) == shown


def test_ids_are_folded_to_their_one_form():
    known = identifiers(track(artist_mbid=ARTIST_MBID.upper(), isrc="xx-aaa-26-00001"))
    assert known == Identifiers(artist_mbid=ARTIST_MBID, isrc="XXAAA2600001")


def test_an_invented_track_has_no_ids():
    assert identifiers(track(invented=True, **KNOWN_IDS)) == Identifiers()


@pytest.mark.parametrize(
    "url",
    [
        "https://www.last.fm/music/Bj%C3%B6rk/_/J%C3%B3ga",
        "https://www.last.fm/music/Björk/_/Jóga?x=(1)#y",
        "http://127.0.0.1:8080",
    ],
)
def test_web_addresses_pass(url):
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https:\\\\evil.example",
        "https://musicbrainz.org@evil.example/",
        'https://x/"onclick=y',
        "https://x/ y",
        "https://x/\n",
        "https://x/\u202e",
        "https://x/\ud800",
        "HTTPS//x",
    ],
)
def test_other_addresses_do_not(url):
    assert web_address(url) is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Öl & Wasser, 東京 mix", "Öl & Wasser, 東京 mix.csv"),
        ("AC/DC: best?", "AC-DC- best.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ("C:\\nul", "C-nul.csv"),
        ("con", "playlist con.csv"),
        ("NUL.tar", "playlist NUL.tar.csv"),
        ("lpt¹", "playlist lpt¹.csv"),
        ("console", "console.csv"),
        (".hidden. ", "hidden.csv"),
        ("-rf ~", "rf.csv"),
        ("???", "playlist.csv"),
        ("", "playlist.csv"),
        ("a\nb\0c", "a b c.csv"),
        ("e\u0301", "é.csv"),
        ("x" * 115 + " tail", "x" * 115 + ".csv"),
    ],
)
def test_titles_become_file_names(title, name):
    """Separators never survive, letters always do."""
    assert file_name_of(title, "csv") == name


@quick
@given(names)
@example("東" * 100)
def test_every_file_name_is_short_and_safe(title):
    name = file_name_of(title, "m3u8")
    assert len(name.encode()) <= LONGEST_BYTES
    assert not set(name) & set('<>:"/\\|?*\0\n\r')
    assert name.endswith(".m3u8")
    assert not name.startswith((".", " ", "-"))


def test_no_hostile_name_is_missing_from_the_list():
    """The list is shared by all formats; an accidental duplicate would hide a case."""
    assert len(set(HOSTILE)) == len(HOSTILE)
