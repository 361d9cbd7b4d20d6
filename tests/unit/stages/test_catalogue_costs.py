"""The bill follows the price list, allowances subtracted."""

import pytest

from catalogue_import.stages.costs import Size, bill, total


def dollars(**size):
    return {each.what: each.monthly for each in bill(Size(**size))}


def test_fifteen_million_vectors_cost_what_the_price_list_says():
    """208 M searched and 195 M stored numbers, less 50 M and 10 M."""
    found = dollars(searches=1_000_000)
    assert round(found["Vectorize, searched"], 2) == 1.58
    assert round(found["Vectorize, stored"], 2) == 0.09


def test_every_index_is_searched():
    one = dollars(popular=20 / 256)["Vectorize, searched"]
    two = dollars(popular=20.1 / 256)["Vectorize, searched"]
    assert two - one > 0.12


def test_the_whole_catalogue_costs_less_than_ten_dollars_a_month():
    monthly, once = total(bill(Size()))
    assert 5 < monthly < 10
    assert once == 0


def test_a_small_catalogue_costs_the_plan():
    assert total(bill(Size(tracks=100_000, hot=10_000, hot_pairs=0, similar=0, searches=1000,
                           cold_reads=1000))) == (5.0, 0.0)  # fmt: skip


def test_more_of_anything_never_costs_less():
    base = total(bill(Size()))[0]
    for more in ({"tracks": 10**9}, {"searches": 10**8}, {"cold_reads": 10**8}, {"hot": 10**8},
                 {"hot_pairs": 10**9}, {"similar": 10**9}, {"dimensions": 1536}):  # fmt: skip
        assert total(bill(Size(**more)))[0] > base


def test_sizes_that_cannot_be_are_a_bug():
    with pytest.raises(ValueError, match="shares"):
        Size(popular=2)
