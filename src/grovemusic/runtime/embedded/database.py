"""SQL on one SQLite file, as D1 would run it.

What D1 refuses is refused here, so that a laptop finds out before a deployment does. Numbers are
those of JavaScript, as with D1: bound as doubles (so `7 / ?` is no whole division, and a number
bound into text reads "2.0"), and whole doubles come back as int.
"""

import math
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Row, Statement, Value
from grovemusic.runtime.embedded.keys import utf8
from grovemusic.runtime.embedded.sqlite_file import SqliteFile

_PORT = "database"

# https://developers.cloudflare.com/d1/platform/limits/
_MOST_VALUES = 100
_MOST_SQL_BYTES = 100_000
_MOST_VALUE_BYTES = 2_000_000
_UNSAFE_INTEGER = 2**53  # from here on a double cannot hold every whole number

# The same, and what workerd sets beside (src/workerd/util/sqlite.c++, setupSecurity).
_SQLITE_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 5,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 32,
    sqlite3.SQLITE_LIMIT_LENGTH: _MOST_VALUE_BYTES,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: _MOST_SQL_BYTES,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: _MOST_VALUES,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
}

# Statements that would change the transaction or the connection for whoever comes next.
_LEADING_WORD = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$))*(\w*)", re.DOTALL)
_REFUSED_WORDS = frozenset(
    {"ATTACH", "BEGIN", "COMMIT", "DETACH", "END", "RELEASE", "ROLLBACK", "SAVEPOINT", "VACUUM"}
)
_ALLOWED_PRAGMAS = frozenset(
    {
        "data_version",  # FTS5 asks for it
        "defer_foreign_keys",
        "foreign_key_check",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "optimize",
        "quick_check",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
_REFUSED_FUNCTIONS = frozenset(
    {
        "sqlite_compileoption_get",
        "sqlite_compileoption_used",
        "sqlite_offset",
        "sqlite_source_id",
        "sqlite_version",
    }
)
_TEMPORARY = frozenset(
    {
        sqlite3.SQLITE_CREATE_TEMP_INDEX,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
    }
)


class SqliteDatabase:
    """A `Database` in one file, which several processes may use at once.

    Raises:
        StorageFailure: every SQL error, with SQLite's words ("UNIQUE constraint failed: …").
        StorageBusy: another process wrote for longer than `busy_timeout_s`.
        PlatformLimit: D1 would have refused.
        TypeError: a value is of no type that D1 can bind.
    """

    def __init__(self, path: str | Path, *, busy_timeout_s: float = 5.0) -> None:
        self._file = SqliteFile(_PORT, path, busy_timeout_s=busy_timeout_s, prepare=_limit)

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        checked = _checked(Statement(sql, values))
        return await self._file.run(lambda connection: _rows(connection, checked))

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        checked = [_checked(statement) for statement in statements]
        return await self._file.transaction(
            lambda connection: [_rows(connection, each) for each in checked]
        )

    def close(self) -> None:
        self._file.close()


def _rows(connection: sqlite3.Connection, statement: Statement) -> list[Row]:
    cursor = connection.execute(*statement)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, map(_given, row), strict=True)) for row in cursor]


def _limit(connection: sqlite3.Connection) -> None:
    for category, most in _SQLITE_LIMITS.items():
        connection.setlimit(category, most)
    connection.set_authorizer(_authorized)


def _authorized(
    action: int, name: str | None, detail: str | None, _schema: str | None, _trigger: str | None
) -> int:
    """SQLite asks this while it prepares a statement, for every single thing in it."""
    refused = (
        action in _TEMPORARY
        or (action == sqlite3.SQLITE_PRAGMA and (name or "").lower() not in _ALLOWED_PRAGMAS)
        or (action == sqlite3.SQLITE_FUNCTION and (detail or "").lower() in _REFUSED_FUNCTIONS)
    )
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _checked(statement: Statement) -> Statement:
    """`statement` with its values as they are bound, if D1 would take it."""
    sql, values = statement
    if len(values) > _MOST_VALUES:
        raise PlatformLimit(_PORT, f"at most {_MOST_VALUES} bound values, got {len(values)}")
    if len(utf8(_PORT, sql)) > _MOST_SQL_BYTES:
        raise PlatformLimit(_PORT, f"a statement has at most {_MOST_SQL_BYTES:,} bytes")
    leading = _LEADING_WORD.match(sql)
    word = leading[1].upper() if leading else ""
    if not word:
        raise StorageFailure(_PORT, "there is no statement")
    if word in _REFUSED_WORDS:
        raise StorageFailure(_PORT, f"{word} is refused: a batch is the transaction")
    return Statement(sql, tuple(map(_bound, values)))


def _bound(value: Value) -> Value:
    match value:
        case None:
            return None
        case int():  # bool too: True is 1
            if abs(value) >= _UNSAFE_INTEGER:
                raise PlatformLimit(_PORT, f"whole numbers stay below 2**53, got {value}")
            return float(value)
        case float():
            if not math.isfinite(value):
                raise PlatformLimit(_PORT, f"D1 would store NULL for {value}")
            return value
        case str():
            return _fitting(value, len(utf8(_PORT, value)))
        case bytes():
            return _fitting(value, len(value))
        case _:
            raise TypeError(f"cannot bind a {type(value).__name__}")


def _fitting(value: Value, size: int) -> Value:
    if size > _MOST_VALUE_BYTES:
        raise PlatformLimit(_PORT, f"a value has at most {_MOST_VALUE_BYTES:,} bytes, got {size:,}")
    return value


def _given(value: Value) -> Value:
    """A value of a row as JavaScript has it: there is one kind of number."""
    if type(value) is float and value.is_integer() and abs(value) < _UNSAFE_INTEGER:
        return int(value)
    return value
