"""The vectors on disk: a log of blocks, each some vectors or some ids that were deleted.

Nothing in the log is ever changed. Who reads it in order knows the vectors: of two with one id the
later counts. So a write is a few appended rows however large the index is, and another process
catches up by reading what is behind the block it has seen last. An index of the ids on disk would
cost more than all the rest: ids are random, so each upsert would touch nearly every page of it.

A vector's row is the number of its block times BLOCK plus its place in there.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grovemusic.domain.errors import StorageFailure

_PORT = "vectors"

BLOCK = 64
_REWRITTEN_AT_ONCE = 16 * BLOCK
_NO_END = 2**63 - 1

SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS blocks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  about TEXT NOT NULL,    -- JSON: [[id, namespace, metadata], …]; in a deletion [id, …]
  floats BLOB             -- float32, vector by vector; NULL in a deletion
)
""",
    """
CREATE TABLE IF NOT EXISTS layout (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  dimensions INTEGER NOT NULL,
  rewritten INTEGER NOT NULL DEFAULT 0  -- blocks up to this one have been written anew behind it
)
""",
)
_LAYOUT = "SELECT dimensions, rewritten FROM layout"
_NEW_LAYOUT = "INSERT OR IGNORE INTO layout (one, dimensions) VALUES (1, ?)"
_REWRITTEN = "UPDATE layout SET rewritten = ?"
_APPEND = "INSERT INTO blocks (about, floats) VALUES (?, ?)"
_BETWEEN = "SELECT seq, about, floats FROM blocks WHERE seq > ? AND seq <= ? ORDER BY seq"
_SOME = "SELECT seq, about, floats FROM blocks WHERE seq = ?"
_LAST = "SELECT coalesce(max(seq), 0) FROM blocks"
_FORGET = "DELETE FROM blocks WHERE seq <= ?"


class Entry(NamedTuple):
    """A vector as the log has it; its numbers are beside it."""

    id: str
    namespace: str
    metadata: Mapping[str, Any]


class Block(NamedTuple):
    """One row of the log.

    Attributes:
        values: One row an entry.
        deleted: Ids; then there are no entries.
    """

    seq: int
    entries: list[Entry]
    values: NDArray[np.float32]
    deleted: list[str]

    @property
    def rows(self) -> range:
        return range(self.seq * BLOCK, self.seq * BLOCK + len(self.entries))


class Log:
    """The log of one index. Every method runs inside its caller's transaction.

    Raises:
        StorageFailure: the file holds vectors of other dimensions, or is damaged.
    """

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    def append(
        self,
        connection: sqlite3.Connection,
        abouts: Sequence[str],
        values: NDArray[np.float32],
    ) -> None:
        """Add vectors; `abouts` are their entries as JSON text."""
        connection.execute(_NEW_LAYOUT, (self._dimensions,))
        self.rewritten(connection)
        for start in range(0, len(abouts), BLOCK):
            some = slice(start, start + BLOCK)
            about = f"[{','.join(abouts[some])}]"
            connection.execute(_APPEND, (about, values[some].tobytes()))

    def delete(self, connection: sqlite3.Connection, ids: Sequence[str]) -> None:
        """Add a deletion; ids that were never there do no harm."""
        connection.execute(_APPEND, (json.dumps(ids), None))

    def rewritten(self, connection: sqlite3.Connection) -> int:
        """Who has not seen this block has to begin anew; 0 if nothing was ever rewritten."""
        dimensions, rewritten = connection.execute(_LAYOUT).fetchone() or (self._dimensions, 0)
        if dimensions != self._dimensions:
            raise StorageFailure(
                _PORT, f"the file holds vectors of {dimensions} numbers, not {self._dimensions}"
            )
        return int(rewritten)

    def after(
        self, connection: sqlite3.Connection, seq: int, *, to: int = _NO_END
    ) -> Iterator[Block]:
        """The blocks behind `seq`, up to `to`, in order."""
        return map(self._block, connection.execute(_BETWEEN, (seq, to)))

    def fetched(
        self, connection: sqlite3.Connection, rows: Iterable[int]
    ) -> list[tuple[Entry, NDArray[np.float32]]]:
        """The vectors at `rows`, in the order of their rows."""
        found = []
        for seq, places in groupby(sorted(rows), key=lambda row: row // BLOCK):
            block = self._block(connection.execute(_SOME, (seq,)).fetchone())
            found += [(block.entries[row % BLOCK], block.values[row % BLOCK]) for row in places]
        return found

    def rewrite(
        self, connection: sqlite3.Connection, current: Callable[[Block], Sequence[int]]
    ) -> None:
        """Write the places of each block that are `current` anew, and forget all else."""
        last = connection.execute(_LAST).fetchone()[0]
        abouts: list[str] = []
        values = [np.empty((0, self._dimensions), np.float32)]
        for block in self.after(connection, 0, to=last):
            places = current(block)
            abouts += [to_about(block.entries[place]) for place in places]
            values.append(block.values[places])
            if len(abouts) >= _REWRITTEN_AT_ONCE or block.seq == last:
                self.append(connection, abouts, np.concatenate(values))
                abouts, values = [], values[:1]
        connection.execute(_FORGET, (last,))
        connection.execute(_REWRITTEN, (last,))

    def _block(self, row: tuple[int, str, bytes | None]) -> Block:
        seq, text, floats = row
        try:
            about = json.loads(text)
            values = np.frombuffer(floats or b"", np.float32).reshape(-1, self._dimensions)
        except ValueError as error:
            raise StorageFailure(_PORT, f"block {seq} is damaged: {error}") from error
        if floats is None:
            return Block(seq, [], values, about)
        if len(values) != len(about):
            raise StorageFailure(_PORT, f"block {seq} is damaged: {len(values)} vectors")
        return Block(seq, [Entry(*each) for each in about], values, [])


def to_about(entry: Entry) -> str:
    """`entry` as JSON text."""
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
