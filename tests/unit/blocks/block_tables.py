"""Small tables of the cold store, and a store in memory that counts, fails and can be damaged."""

import hashlib

from fakes import FakeClock, counted_ids

from catalogue_import.blockstore.publish import Publication
from catalogue_import.blockstore.shard import Shape
from catalogue_import.blockstore.spill import Spill
from grovemusic.catalogue.blocks.schema import Column, Field, Kind, Schema
from grovemusic.domain.errors import StorageFailure
from grovemusic.ports import Page, StoredObject

SCHEMA = Schema(
    "songs",
    (
        Column("title", Kind.TEXT),
        Column("isrc", Kind.BYTES),
        Column("plays", Kind.U64),
        Column("change", Kind.I32),
        Column("tempo", Kind.F64),
        Column("energy", Kind.F32),
        Column("rough", Kind.F16),
        Column("artist", Kind.ID),
        Column(
            "near",
            Kind.LIST,
            (Field("id", Kind.ID), Field("count", Kind.U16), Field("pmi", Kind.F64)),
        ),
    ),
)
SMALL = Shape(rows_per_block=8, block_bytes=2000)


def spread(number: int) -> int:
    """An id like those of the world outside: spread evenly, the same for the same number."""
    return int.from_bytes(hashlib.blake2b(b"%d" % number, digest_size=16).digest())


def song(number: int) -> tuple:
    """A row of SCHEMA, with some values unknown."""
    near = [(spread(number + n), n, n / 8) for n in range(1, number % 4)]
    return (
        f"Song {number}",
        None if number % 3 else b"isrc",
        number**5,
        -number,
        120.043 + number,
        0.5,
        None,
        spread(number + 1),
        near if number % 5 else None,
    )


def songs(count: int) -> dict[int, tuple]:
    return {spread(number): song(number) for number in range(count)}


def named(row: tuple, schema=SCHEMA) -> dict:
    """As a reader gives it."""
    return dict(zip(schema.names, row, strict=True))


def spilled(folder, rows, schema=SCHEMA, **how):
    """Sorted rows; `rows` maps ids to values, or is a list of pairs."""
    spill = Spill(folder, schema, **how)
    pairs = rows.items() if isinstance(rows, dict) else rows
    for position, (key, values) in enumerate(pairs, 1):
        spill.add(key, values, source="songs.csv", position=position)
    return spill.finish()


def publication(rows, store, *, generation="g1", prefix="cat/songs", shape=SMALL, **how):
    return Publication(
        rows,
        store,
        prefix,
        generation=generation,
        clock=FakeClock(),
        new_id=how.pop("new_id", None) or counted_ids(),
        shape=shape,
        **how,
    )


async def published(folder, rows, *, schema=SCHEMA, **how):
    """A store that serves these rows."""
    store = how.pop("store", None) or MemoryObjects()
    await publication(spilled(folder, rows, schema), store, **how).publish()
    return store


class Stopped(Exception):
    """The process was killed here."""


class MemoryObjects:
    """An `ObjectStore` in a dict. `reads` are (key, offset, length); `fail_at` counts writes."""

    def __init__(self, objects=None) -> None:
        self.objects: dict[str, bytes] = dict(objects or {})
        self.reads: list[tuple] = []
        self.writes = 0
        self.fail_at = None
        self.lost_answer_at = None

    async def get(self, key, *, offset=None, length=None):
        self.reads.append((key, offset, length))
        body = self.objects.get(key)
        if body is None:
            return None
        start = offset or 0
        part = body[start:] if length is None else body[start : start + length]
        if not part and not (offset is None and length is None):
            raise StorageFailure("objects", f"no such range: {offset=} {length=}")
        return StoredObject(part, _etag(body), len(body))

    async def head(self, key):
        body = self.objects.get(key)
        return None if body is None else StoredObject(b"", _etag(body), len(body))

    async def put(self, key, body, *, if_etag=None, if_absent=False):
        self.writes += 1
        if self.writes == self.fail_at:
            raise Stopped
        there = self.objects.get(key)
        holds = not (if_absent and there is not None)
        if if_etag is not None:
            holds = there is not None and _etag(there) == if_etag
        if not holds:
            return None
        self.objects[key] = body
        if self.writes == self.lost_answer_at:
            raise Stopped
        return _etag(body)

    async def delete(self, keys):
        for key in keys:
            self.objects.pop(key, None)

    async def keys(self, prefix="", *, cursor=None, limit=1000):
        found = sorted(k for k in self.objects if k.startswith(prefix) and k > (cursor or ""))
        page = found[:limit]
        return Page(page, page[-1] if len(found) > limit else None)


def _etag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
