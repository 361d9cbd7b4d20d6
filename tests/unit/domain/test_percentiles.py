"""Percentile ranks: even for any distribution, half for equals, the same one by one and in bulk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue_import.percentiles import POINTS, as_ranks, points
from grovemusic.domain.percentiles import Percentiles

VALUES = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=60)


@given(VALUES, VALUES)
def test_a_larger_value_never_ranks_lower_and_ranks_are_shares(drawn, asked):
    scale = Percentiles(points(np.array(drawn)))
    ranks = [scale.rank(value) for value in sorted(asked)]
    assert ranks == sorted(ranks)
    assert all(0 < rank < 1 for rank in ranks)


@given(VALUES, VALUES)
def test_one_by_one_and_in_bulk_ranks_are_the_same(drawn, asked):
    scale = Percentiles(points(np.array(drawn)))
    one_by_one = [scale.rank(value) for value in [*asked, *scale.points]]
    in_bulk = as_ranks(np.array([*asked, *scale.points]), scale)
    assert in_bulk.tolist() == pytest.approx(one_by_one)


def test_ranks_of_the_values_a_scale_was_made_of_are_even_however_they_are_spread():
    drawn = np.random.default_rng(1).exponential(size=5000) ** 3
    ranks = as_ranks(drawn, Percentiles(points(drawn)))
    assert np.quantile(ranks, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.01)


def test_of_a_value_that_many_have_half_counts_as_below():
    drawn = np.concatenate([np.zeros(600), np.linspace(0.1, 1, 400)])
    assert Percentiles(points(drawn)).rank(0.0) == pytest.approx(0.3, abs=1 / POINTS)


def test_beyond_all_values_ranks_stay_inside():
    scale = Percentiles((1.0, 2.0, 3.0, 4.0))
    assert [scale.rank(value) for value in (-99.0, 1.0, 2.5, 4.0, 99.0)] == [
        0.125, 0.125, 0.5, 0.875, 0.875,
    ]  # fmt: skip


def test_a_catalogue_of_one_track_ranks_everything_in_the_middle():
    scale = Percentiles(points(np.array([0.4])))
    assert scale.rank(0.4) == 0.5


def test_unknown_values_have_unknown_ranks():
    ranks = as_ranks(np.array([np.nan, 1.0]), Percentiles((1.0,)))
    assert np.isnan(ranks[0])
    assert ranks[1] == 0.5
