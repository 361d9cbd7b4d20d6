"""CSV: RFC 4180, and no spreadsheet computes a song title."""

import pytest
from builders import placed, playlist, track
from export_cases import HOSTILE, ISRC, MBID, SPOTIFY_ID, csv_rows, full_playlist

from grovemusic.exports.csv_table import guarded, render


def rows(listed):
    return csv_rows(render(listed))


def test_a_row_holds_what_transfer_tools_ask_for():
    assert rows(full_playlist())[0] == {
        "position": "1",
        "title": "Pink + White",
        "artist": "Frank Ocean",
        "album": "Blonde",
        "year": "2016",
        "duration_ms": "184516",
        "isrc": ISRC,
        "mbid": MBID,
        "spotify_id": SPOTIFY_ID,
        "score": "8.24",
        "tag_overlap": "0.812",
        "audio_feature": "0.7",
        "playlist_cooccurrence": "0.4",
        "artist_similarity": "0.55",
        "temporal_proximity": "0.9",
        "popularity_fit": "0.1",
        "reason": "",
        "invented": "no",
    }


def test_unknown_is_an_empty_cell():
    row = rows(playlist(track("Song", "Band")))[0]
    known = {"position", "title", "artist", "score", "invented"}
    assert {name for name, cell in row.items() if cell} == known


def test_the_listeners_own_song_has_no_score():
    assert rows(playlist(placed(is_seed=True)))[0]["score"] == ""


def test_excel_is_told_that_it_is_utf_8():
    """And a reader that ignores the mark loses the name of a column nobody transfers."""
    assert render(playlist()).startswith("\ufeffposition,title,artist,")


def test_lines_end_as_rfc_4180_says():
    """One record a line, whatever the names hold: many tools read line by line."""
    text = render(playlist(*[track(each, each) for each in HOSTILE]))
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == 1 + len(HOSTILE)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@A1", "'@A1"),
        ("\t=1", "'=1"),
        ("＝1", "'＝1"),
        ("a;=1", "a;'=1"),
        ('a; "=1', "a; \"'=1"),
        ("'74-'75", "'74-'75"),
        ("Pink + White", "Pink + White"),
        ("1-2=3", "1-2=3"),
    ],
)
def test_formulas_are_text(text, cell):
    """Only what a spreadsheet would compute gets the apostrophe."""
    assert guarded(text) == cell


def test_every_text_is_guarded():
    formula = "=1+1"
    row = rows(playlist(placed(track(formula, formula, album=formula), reason=formula)))[0]
    assert [row[name] for name in ("title", "artist", "album", "reason")] == ["'=1+1"] * 4
