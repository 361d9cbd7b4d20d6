"""Damaged and foreign files: a named error or the right answer, never a wrong one."""

import contextlib
import struct
import zlib

import pytest
from block_tables import SCHEMA, SMALL, MemoryObjects, named, published, song, songs, spread
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.catalogue.blocks import block, header, manifest
from grovemusic.catalogue.blocks.errors import (
    BlockError,
    ChecksumMismatch,
    ForeignFile,
    Malformed,
    Place,
    Truncated,
    UnknownVersion,
    WrongSchema,
)
from grovemusic.catalogue.blocks.reader import BlockReader
from grovemusic.catalogue.blocks.schema import Column, Schema
from grovemusic.catalogue.blocks.values import Decoder

SHARD, MANIFEST = "cat/songs/g1/00000.gmb", "cat/songs/manifest.json"
ROWS = songs(40)
KNOWN = sorted(ROWS)[20]
RIGHT = {KNOWN: named(ROWS[KNOWN])}
ASKED = [KNOWN, KNOWN + 1]


async def asked(store, key, body, *, cached=None):
    """What a reader says of a damaged object: the rows, or its error."""
    broken = MemoryObjects({**store.objects, key: body})
    reader = BlockReader(broken, "cat/songs")
    if cached:
        reader._serving, reader._cache = cached
    try:
        found = await reader.get_many(ASKED)
    except BlockError as error:
        noticed = error
    else:
        assert found == RIGHT
        return None
    assert noticed.place.key == key
    assert str(noticed.place) in str(noticed)
    return noticed


@pytest.mark.parametrize("key", [SHARD, MANIFEST])
async def test_no_flipped_bit_gives_a_wrong_answer(tmp_path, key):
    store = await published(tmp_path, ROWS)
    whole = store.objects[key]
    noticed = 0
    for bit in range(len(whole) * 8):
        body = bytearray(whole)
        body[bit // 8] ^= 1 << bit % 8
        noticed += await asked(store, key, bytes(body)) is not None
    # Bits of blocks that are not read go unnoticed; `verify` reads them all.
    assert noticed > (header.FIXED_BYTES * 8 if key == SHARD else len(whole) * 8 - 1)


@pytest.mark.parametrize("key", [SHARD, MANIFEST])
async def test_no_truncation_gives_a_wrong_answer(tmp_path, key):
    store = await published(tmp_path, ROWS)
    whole = store.objects[key]
    for length in range(len(whole)):
        error = await asked(store, key, whole[:length])
        assert isinstance(error, (Truncated, ForeignFile, ChecksumMismatch)), length
    assert await asked(store, key, whole + b"\n") is not None


async def test_a_file_cut_off_after_its_header_was_read_is_truncated(tmp_path):
    """The header in memory still points to where the blocks were."""
    store = await published(tmp_path, ROWS)
    reader = BlockReader(store, "cat/songs")
    await reader.get(KNOWN)
    whole, cached = store.objects[SHARD], (reader._serving, reader._cache)
    for length in range(len(whole)):
        error = await asked(store, SHARD, whole[:length], cached=cached)
        assert error is None or (isinstance(error, Truncated) and error.place.block is not None)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_random_bytes_are_never_taken_for_a_file_of_ours(body):
    identity = header.Identity(b"schema..", b"generatn", 0, 1)
    with pytest.raises(BlockError):
        header.parse(body, expected=identity, place=Place("x"), object_bytes=len(body))
    with pytest.raises(BlockError):
        header.parse(
            header.MAGIC + b"\x01" + body,
            expected=identity,
            place=Place("x"),
            object_bytes=len(body),
        )
    with pytest.raises(BlockError):
        manifest.parse(body, Place("x"))
    with pytest.raises(BlockError):
        block.open_block(body, seed=0, place=Place("x"), wanted_bytes=len(body))


@settings(max_examples=300)
@given(st.binary(max_size=80), st.integers(0, 3), st.integers(0, 2))
def test_a_block_that_contradicts_itself_is_malformed_and_nothing_worse(raw, rows, at):
    """Its checksum is right: whoever wrote it had a bug, or meant harm."""
    keys = [number.to_bytes(16) for number in range(rows)] or [bytes(16)]
    data = block.close_block(keys, raw, level=9, seed=1)
    opened = block.open_block(data, seed=1, place=Place("x"), wanted_bytes=len(data))
    with contextlib.suppress(Malformed):
        opened.row(Decoder(SCHEMA), min(at, opened.rows - 1), opened.columns())


def resealed(body, blocks, **changes):
    """A shard whose header was changed and given the right checksum again."""
    length = header.header_bytes(blocks, 0)
    fixed = list(header._FIXED.unpack_from(body))
    for name, value in changes.items():
        fixed[("magic", "version", "shard", "shards", "rows").index(name)] = value
    head = header._FIXED.pack(*fixed) + body[header.FIXED_BYTES : length - 4]
    return head + struct.pack("<I", zlib.crc32(head)) + body[length:]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"magic": b"SQLite f"}, ForeignFile, "SQLite f"),
        ({"version": 2}, UnknownVersion, "version 2; this reader knows 1"),
        ({"shard": 1}, ForeignFile, "shard 1 of 1"),
        ({"shards": 2}, ForeignFile, "shard 0 of 2"),
    ],
    ids=["magic", "version", "shard", "shards"],
)
async def test_a_foreign_file_is_told_from_a_damaged_one(tmp_path, changes, error, words):
    store = await published(tmp_path, ROWS)
    found = await asked(store, SHARD, resealed(store.objects[SHARD], 5, **changes))
    assert type(found) is error
    assert words in str(found)
    assert SHARD in str(found)


async def test_a_shard_in_the_place_of_another_is_foreign(tmp_path):
    store = await published(tmp_path, ROWS, shards=2)
    other = store.objects["cat/songs/g1/00001.gmb"]
    store.objects["cat/songs/g1/00001.gmb"] = store.objects[SHARD]
    store.objects[SHARD] = other
    with pytest.raises(ForeignFile, match="it is shard 1 of 2"):
        await BlockReader(store, "cat/songs").get(0)


async def test_a_shard_of_another_generation_is_foreign_and_of_other_columns_wrong(tmp_path):
    store = await published(tmp_path / "a", ROWS)
    other = await published(tmp_path / "b", ROWS, generation="g2")
    found = await asked(store, SHARD, other.objects[SHARD.replace("g1", "g2")])
    assert isinstance(found, ForeignFile)
    renamed = Schema("songs", (Column("name", SCHEMA.columns[0].kind), *SCHEMA.columns[1:]))
    other = await published(tmp_path / "c", ROWS, schema=renamed)
    found = await asked(store, SHARD, other.objects[SHARD])
    assert isinstance(found, WrongSchema)


async def test_a_block_in_the_place_of_another_is_damage(tmp_path):
    """Both are whole, and both checksums right for where they were."""
    rows = {spread(number): song(1) for number in range(64)}
    store = await published(tmp_path, rows, shape=SMALL)
    reader = BlockReader(store, "cat/songs")
    await reader.get(0)
    head = reader._cache.get(SHARD)
    body = store.objects[SHARD]
    spans = [head.span(number) for number in range(head.blocks)]
    pairs = [
        (a, b)
        for a in spans
        for b in spans
        if a.number < b.number and a.end - a.start == b.end - b.start > 0
    ]
    if not pairs:
        pytest.skip("no two blocks of one length")
    a, b = pairs[0]
    swapped = bytearray(body)
    swapped[a.start : a.end], swapped[b.start : b.end] = (
        body[b.start : b.end],
        body[a.start : a.end],
    )
    store.objects[SHARD] = bytes(swapped)
    seen = []
    for key, row in rows.items():
        try:
            assert await reader.get(key) == named(row)
        except ChecksumMismatch as error:
            seen.append(error.place)
    assert {place.block for place in seen} == {a.number, b.number}
    assert {place.byte for place in seen} == {a.start, b.start}
