"""A column of many rows as arrays: put together, reordered, cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from grovemusic.catalogue.blocks.schema import VARIABLE, Column, Kind

Array = NDArray[Any]
KEYS = np.dtype("S16")  # big-endian, so that they sort as numbers do
DTYPES: dict[Kind, np.dtype[Any]] = {
    Kind.U8: np.dtype("<u1"),
    Kind.U16: np.dtype("<u2"),
    Kind.U32: np.dtype("<u4"),
    Kind.U64: np.dtype("<u8"),
    Kind.I32: np.dtype("<i4"),
    Kind.I64: np.dtype("<i8"),
    Kind.F16: np.dtype("<f2"),
    Kind.F32: np.dtype("<f4"),
    Kind.F64: np.dtype("<f8"),
    Kind.ID: np.dtype("V16"),
    Kind.TEXT: np.dtype("u1"),
    Kind.BYTES: np.dtype("u1"),
}
_GATHERED_AT_ONCE = 1 << 20  # items, so that the index of a gather stays small


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of one column.

    Attributes:
        present: For each row whether its value is known.
        items: One array with a value a row; of a text or list the items of all rows one after
            another: its bytes, or an array for each field.
        offsets: Of a text or list: row n has the items offsets[n] to before offsets[n + 1].
    """

    present: NDArray[np.bool_]
    items: tuple[Array, ...]
    offsets: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.present)

    @property
    def nbytes(self) -> int:
        own = self.present.nbytes + sum(each.nbytes for each in self.items)
        return own + (0 if self.offsets is None else self.offsets.nbytes)

    def arrays(self) -> list[Array]:
        """All there is, in the order `from_arrays` takes."""
        head: list[Array] = [self.present]
        return [*head, *([] if self.offsets is None else [self.offsets]), *self.items]

    @classmethod
    def from_arrays(cls, column: Column, arrays: Sequence[Array]) -> Self:
        if column.kind in VARIABLE:
            return cls(arrays[0], tuple(arrays[2:]), arrays[1])
        return cls(arrays[0], tuple(arrays[1:]))

    def take(self, order: NDArray[np.intp]) -> Self:
        """Rows in another order, or some of them."""
        present = self.present[order]
        if self.offsets is None:
            return type(self)(present, tuple(each[order] for each in self.items))
        starts, lengths = self.offsets[:-1][order], np.diff(self.offsets)[order]
        offsets = offsets_of(lengths)
        items = tuple(np.empty(int(offsets[-1]), each.dtype) for each in self.items)
        first = 0
        while first < len(order):
            beyond = int(np.searchsorted(offsets, offsets[first] + _GATHERED_AT_ONCE, "right")) - 1
            last = min(len(order), max(first + 1, beyond))
            at, until = int(offsets[first]), int(offsets[last])
            shift = np.repeat(starts[first:last] - offsets[first:last], lengths[first:last])
            index = shift + np.arange(at, until)
            for out, source in zip(items, self.items, strict=True):
                out[at:until] = source[index]
            first = last
        return type(self)(present, items, offsets)


def joined(parts: Sequence[Cells]) -> Cells:
    """The rows of several, one after another."""
    if len(parts) == 1:
        return parts[0]
    present = np.concatenate([part.present for part in parts])
    columns = zip(*(part.items for part in parts), strict=True)
    items = tuple(np.concatenate(each) for each in columns)
    lengths = [np.diff(part.offsets) for part in parts if part.offsets is not None]
    return Cells(present, items, offsets_of(np.concatenate(lengths)) if lengths else None)


def dtypes_of(column: Column) -> list[np.dtype[Any]]:
    """Of the arrays of `Cells.arrays`."""
    if column.kind is Kind.LIST:
        fields = [DTYPES[field.kind] for field in column.fields]
        return [np.dtype(np.bool_), np.dtype(np.int64), *fields]
    if column.kind in VARIABLE:
        return [np.dtype(np.bool_), np.dtype(np.int64), DTYPES[column.kind]]
    return [np.dtype(np.bool_), DTYPES[column.kind]]


def offsets_of(lengths: Array) -> NDArray[np.int64]:
    """Where each of some neighbours begins, and where the last one ends."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def sorting(keys: Array) -> NDArray[np.intp]:
    """The order that sorts 16-byte keys; equal ones stay as they were."""
    halves = np.ascontiguousarray(keys).view(">u8").reshape(-1, 2).astype(np.uint64)
    return np.lexsort((halves[:, 1], halves[:, 0]))


def as_key(number: int) -> Array:
    """A number of 128 bits as an array of one key."""
    return np.frombuffer(number.to_bytes(16), KEYS)
