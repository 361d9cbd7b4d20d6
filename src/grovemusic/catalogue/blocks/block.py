"""Rows of one block: is the id there, and what does its row say?"""

import struct
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from grovemusic.catalogue.blocks.errors import ChecksumMismatch, Malformed, Place, Truncated
from grovemusic.catalogue.blocks.layout import ID_BYTES, MOST_RAW_BYTES
from grovemusic.catalogue.blocks.values import Damaged, Decoder, Value

Row = Mapping[str, Value]

_HEAD = struct.Struct("<HBI")  # rows, bytes that all ids begin with, bytes of the columns
_U32 = struct.Struct("<I")
HEAD_BYTES = _HEAD.size
LEAST_BYTES = HEAD_BYTES + _U32.size
RAW_DEFLATE = -15  # zlib's name for RFC 1951 without the wrapping of RFC 1950


class Block(NamedTuple):
    """A block whose checksum was right. The columns are inflated only when a row is asked for."""

    rows: int
    prefix: bytes
    suffixes: bytes
    raw_bytes: int
    packed: bytes
    place: Place

    def find(self, key: int) -> int | None:
        """The row of an id. No column is inflated for this, so a miss costs next to nothing."""
        wanted = key.to_bytes(ID_BYTES)
        shared = len(self.prefix)
        if wanted[:shared] != self.prefix:
            return None
        width, suffix = ID_BYTES - shared, wanted[shared:]
        low, high = 0, self.rows
        while low < high:
            middle = (low + high) // 2
            found = self.suffixes[middle * width : (middle + 1) * width]
            if found == suffix:
                return middle
            if found < suffix:
                low = middle + 1
            else:
                high = middle
        return None

    def keys(self) -> list[int]:
        """All ids, as they lie."""
        width = ID_BYTES - len(self.prefix)
        if not width:
            return [int.from_bytes(self.prefix)] * self.rows
        ends = range(0, width * self.rows, width)
        return [int.from_bytes(self.prefix + self.suffixes[at : at + width]) for at in ends]

    def columns(self) -> bytes:
        """The columns, inflated.

        Raises:
            Malformed: they are not what the block says.
        """
        if self.raw_bytes > MOST_RAW_BYTES:
            raise Malformed(self.place, f"columns of {self.raw_bytes:,} bytes: too many")
        inflater = zlib.decompressobj(RAW_DEFLATE)
        try:
            raw = inflater.decompress(self.packed, self.raw_bytes + 1)
        except zlib.error as error:
            raise Malformed(self.place, f"its columns do not inflate: {error}") from error
        if len(raw) != self.raw_bytes or not inflater.eof or inflater.unused_data:
            raise Malformed(self.place, f"its columns are not {self.raw_bytes:,} bytes")
        return raw

    def row(self, decoder: Decoder, at: int, raw: bytes) -> Row:
        """What a row says, column by column; `raw` is `columns()`.

        Raises:
            Malformed: the columns do not add up.
        """
        try:
            return decoder.row(raw, self.rows, at)
        except Damaged as error:
            raise Malformed(self.place, "its columns do not add up") from error


def open_block(data: bytes, *, seed: int, place: Place, wanted_bytes: int) -> Block:
    """The block that `data` holds.

    Raises:
        Truncated, ChecksumMismatch, Malformed.
    """
    if len(data) != wanted_bytes:
        raise Truncated(place, f"{len(data):,} of the block's {wanted_bytes:,} bytes are there")
    if wanted_bytes < LEAST_BYTES:
        raise Malformed(place, f"a block of {wanted_bytes} bytes")
    body = memoryview(data)[: -_U32.size]
    if zlib.crc32(body, seed) != _U32.unpack_from(data, len(body))[0]:
        raise ChecksumMismatch(place, "the block is damaged")
    rows, shared, raw_bytes = _HEAD.unpack_from(data)
    first = HEAD_BYTES + shared
    last = first + rows * (ID_BYTES - shared)
    if shared > ID_BYTES or last > len(body):
        raise Malformed(place, "its ids go beyond its end")
    return Block(
        rows, data[HEAD_BYTES:first], data[first:last], raw_bytes, bytes(body[last:]), place
    )


def close_block(keys: list[bytes], raw: bytes, *, level: int, seed: int) -> bytes:
    """The bytes of a block; the opposite of `open_block`.

    Args:
        keys: Ids of 16 bytes, ascending, at least one.
        raw: Their columns.
    """
    shared = _shared(keys[0], keys[-1])
    parts = [_HEAD.pack(len(keys), shared, len(raw)), keys[0][:shared]]
    parts += [key[shared:] for key in keys]
    body = b"".join([*parts, zlib.compress(raw, level, RAW_DEFLATE)])
    return body + _U32.pack(zlib.crc32(body, seed))


def _shared(first: bytes, last: bytes) -> int:
    """How many bytes sorted ids have in common at their beginning."""
    for at, (one, other) in enumerate(zip(first, last, strict=True)):
        if one != other:
            return at
    return ID_BYTES
