"""Reading what nobody promised: anything in, something usable or nothing out."""

import pytest

from grovemusic.clients import reading
from grovemusic.domain.errors import UpstreamError

HUGE = 10**400  # JSON has no largest number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" a ", "a"),
        ("", None),
        ("  ", None),
        (1979, "1979"),
        (HUGE, None),
        (True, None),
        (1.5, None),
        (None, None),
        ([], None),
        ("half \ud800 pair", "half ? pair"),
    ],
)
def test_text(value, text):
    assert reading.text(value) == text


@pytest.mark.parametrize(
    ("value", "number", "count"),
    [
        (5, 5.0, 5),
        ("5", 5.0, 5),
        (" 5.9 ", 5.9, 5),
        (0, 0.0, 0),
        (-1, -1.0, None),
        (2**53, float(2**53), None),
        ("1e999", None, None),
        ("nan", None, None),
        (float("inf"), None, None),
        (HUGE, None, None),
        (True, None, None),
        ("five", None, None),
        ([5], None, None),
    ],
)
def test_numbers(value, number, count):
    """A count must fit into every database and into JavaScript."""
    assert reading.number(value) == number
    assert reading.count(value) == count


def test_nobody_knows_is_often_written_as_0():
    assert (reading.positive("0"), reading.positive("7")) == (None, 7)


@pytest.mark.parametrize("value", ["javascript:alert(1)", "//x.test", "ftp://x.test", "", 5, None])
def test_only_web_addresses_become_links(value):
    assert reading.address(value) is None


@pytest.mark.parametrize("value", [5, True, "text", 1.5])
def test_what_is_no_list_is_a_foreign_shape(value):
    with pytest.raises(UpstreamError, match="unexpected answer: a list was expected"):
        reading.rows("x", value)


def test_ids_that_are_none_are_none():
    assert reading.mbids([None, "", 5, "x", {}]) == ()
    assert reading.mbids("11111111-2222-4333-8444-555555555555") == ()
