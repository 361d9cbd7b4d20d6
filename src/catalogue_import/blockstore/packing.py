"""A column's rows to the bytes they have in a block; the opposite of `blocks.values`."""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue_import.blockstore.cells import Array, Cells
from grovemusic.catalogue.blocks.schema import FLOATS, INTEGERS, Column, Field, Kind
from grovemusic.catalogue.blocks.values import ALL, DECIMAL, NONE, SOME

_NUMBERS = struct.Struct("<QB")
_MASK = (1 << 64) - 1
_MOST_EXPONENT = 15
_MOST_MANTISSA = 1 << 53
_SHORT = 4  # bytes a value with one exponent, above which one for each may be shorter
_TENS = 10 ** np.arange(_MOST_EXPONENT + 2, dtype=np.int64)
_UNSIGNED: dict[int, np.dtype[Any]] = {2: np.dtype("<u2"), 4: np.dtype("<u4"), 8: np.dtype("<u8")}


class Packer:
    """One column of a shard. What can be found out for all rows at once is found out here."""

    def __init__(self, column: Column, cells: Cells) -> None:
        self._present, self._offsets = cells.present, cells.offsets
        self._all = bool(cells.present.all())
        fields: tuple[Field | Column, ...] = column.fields or (column,)
        self._parts = [
            _part(field.kind, items) for field, items in zip(fields, cells.items, strict=True)
        ]

    def items(self, first: int, last: int) -> int:
        """Bytes of texts or items of lists in some rows; 0 for a column of neither."""
        if self._offsets is None:
            return 0
        return int(self._offsets[last] - self._offsets[first])

    def pack(self, first: int, last: int) -> bytes:
        """The rows `first` to before `last`, at least one."""
        present = self._present[first:last]
        head = bytes([ALL])
        known: NDArray[np.bool_] | None = None
        if not self._all and not present.all():
            if not present.any():
                return bytes([NONE])
            known = present
            head = bytes([SOME]) + np.packbits(present, bitorder="little").tobytes()
        if self._offsets is None:
            return head + self._parts[0].pack(first, last, known)
        ends = self._offsets[first : last + 1]
        start, end = int(ends[0]), int(ends[-1])
        body = b"".join(part.pack(start, end, None) for part in self._parts)
        return head + packed(np.diff(ends)) + body


class _Plain:
    """Bytes and ids, as they are."""

    def __init__(self, items: Array) -> None:
        self._items = items

    def pack(self, first: int, last: int, known: NDArray[np.bool_] | None) -> bytes:
        del known  # what is not known is zeros already
        return self._items[first:last].tobytes()


class _Numbers:
    """Integers, or the bits of short floats."""

    def __init__(self, items: Array, *, based: bool) -> None:
        self._items, self._based = _wide(items), based

    def pack(self, first: int, last: int, known: NDArray[np.bool_] | None) -> bytes:
        return packed(self._items[first:last], known, based=self._based)


class _Doubles:
    """Floats of 64 bits: as decimals where that is exact, which for published figures it is."""

    def __init__(self, items: Array) -> None:
        self._items = items
        self._mantissas, self._exponents = decimals(items)

    def pack(self, first: int, last: int, known: NDArray[np.bool_] | None) -> bytes:
        exponents, mantissas = self._exponents[first:last], self._mantissas[first:last]
        if first == last or exponents.max() <= _MOST_EXPONENT:
            return bytes([DECIMAL]) + _decimal(mantissas, exponents, known)
        items = self._items[first:last]
        with np.errstate(over="ignore"):
            single = items.astype(np.float32)
        if np.array_equal(single.astype(np.float64), items):
            return bytes([4]) + packed(single.view(np.uint32), based=False)
        return bytes([8]) + packed(items.view(np.uint64), based=False)


def _wide(numbers: Array) -> Array:
    """As numbers of 64 bits."""
    return numbers.astype(np.int64 if numbers.dtype.kind == "i" else np.uint64, copy=False)


def _part(kind: Kind, items: Array) -> _Plain | _Numbers | _Doubles:
    if kind is Kind.F64:
        return _Doubles(items)
    if kind in FLOATS:
        return _Numbers(items.view(_UNSIGNED[FLOATS[kind]]), based=False)
    return _Numbers(items, based=True) if kind in INTEGERS else _Plain(items)


def decimals(items: Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Mantissas and the least exponents with mantissa / 10 ** exponent == item, exactly.

    An exponent of more than 15 says that there are none.
    """
    mantissas = np.zeros(len(items), np.int64)
    exponents = np.full(len(items), _MOST_EXPONENT + 1, np.uint8)
    open_ = np.flatnonzero(~(np.signbit(items) & (items == 0)))  # -0.0 has no mantissa
    with np.errstate(over="ignore"):
        for exponent in range(_MOST_EXPONENT + 1):
            values, ten = items[open_], 10.0**exponent
            scaled = np.rint(values * ten)
            fits = (np.abs(scaled) < _MOST_MANTISSA) & (scaled / ten == values)
            mantissas[open_[fits]] = scaled[fits].astype(np.int64)
            exponents[open_[fits]] = exponent
            open_ = open_[~fits]
            if not len(open_):
                break
    return mantissas, exponents


def _decimal(
    mantissas: NDArray[np.int64],
    exponents: NDArray[np.uint8],
    known: NDArray[np.bool_] | None,
) -> bytes:
    """Mantissas with one exponent for all where that takes no more bytes, else with their own."""
    most = int(exponents.max()) if len(exponents) else 0
    tens = _TENS[most - exponents]
    if len(exponents) and np.abs(mantissas * tens.astype(np.float64)).max() >= _MOST_MANTISSA:
        return packed(mantissas, known) + packed(exponents, known)
    common = packed(mantissas * tens, known)
    if len(common) > _SHORT * len(exponents):
        own = packed(mantissas, known)
        if len(own) < len(common):
            return own + packed(exponents, known)
    return common + _NUMBERS.pack(most, 0)


def packed(numbers: Array, known: NDArray[np.bool_] | None = None, *, based: bool = True) -> bytes:
    """Integers as a base and the planes of their distances from it."""
    if not len(numbers):
        return _NUMBERS.pack(0, 0)
    wide, base = _wide(numbers), 0
    if based:
        least = wide.min() if known is None else wide[known].min()
        if known is not None:
            wide = np.where(known, wide, least)
        base = int(least) & _MASK
    distances = wide.view(np.uint64) - np.uint64(base)
    width = (int(distances.max()).bit_length() + 7) // 8
    planes = distances.view(np.uint8).reshape(-1, 8)[:, :width]
    return _NUMBERS.pack(base, width) + planes.T.tobytes()
