"""The compiled kernel, held against the plainest way to mine and against numpy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mining_reference import NAMES, assert_same, lists_of, many_lists, mined_by, plainly

from catalogue_import.kernel.engines import NUMBA, NUMPY, choose
from catalogue_import.kernel.rules import Ignored, Room, Rules

pytest.importorskip("numba", reason="the compiled kernel needs the extra 'catalogue'")

some_lists = st.lists(st.lists(st.integers(0, 15), max_size=12), max_size=25)
some_rules = st.builds(
    Rules,
    shortest=st.integers(1, 3),
    longest=st.integers(4, 10),
    fewest=st.integers(1, 3),
    top=st.integers(1, 6),
    shrink=st.sampled_from([0.0, 2.0, 10.0]),
)
both_engines = pytest.mark.parametrize("engine", [NUMBA, NUMPY])


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """Once, so that no example of a property is timed while the kernel is compiled."""
    mined_by(choose(NUMBA), lists_of([[0, 1]], 2), Rules(shortest=1))


@both_engines
@settings(max_examples=80)
@given(some_lists, some_rules)
def test_rows_are_those_of_the_plain_way(engine, lists, rules):
    found, _rest = mined_by(choose(engine), lists_of(lists, 16), rules)
    rows = list(zip(*(found[name].tolist() for name in ROW), strict=True))
    want = list(plainly(lists, rules))
    assert [row[:5] + row[6:] for row in rows] == [row[:5] + row[6:] for row in want]
    np.testing.assert_allclose([row[5] for row in rows], [row[5] for row in want], atol=1e-12)


ROW = ("item", "rank", "other", "together", "cosine", "pmi", "jaccard")


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("top", [1, 3, 100])
def test_numba_and_numpy_agree_to_the_last_bit(threads, top):
    memberships = many_lists(top, lists=800, longest=40, items=300)
    rules = Rules(top=top)
    one = mined_by(choose(NUMBA), memberships, rules, Room(threads=threads))
    assert len(one[0]["item"]) > 250
    assert_same(one, mined_by(choose(NUMPY), memberships, rules))


def test_counters_that_run_over_start_anew():
    """16 bits hold the counts of a few items in sequence only: here 60,000 meetings of each."""
    memberships = many_lists(7, lists=12_000, longest=9, items=30)
    rules = Rules(shortest=2, fewest=1)
    one = mined_by(choose(NUMBA), memberships, rules, Room(threads=1))
    assert sum(one[1][2]) > 1 << 15
    assert_same(one, mined_by(choose(NUMPY), memberships, rules))


def test_items_too_common_for_narrow_counters_are_counted_exactly():
    memberships = lists_of([[0, 1, 2], [0, 1], [1, 2, 3]] * 15_000, 4)
    rules = Rules(shortest=2)
    one = mined_by(choose(NUMBA), memberships, rules)
    assert one[0]["together"].max() == 30_000
    assert_same(one, mined_by(choose(NUMPY), memberships, rules))


@both_engines
def test_lists_of_5_to_500_items_count_and_the_others_are_counted_as_ignored(engine):
    lists = [range(4), range(5), range(500), range(501), [], [1]]
    found, (counted, ignored, appearances) = mined_by(
        choose(engine), lists_of(lists, 501), Rules(fewest=2)
    )
    assert counted == 2
    assert ignored == Ignored(short=2, long=1)
    assert appearances[:6] == [2, 2, 2, 2, 2, 1]
    assert len(found["item"]) == 5 * 4


@both_engines
def test_an_item_twice_in_a_list_counts_once(engine):
    twice = [[0, 1, 2, 2, 3, 4, 0], [4, 4, 4, 4, 4]] * 3
    once = [[0, 1, 2, 3, 4], [4]] * 3
    found, rest = mined_by(choose(engine), lists_of(twice, 5), Rules())
    want, want_rest = mined_by(choose(engine), lists_of(once, 5), Rules())
    assert all((found[name] == want[name]).all() for name in NAMES)
    assert rest[1] == Ignored(short=3, repeats=18)
    assert (rest[0], rest[2]) == (want_rest[0], want_rest[2])


@both_engines
def test_equals_are_in_the_order_of_their_numbers_and_the_lowest_stay(engine):
    lists = [[9, 3, 7, 1, 5]] * 3
    found, _rest = mined_by(choose(engine), lists_of(lists, 10), Rules(top=2))
    first = found["item"] == 5
    assert found["other"][first].tolist() == [1, 3]
    assert found["rank"][first].tolist() == [1, 2]


@both_engines
@pytest.mark.parametrize("lists", [[], [[]], [[0]], [[0, 1, 2, 3, 4]]])
def test_what_never_meets_often_enough_gives_no_rows(engine, lists):
    found, _rest = mined_by(choose(engine), lists_of(lists, 5), Rules())
    assert len(found["item"]) == 0


@both_engines
def test_no_items_at_all_is_nothing_to_mine(engine):
    found, rest = mined_by(choose(engine), lists_of([], 0), Rules())
    assert len(found["item"]) == 0
    assert rest == (0, Ignored(), [])


@settings(max_examples=25)
@given(some_lists, st.randoms())
def test_the_order_of_playlists_and_tracks_changes_nothing(lists, random):
    rules = Rules(shortest=1, fewest=1)
    shuffled = [random.sample(each, len(each)) for each in random.sample(lists, len(lists))]
    one = mined_by(choose(NUMBA), lists_of(lists, 16), rules)
    assert_same(one, mined_by(choose(NUMBA), lists_of(shuffled, 16), rules))


def test_the_kernel_gives_way_to_other_threads():
    """Two threads count at once only if machine code lets the interpreter's lock go."""
    from catalogue_import.kernel import kernels

    assert kernels.count.targetoptions["nogil"]
