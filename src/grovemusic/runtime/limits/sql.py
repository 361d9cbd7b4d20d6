"""SQL statements that D1 takes. Source: https://developers.cloudflare.com/d1/platform/limits/"""

import math
import re

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Statement, Value
from grovemusic.runtime.limits.keys import utf8

PORT = "database"
MOST_VALUES = 100
MOST_SQL_BYTES = 100_000
MOST_VALUE_BYTES = 2_000_000
UNSAFE_INTEGER = 2**53  # from here on a double cannot hold every whole number

# Statements that would change the transaction or the connection for whoever comes next.
_LEADING_WORD = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$))*(\w*)", re.DOTALL)
_REFUSED_WORDS = frozenset(
    {"ATTACH", "BEGIN", "COMMIT", "DETACH", "END", "RELEASE", "ROLLBACK", "SAVEPOINT", "VACUUM"}
)


def checked(statement: Statement) -> Statement:
    """`statement` with its values as they are bound, if D1 would take it.

    Raises:
        PlatformLimit: too many or too large values, too long a statement.
        StorageFailure: no statement, or one that meddles with the transaction.
        TypeError: a value is of no type that D1 can bind.
    """
    sql, values = statement
    if len(values) > MOST_VALUES:
        raise PlatformLimit(PORT, f"at most {MOST_VALUES} bound values, got {len(values)}")
    if len(utf8(PORT, sql)) > MOST_SQL_BYTES:
        raise PlatformLimit(PORT, f"a statement has at most {MOST_SQL_BYTES:,} bytes")
    leading = _LEADING_WORD.match(sql)
    word = leading[1].upper() if leading else ""
    if not word:
        raise StorageFailure(PORT, "there is no statement")
    if word in _REFUSED_WORDS:
        raise StorageFailure(PORT, f"{word} is refused: a batch is the transaction")
    return Statement(sql, tuple(map(_bound, values)))


def _bound(value: Value) -> Value:
    match value:
        case None:
            return None
        case int():  # bool too: True is 1
            if abs(value) >= UNSAFE_INTEGER:
                raise PlatformLimit(PORT, f"whole numbers stay below 2**53, got {value}")
            return float(value)
        case float():
            if not math.isfinite(value):
                raise PlatformLimit(PORT, f"D1 would store NULL for {value}")
            return value
        case str():
            return _fitting(value, len(utf8(PORT, value)))
        case bytes():
            return _fitting(value, len(value))
        case _:
            raise TypeError(f"cannot bind a {type(value).__name__}")


def _fitting(value: Value, size: int) -> Value:
    if size > MOST_VALUE_BYTES:
        raise PlatformLimit(PORT, f"a value has at most {MOST_VALUE_BYTES:,} bytes, got {size:,}")
    return value
