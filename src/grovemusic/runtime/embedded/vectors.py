"""Nearest neighbours by exact cosine: vectors in an SQLite file, their directions in memory.

The file is the truth. Every change is a new row or a removed one, and both are numbered, so that
each process, the one that wrote included, brings its matrix up to date by reading what has a
higher number than it has seen. A million vectors of 13 numbers take about 80 MB of memory, some
seconds to load at the first query, and then 20-30 ms a query.
"""

import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Match, Vector
from grovemusic.runtime.embedded.keys import key_bytes
from grovemusic.runtime.embedded.sqlite_file import SqliteFile, transaction
from grovemusic.runtime.embedded.vector_filter import Condition, conditions, holds
from grovemusic.runtime.embedded.vector_matrix import Matrix, Test, cosines, directions

_PORT = "vectors"

# https://developers.cloudflare.com/vectorize/platform/limits/
_MOST_DIMENSIONS = 1536
_MOST_NAME_BYTES = 64
_MOST_METADATA_BYTES = 10 * 1024
_MOST_UPSERTED_AT_ONCE = 1000
_MOST_FILTERABLE = 10
_MOST_NEAREST = 50
_MOST_NEAREST_BARE = 100

_LOADED_AT_ONCE = 20_000
# A process that has missed more removals than this reads everything again.
_REMEMBERED_REMOVALS = 100_000
_NAMESPACE = "$namespace"  # beside the names of fields, which never begin with "$"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  namespace TEXT NOT NULL,
  floats BLOB NOT NULL,
  metadata TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS removed (seq INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS layout (one INTEGER PRIMARY KEY CHECK (one = 1), dimensions INTEGER)
"""
_REMOVE = (
    "INSERT INTO removed (row) SELECT row FROM vectors WHERE id = ?",
    "DELETE FROM vectors WHERE id = ?",
)
_TRIM = "DELETE FROM removed WHERE seq <= (SELECT max(seq) FROM removed) - ?"
_INSERT = "INSERT INTO vectors (id, namespace, floats, metadata) VALUES (?, ?, ?, ?)"
_GET = "SELECT id, namespace, floats, metadata FROM vectors WHERE id = ?"
_GET_ROWS = """
SELECT id, namespace, floats, metadata FROM vectors WHERE row IN (SELECT value FROM json_each(?))
"""
_LAYOUT = "SELECT dimensions FROM layout"
_SET_LAYOUT = "INSERT OR IGNORE INTO layout (one, dimensions) VALUES (1, ?)"
_COUNT = "SELECT count(*) FROM vectors"
_FIRST_REMOVAL = "SELECT min(seq) FROM removed"
_LAST_REMOVAL = "SELECT coalesce(max(seq), 0) FROM removed"
_NEW_REMOVALS = "SELECT seq, row FROM removed WHERE seq > ? ORDER BY seq"


class _Stored(NamedTuple):
    """A row of the table, without its number."""

    id: str
    namespace: str
    floats: bytes
    metadata: str


class _Loaded(NamedTuple):
    """A matrix, and how much of the file it has seen."""

    matrix: Matrix
    row: int
    removal: int


class NumpyVectors:
    """A `VectorIndex` in one file, which several processes may use at once.

    A write is seen at once, unlike in Vectorize.

    Args:
        path: The file.
        dimensions: Numbers a vector; a file made with others is refused.
        filterable: Metadata fields that `where` may name.

    Raises:
        PlatformLimit: beyond a limit of Vectorize, or a vector without a direction.
    """

    def __init__(
        self, path: str | Path, dimensions: int, *, filterable: Sequence[str] = ()
    ) -> None:
        if not 1 <= dimensions <= _MOST_DIMENSIONS:
            raise PlatformLimit(_PORT, f"1-{_MOST_DIMENSIONS} dimensions, got {dimensions}")
        if len(filterable) > _MOST_FILTERABLE:
            raise PlatformLimit(_PORT, f"at most {_MOST_FILTERABLE} fields to filter by")
        self._dimensions, self._filterable = dimensions, tuple(filterable)
        self._file = SqliteFile(_PORT, path, schema=_SCHEMA)
        self._path = path
        self._loaded: _Loaded | None = None

    async def upsert(self, vectors: Sequence[Vector]) -> None:
        if len(vectors) > _MOST_UPSERTED_AT_ONCE:
            raise PlatformLimit(
                _PORT, f"at most {_MOST_UPSERTED_AT_ONCE:,} vectors at once, got {len(vectors):,}"
            )
        latest = {vector.id: vector for vector in vectors}  # of two with one id the last counts
        floats = self._floats([vector.values for vector in latest.values()])
        _check_directions(floats, list(latest))
        stored = [_stored(vector, row) for vector, row in zip(latest.values(), floats, strict=True)]
        await self._file.transaction(lambda connection: self._write(connection, stored))

    async def query(
        self,
        values: Sequence[float],
        *,
        top_k: int = 50,
        namespace: str | None = None,
        where: Mapping[str, Any] | None = None,
        with_metadata: bool = True,
        with_values: bool = False,
    ) -> list[Match]:
        most = _MOST_NEAREST if with_metadata or with_values else _MOST_NEAREST_BARE
        if not 1 <= top_k <= most:
            raise PlatformLimit(_PORT, f"here top_k is 1-{most}, got {top_k}")
        asked = self._floats([values])
        _check_directions(asked, ["the question"])
        tests = _tests(namespace, conditions(where or {}, self._filterable))

        def work(connection: sqlite3.Connection) -> list[_Stored]:
            with transaction(connection, kind="DEFERRED"):
                matrix = self._up_to_date(connection)
                rows = matrix.nearest(directions(asked)[0], count=top_k, tests=tests)
                return _fetched(connection, rows)

        near = await self._file.run(work)
        return [
            Match(
                id=stored.id,
                score=score,
                metadata=json.loads(stored.metadata) if with_metadata else {},
                values=_numbers(stored) if with_values else None,
            )
            for score, stored in _ranked(near, asked[0])[:top_k]
        ]

    async def get(self, ids: Sequence[str]) -> list[Vector]:
        def work(connection: sqlite3.Connection) -> list[_Stored]:
            found = (connection.execute(_GET, (each,)).fetchone() for each in dict.fromkeys(ids))
            return [_Stored(*row) for row in found if row]

        return [
            Vector(
                id=stored.id,
                values=_numbers(stored),
                namespace=stored.namespace,
                metadata=json.loads(stored.metadata),
            )
            for stored in await self._file.run(work)
        ]

    async def delete(self, ids: Sequence[str]) -> None:
        await self._file.transaction(lambda connection: _remove(connection, ids))

    async def count(self) -> int:
        found: int = await self._file.run(
            lambda connection: connection.execute(_COUNT).fetchone()[0]
        )
        return found

    def close(self) -> None:
        self._file.close()
        self._loaded = None

    def _floats(self, rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
        """One row a vector, as they are stored."""
        for row in rows:
            if len(row) != self._dimensions:
                raise PlatformLimit(
                    _PORT, f"a vector has {self._dimensions} numbers here, got {len(row)}"
                )
        with np.errstate(over="ignore"):  # too large a number becomes infinite, and is refused
            wide = np.array(rows, np.float64).reshape(len(rows), self._dimensions)
            return wide.astype(np.float32)

    # --- on the thread of the file -----------------------------------------------------------

    def _write(self, connection: sqlite3.Connection, stored: Sequence[_Stored]) -> None:
        self._check_layout(connection)
        connection.execute(_SET_LAYOUT, (self._dimensions,))
        _remove(connection, [each.id for each in stored])
        connection.executemany(_INSERT, stored)

    def _check_layout(self, connection: sqlite3.Connection) -> None:
        layout = connection.execute(_LAYOUT).fetchone()
        if layout and layout[0] != self._dimensions:
            raise StorageFailure(
                _PORT, f"{self._path} holds vectors of {layout[0]} numbers, not {self._dimensions}"
            )

    def _up_to_date(self, connection: sqlite3.Connection) -> Matrix:
        """The matrix with everything in it that the file has now."""
        loaded, self._loaded = self._loaded, None  # after a failure half-way begin again
        if loaded is None or _has_missed_removals(connection, loaded.removal):
            self._check_layout(connection)
            removal = connection.execute(_LAST_REMOVAL).fetchone()[0]
            matrix = Matrix(self._dimensions, (_NAMESPACE, *self._filterable))
            loaded = _Loaded(matrix, row=0, removal=removal)
        row = self._append_new(connection, loaded)
        removal = _drop_removed(connection, loaded)
        self._loaded = _Loaded(loaded.matrix, row, removal)
        return loaded.matrix

    def _append_new(self, connection: sqlite3.Connection, loaded: _Loaded) -> int:
        """Read what is new; gives the number of the last row seen."""
        paths = [f"$.{json.dumps(field)}" for field in self._filterable]
        cursor = connection.execute(_new_rows(len(paths)), (*paths, loaded.row))
        last = loaded.row
        while found := cursor.fetchmany(_LOADED_AT_ONCE):
            rows, floats, *texts = zip(*found, strict=True)
            values = np.frombuffer(b"".join(floats), np.float32)
            loaded.matrix.append(rows, values.reshape(len(rows), self._dimensions), texts)
            last = rows[-1]
        return last


def _new_rows(fields: int) -> str:
    """SQL that gives row, floats, namespace and, as JSON text, `fields` metadata fields."""
    columns = ["row", "floats", "namespace", *["metadata -> ?"] * fields]
    return f"SELECT {', '.join(columns)} FROM vectors WHERE row > ? ORDER BY row"  # noqa: S608


def _has_missed_removals(connection: sqlite3.Connection, seen: int) -> bool:
    first = connection.execute(_FIRST_REMOVAL).fetchone()[0]
    return first is not None and first > seen + 1


def _drop_removed(connection: sqlite3.Connection, loaded: _Loaded) -> int:
    """Drop what was removed; gives the number of the last removal seen."""
    removals = connection.execute(_NEW_REMOVALS, (loaded.removal,)).fetchall()
    if not removals:
        return loaded.removal
    loaded.matrix.drop([row for _, row in removals])
    last: int = removals[-1][0]
    return last


def _remove(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    bound = [(each,) for each in ids]
    for statement in _REMOVE:
        connection.executemany(statement, bound)
    connection.execute(_TRIM, (_REMEMBERED_REMOVALS,))


def _fetched(connection: sqlite3.Connection, rows: NDArray[np.int64]) -> list[_Stored]:
    found = connection.execute(_GET_ROWS, (json.dumps(rows.tolist()),))
    return [_Stored(*row) for row in found]


# --- pure ------------------------------------------------------------------------------------


def _tests(namespace: str | None, where: Mapping[str, Condition]) -> dict[str, Test]:
    tests: dict[str, Test] = {
        field: partial(_text_holds, condition) for field, condition in where.items()
    }
    if namespace is None:
        return tests
    return {**tests, _NAMESPACE: lambda text: text == namespace}


def _text_holds(condition: Condition, text: str | None) -> bool:
    return holds(condition, None if text is None else json.loads(text))


def _ranked(near: Sequence[_Stored], asked: NDArray[np.float32]) -> list[tuple[float, _Stored]]:
    """Each with its exact score, best first, ties by id."""
    if not near:
        return []
    values = np.frombuffer(b"".join(stored.floats for stored in near), np.float32)
    scores = cosines(values.reshape(len(near), -1), asked).tolist()
    return sorted(zip(scores, near, strict=True), key=lambda pair: (-pair[0], pair[1].id))


def _numbers(stored: _Stored) -> tuple[float, ...]:
    return tuple(np.frombuffer(stored.floats, np.float32).tolist())


def _check_directions(floats: NDArray[np.float32], names: Sequence[str]) -> None:
    """Refuse what has no cosine with anything."""
    pointing = np.isfinite(floats).all(axis=1) & floats.any(axis=1)
    if not pointing.all():
        name = names[int(np.argmin(pointing))]
        raise PlatformLimit(_PORT, f"{name!r} has no direction: all zeros, or a number too large")


def _stored(vector: Vector, floats: NDArray[np.float32]) -> _Stored:
    for name in (vector.id, vector.namespace or "none"):
        key_bytes(_PORT, name, at_most=_MOST_NAME_BYTES)
    return _Stored(vector.id, vector.namespace, floats.tobytes(), _metadata_text(vector))


def _metadata_text(vector: Vector) -> str:
    for field, value in vector.metadata.items():
        if not _is_flat(value):
            raise PlatformLimit(_PORT, f"{vector.id!r}: metadata {field!r} cannot be {value!r:.80}")
    text = json.dumps(dict(vector.metadata), separators=(",", ":"), ensure_ascii=False)
    if len(text.encode(errors="surrogatepass")) > _MOST_METADATA_BYTES:
        raise PlatformLimit(_PORT, f"{vector.id!r}: more than 10 KiB of metadata")
    return text


def _is_flat(value: Any) -> bool:
    match value:
        case str() | bool() | int():
            return True
        case float():
            return math.isfinite(value)
        case list():
            return all(isinstance(each, str) for each in value)
        case _:
            return False
