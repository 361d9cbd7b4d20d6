"""Step one: the halves of all pairs whose more common item is in a range of ranks."""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from catalogue_import.kernel import kernels
from catalogue_import.kernel.halves import Blocks, Run
from catalogue_import.kernel.indexing import Index
from catalogue_import.kernel.rules import Rules

_NARROW = 1 << 13  # appearances that counters of 16 bits are for; they need half the cache
_BYTES_A_HALF = 20  # 12 as it is found, 8 as it is packed


def ranges(index: Index, parts: int) -> list[tuple[int, int]]:
    """All ranks in about `parts` ranges that take about as long to count."""
    ranked, total = len(index.items), int(index.events[-1])
    wide = int(np.count_nonzero(index.appearances[index.items] > _NARROW))
    cuts = np.searchsorted(index.events, np.linspace(0, total, parts + 1)[1:-1])
    bounds = np.unique(np.concatenate([[0, wide, ranked], cuts])).tolist()
    return list(itertools.pairwise(bounds))


class Counting:
    """What one thread needs to count: counters for all ranks, room for what it finds."""

    def __init__(self, index: Index, rules: Rules, blocks: Blocks, memory_bytes: int) -> None:
        self._index, self._rules, self._blocks = index, rules, blocks
        ranked = len(index.items)
        one_rank = ranked + kernels.OWN * rules.top  # halves that any rank has at most
        room = max(one_rank, memory_bytes // _BYTES_A_HALF)
        self._found_items = np.empty(room, dtype=np.uint32)
        self._found = np.empty(room, dtype=np.uint64)
        self._met = np.empty(ranked + 1, dtype=np.uint32)
        self._written = 0
        self._counters: dict[type, NDArray[np.int16] | NDArray[np.int32]] = {}
        self._bases: dict[type, int] = {}

    def count(self, start: int, stop: int) -> Iterator[Run]:
        """Count for the ranks of one of `ranges`; gives a run whenever the room is used up."""
        index, rules = self._index, self._rules
        most = index.appearances[index.items[start]]
        kind: type = np.int16 if most <= _NARROW else np.int32
        counters = self._counters.setdefault(kind, np.zeros(len(index.items), dtype=kind))
        state = np.zeros(kernels.STATE_LENGTH, dtype=np.int64)
        state[[kernels.NEXT, kernels.STOP, kernels.BASE]] = start, stop, self._bases.get(kind, 0)
        while True:
            self._written += kernels.count(
                index,
                rules.fewest,
                rules.top,
                rules.shrink,
                state,
                counters,
                self._met,
                self._found_items[self._written :],
                self._found[self._written :],
            )
            if state[kernels.NEXT] == stop:
                break
            yield self.rest()
        self._bases[kind] = int(state[kernels.BASE])

    def rest(self) -> Run:
        """What has been found since the last run."""
        blocks, written = self._blocks, self._written
        self._written = 0
        return Run(
            *kernels.by_blocks(
                self._found_items[:written],
                self._found[:written],
                blocks.bits,
                blocks.number,
                blocks.count_bits,
            )
        )
