"""Nearest neighbours by exact cosine: the vectors in an SQLite file, their directions in memory.

A million vectors of 13 numbers take about 150 MB of memory, up to ten seconds to load at the first
question (ask `count` at the start to have that behind you), and then some 30 ms a question.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from grovemusic.domain.errors import PlatformLimit, StorageBusy
from grovemusic.ports import Match, Vector
from grovemusic.runtime.embedded.sqlite_file import SqliteFile, transaction
from grovemusic.runtime.embedded.vector_blocks import SCHEMA, Block, Entry, Log, to_about
from grovemusic.runtime.embedded.vector_ids import Ids
from grovemusic.runtime.embedded.vector_matrix import Matrix, Test, cosines, directions
from grovemusic.runtime.limits.vector_filter import Condition, conditions, holds
from grovemusic.runtime.limits.vectors import (
    MOST_DIMENSIONS,
    MOST_FILTERABLE,
    PORT,
    check_about,
    check_amount,
    check_id,
    check_top_k,
)

T = TypeVar("T")

_NAMESPACE = "$namespace"  # beside the names of fields, which never begin with "$"
_SPARE = 50_000  # so many replaced vectors may stay in the file before it is rewritten


class NumpyVectors:
    """A `VectorIndex` in one file, which several processes may use at once.

    A write is seen at once, unlike in Vectorize.

    Args:
        path: The file.
        dimensions: Numbers a vector; a file made with others is refused.
        filterable: Metadata fields that `where` may name.

    Raises:
        PlatformLimit: beyond a limit of Vectorize, or a vector without a direction.
        StorageFailure: the file is damaged, or holds vectors of other dimensions.
    """

    def __init__(
        self, path: str | Path, dimensions: int, *, filterable: Sequence[str] = ()
    ) -> None:
        if not 1 <= dimensions <= MOST_DIMENSIONS:
            raise PlatformLimit(PORT, f"1-{MOST_DIMENSIONS} dimensions, got {dimensions}")
        if len(filterable) > MOST_FILTERABLE:
            raise PlatformLimit(PORT, f"at most {MOST_FILTERABLE} fields to filter by")
        self._dimensions, self._filterable = dimensions, tuple(filterable)
        self._log = Log(dimensions)
        self._memory = _Memory(dimensions, self._filterable)
        self._file = SqliteFile(PORT, path, schema=SCHEMA)

    async def upsert(self, vectors: Sequence[Vector]) -> None:
        check_amount(vectors)
        latest = {vector.id: vector for vector in vectors}  # of two with one id the last counts
        values = self._floats([vector.values for vector in latest.values()])
        _check_directions(values, list(latest))
        abouts = [_about(vector) for vector in latest.values()]
        await self._file.transaction(
            lambda connection: self._log.append(connection, abouts, values)
        )

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
        check_top_k(top_k, bare=not with_metadata and not with_values)
        asked = self._floats([values])
        _check_directions(asked, ["the question"])
        tests = _tests(namespace, conditions(where or {}, self._filterable))

        def work(connection: sqlite3.Connection) -> list[_Found]:
            matrix = self._up_to_date(connection).matrix
            rows = matrix.nearest(directions(asked)[0], count=top_k, tests=tests)
            return self._log.fetched(connection, rows.tolist())

        return [
            Match(
                id=entry.id,
                score=score,
                metadata=entry.metadata if with_metadata else {},
                values=tuple(numbers.tolist()) if with_values else None,
            )
            for score, entry, numbers in _ranked(await self._look(work), asked[0])[:top_k]
        ]

    async def get(self, ids: Sequence[str]) -> list[Vector]:
        for each in ids:
            check_id(each)

        def work(connection: sqlite3.Connection) -> list[_Found]:
            rows = self._up_to_date(connection).ids.rows_of(list(dict.fromkeys(ids)))
            return self._log.fetched(connection, [row for row in rows if row is not None])

        return [
            Vector(
                id=entry.id,
                values=tuple(numbers.tolist()),
                namespace=entry.namespace,
                metadata=entry.metadata,
            )
            for entry, numbers in await self._look(work)
        ]

    async def delete(self, ids: Sequence[str]) -> None:
        for each in ids:
            check_id(each)
        await self._file.transaction(lambda connection: self._log.delete(connection, list(ids)))

    async def count(self) -> int:
        return await self._look(lambda connection: len(self._up_to_date(connection).matrix))

    def close(self) -> None:
        self._file.close()

    def _floats(self, rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
        """One row a vector, as they are stored."""
        for row in rows:
            if len(row) != self._dimensions:
                raise PlatformLimit(
                    PORT, f"a vector has {self._dimensions} numbers here, got {len(row)}"
                )
        with np.errstate(over="ignore"):  # too large a number becomes infinite, and is refused
            wide = np.array(rows, np.float64).reshape(len(rows), self._dimensions)
            return wide.astype(np.float32)

    async def _look(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` finds in one state of the file; then tidy the file if it is time."""

        def at_one_time(connection: sqlite3.Connection) -> T:
            with transaction(connection, kind="DEFERRED"):
                return work(connection)

        found = await self._file.run(at_one_time)
        if self._memory.stored > 2 * len(self._memory.matrix) + _SPARE:
            with suppress(StorageBusy):  # another time, then
                await self._file.transaction(self._rewrite)
        return found

    # --- on the thread of the file -----------------------------------------------------------

    def _up_to_date(self, connection: sqlite3.Connection) -> "_Memory":
        """Everything the file has now."""
        memory = self._memory
        if memory.seen < self._log.rewritten(connection):
            memory = self._memory = _Memory(self._dimensions, self._filterable)
        for block in self._log.after(connection, memory.seen):
            memory.take_in(block)
        return memory

    def _rewrite(self, connection: sqlite3.Connection) -> None:
        memory = self._up_to_date(connection)
        if memory.stored > 2 * len(memory.matrix) + _SPARE:  # still: nobody else has done it
            self._log.rewrite(connection, memory.current)
            self._memory = _Memory(self._dimensions, self._filterable)


class _Memory:
    """What a process knows of the log.

    Attributes:
        seen: The last block that was read.
        stored: Vectors read so far, replaced and deleted ones counted too.
    """

    def __init__(self, dimensions: int, filterable: Sequence[str]) -> None:
        self.matrix = Matrix(dimensions, (_NAMESPACE, *filterable))
        self.ids = Ids()
        self.seen = 0
        self.stored = 0
        self._filterable = filterable

    def take_in(self, block: Block) -> None:
        entries = block.entries
        replaced = self.ids.remove(block.deleted) if block.deleted else []
        if entries:
            replaced = self.ids.put([entry.id for entry in entries], block.rows)
            columns = [[entry.namespace for entry in entries]] + [
                [entry.metadata.get(field) for entry in entries] for field in self._filterable
            ]
            self.matrix.append(block.rows, block.values, columns)
        if replaced:
            self.matrix.drop(replaced)
        self.seen, self.stored = block.seq, self.stored + len(entries)

    def current(self, block: Block) -> list[int]:
        """The places in `block` whose vectors were neither replaced nor deleted."""
        rows = self.ids.rows_of([entry.id for entry in block.entries])
        return [
            place
            for place, (row, now) in enumerate(zip(block.rows, rows, strict=True))
            if row == now
        ]


# --- pure ------------------------------------------------------------------------------------

_Found = tuple[Entry, NDArray[np.float32]]


def _tests(namespace: str | None, where: Mapping[str, Condition]) -> dict[str, Test]:
    tests: dict[str, Test] = {field: partial(holds, wanted) for field, wanted in where.items()}
    if namespace is not None:
        tests[_NAMESPACE] = lambda value: value == namespace
    return tests


def _ranked(
    near: Sequence[_Found], asked: NDArray[np.float32]
) -> list[tuple[float, Entry, NDArray[np.float32]]]:
    """Each with its exact score, best first, ties by id."""
    if not near:
        return []
    scores = cosines(np.stack([numbers for _, numbers in near]), asked).tolist()
    scored = [(score, *each) for score, each in zip(scores, near, strict=True)]
    return sorted(scored, key=lambda each: (-each[0], each[1].id))


def _check_directions(values: NDArray[np.float32], names: Sequence[str]) -> None:
    """Refuse what has no cosine with anything."""
    pointing = np.isfinite(values).all(axis=1) & values.any(axis=1)
    if not pointing.all():
        name = names[int(np.argmin(pointing))]
        raise PlatformLimit(PORT, f"{name!r} has no direction: all zeros, or a number too large")


def _about(vector: Vector) -> str:
    """What is stored of a vector beside its numbers."""
    check_about(vector)
    return to_about(Entry(vector.id, vector.namespace, dict(vector.metadata)))
