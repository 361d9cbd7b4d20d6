"""Single cells: a value, or honestly unknown."""

import datetime as dt

import pytest

from catalogue_import import cells

ID = "0AAAAAAAAAAAAAAAAAAAAa"


@pytest.mark.parametrize(
    "value", [None, "", "  ", "NA", "nan", "NULL", "None", "N/A", float("nan")]
)
def test_what_programs_write_for_nothing_is_nothing(value):
    assert cells.is_nothing(value)


@pytest.mark.parametrize("value", ["0", 0, "Nana", "Nothing", False])
def test_what_only_looks_like_nothing_is_something(value):
    assert not cells.is_nothing(value)


@pytest.mark.parametrize(
    ("value", "want"),
    [
        pytest.param("  Sigur\u00a0Rós \n", "Sigur Rós", id="space of all kinds"),
        pytest.param("a\0b", "a b", id="NUL"),
        pytest.param("\ud83d", "?", id="half a surrogate pair"),
        pytest.param(b"caf\xc3\xa9", "café", id="bytes"),
        pytest.param(["A", None, "B"], "A; B", id="list"),
        pytest.param(12, "12", id="number"),
        pytest.param(float("nan"), None, id="NaN"),
        pytest.param("   ", None, id="only space"),
    ],
)
def test_text_is_one_clean_line(value, want):
    assert cells.text(value) == want


@pytest.mark.parametrize("value", ["", "x", "inf", "-inf", "nan", "1e999", None, [], "1,5"])
def test_what_is_no_finite_number_is_unknown(value):
    assert cells.number(value) is None


@pytest.mark.parametrize(
    ("value", "want"),
    [
        ("1999", 1999),
        ("1999-10", 1999),
        ("1999-10-31", 1999),
        ("1999-10-31T00:00:00Z", 1999),
        ("1999.0", 1999),
        (1999.0, 1999),
        (dt.date(1999, 10, 31), 1999),
        ("1999-13-01", None),
        ("31.10.1999", None),
        ("soon", None),
        (1999.5, None),
        (float("inf"), None),
    ],
)
def test_years(value, want):
    assert cells.year(value) == want


@pytest.mark.parametrize(
    ("value", "ms_per_unit", "want"),
    [
        ("222200", 1, 222_200),
        (215.3, 1000, 215_300),
        ("3.86", 60_000, 231_600),
        ("3:45", 1, 225_000),
        ("1:02:03", 1, 3_723_000),
        ("soon", 1, None),
        (1e300, 1000, None),
    ],
)
def test_durations(value, ms_per_unit, want):
    assert cells.duration_ms(value, ms_per_unit) == want


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (ID, ID),
        (f"spotify:track:{ID}", ID),
        (f"https://open.spotify.com/intl-de/track/{ID}?si=x", ID),
        ("ZZZZZZZZZZZZZZZZZZZZZZ", None),  # more than 128 bits
        (ID[:-1], None),
        (f"{ID}a", None),
        (f"{ID} and more", None),
        (f"spotify:album:{ID}", None),
        (17, None),
    ],
)
def test_spotify_ids(value, want):
    assert cells.spotify_id(value) == want


@pytest.mark.parametrize(
    ("value", "want"),
    [
        pytest.param("rock, Alternative_Rock; 90s", {"rock", "alternative rock", "90s"}, id="text"),
        pytest.param('["rock", "pop"]', {"rock", "pop"}, id="JSON"),
        pytest.param("['rock', 'pop']", {"rock", "pop"}, id="Python"),
        pytest.param(["rock", None, ""], {"rock"}, id="list"),
        pytest.param("[unclosed", {"[unclosed"}, id="only looks like a list"),
        pytest.param("NA", set(), id="nothing"),
    ],
)
def test_tags_of_a_list_count_fully(value, want):
    assert cells.tags(value) == dict.fromkeys(want, 1.0)


def test_weights_of_tags_are_relative_to_the_strongest():
    assert cells.tags('{"rock": 80, "pop": 40, "bad": -1}') == {"rock": 1.0, "pop": 0.5}


def test_names_may_come_as_a_list_or_alone():
    assert cells.names("['A', 'B']") == ["A", "B"]
    assert cells.names("[Anonymous]") == ["[Anonymous]"]
    assert cells.names(None) == []


@pytest.mark.parametrize(
    ("value", "want"),
    [("True", True), ("0", False), (1.0, True), (True, True), ("yes", True), ("maybe", None)],
)
def test_truths(value, want):
    assert cells.yes_or_no(value) is want
