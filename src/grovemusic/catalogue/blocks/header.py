"""What a shard begins with: what it is, and where its blocks are."""

import struct
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from grovemusic.catalogue.blocks.errors import (
    ChecksumMismatch,
    ForeignFile,
    Malformed,
    Place,
    Truncated,
    UnknownVersion,
    WrongSchema,
)
from grovemusic.catalogue.blocks.layout import ID_BYTES, bucket_of

MAGIC = b"GROVEBLK"
VERSION = 1
# magic, version, 3 unused, shard, shards, rows, buckets, splits, schema, generation
_FIXED = struct.Struct("<8sB3xIIIII8s8s")
FIXED_BYTES = _FIXED.size  # 48
CHECKSUM_BYTES = 4
_PAIR = struct.Struct("<II")
_U32 = struct.Struct("<I")
_IDENTITY = struct.Struct("<8s8sII")


class Identity(NamedTuple):
    """Whose shard it is: what the manifest and the object's name promise."""

    schema: bytes  # 8 bytes
    generation: bytes  # 8 bytes
    shard: int
    shards: int


class Span(NamedTuple):
    """A block: its number and its bytes in the object, from `start` to before `end`."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header that has been checked. It keeps its bytes and takes out what is asked for."""

    identity: Identity
    rows: int
    buckets: int
    splits: int
    body: bytes

    @property
    def blocks(self) -> int:
        return self.buckets + self.splits

    @property
    def size(self) -> int:
        """Bytes of the whole object."""
        return int(_U32.unpack_from(self.body, FIXED_BYTES + 4 * self.blocks)[0])

    def span(self, number: int) -> Span:
        """Where a block is; an empty one has no bytes."""
        return Span(number, *_PAIR.unpack_from(self.body, FIXED_BYTES + 4 * number))

    def block_of(self, key: int) -> int:
        """The number of the only block that could have the id.

        Blocks are in the order of their ids: those of bucket 0, of bucket 1, and so on. So it is
        the bucket's number and one for each split at or before the id.
        """
        bucket = bucket_of(key, self.identity.shards, self.buckets)
        return bucket + self._splits_until(key)

    def _splits_until(self, key: int) -> int:
        wanted, first = key.to_bytes(ID_BYTES), FIXED_BYTES + 4 * (self.blocks + 1)
        low, high = 0, self.splits
        while low < high:
            middle = (low + high) // 2
            at = first + ID_BYTES * middle
            if self.body[at : at + ID_BYTES] <= wanted:
                low = middle + 1
            else:
                high = middle
        return low


def header_bytes(buckets: int, splits: int) -> int:
    """How long a header is."""
    return FIXED_BYTES + 4 * (buckets + splits + 1) + ID_BYTES * splits + CHECKSUM_BYTES


def pack(
    identity: Identity, *, rows: int, buckets: int, lengths: list[int], splits: list[bytes]
) -> bytes:
    """The header over blocks of these lengths.

    Args:
        lengths: Bytes of each block, in order; as many as `buckets` and `splits` together.
        splits: The first id of each block that does not begin a bucket, ascending, 16 bytes each.

    Raises:
        ValueError: they do not fit together, or the object would have 4 GiB or more.
    """
    if len(lengths) != buckets + len(splits):
        raise ValueError(f"{len(lengths)} blocks, {buckets} buckets, {len(splits)} splits")
    offsets, at = [], header_bytes(buckets, len(splits))
    for length in [*lengths, 0]:
        offsets.append(at)
        at += length
    if at >= 1 << 32:
        raise ValueError(f"a shard of {at:,} bytes: too large")
    fixed = _FIXED.pack(
        MAGIC, VERSION, identity.shard, identity.shards, rows, buckets, len(splits),
        identity.schema, identity.generation,
    )  # fmt: skip
    body = fixed + struct.pack(f"<{len(offsets)}I", *offsets) + b"".join(splits)
    return body + _U32.pack(zlib.crc32(body))


def parse(body: bytes, *, expected: Identity, place: Place, object_bytes: int) -> Header:
    """The header at the beginning of `body`, which may go on after it.

    Args:
        object_bytes: Size of the whole object.

    Raises:
        Truncated, ForeignFile, UnknownVersion, ChecksumMismatch, WrongSchema, Malformed.
    """
    if len(body) < FIXED_BYTES:
        raise Truncated(place, f"it ends after {len(body):,} bytes, inside the header")
    magic, version, shard, shards, rows, buckets, splits, schema, generation = _FIXED.unpack_from(
        body
    )
    if magic != MAGIC:
        raise ForeignFile(place, f"it begins with {magic!r}, not with {MAGIC!r}")
    if version != VERSION:
        raise UnknownVersion(place, f"version {version}; this reader knows {VERSION}")
    length = header_bytes(buckets, splits)
    if len(body) < length:
        # Either a number in it is wrong or the object is short; the checksum cannot say which.
        raise Truncated(place, f"a header of {length:,} bytes, of which {len(body):,} could be had")
    body = body[:length]
    (checksum,) = _U32.unpack_from(body, length - CHECKSUM_BYTES)
    if zlib.crc32(memoryview(body)[:-CHECKSUM_BYTES]) != checksum:
        raise ChecksumMismatch(place, "the header is damaged")
    if schema != expected.schema:
        raise WrongSchema(place, f"its columns are {schema.hex()}, not {expected.schema.hex()}")
    found = Identity(schema, generation, shard, shards)
    if found != expected:
        raise ForeignFile(
            place,
            f"it is shard {shard} of {shards} of generation {generation.hex()}, not shard"
            f" {expected.shard} of {expected.shards} of {expected.generation.hex()}",
        )
    header = Header(found, rows, buckets, splits, body)
    if not buckets or header.span(0).start != length:
        raise Malformed(place, "its blocks do not begin after the header")
    if header.size != object_bytes:
        raise Truncated(place, f"it has {object_bytes:,} bytes and should have {header.size:,}")
    return header


def block_seed(identity: Identity, block: int) -> int:
    """What a block's checksum begins with, so that no block can stand in for another."""
    schema, generation, shard, _shards = identity
    return zlib.crc32(_IDENTITY.pack(schema, generation, shard, block))
