"""Lists both ways (items of a list, lists of an item), ready for counting pairs.

Items that are in too few lists to have a neighbour are left out. The others are numbered by how
common they are, so that those met most often lie side by side in the processor's cache, and each
list is sorted by those numbers: whoever stands behind an item in a list is rarer than it is.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from catalogue_import.kernel.compiling import compiled, prefetch
from catalogue_import.kernel.memberships import Ints, Memberships, Numbers
from catalogue_import.kernel.rules import Ignored, Rules

REST_BITS = 24  # of an entry of `back`; a list has fewer members than that can say

BYTES_A_MEMBERSHIP = 13  # that building takes; 12 stay

Places = NDArray[np.uint64]
Allocate = Callable[[int, DTypeLike], NDArray[Any]]


class Index(NamedTuple):
    """What counting needs. Ranks are item numbers by how common an item is, 0 the most.

    Attributes:
        lists: How many are of a telling length,
        short: how many have fewer different items,
        long: how many have more.
        repeats: Members that are in their list once already.
        appearances: For each item, in how many of them it stands.
        items: The item of each rank.
        members: Ranks, list by list, ascending in each.
        back_first: Where each rank begins in `back`; one entry more than ranks.
        back: For each list a rank is in: its place in `members`, then in `REST_BITS` bits how
            many members stand behind it.
        events: For each rank, how many pairs are to be counted for this and all before; one
            entry more than ranks.
    """

    lists: int
    short: int
    long: int
    repeats: int
    appearances: Numbers
    items: Numbers
    members: Numbers
    back_first: Ints
    back: Places
    events: Ints

    @property
    def pairs(self) -> int:
        """How many pairs are to be counted in all."""
        return int(self.events[-1])

    @property
    def ignored(self) -> Ignored:
        """What is not in the index."""
        return Ignored(short=self.short, long=self.long, repeats=self.repeats)


def save(index: Index, folder: Path) -> None:
    """Write everything, for `load` in other processes."""
    for name, value in index._asdict().items():
        np.save(folder / f"{name}.npy", value)


def load(folder: Path) -> Index:
    """What was saved there, mapped into memory: processes of one machine share it."""
    found: dict[str, Any] = {}
    for name in Index._fields:
        # "c", not "r": machine code would be compiled again for arrays that cannot be written.
        value = np.asarray(np.load(folder / f"{name}.npy", mmap_mode="c"))
        found[name] = value if value.ndim else int(value)
    return Index(**found)


def in_memory(length: int, dtype: DTypeLike) -> NDArray[Any]:
    """Room for an array, in memory."""
    return np.empty(length, dtype=dtype)


def in_files(folder: Path | None) -> Allocate:
    """Room for arrays in files without a name; the system keeps in memory what it has room for."""

    def allocate(length: int, dtype: DTypeLike) -> NDArray[Any]:
        with tempfile.TemporaryFile(dir=folder) as file:
            return np.asarray(np.memmap(file, dtype=dtype, shape=(max(1, length),))[:length])

    return allocate


def build(memberships: Memberships, rules: Rules, allocate: Allocate = in_memory) -> Index:
    """Index the lists of a telling length.

    Cost: five passes over the memberships.
    """
    first, members = memberships.first, memberships.members
    kept = allocate(len(members), np.bool_)
    appearances = np.zeros(memberships.items, dtype=np.uint32)
    telling, short, long, repeats = _choose(
        first, members, rules.shortest, rules.longest, kept, appearances
    )
    ranks, items = _number(appearances, rules.fewest)
    back_first = np.zeros(len(items) + 1, dtype=np.int64)
    np.cumsum(appearances[items], out=back_first[1:])
    back = allocate(int(back_first[-1]), np.uint64)
    ranked = allocate(len(back), np.uint32)
    _fill(first, members, kept, ranks, len(items), back_first, back, ranked)
    return Index(
        lists=int(telling),
        short=int(short),
        long=int(long),
        repeats=int(repeats),
        appearances=appearances,
        items=items,
        members=ranked,
        back_first=back_first,
        back=back,
        events=_events(back_first, back),
    )


@compiled
def _choose(
    first: Ints,
    members: Numbers,
    shortest: int,
    longest: int,
    kept: NDArray[np.bool_],
    appearances: Numbers,
) -> tuple[int, int, int, int]:
    """Mark the first of each item in each list of a telling length, and count them.

    Returns:
        How many lists are telling, too short, too long; how many members are repeats.
    """
    seen_in = np.full(len(appearances), -1, dtype=np.int32)
    telling = short = long = repeats = 0
    for each in range(len(first) - 1):
        different = 0
        for at in range(first[each], first[each + 1]):
            item = members[at]
            kept[at] = seen_in[item] != each
            seen_in[item] = each
            different += kept[at]
        repeats += first[each + 1] - first[each] - different
        if shortest <= different <= longest:
            telling += 1
            for at in range(first[each], first[each + 1]):
                appearances[members[at]] += kept[at]
        else:
            kept[first[each] : first[each + 1]] = False
            short += 0 < different < shortest
            long += different > longest
    return telling, short, long, repeats


@compiled
def _number(appearances: Numbers, fewest: int) -> tuple[Numbers, Numbers]:
    """Rank of each item, and item of each rank; the most common first, then by number.

    Items that appear too seldom have no rank but one behind the last.
    """
    most = np.int64(0)
    for count in appearances:
        most = max(most, np.int64(count))
    place = np.zeros(most + 2, dtype=np.int64)  # most - count -> the next rank to give
    for count in appearances:
        place[most - np.int64(count) + 1] += 1
    for at in range(1, most + 2):
        place[at] += place[at - 1]
    ranked = place[most - fewest + 1] if fewest <= most else 0
    ranks = np.empty(len(appearances), dtype=np.uint32)
    items = np.empty(ranked, dtype=np.uint32)
    for item in range(len(appearances)):
        behind = most - np.int64(appearances[item])
        rank = place[behind]
        place[behind] += 1
        ranks[item] = min(rank, ranked)
        if rank < ranked:
            items[rank] = item
    return ranks, items


@compiled
def _fill(
    first: Ints,
    members: Numbers,
    kept: NDArray[np.bool_],
    ranks: Numbers,
    ranked: int,
    back_first: Ints,
    back: Places,
    sorted_members: Numbers,
) -> None:
    """Fill `sorted_members` list by list, and `back` with the places in it."""
    place = back_first[:-1].copy()
    start = np.uint64(0)
    for each in range(len(first) - 1):
        end = start
        for at in range(first[each], first[each + 1]):
            if kept[at]:
                rank = ranks[members[at]]
                if rank < ranked:
                    prefetch(back, np.uint64(place[rank]))
                    sorted_members[end] = rank
                    end += np.uint64(1)
        _sort(sorted_members[start:end])
        for at in range(start, end):
            rank = sorted_members[at]
            back[place[rank]] = at << np.uint64(REST_BITS) | (end - at - np.uint64(1))
            place[rank] += 1
        start = end


@compiled
def _sort(numbers: Numbers) -> None:
    """Sort a short array in place.

    Source: Shell, "A High-Speed Sorting Procedure", CACM 1959, with Ciura's gaps of 2001.
    """
    for gap in (301, 132, 57, 23, 10, 4, 1):
        for at in range(gap, len(numbers)):
            number, place = numbers[at], at
            while place >= gap and numbers[place - gap] > number:
                numbers[place] = numbers[place - gap]
                place -= gap
            numbers[place] = number


@compiled
def _events(back_first: Ints, back: Places) -> Ints:
    """The pairs to be counted, summed up over ranks."""
    rest = np.uint64((1 << REST_BITS) - 1)
    events = np.zeros(len(back_first), dtype=np.int64)
    for rank in range(len(back_first) - 1):
        events[rank + 1] = events[rank]
        for entry in back[back_first[rank] : back_first[rank + 1]]:
            events[rank + 1] += np.int64(entry & rest)
    return events
