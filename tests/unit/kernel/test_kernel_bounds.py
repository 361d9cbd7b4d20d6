"""Little memory, other threads, other processes: never other rows."""

import numpy as np
import pytest
from mining_reference import assert_same, many_lists, mined_by

from catalogue_import.kernel.engines import NUMBA, choose
from catalogue_import.kernel.rules import Room, Rules

pytest.importorskip("numba", reason="the compiled kernel needs the extra 'catalogue'")

from catalogue_import.kernel import counting, halves, indexing, machine

MEMORY = 1 << 20


@pytest.fixture(scope="module")
def memberships():
    """Enough for an index of 2.6 MB and halves of 3 MB."""
    return many_lists(3, lists=3000, longest=140, items=2500)


@pytest.fixture
def runs(monkeypatch):
    """All runs there were."""
    made = []

    class Watched(halves.Runs):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(machine, "Runs", Watched)
    return made


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_are_the_same_when_index_and_halves_go_to_files(memberships, runs, tmp_path, threads):
    little = Room(memory_bytes=MEMORY, folder=tmp_path, threads=threads)
    one = mined_by(choose(NUMBA), memberships, Rules(), little)
    other = mined_by(choose(NUMBA), memberships, Rules(), Room(threads=2))
    assert runs[0].spilled_bytes > 2 * MEMORY
    assert runs[1].spilled_bytes == 0
    assert_same(one, other)


def test_nothing_is_left_in_the_folder(memberships, tmp_path):
    mined_by(choose(NUMBA), memberships, Rules(), Room(memory_bytes=MEMORY, folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_runs_in_memory_are_never_more_than_allowed(memberships, runs):
    mined = choose(NUMBA)(memberships, Rules(), Room(memory_bytes=MEMORY, threads=2))
    next(mined.neighbours)
    held = sum(run.halves.nbytes for run in runs[0]._runs if isinstance(run, halves.Run))
    assert held <= MEMORY // 2
    mined.neighbours.close()
    assert runs[0]._file.closed


def test_a_full_disk_is_said_and_not_worked_around(memberships, monkeypatch):
    def full(_self, _run):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(halves.Runs, "add", full)
    with pytest.raises(OSError, match="No space"):
        mined_by(choose(NUMBA), memberships, Rules())


def test_an_index_read_from_files_is_the_one_saved(memberships, tmp_path):
    index = indexing.build(memberships, Rules())
    indexing.save(index, tmp_path)
    for name, value in indexing.load(tmp_path)._asdict().items():
        np.testing.assert_array_equal(value, getattr(index, name), err_msg=name)


@pytest.mark.parametrize("parts", [1, 7, 10_000])
def test_ranges_cover_every_rank_once(memberships, parts):
    index = indexing.build(memberships, Rules())
    found = counting.ranges(index, parts)
    assert [rank for start, stop in found for rank in range(start, stop)] == list(
        range(len(index.items))
    )


def test_index_lists_are_sorted_with_the_most_common_first(memberships):
    index = indexing.build(memberships, Rules())
    degrees = index.appearances[index.items].astype(int)
    assert (np.diff(degrees) <= 0).all()
    assert index.pairs == sum(int(entry) & 0xFFFFFF for entry in index.back)


@pytest.mark.parametrize("items", [1, 2, 1000, 5_000_000, 1 << 31])
def test_blocks_hold_every_item_and_fit_64_bits(items):
    appearances = np.broadcast_to(np.uint32(1000), items)  # as many as that without the memory
    index = indexing.Index(*[0] * 4, appearances, *[np.zeros(0)] * 5)
    blocks = halves.Blocks.of(index)
    assert blocks.number << blocks.bits >= items
    assert blocks.number <= 1024
    assert blocks.bits >= 1
    assert blocks.bits + items.bit_length() + blocks.count_bits <= 64


def test_more_than_64_bits_can_say_is_refused():
    appearances = np.broadcast_to(np.uint32((1 << 32) - 1), (1 << 32) - 1)
    with pytest.raises(ValueError, match="too many"):
        halves.Blocks.of(indexing.Index(*[0] * 4, appearances, *[np.zeros(0)] * 5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"shortest": 0},
        {"shortest": 6, "longest": 5},
        {"longest": 1 << 24},
        {"fewest": 0},
        {"top": 0},
        {"shrink": -1.0},
        {"shrink": float("nan")},
    ],
)
def test_rules_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="want"):
        Rules(**wrong)


@pytest.mark.parametrize("wrong", [{"memory_bytes": 1000}, {"threads": 0}])
def test_room_for_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="want"):
        Room(**wrong)
