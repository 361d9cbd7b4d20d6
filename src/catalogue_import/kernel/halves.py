"""What counting finds, packed and kept until it is ranked: in memory up to a bound, then in a file.

A *half* says that one item met another so many times; a pair has two, one for each side. Halves
are kept by blocks of items, because a block is what can be ranked on its own.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from catalogue_import.kernel.indexing import Index, Places
from catalogue_import.kernel.memberships import Ints

_MOST_BLOCKS = 1024


@dataclass(frozen=True, slots=True)
class Blocks:
    """How halves are packed into 64 bits: the item within its block, the other item, the count.

    Attributes:
        bits: A block has 2 ** `bits` items; 1 or more, as processors cannot shift by 64.
        count_bits: For how often two items met.
        number: How many blocks there are.
    """

    bits: int
    count_bits: int
    number: int

    @classmethod
    def of(cls, index: Index) -> "Blocks":
        """Few enough to write to side by side, each small enough to be ranked in memory.

        Raises:
            ValueError: more items or more lists than fit 64 bits together.
        """
        items = len(index.appearances)
        count_bits = int(index.appearances.max(initial=0)).bit_length()
        free = 64 - count_bits - items.bit_length()
        if free < 1:
            raise ValueError(f"{items} items in up to {1 << count_bits} lists are too many")
        bits = min(free, max(1, (items // _MOST_BLOCKS).bit_length()))
        return cls(bits, count_bits, -(-items >> bits))


class Run(NamedTuple):
    """Halves sorted by block, and where each block begins; one entry more than blocks."""

    halves: Places
    first: Ints


class _Spilled(NamedTuple):
    """A run that is in the file, from `offset` on."""

    offset: int
    first: Ints


class Runs:
    """All runs of one mining; any thread may add one or read a block.

    Attributes:
        spilled_bytes: How much is in the file.
    """

    def __init__(self, memory_bytes: int, folder: Path | None) -> None:
        self._memory_bytes, self._held_bytes, self.spilled_bytes = memory_bytes, 0, 0
        self._runs: list[Run | _Spilled] = []
        self._lock = Lock()
        # Closed by __exit__.
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._runs.clear()
        self._file.close()

    def add(self, run: Run) -> None:
        with self._lock:
            if self._held_bytes + run.halves.nbytes <= self._memory_bytes:
                self._held_bytes += run.halves.nbytes
                self._runs.append(run)
                return
            self._file.write(run.halves.data)
            self._file.flush()
            self._runs.append(_Spilled(self.spilled_bytes, run.first))
            self.spilled_bytes += run.halves.nbytes

    def block(self, number: int) -> Places:
        """All halves of a block, in any order."""
        pieces = [self._piece(run, number) for run in self._runs]
        return np.concatenate([np.empty(0, dtype=np.uint64), *pieces])

    def _piece(self, run: Run | _Spilled, block: int) -> Places:
        start, end = (int(each) for each in run.first[block : block + 2])
        if isinstance(run, Run):
            return run.halves[start:end]
        # pread: a position in the file would be moved by other threads.
        raw = os.pread(self._file.fileno(), (end - start) * 8, run.offset + start * 8)
        return np.frombuffer(raw, dtype=np.uint64)
