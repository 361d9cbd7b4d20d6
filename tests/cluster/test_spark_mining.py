"""Mining on Spark gives the rows of one machine, to the last bit and in the same order."""

import pytest
from unit.kernel.mining_reference import assert_same, lists_of, many_lists, mined_by

from catalogue_import.kernel.engines import NUMBA, NUMPY, SPARK, choose
from catalogue_import.kernel.rules import Room, Rules


@pytest.mark.parametrize("rules", [Rules(), Rules(shortest=1, fewest=1, top=3, shrink=0.0)])
def test_spark_and_one_machine_give_the_same_rows(spark, tmp_path, rules):
    memberships = many_lists(5, lists=3000, longest=120, items=2500)
    one = mined_by(choose(SPARK), memberships, rules, Room(folder=tmp_path))
    other = mined_by(choose(NUMBA), memberships, rules)
    assert len(one[0]["item"]) > 2500
    assert_same(one, other)
    assert list(tmp_path.iterdir()) == []


def test_how_the_work_is_cut_changes_nothing(spark, monkeypatch):
    from catalogue_import.kernel import cluster

    monkeypatch.setattr(cluster, "_EVENTS_A_TASK", 1000)  # 16 tasks a step in place of one
    memberships = many_lists(6, lists=400, longest=60, items=300)
    one = mined_by(choose(SPARK), memberships, Rules())
    assert_same(one, mined_by(choose(NUMPY), memberships, Rules()))


def test_an_index_that_does_not_fit_the_drivers_memory_goes_to_files(spark, tmp_path):
    memberships = many_lists(7, lists=2000, longest=120, items=900)
    little = Room(memory_bytes=1 << 20, folder=tmp_path)
    one = mined_by(choose(SPARK), memberships, Rules(), little)
    assert_same(one, mined_by(choose(NUMBA), memberships, Rules()))


@pytest.mark.parametrize("lists", [[], [[0, 1]], [[0, 1, 2, 3, 4]]])
def test_nothing_to_mine_gives_no_rows(spark, lists):
    found, rest = mined_by(choose(SPARK), lists_of(lists, 5), Rules())
    assert len(found["item"]) == 0
    assert rest == mined_by(choose(NUMPY), lists_of(lists, 5), Rules())[1]


def test_rows_not_read_leave_spark_as_it_was(spark):
    memberships = many_lists(8, lists=300, longest=60, items=300)
    rows = choose(SPARK)(memberships, Rules(), Room()).neighbours
    next(rows)
    rows.close()
    assert not spark.sparkContext._jsc.getPersistentRDDs()
