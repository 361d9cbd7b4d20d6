"""The measures, against numbers worked out by hand."""

import math

import numpy as np
import pytest

from quality import metrics

RANKED = [7, 1, 9, 2, 8]


def test_r_precision_looks_at_as_many_guesses_as_are_hidden():
    assert metrics.r_precision(RANKED, {1, 2}) == 0.5
    assert metrics.r_precision(RANKED, {1, 2, 3, 4}) == 0.5


def test_ndcg_is_one_for_a_perfect_list_and_discounts_by_place():
    assert metrics.ndcg([1, 2, 5], {1, 2}, at=100) == 1.0
    ideal = 1 + 1 / math.log2(3)
    found = 1 / math.log2(3) + 1 / math.log2(5)
    assert metrics.ndcg(RANKED, {1, 2}, at=100) == pytest.approx(found / ideal)
    assert metrics.ndcg(RANKED, {8}, at=4) == 0.0


def test_recall_counts_only_the_first_places():
    assert metrics.recall(RANKED, {1, 8, 3, 4}, at=2) == 0.25


def test_clicks_turn_pages_of_ten_and_give_up_at_fifty_one():
    assert metrics.clicks(list(range(100)), {25}) == 2.0
    assert metrics.clicks([1, 2, 3], {9}) == 51.0


def test_artists_are_counted_once():
    assert metrics.distinct_artists([0, 1, 2], np.array([4, 4, 5])) == 2.0


def test_fame_bias_is_one_when_the_listed_are_twice_as_known():
    assert metrics.fame_bias([0], {1}, np.array([3.0, 1.0])) == 1.0


def test_an_interval_holds_its_mean_and_is_the_same_every_time():
    values = [0.1, 0.5, 0.9, 0.4]
    found = metrics.interval(values)
    assert found.low <= found.mean <= found.high
    assert found == metrics.interval(values)
    assert metrics.interval([0.3] * 5).low == pytest.approx(0.3)


def test_no_lists_have_no_mean():
    assert math.isnan(metrics.interval([]).mean)
