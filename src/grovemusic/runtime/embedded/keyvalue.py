"""The cache in one SQLite file, as Workers KV would keep it."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Clock, Page
from grovemusic.runtime.embedded import keys as kv_keys
from grovemusic.runtime.embedded.sqlite_file import SqliteFile

_PORT = "keyvalue"

# https://developers.cloudflare.com/kv/platform/limits/
_MOST_KEY_BYTES = 512
_MOST_VALUE_BYTES = 25 * 1024 * 1024
_MOST_GOT_AT_ONCE = 100
_LEAST_TTL_S = 60

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
        self._file = SqliteFile(_PORT, path, schema=_SCHEMA)

    async def get(self, key: str) -> bytes | None:
        wanted, now_ms = _key(key), self._clock.now_ms()
        return await self._file.run(lambda connection: _get(connection, wanted, now_ms))

    async def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        if len(keys) > _MOST_GOT_AT_ONCE:
            raise PlatformLimit(_PORT, f"at most {_MOST_GOT_AT_ONCE} keys at once, got {len(keys)}")
        wanted, now_ms = {key: _key(key) for key in keys}, self._clock.now_ms()

        def work(connection: sqlite3.Connection) -> dict[str, bytes | None]:
            return {key: _get(connection, kept, now_ms) for key, kept in wanted.items()}

        found = await self._file.run(work)
        return {key: _text(key, value) for key, value in found.items() if value is not None}

    async def put(self, key: str, value: bytes, *, ttl_s: int | None = None) -> None:
        kept, now_ms = _key(key), self._clock.now_ms()
        if len(value) > _MOST_VALUE_BYTES:
            raise PlatformLimit(_PORT, f"a value has at most 25 MiB, got {len(value):,} bytes")
        if ttl_s is not None and ttl_s < _LEAST_TTL_S:
            raise PlatformLimit(_PORT, f"a TTL is at least {_LEAST_TTL_S} s, got {ttl_s}")
        expires_at_ms = None if ttl_s is None else now_ms + ttl_s * 1000

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_PUT, (kept, value, expires_at_ms))
            connection.execute(_SWEEP, (now_ms, _SWEPT_AT_ONCE))

        await self._file.transaction(work)

    async def delete(self, key: str) -> None:
        kept = _key(key)
        await self._file.run(lambda connection: connection.execute(_DELETE, (kept,)).close())

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        kv_keys.check_limit(_PORT, limit)
        first, beyond = kv_keys.span(_PORT, prefix, after=cursor)
        asked = (first, beyond, self._clock.now_ms(), limit + 1)
        found = await self._file.run(
            lambda connection: [row[0] for row in connection.execute(_KEYS, asked)]
        )
        return kv_keys.page(found, limit=limit)

    def close(self) -> None:
        self._file.close()


def _key(key: str) -> bytes:
    if key in {".", ".."}:
        raise PlatformLimit(_PORT, f"{key!r} is no key")
    return kv_keys.key_bytes(_PORT, key, at_most=_MOST_KEY_BYTES)


def _get(connection: sqlite3.Connection, key: bytes, now_ms: int) -> bytes | None:
    row = connection.execute(_GET, (key, now_ms)).fetchone()
    return None if row is None else row[0]


def _text(key: str, value: bytes) -> bytes:
    """`value`, if KV's bulk read could give it: that knows text only."""
    try:
        value.decode()
    except UnicodeDecodeError as error:
        raise StorageFailure(_PORT, f"{key!r} is not UTF-8 text: get it alone") from error
    return value
