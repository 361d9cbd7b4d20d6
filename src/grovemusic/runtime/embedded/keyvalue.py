"""The cache in one SQLite file, as Workers KV would keep it."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from grovemusic.ports import Clock, Page
from grovemusic.runtime.embedded.sqlite_file import SqliteFile
from grovemusic.runtime.limits import keys as kv_keys
from grovemusic.runtime.limits.keyvalue import (
    PORT,
    check_entry,
    check_many,
    checked_key,
    checked_text,
)

# So many expired entries leave with each new one: the file cannot grow by what is dead.
_SWEPT_AT_ONCE = 100

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS entries (
  key BLOB PRIMARY KEY,
  value BLOB NOT NULL,
  expires_at_ms INTEGER
)
""",
    """
CREATE INDEX IF NOT EXISTS idx_entries_expiry ON entries (expires_at_ms)
  WHERE expires_at_ms IS NOT NULL
""",
)
_GET = "SELECT value FROM entries WHERE key = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)"
_PUT = """
INSERT INTO entries (key, value, expires_at_ms) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms
"""
_SWEEP = """
DELETE FROM entries WHERE key IN
  (SELECT key FROM entries WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)
"""
_DELETE = "DELETE FROM entries WHERE key = ?"
_KEYS = """
SELECT key FROM entries WHERE key >= ? AND key < ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)
ORDER BY key LIMIT ?
"""


class SqliteKeyValue:
    """A `KeyValue` in one file. Unlike KV it forgets and remembers at once, everywhere.

    An expired entry is never seen again; it leaves the file a little later.
    """

    def __init__(self, path: str | Path, clock: Clock) -> None:
        self._clock = clock
        self._file = SqliteFile(PORT, path, schema=_SCHEMA)

    async def get(self, key: str) -> bytes | None:
        wanted, now_ms = checked_key(key), self._clock.now_ms()
        return await self._file.run(lambda connection: _get(connection, wanted, now_ms))

    async def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        check_many(keys)
        wanted, now_ms = {key: checked_key(key) for key in keys}, self._clock.now_ms()

        def work(connection: sqlite3.Connection) -> dict[str, bytes | None]:
            return {key: _get(connection, kept, now_ms) for key, kept in wanted.items()}

        found = await self._file.run(work)
        return {key: checked_text(key, value) for key, value in found.items() if value is not None}

    async def put(self, key: str, value: bytes, *, ttl_s: int | None = None) -> None:
        kept, now_ms = checked_key(key), self._clock.now_ms()
        check_entry(value, ttl_s)
        expires_at_ms = None if ttl_s is None else now_ms + ttl_s * 1000

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_PUT, (kept, value, expires_at_ms))
            connection.execute(_SWEEP, (now_ms, _SWEPT_AT_ONCE))

        await self._file.transaction(work)

    async def delete(self, key: str) -> None:
        kept = checked_key(key)
        await self._file.run(lambda connection: connection.execute(_DELETE, (kept,)).close())

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        kv_keys.check_limit(PORT, limit)
        first, beyond = kv_keys.span(PORT, prefix, after=cursor)
        asked = (first, beyond, self._clock.now_ms(), limit + 1)
        found = await self._file.run(
            lambda connection: [row[0] for row in connection.execute(_KEYS, asked)]
        )
        return kv_keys.page(found, limit=limit)

    def close(self) -> None:
        self._file.close()


def _get(connection: sqlite3.Connection, key: bytes, now_ms: int) -> bytes | None:
    row = connection.execute(_GET, (key, now_ms)).fetchone()
    return None if row is None else row[0]
