"""Mining, held against the plainest way to do it."""

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue_import import pairs

playlists_of_numbers = st.lists(
    st.lists(st.integers(0, 15), min_size=1, max_size=12), min_size=1, max_size=25
)


def groups_of(lists, items=16):
    placed = [(n, item) for n, some in enumerate(lists) for item in some]
    group, item = np.array(placed, dtype=np.int64).T
    return pairs.gather(group, item, items)


def mined(lists, **options):
    found = pairs.neighbours(groups_of(lists), **options)
    return [
        row
        for block in found
        for row in zip(
            block.item.tolist(), block.rank.tolist(), block.other.tolist(),
            block.together.tolist(), block.cosine.tolist(), block.pmi.tolist(),
            block.jaccard.tolist(), strict=True,
        )
    ]  # fmt: skip


def plainly(lists, *, fewest, top, shrink):
    """The spec's loops over dicts."""
    sets = [set(some) for some in lists]
    count, together = Counter(), Counter()
    for some in sets:
        count.update(some)
        together.update(pair for a, b in combinations(some, 2) for pair in ((a, b), (b, a)))
    rows = []
    for item in sorted(count):
        near = []
        for other in count:
            both = together[item, other]
            if both >= max(fewest, 1):
                cosine = both / (math.sqrt(count[item] * count[other]) + shrink)
                near.append((-cosine, other, both))
        for rank, (cosine, other, both) in enumerate(sorted(near)[:top], 1):
            pmi = math.log2(both * len(sets) / (count[item] * count[other]))
            jaccard = both / (count[item] + count[other] - both)
            rows.append((item, rank, other, both, -cosine, pytest.approx(pmi), jaccard))
    return rows


@settings(max_examples=60)
@given(playlists_of_numbers, st.integers(1, 3), st.integers(1, 6), st.sampled_from([0.0, 2.0]))
def test_rows_are_those_of_the_plain_way(lists, fewest, top, shrink):
    options = {"fewest": fewest, "top": top, "shrink": shrink}
    assert mined(lists, **options) == plainly(lists, **options)


@settings(max_examples=25)
@given(playlists_of_numbers)
def test_the_size_of_blocks_changes_nothing(lists):
    """Memory is bounded by blocks; the result must not know of them."""
    groups = groups_of(lists)
    options = {"fewest": 1, "top": 5, "shrink": 1.0}
    whole = mined(lists, **options)
    back = pairs._transposed(groups)
    one_by_one = [
        pairs._ranked(groups, back, pairs._counted(groups, back, np.array([n])), **options)
        for n in range(groups.items)
    ]
    assert [len(each) for each in one_by_one] == [
        sum(row[0] == n for row in whole) for n in range(groups.items)
    ]
    others = [other for each in one_by_one for other in each.other.tolist()]
    assert others == [row[2] for row in whole]


def test_a_track_twice_in_a_playlist_counts_once():
    options = {"fewest": 1, "top": 5, "shrink": 0.0}
    assert mined([[1, 1, 2]], **options) == mined([[1, 2]], **options)


def test_pairs_go_both_ways():
    rows = mined([[1, 2, 3], [1, 2]], fewest=1, top=9, shrink=1.0)
    directed = {(row[0], row[2]) for row in rows}
    assert directed == {(b, a) for a, b in directed}


def test_a_longer_acquaintance_beats_a_single_meeting():
    """Without the shrinking, two tracks of one playlist each would be the closest of all."""
    lists = [[1, 2]] * 9 + [[1, 3]] + [[2, 4]]
    assert [row[2] for row in mined(lists, fewest=1, top=2, shrink=10.0) if row[0] == 1] == [2, 3]


def test_lists_too_short_or_too_long_say_nothing():
    groups = pairs.of_sizes(groups_of([[1], [1, 2, 3], list(range(16))]), 2, 5)
    assert len(groups) == 1
    assert groups.members.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("medians", "fewest"),
    [
        pytest.param({1: 300.0, 2: 80.0, 3: 30.0}, 3, id="dense"),
        pytest.param({1: 200.0, 2: 14.0, 3: 0.0}, 2, id="between"),
        pytest.param({1: 90.0, 2: 0.0, 3: 0.0}, 1, id="sparse"),
        pytest.param({1: 2.0, 2: 0.0, 3: 0.0}, 1, id="hardly anything"),
    ],
)
def test_the_threshold_follows_the_density(medians, fewest):
    """Three everywhere would empty sparse tables, one everywhere fill dense ones with chance."""
    assert pairs.fewest_together(medians) == fewest


def test_density_is_the_median_number_of_neighbours():
    assert pairs.density(groups_of([[1, 2, 3], [1, 2]])) == {1: 2.0, 2: 1.0, 3: 0.0}


def test_no_playlists_at_all_is_nothing_to_mine():
    nothing = pairs.gather(np.array([], dtype=np.int64), np.array([], dtype=np.int64), 0)
    assert list(pairs.neighbours(nothing, fewest=1, top=5, shrink=0.0)) == []
    assert pairs.density(nothing) == {1: 0.0, 2: 0.0, 3: 0.0}
