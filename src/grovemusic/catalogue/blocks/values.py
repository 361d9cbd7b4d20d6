"""How a column lies in a block, and how one row is taken out without unpacking the others.

Numbers are a base and, for each value, its distance from it in as many bytes as the block needs:
first the lowest byte of every value, then the next one (so similar bytes are neighbours, which
deflates better). Everything is little-endian, but ids are big-endian so that they sort as bytes.
"""

import struct

from grovemusic.catalogue.blocks.layout import ID_BYTES, MOST_RAW_BYTES
from grovemusic.catalogue.blocks.schema import FLOATS, INTEGERS, Field, Kind, Schema

Item = tuple[int | float, ...]
Value = int | float | str | bytes | list[Item] | None

ALL, SOME, NONE = 0, 1, 2  # how many rows of a column are known
DECIMAL = 0  # a float as mantissa / 10 ** exponent; else the number of its IEEE bytes
_MASK = (1 << 64) - 1
_SIGN = 1 << 63
_NUMBERS = struct.Struct("<QB")  # base, bytes of a distance
_HEAD = _NUMBERS.size
_SHIFTS = tuple(tuple(range(0, 8 * width, 8)) for width in range(9))
_IEEE = {2: struct.Struct("<e"), 4: struct.Struct("<f"), 8: struct.Struct("<d")}
_LETTER = {2: "e", 4: "f", 8: "d"}
_TENS = tuple(10.0**exponent for exponent in range(23))  # exact, so a division rounds once
# Kinds as small numbers: looking at members of an enumeration takes most of the time otherwise.
_UNSIGNED, _SIGNED, _FLOAT, _ID, _TEXT, _BYTES, _LIST = range(7)


class Damaged(Exception):
    """The columns contradict themselves; whoever knows the place says so."""


class Decoder:
    """Rows of blocks with one schema. Made once, used for every look-up."""

    def __init__(self, schema: Schema) -> None:
        self._columns = [
            (
                column.name,
                _code(column.kind),
                FLOATS.get(column.kind, 0) if column.kind is not Kind.F64 else 0,
                column.fields,
            )
            for column in schema.columns
        ]

    def row(self, raw: bytes, rows: int, row: int) -> dict[str, Value]:
        """What a row says, by column name.

        Raises:
            Damaged: the columns do not end where the block does, or cannot be read.

        Cost: about a microsecond a column, whatever the number of rows.
        """
        try:
            return self._row(raw, rows, row)
        except (IndexError, KeyError, ValueError, OverflowError, struct.error) as error:
            raise Damaged from error

    def _row(self, raw: bytes, rows: int, row: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        at = 0  # it only grows, so that whatever goes beyond the end is noticed there
        for name, code, width, fields in self._columns:
            form, at, value, known = raw[at], at + 1, None, True
            if form:
                if form == NONE:
                    found[name] = None
                    continue
                if form != SOME:
                    raise Damaged
                known = bool(raw[at + (row >> 3)] >> (row & 7) & 1)
                at += (rows + 7) >> 3
            if code <= _SIGNED:
                used = raw[at + 8]
                if known:
                    value = (
                        _number(raw, at, rows, row) if used else _NUMBERS.unpack_from(raw, at)[0]
                    )
                    if code == _SIGNED and value & _SIGN:
                        value -= 1 << 64
                at += _HEAD + used * rows
            elif code == _FLOAT:
                found[name], at = _float(raw, at, rows, row if known else None, width)
                continue
            elif code == _ID:
                if known:
                    first = at + ID_BYTES * row
                    value = int.from_bytes(raw[first : first + ID_BYTES])
                at += ID_BYTES * rows
            elif code == _LIST:
                found[name], at = _list(raw, at, rows, row if known else None, fields)
                continue
            else:
                lengths, at = at, at + _HEAD + raw[at + 8] * rows
                if known:
                    first = at + _total(raw, lengths, rows, row)
                    text = raw[first : first + _number(raw, lengths, rows, row)]
                    found[name] = text.decode() if code == _TEXT else text
                else:
                    found[name] = None
                at += _total(raw, lengths, rows, rows)
                continue
            found[name] = value
        if at != len(raw):
            raise Damaged
        return found


def _code(kind: Kind) -> int:
    if kind in INTEGERS:
        return _SIGNED if INTEGERS[kind][0] < 0 else _UNSIGNED
    if kind in FLOATS:
        return _FLOAT
    return {Kind.ID: _ID, Kind.TEXT: _TEXT, Kind.BYTES: _BYTES, Kind.LIST: _LIST}[kind]


def _number(raw: bytes, at: int, count: int, which: int) -> int:
    """One of `count` numbers that lie from `at` on; 0 to 2**64 - 1."""
    found: int
    found, width = _NUMBERS.unpack_from(raw, at)
    place = at + _HEAD + which
    if width == 1:  # as most numbers are
        return (found + raw[place]) & _MASK
    for shift in _SHIFTS[width]:
        found += raw[place] << shift
        place += count
    return found & _MASK


def _total(raw: bytes, at: int, count: int, until: int) -> int:
    """The sum of the first of them."""
    base, width = _NUMBERS.unpack_from(raw, at)
    found: int = base * until
    place = at + _HEAD
    for shift in _SHIFTS[width]:
        found += sum(raw[place : place + until]) << shift
        place += count
    return found


def _float(raw: bytes, at: int, rows: int, row: int | None, width: int) -> tuple[float | None, int]:
    """A float and where its column ends; `width` 0 means that the column says how it is kept."""
    if not width:
        width, at = raw[at], at + 1
    end = at + _HEAD + raw[at + 8] * rows
    if width == DECIMAL:
        exponents, end = end, end + _HEAD + raw[end + 8] * rows
        if row is None:
            return None, end
        mantissa = _number(raw, at, rows, row)
        if mantissa & _SIGN:
            mantissa -= 1 << 64
        # Mostly there is one exponent for all: the base, with distances of no bytes.
        exponent = _number(raw, exponents, rows, row) if raw[exponents + 8] else raw[exponents]
        return mantissa / _TENS[exponent], end
    if row is None:
        return None, end
    bits = _number(raw, at, rows, row).to_bytes(8, "little")
    return float(_IEEE[width].unpack(bits[:width])[0]), end


def _list(
    raw: bytes, at: int, rows: int, row: int | None, fields: tuple[Field, ...]
) -> tuple[list[Item] | None, int]:
    """A list and where its column ends."""
    total = _total(raw, at, rows, rows)
    if total > MOST_RAW_BYTES:  # items may take no bytes at all
        raise Damaged
    first = 0 if row is None else _total(raw, at, rows, row)
    last = first if row is None else first + _number(raw, at, rows, row)
    at += _HEAD + raw[at + 8] * rows
    parts = []
    for field in fields:
        part, at = _part(raw, at, total, slice(first, last), field.kind)
        parts.append(part)
    return None if row is None else list(zip(*parts, strict=True)), at


def _part(
    raw: bytes, at: int, total: int, items: slice, kind: Kind
) -> tuple[list[int] | list[float], int]:
    """One field of some of all rows' items, and where the field ends."""
    if kind is Kind.ID:
        firsts = range(at + ID_BYTES * items.start, at + ID_BYTES * items.stop, ID_BYTES)
        ids = [int.from_bytes(raw[first : first + ID_BYTES]) for first in firsts]
        return ids, at + ID_BYTES * total
    if kind in INTEGERS:
        numbers = _some(raw, at, total, items)
        return _with_sign(numbers) if INTEGERS[kind][0] < 0 else numbers, _end(raw, at, total)
    width = FLOATS[kind]
    if kind is Kind.F64:
        width, at = raw[at], at + 1
    end = _end(raw, at, total)
    if width == DECIMAL:
        mantissas = _with_sign(_some(raw, at, total, items))
        exponents = _some(raw, end, total, items)
        pairs = zip(mantissas, exponents, strict=True)
        return [one / _TENS[exponent] for one, exponent in pairs], _end(raw, end, total)
    base, used = _NUMBERS.unpack_from(raw, at)
    if base or used > width:
        raise Damaged
    packed = _distances(raw, at, total, items, width)
    return list(struct.unpack(f"<{items.stop - items.start}{_LETTER[width]}", packed)), end


def _end(raw: bytes, at: int, count: int) -> int:
    return at + _HEAD + raw[at + 8] * count


def _distances(raw: bytes, at: int, count: int, items: slice, width: int) -> bytearray:
    """Distances of neighbouring numbers, `width` bytes each."""
    out = bytearray(width * (items.stop - items.start))
    place = at + _HEAD
    for plane in range(raw[at + 8]):
        out[plane::width] = raw[place + items.start : place + items.stop]
        place += count
    return out


def _some(raw: bytes, at: int, count: int, items: slice) -> list[int]:
    """Neighbouring numbers."""
    base, _width = _NUMBERS.unpack_from(raw, at)
    packed = _distances(raw, at, count, items, 8)
    distances = struct.unpack(f"<{items.stop - items.start}Q", packed)
    return [(base + each) & _MASK for each in distances]


def _with_sign(numbers: list[int]) -> list[int]:
    return [number - (1 << 64) if number & _SIGN else number for number in numbers]
