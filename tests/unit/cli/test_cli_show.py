"""Song titles are strangers' text: none may colour, move or deceive the terminal."""

import pytest
from builders import evidence, placed, playlist, scored, track
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.cli import show
from grovemusic.domain.music import Missing

HOSTILE = [
    "[red]danger[/red]",
    "[/]",
    "[link=https://evil.example]click[/link]",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;new title\x07",
    "\x1b[2J\x1b[H",
    "a\rb",
    "a\nb",
    "a\tb",
    "a\x08\x08b",
    "\u202ereversed",
    "\u2066isolated",
    "\u2028separated\u2029",
    "\x9b31m",
    "\ud800",
    ":smile:",
    "x" * 500,
    "\u0301" * 50,
]
DANGEROUS = set("\x1b\r\x07\x08\x9b\u202e\u2066\u2028\u2029\ud800")


@pytest.fixture
def printed(capsys):
    """What a function of `show` prints, checked to be harmless."""

    def run(work):
        work()
        said = capsys.readouterr()
        text = said.out + said.err
        assert DANGEROUS.isdisjoint(text)
        return text

    return run


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_whole_playlist_of_hostile_text_is_shown_harmlessly(printed, text):
    song = track(text, text, year=2000)
    fact = evidence(names=(text,), value=0.5, source=text)
    shown = playlist(
        placed(scored(song, tags=0.5, because=[fact]), reason=text),
        title=text,
        narrative=text,
        notes=(text,),
        missing=(Missing(source=text, reason=text, effect=text),),
    )
    out = printed(lambda: show.playlist(shown, evidence=True))
    if text.startswith("["):
        assert text in out


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_options_and_trouble_are_shown_harmlessly(printed, text):
    assert printed(lambda: show.options([{"title": text, "artist": text, "year": None}]))
    assert printed(lambda: show.trouble(text, [text]))


@given(st.text(max_size=60))
def test_plain_text_keeps_what_can_be_read_and_nothing_that_acts(text):
    shown = show.plain(text)
    assert DANGEROUS.isdisjoint(shown.plain)
    assert not shown.spans
    assert len(shown.plain) == len(text)


def test_letters_of_every_script_stay():
    for text in ("Sigur Rós", "月影と季節", "Осень без тишины", "آواز زمستان", "🎵"):
        assert show.plain(text).plain == text


def test_an_unknown_part_is_a_dot_and_a_known_one_a_bar(printed):
    shown = playlist(placed(scored(track("Song", "Artist"), tags=0.0, audio=1.0, time=0.5)))
    out = printed(lambda: show.playlist(shown, evidence=False))
    assert "▁█··▄·" in out
    assert "?" in out  # the year


def test_a_part_of_nothing_is_still_a_figure_and_not_unknown(printed):
    shown = playlist(placed(scored(track("Song", "Artist"), artist=0.0)))
    out = printed(lambda: show.playlist(shown, evidence=True))
    assert "artist         0.00" in out
    assert "tags        unknown" in out
