"""The vectors in memory: one matrix of directions, and a code for each thing to filter by.

Rows carry the numbers under which the file knows them, in ascending order. A row never changes: a
new version of a vector is a new row, the old one is dropped.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)
Test = Callable[[Any], bool]  # on a value of a column, None where there is none
_MISSING = (type(None), None)  # lists cannot be filtered by: they are as good as missing


class Matrix:
    """Finds what is near a direction. Memory: about 4 bytes a number, and 9 + 4 a column a row."""

    def __init__(self, dimensions: int, columns: Sequence[str]) -> None:
        self._size = 0
        self._dropped = 0
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._alive: NDArray[np.bool_] = np.empty(0, np.bool_)
        self._directions: NDArray[np.float32] = np.empty((0, dimensions), np.float32)
        self._columns = {name: _Column() for name in columns}
        # How far a float32 product of two unit vectors may be off: so near means "perhaps equal".
        self._blur = 2 * (dimensions + 4) * float(np.finfo(np.float32).eps)

    def __len__(self) -> int:
        return self._size - self._dropped

    def append(
        self,
        rows: Sequence[int],
        values: NDArray[np.float32],
        columns: Sequence[Sequence[Any]],
    ) -> None:
        """Add vectors with growing row numbers; `columns` has the values of each column."""
        end = self._size + len(rows)
        self._rows = _with_room(self._rows, self._size, end)
        self._alive = _with_room(self._alive, self._size, end)
        self._directions = _with_room(self._directions, self._size, end)
        self._rows[self._size : end] = rows
        self._alive[self._size : end] = True
        self._directions[self._size : end] = directions(values)
        for column, some in zip(self._columns.values(), columns, strict=True):
            column.append(some, self._size)
        self._size = end

    def drop(self, rows: Sequence[int]) -> None:
        """Forget rows; numbers that were never added are ignored."""
        known = self._rows[: self._size]
        places = np.searchsorted(known, rows)
        places = places[places < self._size]
        places = places[np.isin(known[places], rows)]
        self._dropped += int(np.count_nonzero(self._alive[places]))
        self._alive[places] = False
        if self._dropped > 1000 + self._size // 4:
            self._compact()

    def nearest(
        self, direction: NDArray[np.float32], *, count: int, tests: Mapping[str, Test]
    ) -> NDArray[np.int64]:
        """Rows that pass all `tests`: the `count` nearest, and others about as near as the last.

        In no order: float32 is too coarse to tell which of them is nearer.
        """
        places = self._passing(tests)
        known = self._directions[: self._size]
        if places is None:
            scores = known @ direction
        elif len(places) < self._size // 8:  # then it is cheaper to collect them first
            scores = known[places] @ direction
        else:
            scores = (known @ direction)[places]
        if len(scores) > count:
            last = np.partition(scores, len(scores) - count)[len(scores) - count]
            near = np.flatnonzero(scores >= last - self._blur)
            places = near if places is None else places[near]
        rows = self._rows[: self._size]
        return rows.copy() if places is None else rows[places]

    def _passing(self, tests: Mapping[str, Test]) -> NDArray[np.intp] | None:
        """Places of the rows that are alive and pass; None if that is all."""
        if not tests and not self._dropped:
            return None
        passing = self._alive[: self._size].copy()
        for name, test in tests.items():
            passing &= self._columns[name].passing(test, self._size)
        return np.flatnonzero(passing)

    def _compact(self) -> None:
        kept = np.flatnonzero(self._alive[: self._size])
        self._rows, self._alive = self._rows[kept], self._alive[kept]
        self._directions = self._directions[kept]
        for column in self._columns.values():
            column.keep(kept)
        self._size, self._dropped = len(kept), 0


class _Column:
    """A value for each row, kept as a number for each distinct value."""

    def __init__(self) -> None:
        self._codes: NDArray[np.int32] = np.empty(0, np.int32)
        self._code_of: dict[tuple[type, Any], int] = {}  # with the type, since True equals 1

    def append(self, values: Sequence[Any], size: int) -> None:
        self._codes = _with_room(self._codes, size, size + len(values))
        code_of = self._code_of
        self._codes[size : size + len(values)] = [
            code_of.setdefault(
                _MISSING if type(value) is list else (type(value), value), len(code_of)
            )
            for value in values
        ]

    def passing(self, test: Test, size: int) -> NDArray[np.bool_]:
        """Cost: one call of `test` for each distinct value; so filter by few, broad ones."""
        passes = np.array([test(value) for _, value in self._code_of], np.bool_)
        passing: NDArray[np.bool_] = passes[self._codes[:size]]
        return passing

    def keep(self, places: NDArray[np.intp]) -> None:
        self._codes = self._codes[places]


def directions(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row scaled to length 1."""
    wide = values.astype(np.float64)
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    return wide.astype(np.float32)


def cosines(values: NDArray[np.float32], direction: NDArray[np.float32]) -> NDArray[np.float64]:
    """Each row's cosine with `direction`, -1 to 1, the same for rows that point the same way.

    Nine decimals are kept: the inputs hold no more, and rounding makes equals equal.
    """
    wide, to = values.astype(np.float64), direction.astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1) * np.linalg.norm(to)
    cosine: NDArray[np.float64] = np.clip(np.round((wide * to).sum(axis=1) / lengths, 9), -1, 1)
    return cosine


def _with_room(array: NDArray[Kind], used: int, needed: int) -> NDArray[Kind]:
    """`array` or a larger copy; room doubles, so that adding one by one stays cheap."""
    if len(array) >= needed:
        return array
    larger = np.empty((max(needed, 2 * used), *array.shape[1:]), array.dtype)
    larger[:used] = array[:used]
    return larger
