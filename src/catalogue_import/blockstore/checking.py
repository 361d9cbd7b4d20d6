"""Values as they come to arrays of one kind, or the reason why a row cannot be used."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from catalogue_import.blockstore.cells import DTYPES, Array, Cells, offsets_of
from catalogue_import.blockstore.rejects import shown
from grovemusic.catalogue.blocks.layout import IDS
from grovemusic.catalogue.blocks.schema import FLOATS, INTEGERS, Column, Field, Kind

Faults = dict[int, tuple[str, str]]  # row -> reason, the value at fault
MOST_ROW_BYTES = 1 << 16  # of texts and lists; a block must fit into a look-up's memory
_EXACT = 1 << 53  # integers up to here are floats too


def checked(column: Column, values: Sequence[object]) -> tuple[Cells, Faults]:
    """The values of a column, with nothing in place of those that are at fault."""
    faults: Faults = {}
    present = np.array([value is not None for value in values], np.bool_)
    if column.kind is Kind.LIST:
        cells = _lists(column, values, present, faults)
    elif column.kind in {Kind.TEXT, Kind.BYTES}:
        cells = _texts(column, values, present, faults)
    else:
        items, found = _scalars(column, values)
        faults.update(found)
        cells = Cells(present, (items,))
    if cells.offsets is not None:
        for row in np.flatnonzero(np.diff(cells.offsets) * _item_bytes(column) > MOST_ROW_BYTES):
            faults[int(row)] = (f"{column.name}: too large", f"over {MOST_ROW_BYTES:,} bytes")
    return cells, faults


def _item_bytes(column: Column) -> int:
    if column.kind is Kind.LIST:
        return sum(DTYPES[field.kind].itemsize for field in column.fields)
    return 1


def _scalars(column: Column | Field, values: Sequence[object]) -> tuple[Array, Faults]:
    if column.kind is Kind.ID:
        return _ids(column, values)
    if column.kind in INTEGERS:
        return _integers(column, values)
    return _floats(column, values)


def _one_by_one(
    name: str, values: Sequence[object], read: Callable[[Any], Any], nothing: Any
) -> tuple[list[Any], Faults]:
    """The slow way, taken when something is odd: every value is read on its own."""
    out, faults = [], Faults()
    for row, value in enumerate(values):
        try:
            out.append(nothing if value is None else read(value))
        except (ValueError, TypeError, OverflowError) as error:
            faults[row] = (f"{name}: {error}", shown(value))
            out.append(nothing)
    return out, faults


def _integers(column: Column | Field, values: Sequence[object]) -> tuple[Array, Faults]:
    least, most = INTEGERS[column.kind]
    if set(map(type, values)) <= {int, type(None)}:
        known = [value for value in values if value is not None]
        if not known or (min(known) >= least and max(known) <= most):  # type: ignore[type-var, operator]
            filled = [0 if value is None else value for value in values]
            return np.array(filled, DTYPES[column.kind]), {}

    def read(value: Any) -> int:
        if not isinstance(value, (int, np.integer)):
            raise TypeError("not a whole number")
        if not least <= value <= most:
            raise ValueError(f"outside {column.kind.value}")
        return int(value)

    out, faults = _one_by_one(column.name, values, read, 0)
    return np.array(out, DTYPES[column.kind]), faults


def _floats(column: Column | Field, values: Sequence[object]) -> tuple[Array, Faults]:
    dtype = DTYPES[column.kind]
    if set(map(type, values)) <= {float, type(None)}:
        found = np.array([0.0 if value is None else value for value in values], np.float64)
        with np.errstate(over="ignore"):
            cast = found.astype(dtype)
        if np.isfinite(cast).all():
            return cast, {}
    most = float(np.finfo(dtype).max)

    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            raise TypeError("not a number")
        if isinstance(value, (int, np.integer)) and not -_EXACT <= value <= _EXACT:
            raise ValueError("a whole number that no float is")
        number = float(value)
        if number != number:  # noqa: PLR0124  # only NaN is not itself
            raise ValueError("NaN")
        if number in {float("inf"), float("-inf")}:
            raise ValueError("infinite")
        with np.errstate(over="ignore"):
            if abs(number) > most and not np.isfinite(dtype.type(number)):
                raise ValueError(f"outside {column.kind.value}")
        return number

    out, faults = _one_by_one(column.name, values, read, 0.0)
    return np.array(out, np.float64).astype(dtype), faults


def id_bytes(value: Any) -> bytes:
    """An id of 128 bits as 16 bytes.

    Raises:
        TypeError, ValueError: it is none.
    """
    if type(value) is not int:
        raise TypeError("not a whole number")
    if not 0 <= value < IDS:
        raise ValueError("outside 128 bits")
    return value.to_bytes(16)


def _ids(column: Column | Field, values: Sequence[object]) -> tuple[Array, Faults]:
    out, faults = _one_by_one(column.name, values, id_bytes, bytes(16))
    return np.frombuffer(b"".join(out), DTYPES[Kind.ID]), faults


def _texts(column: Column, values: Sequence[object], present: Array, faults: Faults) -> Cells:
    def read(value: Any) -> bytes:
        if column.kind is Kind.TEXT:
            if not isinstance(value, str):
                raise TypeError("not a text")
            return value.encode()
        if not isinstance(value, bytes):
            raise TypeError("not bytes")
        return value

    try:
        if column.kind is Kind.TEXT and set(map(type, values)) <= {str, type(None)}:
            out = [value.encode() if value else b"" for value in values]  # type: ignore[attr-defined]
        else:
            out = [b"" if value is None else read(value) for value in values]
    except (TypeError, ValueError):
        out, found = _one_by_one(column.name, values, read, b"")
        # An encoding error tells its whole story; the kind of fault is enough.
        faults.update({row: (_plain(reason), what) for row, (reason, what) in found.items()})
    lengths = np.fromiter(map(len, out), np.int64, len(out))
    return Cells(present, (np.frombuffer(b"".join(out), np.uint8),), offsets_of(lengths))


def _plain(reason: str) -> str:
    name, _, rest = reason.partition(": ")
    return f"{name}: not Unicode" if "codec" in rest else reason


def _lists(column: Column, values: Sequence[object], present: Array, faults: Faults) -> Cells:
    if all(value is None or _is_packed(column, value) for value in values):
        return _packed_lists(column, values, present, faults)
    rows, found = _one_by_one(column.name, values, lambda value: _tuples(column, value), [])
    faults.update(found)
    offsets = offsets_of(np.fromiter(map(len, rows), np.int64, len(rows)))
    items = list(chain.from_iterable(rows))
    parts = []
    for at, field in enumerate(column.fields):
        part, broken = _scalars(field, [_known(item[at]) for item in items])
        parts.append(part)
        for item, (reason, what) in broken.items():
            row = int(np.searchsorted(offsets, item, "right")) - 1
            faults[row] = (f"{column.name}.{reason}", what)
    return Cells(present, tuple(parts), offsets)


def _known(value: object) -> object:
    return "nothing" if value is None else value  # which no number or id may be


def _tuples(column: Column, value: Any) -> list[tuple[Any, ...]]:
    if isinstance(value, (str, bytes, np.ndarray)):
        raise TypeError("not a list of tuples")
    rows = [tuple(each) for each in value]
    if any(len(each) != len(column.fields) for each in rows):
        raise ValueError(f"not {len(column.fields)} values in each")
    return rows


def _is_packed(column: Column, value: object) -> bool:
    """Whether it is an array with our fields in our kinds."""
    return isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype == items_of(column)


def items_of(column: Column) -> np.dtype[Any]:
    """The numpy type in which a list may be given: no Python object an item, so much faster."""
    return np.dtype([(field.name, DTYPES[field.kind]) for field in column.fields])


def _packed_lists(column: Column, values: Sequence[Any], present: Array, faults: Faults) -> Cells:
    empty = np.empty(0, items_of(column))
    rows = [empty if value is None else value for value in values]
    offsets = offsets_of(np.fromiter(map(len, rows), np.int64, len(rows)))
    items = np.concatenate([empty, *rows])
    parts = []
    for field in column.fields:
        part = np.ascontiguousarray(items[field.name])
        if field.kind in FLOATS:
            for item in np.flatnonzero(~np.isfinite(part)):
                row = int(np.searchsorted(offsets, item, "right")) - 1
                reason = "NaN" if np.isnan(part[item]) else "infinite"
                faults[row] = (f"{column.name}.{field.name}: {reason}", str(part[item]))
        parts.append(part)
    return Cells(present, tuple(parts), offsets)
