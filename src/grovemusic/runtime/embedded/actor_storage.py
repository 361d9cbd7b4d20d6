"""What one actor remembers, as the storage of a Durable Object does."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from grovemusic.ports import Json
from grovemusic.runtime.embedded.sqlite_file import SqliteFile, transaction
from grovemusic.runtime.limits.actors import PORT, check_limit, checked_keys, checked_value
from grovemusic.runtime.limits.keys import span

SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS entries (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  key BLOB NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, name, key)
) WITHOUT ROWID
""",
    # An alarm that rings stays here until the actor has dealt with it: only then is it over.
    """
CREATE TABLE IF NOT EXISTS actors (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT,                          -- the process that delivers to it, or was the last to
  held INTEGER NOT NULL DEFAULT 0,     -- 1 while the owner delivers
  alarm_at_ms INTEGER,
  ringing INTEGER NOT NULL DEFAULT 0,  -- 1 while that alarm is delivered
  tries INTEGER NOT NULL DEFAULT 0,    -- how often that alarm has failed
  PRIMARY KEY (kind, name)
) WITHOUT ROWID
""",
    """
CREATE INDEX IF NOT EXISTS idx_actors_alarm ON actors (alarm_at_ms) WHERE alarm_at_ms IS NOT NULL
""",
)
_GET = "SELECT value FROM entries WHERE kind = ? AND name = ? AND key = ?"
_PUT = """
INSERT INTO entries (kind, name, key, value) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, name, key) DO UPDATE SET value = excluded.value
"""
_DELETE = "DELETE FROM entries WHERE kind = ? AND name = ? AND key = ?"
_LIST = """
SELECT key, value FROM entries WHERE kind = ? AND name = ? AND key >= ? AND key < ?
ORDER BY key LIMIT ?
"""
_DELETE_ALL = "DELETE FROM entries WHERE kind = ? AND name = ?"
_SET_ALARM = """
INSERT INTO actors (kind, name, alarm_at_ms) VALUES (?, ?, ?)
ON CONFLICT (kind, name) DO UPDATE SET alarm_at_ms = excluded.alarm_at_ms, ringing = 0, tries = 0
"""
_GET_ALARM = "SELECT alarm_at_ms FROM actors WHERE kind = ? AND name = ? AND NOT ringing"
_DELETE_ALARM = """
UPDATE actors SET alarm_at_ms = NULL, ringing = 0, tries = 0 WHERE kind = ? AND name = ?
"""


class ActorName(NamedTuple):
    """Which actor is meant."""

    kind: str
    name: str


class SqliteActorStorage:
    """The `ActorStorage` of one actor. Each call is one transaction."""

    def __init__(self, file: SqliteFile, actor: ActorName, alarm_set: Callable[[], None]) -> None:
        self._file, self._actor, self._alarm_set = file, actor, alarm_set

    async def get(self, keys: Sequence[str]) -> dict[str, Json]:
        wanted = dict(zip(keys, checked_keys(keys), strict=True))

        def work(connection: sqlite3.Connection) -> dict[str, tuple[str] | None]:
            with transaction(connection, kind="DEFERRED"):  # of one put, all keys or none
                return {
                    key: connection.execute(_GET, (*self._actor, kept)).fetchone()
                    for key, kept in wanted.items()
                }

        found = await self._file.run(work)
        return {key: json.loads(row[0]) for key, row in found.items() if row}

    async def put(self, entries: Mapping[str, Json]) -> None:
        kept = [
            (*self._actor, key, checked_value(key, value))
            for key, value in zip(checked_keys(entries), entries.values(), strict=True)
        ]
        await self._file.transaction(lambda connection: connection.executemany(_PUT, kept).close())

    async def delete(self, keys: Sequence[str]) -> None:
        kept = [(*self._actor, key) for key in checked_keys(keys)]
        await self._file.transaction(
            lambda connection: connection.executemany(_DELETE, kept).close()
        )

    async def list(
        self, prefix: str = "", *, start: str | None = None, limit: int = 1000
    ) -> dict[str, Json]:
        check_limit(limit)
        first, beyond = span(PORT, prefix)
        if start is not None:
            first = max(first, span(PORT, start)[0])
        found = await self._file.run(
            lambda connection: connection.execute(
                _LIST, (*self._actor, first, beyond, limit)
            ).fetchall()
        )
        return {key.decode(): json.loads(value) for key, value in found}

    async def delete_all(self) -> None:
        await self._execute((_DELETE_ALL, self._actor), (_DELETE_ALARM, self._actor))

    async def set_alarm(self, at_ms: int) -> None:
        await self._execute((_SET_ALARM, (*self._actor, at_ms)))
        self._alarm_set()

    async def get_alarm(self) -> int | None:
        row = await self._file.run(
            lambda connection: connection.execute(_GET_ALARM, self._actor).fetchone()
        )
        return row[0] if row else None

    async def delete_alarm(self) -> None:
        await self._execute((_DELETE_ALARM, self._actor))

    async def _execute(self, *statements: tuple[str, tuple[str | int, ...]]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for sql, values in statements:
                connection.execute(sql, values)

        await self._file.transaction(work)
