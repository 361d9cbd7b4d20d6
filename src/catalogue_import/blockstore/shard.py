"""Rows in order to the bytes of a shard."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from catalogue_import.blockstore.cells import KEYS, Array
from catalogue_import.blockstore.packing import Packer
from catalogue_import.blockstore.spill import Table
from grovemusic.catalogue.blocks.block import close_block
from grovemusic.catalogue.blocks.header import Identity, block_seed, header_bytes, pack
from grovemusic.catalogue.blocks.layout import (
    BLOCK_BYTES,
    ID_BYTES,
    IDS,
    MOST_RAW_BYTES,
    MOST_ROWS_PER_BLOCK,
    ROWS_PER_BLOCK,
    first_of_bucket,
)
from grovemusic.catalogue.blocks.schema import Schema

_FAR_TOO_MANY = 4  # times the rows wanted: split before trying


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How blocks are cut.

    Attributes:
        rows_per_block: Rows wanted; buckets are as many as that takes.
        block_bytes: A block that would be longer is split; one of a single row may be longer.
        level: Of deflate, 1 to 9.
    """

    rows_per_block: int = ROWS_PER_BLOCK
    block_bytes: int = BLOCK_BYTES
    level: int = 9

    def __post_init__(self) -> None:
        if not 1 <= self.rows_per_block <= MOST_ROWS_PER_BLOCK or self.block_bytes < 1:
            raise ValueError(f"want 1 to {MOST_ROWS_PER_BLOCK} rows and some bytes, got {self}")


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard ready to be stored."""

    body: bytes
    rows: int
    header_bytes: int
    block_bytes: int  # of the longest block


def encode(table: Table, schema: Schema, identity: Identity, shape: Shape) -> Shard:
    """The shard of `identity` with the rows of `table`, all of which belong to it."""
    rows = len(table.keys)
    buckets = max(1, -(-rows // shape.rows_per_block))
    borders = _borders(table.keys, identity, buckets)
    cut = _Cutter(table, schema, identity, shape)
    for first, last in pairwise(borders):
        cut.bucket(first, last)
    lengths = [len(block) for block in cut.blocks]
    head = pack(identity, rows=rows, buckets=buckets, lengths=lengths, splits=cut.splits)
    length = header_bytes(buckets, len(cut.splits))
    return Shard(b"".join([head, *cut.blocks]), rows, length, max(lengths))


def _borders(keys: Array, identity: Identity, buckets: int) -> list[int]:
    """Where among the rows each bucket begins; the last one is the number of rows."""
    firsts = [
        first_of_bucket(identity.shard, bucket, identity.shards, buckets)
        for bucket in range(buckets)
    ]
    packed = b"".join(min(each, IDS - 1).to_bytes(ID_BYTES) for each in firsts)
    return [*np.searchsorted(keys, np.frombuffer(packed, KEYS)).tolist(), len(keys)]


class _Cutter:
    """Makes one block after another, and remembers those that do not begin a bucket."""

    def __init__(self, table: Table, schema: Schema, identity: Identity, shape: Shape) -> None:
        self.blocks: list[bytes] = []
        self.splits: list[bytes] = []
        self._identity, self._shape = identity, shape
        bare = table.keys.tobytes()
        self._keys = [bare[at : at + ID_BYTES] for at in range(0, len(bare), ID_BYTES)]
        self._packers = [
            Packer(column, cells)
            for column, cells in zip(schema.columns, table.columns, strict=bool(self._keys))
        ]

    def bucket(self, first: int, last: int) -> None:
        if first == last:
            self.blocks.append(b"")
        elif last - first > _FAR_TOO_MANY * self._shape.rows_per_block:
            self._split(first, last, -(-(last - first) // self._shape.rows_per_block))
        else:
            self._cut(first, last)

    def _split(self, first: int, last: int, parts: int) -> None:
        ends = [first + (last - first) * part // parts for part in range(parts + 1)]
        for number, (start, end) in enumerate(pairwise(ends)):
            if number:
                self.splits.append(self._keys[start])
            self._cut(start, end)

    def _cut(self, first: int, last: int) -> None:
        """One block, or several if that would be too long."""
        rows = last - first
        items = max(packer.items(first, last) for packer in self._packers)
        if rows > 1 and items > MOST_RAW_BYTES:
            self._split(first, last, min(rows, 1 + items // MOST_RAW_BYTES))
            return
        raw = b"".join(packer.pack(first, last) for packer in self._packers)
        if rows > 1 and len(raw) > MOST_RAW_BYTES:
            self._split(first, last, min(rows, 1 + len(raw) // MOST_RAW_BYTES))
            return
        block = close_block(
            self._keys[first:last],
            raw,
            level=self._shape.level,
            seed=block_seed(self._identity, len(self.blocks)),
        )
        if rows > 1 and len(block) > self._shape.block_bytes:
            self._split(first, last, min(rows, 1 + len(block) // self._shape.block_bytes))
            return
        self.blocks.append(block)
