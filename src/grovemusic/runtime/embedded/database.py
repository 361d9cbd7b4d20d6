"""SQL on one SQLite file, as D1 would run it.

What D1 refuses is refused here, so that a laptop finds out before a deployment does. Numbers are
those of JavaScript, as with D1: bound as doubles (so `7 / ?` is no whole division, and a number
bound into text reads "2.0"), and whole doubles come back as int.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from grovemusic.ports import Row, Statement, Value
from grovemusic.runtime.embedded.sqlite_file import SqliteFile
from grovemusic.runtime.limits.sql import (
    MOST_SQL_BYTES,
    MOST_VALUE_BYTES,
    MOST_VALUES,
    PORT,
    UNSAFE_INTEGER,
    checked,
)

# D1's limits (runtime/limits/sql.py), and what workerd sets beside
# (src/workerd/util/sqlite.c++, setupSecurity).
_SQLITE_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 5,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 32,
    sqlite3.SQLITE_LIMIT_LENGTH: MOST_VALUE_BYTES,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: MOST_SQL_BYTES,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: MOST_VALUES,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
}

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
        self._file = SqliteFile(PORT, path, busy_timeout_s=busy_timeout_s, prepare=_limit)

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        statement = checked(Statement(sql, values))
        return await self._file.run(lambda connection: _rows(connection, statement))

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        each_checked = [checked(statement) for statement in statements]
        return await self._file.transaction(
            lambda connection: [_rows(connection, each) for each in each_checked]
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


def _given(value: Value) -> Value:
    """A value of a row as JavaScript has it: there is one kind of number."""
    if type(value) is float and value.is_integer() and abs(value) < UNSAFE_INTEGER:
        return int(value)
    return value
