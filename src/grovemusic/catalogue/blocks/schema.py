"""Which columns a table of the cold store has, and what may stand in them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """What a value is. Where a number is kept shorter than it came, it says so."""

    U8 = "u8"
    U16 = "u16"
    U32 = "u32"
    U64 = "u64"
    I32 = "i32"
    I64 = "i64"
    F16 = "f16"  # rounded to the nearest half-precision number: relative error below 2 ** -11
    F32 = "f32"  # rounded to the nearest single-precision number: below 2 ** -24
    F64 = "f64"  # exactly the number that came in, in as few bytes as that takes
    ID = "id"  # a 128-bit number
    TEXT = "text"
    BYTES = "bytes"
    LIST = "list"  # of tuples of numbers and ids, in order


INTEGERS: Mapping[Kind, tuple[int, int]] = {  # least, most
    Kind.U8: (0, (1 << 8) - 1),
    Kind.U16: (0, (1 << 16) - 1),
    Kind.U32: (0, (1 << 32) - 1),
    Kind.U64: (0, (1 << 64) - 1),
    Kind.I32: (-(1 << 31), (1 << 31) - 1),
    Kind.I64: (-(1 << 63), (1 << 63) - 1),
}
FLOATS: Mapping[Kind, int] = {Kind.F16: 2, Kind.F32: 4, Kind.F64: 8}  # bytes
VARIABLE = frozenset({Kind.TEXT, Kind.BYTES, Kind.LIST})


@dataclass(frozen=True, slots=True)
class Field:
    """One number or id of the tuples in a list."""

    name: str
    kind: Kind

    def __post_init__(self) -> None:
        if self.kind in VARIABLE:
            raise ValueError(f"a list of {self.kind} is not possible: {self.name}")


@dataclass(frozen=True, slots=True)
class Column:
    """A named column. Any value of it may be unknown (None)."""

    name: str
    kind: Kind
    fields: tuple[Field, ...] = ()  # of a list

    def __post_init__(self) -> None:
        if (self.kind is Kind.LIST) != bool(self.fields):
            raise ValueError(f"fields are for lists and every list has some: {self.name}")


@dataclass(frozen=True, slots=True)
class Schema:
    """A table: its name and its columns, in the order they are stored."""

    table: str
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names) or not names:
            raise ValueError(f"want one or more columns of different names, got {names}")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def fingerprint(self) -> bytes:
        """8 bytes that differ when a column does."""
        text = json.dumps(self.as_json(), separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()[:8]

    def as_json(self) -> dict[str, Any]:
        """As it stands in a manifest."""
        return {
            "table": self.table,
            "columns": [
                [each.name, each.kind.value]
                if each.kind is not Kind.LIST
                else [each.name, each.kind.value, [[f.name, f.kind.value] for f in each.fields]]
                for each in self.columns
            ],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """The schema that `as_json` described.

        Raises:
            KeyError, TypeError, ValueError: it is not such a description.
        """
        columns = []
        for name, kind, *fields in said["columns"]:
            inner = tuple(Field(str(each), Kind(what)) for each, what in (fields or [[]])[0])
            columns.append(Column(str(name), Kind(kind), inner))
        return cls(str(said["table"]), tuple(columns))
