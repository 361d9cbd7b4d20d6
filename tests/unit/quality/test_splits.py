"""What is tested is never learnt from, and what is tuned on is never tested."""

import pytest

from quality.lists import Dataset, Playlist
from quality.splits import Split, Task, case, fold_of, rounds_for_tuning, rounds_tested


def lists(count, *, dated=False):
    made = tuple(
        Playlist(
            id=f"list {number}",
            works=tuple(range(number, number + 12)),
            date=f"20{number // 100:02d}-{number % 12 + 1:02d}-01" if dated else None,
        )
        for number in range(count)
    )
    return Dataset(name="some", works=(), playlists=made, dropped={})


def ids(some):
    return {each.id for each in some}


@pytest.mark.parametrize("split", list(Split))
def test_no_list_is_both_learnt_from_and_tested(split):
    for each in rounds_tested(lists(300, dated=True), split):
        assert each.tested
        assert ids(each.training).isdisjoint(ids(each.tested))


def test_the_test_part_is_two_folds_of_five():
    tested = [ids(each.tested) for each in rounds_tested(lists(500), Split.RANDOM)]
    assert len(tested) == 2
    assert 150 < sum(map(len, tested)) < 250


@pytest.mark.parametrize("split", list(Split))
@pytest.mark.parametrize("dated", [True, False])
def test_tuning_never_reads_a_list_of_the_test_part(split, dated):
    data = lists(500, dated=dated)
    tested = {
        id_
        for each in ([Split.RANDOM, Split.DATE] if dated else [Split.RANDOM])
        for one in rounds_tested(data, each)
        for id_ in ids(one.tested)
    }
    if split is Split.DATE and not dated:
        return
    for each in rounds_for_tuning(data, split):
        assert tested.isdisjoint(ids(each.training) | ids(each.tested))
        assert ids(each.training).isdisjoint(ids(each.tested))


def test_every_list_can_be_tested_once_where_nothing_was_tuned():
    tested = [
        id_
        for each in rounds_tested(lists(200), Split.RANDOM, every=True)
        for id_ in ids(each.tested)
    ]
    assert sorted(tested) == sorted(ids(lists(200).playlists))


def test_by_date_the_latest_lists_are_tested():
    data = lists(100, dated=True)
    (only,) = rounds_tested(data, Split.DATE)
    assert len(only.tested) == 20
    assert max(each.date for each in only.training) <= min(each.date for each in only.tested)


def test_short_lists_are_learnt_from_and_never_tested():
    short = tuple(Playlist(id=str(n), works=(n, n + 1)) for n in range(100))
    data = Dataset(name="short", works=(), playlists=short, dropped={})
    for each in rounds_tested(data, Split.RANDOM):
        assert not each.tested
        assert each.training


@pytest.mark.parametrize(("task", "shown"), [(Task.ONE, 1), (Task.FIVE, 5), (Task.HALF, 6)])
def test_a_case_shows_some_works_and_hides_the_rest(task, shown):
    playlist = lists(1).playlists[0]
    asked = case(playlist, task)
    assert len(asked.seeds) == shown
    assert asked.hidden.isdisjoint(asked.seeds)
    assert asked.hidden | set(asked.seeds) == set(playlist.works)
    assert asked == case(playlist, task)


def test_folds_are_the_same_on_every_machine():
    assert [fold_of(name) for name in "abcdef"] == [2, 4, 3, 3, 0, 4]
