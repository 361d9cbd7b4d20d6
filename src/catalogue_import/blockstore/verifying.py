"""A generation read back: every checksum, every count, every id where a reader would look."""

from dataclasses import dataclass

from grovemusic.catalogue.blocks.block import open_block
from grovemusic.catalogue.blocks.errors import (
    BlockError,
    Malformed,
    MissingObject,
    Place,
    Truncated,
)
from grovemusic.catalogue.blocks.header import Header, block_seed, parse
from grovemusic.catalogue.blocks.layout import shard_of
from grovemusic.catalogue.blocks.manifest import Manifest, manifest_key, shard_key
from grovemusic.catalogue.blocks.values import Decoder
from grovemusic.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read back."""

    shards: int
    blocks: int
    rows: int
    stored_bytes: int


async def verify(objects: ObjectStore, prefix: str, manifest: Manifest) -> Verified:
    """Read every object of a generation.

    Raises:
        BlockError: something is not as it was written; the place is named.
    """
    blocks = rows = stored = 0
    decoder = Decoder(manifest.schema)
    for shard in range(manifest.shards):
        place = Place(shard_key(prefix, manifest.generation, shard), shard)
        found = await objects.get(place.key)
        if found is None:
            raise MissingObject(place, "there is no such object")
        header = parse(
            found.body, expected=manifest.identity(shard), place=place, object_bytes=found.size
        )
        if len(header.body) > manifest.header_bytes:
            raise Malformed(place, "its header is longer than the manifest says")
        rows += _checked_rows(found.body, header, decoder, place)
        blocks += header.blocks
        stored += found.size
    if (rows, stored) != (manifest.rows, manifest.stored_bytes):
        raise Malformed(
            Place(manifest_key(prefix)),
            f"{manifest.rows:,} rows in {manifest.stored_bytes:,} bytes were written,"
            f" {rows:,} in {stored:,} are there",
        )
    return Verified(manifest.shards, blocks, rows, stored)


def _checked_rows(body: bytes, header: Header, decoder: Decoder, shard: Place) -> int:
    """Rows of a shard, whose blocks are all as they should be."""
    rows, before = 0, -1
    for number in range(header.blocks):
        span = header.span(number)
        place = Place(shard.key, shard.shard, number, span.start)
        if span.start > span.end:
            raise Malformed(place, "it ends before it begins")
        if span.start == span.end:
            continue
        seed = block_seed(header.identity, number)
        data = body[span.start : span.end]
        try:
            block = open_block(data, seed=seed, place=place, wanted_bytes=span.end - span.start)
        except BlockError as error:
            raise type(error)(place, error.problem) from error
        keys = block.keys()
        if not keys or [before, *keys] != sorted({before, *keys}):
            raise Malformed(place, "its ids do not rise")
        for key in keys:
            at_home = shard_of(key, header.identity.shards) == shard.shard
            if not at_home or header.block_of(key) != number:
                raise Malformed(place, f"id {key} would be looked for elsewhere")
        rows, before = rows + len(keys), keys[-1]
        block.row(decoder, 0, block.columns())  # which finds out whether all columns add up
    if rows != header.rows:
        raise Truncated(shard, f"{header.rows:,} rows were written, {rows:,} are there")
    return rows
