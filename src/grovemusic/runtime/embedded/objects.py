"""Files by key, as R2 keeps them.

The bodies are files with names of our own making, an SQLite index says which key has which
body. So no key can name a path, a listing is in order, a condition is checked in the same
transaction that swaps the body, and a reader sees the old body or the new one and nothing
between. The order of the steps (body on the disk, then the index, then the old body away) leaves
at worst a file nobody points to, never a key without its body.
"""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from grovemusic.domain.errors import StorageFailure
from grovemusic.ports import Page, StoredObject
from grovemusic.runtime.embedded.sqlite_file import SqliteFile, transaction
from grovemusic.runtime.limits import keys as object_keys
from grovemusic.runtime.limits.objects import PORT, checked_key, checked_keys, range_in

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS objects (
  key BLOB PRIMARY KEY,
  etag TEXT NOT NULL,
  size INTEGER NOT NULL,
  file TEXT NOT NULL
) WITHOUT ROWID
""",
)
_GET = "SELECT etag, size, file FROM objects WHERE key = ?"
_PUT = """
INSERT INTO objects (key, etag, size, file) VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET etag = excluded.etag, size = excluded.size, file = excluded.file
"""
_DELETE = "DELETE FROM objects WHERE key = ? RETURNING file"
_KEYS = "SELECT key FROM objects WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"


class _Entry(NamedTuple):
    """A row of the index."""

    etag: str
    size: int
    file: str


class FileObjects:
    """An `ObjectStore` in one folder, which several processes may use at once.

    The etag is the SHA-256 of the body. A body that is read whole is checked against it.
    """

    def __init__(self, folder: str | Path) -> None:
        self._bodies, self._arriving = Path(folder) / "bodies", Path(folder) / "arriving"
        # Durable: after a power cut the index must not point to a body that is already gone.
        self._index = SqliteFile(PORT, Path(folder) / "index.sqlite", schema=_SCHEMA, durable=True)
        self._bodies.mkdir(exist_ok=True)
        self._arriving.mkdir(exist_ok=True)

    async def get(
        self, key: str, *, offset: int | None = None, length: int | None = None
    ) -> StoredObject | None:
        kept = checked_key(key)
        return await self._index.run(lambda connection: self._get(connection, kept, offset, length))

    async def head(self, key: str) -> StoredObject | None:
        kept = checked_key(key)
        entry = await self._index.run(lambda connection: _entry(connection, kept))
        return entry and StoredObject(b"", entry.etag, entry.size)

    async def put(
        self, key: str, body: bytes, *, if_etag: str | None = None, if_absent: bool = False
    ) -> str | None:
        kept = checked_key(key)

        def holds(current: _Entry | None) -> bool:
            if current is None:
                return if_etag is None
            return not if_absent and if_etag in {None, current.etag}

        return await self._index.run(lambda connection: self._put(connection, kept, body, holds))

    async def delete(self, keys: Sequence[str]) -> None:
        kept = checked_keys(keys)
        await self._index.run(lambda connection: self._delete(connection, kept))

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        object_keys.check_limit(PORT, limit)
        first, beyond = object_keys.span(PORT, prefix, after=cursor)
        found = await self._index.run(
            lambda connection: [
                row[0] for row in connection.execute(_KEYS, (first, beyond, limit + 1))
            ]
        )
        return object_keys.page(found, limit=limit)

    async def tidy(self) -> int:
        """Remove bodies no key points to, which only a kill -9 can leave; how many there were."""
        return await self._index.transaction(self._tidy)

    def close(self) -> None:
        self._index.close()

    # --- on the thread of the index ----------------------------------------------------------

    def _get(
        self, connection: sqlite3.Connection, key: bytes, offset: int | None, length: int | None
    ) -> StoredObject | None:
        while (entry := _entry(connection, key)) is not None:
            try:
                stream = (self._bodies / entry.file).open("rb")
            except FileNotFoundError as error:
                if _entry(connection, key) == entry:
                    raise StorageFailure(
                        PORT, f"the body of {key.decode()!r} is missing"
                    ) from error
                continue  # another process has just put a new body in its place
            with stream:
                return StoredObject(_part(stream, entry, offset, length), entry.etag, entry.size)
        return None

    def _put(
        self,
        connection: sqlite3.Connection,
        key: bytes,
        body: bytes,
        holds: Callable[[_Entry | None], bool],
    ) -> str | None:
        new = _Entry(hashlib.sha256(body).hexdigest(), len(body), secrets.token_hex(16))
        try:
            with transaction(connection):
                current = _entry(connection, key)
                if not holds(current):
                    return None
                self._write(new.file, body)
                connection.execute(_PUT, (key, *new))
        except BaseException:
            self._remove([new.file])
            raise
        self._remove([current.file] if current else [])
        return new.etag

    def _delete(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> None:
        gone: list[str] = []
        with transaction(connection):
            for key in keys:
                gone += (row[0] for row in connection.execute(_DELETE, (key,)))
        self._remove(gone)

    def _write(self, name: str, body: bytes) -> None:
        """Give the finished file its name, so that the name never stands for half a body."""
        arriving = self._arriving / name
        with arriving.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        arriving.rename(self._bodies / name)
        folder = os.open(self._bodies, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self._bodies / name).unlink(missing_ok=True)
            (self._arriving / name).unlink(missing_ok=True)

    def _tidy(self, connection: sqlite3.Connection) -> int:
        """Nobody writes a body without the write lock, and we have it: what is unknown is old."""
        known = {row[0] for row in connection.execute("SELECT file FROM objects")}
        found = {
            file.name for folder in (self._bodies, self._arriving) for file in folder.iterdir()
        }
        self._remove(found - known)
        return len(found - known)


def _entry(connection: sqlite3.Connection, key: bytes) -> _Entry | None:
    row = connection.execute(_GET, (key,)).fetchone()
    return _Entry(*row) if row else None


def _part(stream: BinaryIO, entry: _Entry, offset: int | None, length: int | None) -> bytes:
    """The bytes asked for, from a body that is as it was written."""
    if os.fstat(stream.fileno()).st_size != entry.size:
        raise StorageFailure(PORT, f"a damaged body: {stream.name} has not {entry.size:,} bytes")
    if offset is None and length is None:
        body = stream.read()
        if hashlib.sha256(body).hexdigest() != entry.etag:
            raise StorageFailure(PORT, f"a damaged body: {stream.name} is not what was written")
        return body
    start, count = range_in(entry.size, offset, length)
    stream.seek(start)
    return stream.read(count)
