"""The two steps of mining as machine code: count who meets whom, and rank what was counted.

Counting finds each pair once, at its more common item, which every list has before the rarer one.
What it finds are *halves*: an item, another item, how often they met. Both halves of a pair go
to the runs (`halves.py`), sorted by blocks of items; ranking turns a block's halves into rows.

All functions that call one another are in this one file: see `compiling.compiled`.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from catalogue_import.kernel.compiling import compiled, prefetch
from catalogue_import.kernel.indexing import REST_BITS, Index, Places
from catalogue_import.kernel.memberships import Ints, Numbers

Floats = NDArray[np.float64]
Counters = NDArray[np.int16] | NDArray[np.int32]

# Where `count` left off: the next rank, the rank to stop before, the counters' base, and how
# many others the next rank has met, once it has been counted.
NEXT, STOP, BASE, MET = range(4)
STATE_LENGTH = 4
OWN = 4  # times `top`: more halves of one item than that are cut to `top` before they are kept

_AHEAD = 2  # lists whose members are asked for beforehand: memory is slower than counting
_LINE = 16  # members in a cache line
_SIGN = 63
_HALF, _COUNT = 32, 0xFFFFFFFF  # of a half that is not packed: bits of each number, the second


@compiled
def count(
    index: Index,
    fewest: int,
    top: int,
    shrink: float,
    state: Ints,
    counters: Counters,
    met: Numbers,
    found_items: Numbers,
    found: Places,
) -> int:
    """Count for the ranks from `state` on, until they are done or no more is sure to fit.

    A counter holds `base` plus how often its item was met, and `base` moves past the counts of
    each rank, so nothing has to be set back between ranks: a counter below `base` is a zero.

    Args:
        counters: One for each rank; they belong to `state[BASE]`.
        met: Room for one number a rank, and one more.
        found_items: The item of each half,
        found: the other item, then 32 bits for how often they met.

    Returns:
        How many halves were written. All is done when `state[NEXT]` is `state[STOP]`.
    """
    limit = np.iinfo(counters.dtype).max
    written = 0
    for rank in range(state[NEXT], state[STOP]):
        degree = index.back_first[rank + 1] - index.back_first[rank]
        if state[MET] == 0:
            if state[BASE] > limit - degree:
                counters[rank:] = 0
                state[BASE] = 0
            state[MET] = _meet(index, rank, fewest, state[BASE], counters, met)
        others = met[: state[MET]]
        if len(others) + min(len(others), OWN * top) > len(found) - written:
            break
        written += _write(
            index,
            rank,
            others,
            state[BASE],
            counters,
            top,
            shrink,
            found_items[written:],
            found[written:],
        )
        state[BASE] += degree
        state[MET] = 0
        state[NEXT] = rank + 1
    return written


@compiled
def _meet(index: Index, rank: int, fewest: int, base: int, counters: Counters, met: Numbers) -> int:
    """Count everyone behind `rank` in its lists; notes in `met` who was there `fewest` times.

    The innermost loop has no branch: half of them would be guessed wrong.
    """
    sign = np.int64(_SIGN)  # a variable, because LLVM makes a branch of a constant shift
    bits, rest = np.uint64(REST_BITS), np.uint64((1 << REST_BITS) - 1)
    one, ahead, line = np.uint64(1), np.uint64(_AHEAD), np.uint64(_LINE)
    members, back = index.members, index.back
    last = np.uint64(len(back) - 1)
    seen = np.uint64(0)
    for at in range(np.uint64(index.back_first[rank]), np.uint64(index.back_first[rank + 1])):
        start = (back[at] >> bits) + one
        soon = (back[min(at + ahead, last)] >> bits) + one
        prefetch(members, soon)
        prefetch(members, soon + line)
        for place in range(start, start + (back[at] & rest)):
            other = members[place]
            times = np.int64(counters[other]) - base
            times = (times & ~(times >> sign)) + 1  # what is below zero is zero
            counters[other] = times + base
            met[seen] = other
            seen += np.uint64(times == fewest)
    return int(seen)


@compiled
def _write(
    index: Index,
    rank: int,
    others: Numbers,
    base: int,
    counters: Counters,
    top: int,
    shrink: float,
    found_items: Numbers,
    found: Places,
) -> int:
    """Both halves of each pair of `rank`; of its own the best will do if there are very many."""
    item = index.items[rank]
    own = np.empty(len(others), dtype=np.uint64)
    for at in range(len(others)):
        other, together = index.items[others[at]], np.int64(counters[others[at]]) - base
        found_items[at] = other
        found[at] = np.uint64(item) << np.uint64(_HALF) | np.uint64(together)
        own[at] = np.uint64(other) << np.uint64(_HALF) | np.uint64(together)
    if len(own) > OWN * top:
        own = _best(own, item, index.appearances, top, shrink)[0]
    end = len(others) + len(own)
    found_items[len(others) : end] = item
    found[len(others) : end] = own
    return end


@compiled
def _best(
    halves: Places, item: int, appearances: Numbers, top: int, shrink: float
) -> tuple[Places, Floats]:
    """The `top` halves of an item with the highest cosine, and these.

    The best come first, of equal ones that with the smaller number.
    """
    own = np.float64(appearances[item])
    cosines = np.empty(len(halves), dtype=np.float64)
    for at in range(len(halves)):  # not in the next loop: here many look-ups run at once
        their = np.float64(appearances[halves[at] >> np.uint64(_HALF)])
        together = np.float64(halves[at] & np.uint64(_COUNT))
        cosines[at] = together / (sqrt(own * their) + shrink)
    room = min(top, len(halves))
    best, scores = np.empty(room, dtype=np.uint64), np.empty(room, dtype=np.float64)
    size = 0
    for at in range(len(halves)):
        cosine, half = cosines[at], halves[at]
        if size < room:
            size += 1
        elif cosine < scores[-1] or (cosine == scores[-1] and half > best[-1]):
            continue
        place = size - 1
        while place > 0 and (
            cosine > scores[place - 1] or (cosine == scores[place - 1] and half < best[place - 1])
        ):
            scores[place], best[place] = scores[place - 1], best[place - 1]
            place -= 1
        scores[place], best[place] = cosine, half
    return best, scores


@compiled
def by_blocks(
    found_items: Numbers, found: Places, block_bits: int, blocks: int, count_bits: int
) -> tuple[Places, Ints]:
    """Halves packed and sorted by blocks of 2 ** `block_bits` items, and where each block begins.

    Packed are: the item within its block, the other item, how often they met.
    """
    first = np.zeros(blocks + 1, dtype=np.int64)
    for item in found_items:
        first[(np.int64(item) >> block_bits) + 1] += 1
    for block in range(blocks):
        first[block + 1] += first[block]
    place = first[:-1].copy()
    halves = np.empty(len(found), dtype=np.uint64)
    other_bits, within = 64 - block_bits - count_bits, (1 << block_bits) - 1
    for at in range(len(found)):
        item = np.int64(found_items[at])
        packed = np.uint64(item & within) << np.uint64(other_bits) | found[at] >> np.uint64(_HALF)
        packed = packed << np.uint64(count_bits) | found[at] & np.uint64(_COUNT)
        halves[place[item >> block_bits]] = packed
        place[item >> block_bits] += 1
    return halves, first


@compiled
def rank(
    halves: Places,
    start: int,
    appearances: Numbers,
    block_bits: int,
    count_bits: int,
    top: int,
    shrink: float,
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """All halves of a block as rows: item, rank, other item, times together, cosine.

    Args:
        start: The block's first item.
        appearances: Of all items.
    """
    sorted_halves, first = _by_item(halves, block_bits, count_bits)
    rows = 0
    for within in range(len(first) - 1):
        rows += min(first[within + 1] - first[within], top)
    items, ranks = np.empty(rows, dtype=np.int64), np.empty(rows, dtype=np.int64)
    others, together = np.empty(rows, dtype=np.int64), np.empty(rows, dtype=np.int64)
    cosines = np.empty(rows, dtype=np.float64)
    row = 0
    for within in range(len(first) - 1):
        own = sorted_halves[first[within] : first[within + 1]]
        if len(own) == 0:
            continue
        best, scores = _best(own, start + within, appearances, top, shrink)
        for at in range(len(best)):
            items[row], ranks[row] = start + within, at + 1
            others[row] = best[at] >> np.uint64(_HALF)
            together[row] = best[at] & np.uint64(_COUNT)
            cosines[row] = scores[at]
            row += 1
    return items, ranks, others, together, cosines


@compiled
def _by_item(halves: Places, block_bits: int, count_bits: int) -> tuple[Places, Ints]:
    """Packed halves unpacked and sorted by item, and where each item of the block begins."""
    other_bits = np.uint64(64 - block_bits - count_bits)
    item_shift = other_bits + np.uint64(count_bits)
    other_mask = (np.uint64(1) << other_bits) - np.uint64(1)
    count_mask = np.uint64((1 << count_bits) - 1)
    first = np.zeros((1 << block_bits) + 1, dtype=np.int64)
    for half in halves:
        first[np.int64(half >> item_shift) + 1] += 1
    for within in range(1 << block_bits):
        first[within + 1] += first[within]
    place = first[:-1].copy()
    unpacked = np.empty(len(halves), dtype=np.uint64)
    for half in halves:
        within = half >> item_shift
        other = (half >> np.uint64(count_bits)) & other_mask
        unpacked[place[within]] = other << np.uint64(_HALF) | (half & count_mask)
        place[within] += 1
    return unpacked, first
