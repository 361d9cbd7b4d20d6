"""An id to its row, with one or two range reads."""

import asyncio
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from block_tables import (
    SCHEMA,
    SMALL,
    MemoryObjects,
    named,
    publication,
    published,
    song,
    songs,
    spilled,
    spread,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue_import.blockstore.checking import items_of
from catalogue_import.blockstore.publish import retire
from catalogue_import.blockstore.shard import Shape
from grovemusic.catalogue.blocks.cache import HeaderCache
from grovemusic.catalogue.blocks.errors import MissingObject, WrongSchema
from grovemusic.catalogue.blocks.layout import IDS
from grovemusic.catalogue.blocks.reader import BlockReader
from grovemusic.catalogue.blocks.schema import Column, Field, Kind, Schema

F16 = st.floats(width=16, allow_nan=False, allow_infinity=False)
F32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
F64 = st.floats(allow_nan=False, allow_infinity=False)
PUBLISHED = st.decimals(-100, 250, places=3).map(float)  # what services give as features
IDS_ANY = st.integers(0, IDS - 1)
ROWS = st.tuples(
    st.none() | st.text(max_size=20),
    st.none() | st.binary(max_size=20),
    st.none() | st.integers(0, 2**64 - 1),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | F64 | PUBLISHED,
    st.none() | F32,
    st.none() | F16,
    st.none() | IDS_ANY,
    st.none() | st.lists(st.tuples(IDS_ANY, st.integers(0, 65535), F64 | PUBLISHED), max_size=5),
)
# Ids as they come: spread, one after another, or at the very ends.
KEYS = IDS_ANY | st.integers(0, 300) | st.integers(IDS - 300, IDS - 1)


def exact(value):
    """Tells 0.0 from -0.0, which compare equal."""
    if isinstance(value, float):
        return struct.pack("<d", value)
    if isinstance(value, (list, tuple)):
        return [exact(each) for each in value]
    if isinstance(value, dict):
        return {key: exact(each) for key, each in value.items()}
    return value


@settings(max_examples=60)
@given(st.dictionaries(KEYS, ROWS, max_size=60), st.integers(1, 5), KEYS)
def test_every_row_comes_back_bit_by_bit_and_nothing_else_does(rows, shards, other):
    async def scenario(folder):
        shape = Shape(rows_per_block=4, block_bytes=600)
        store = await published(folder, rows, shape=shape, shards=shards)
        reader = BlockReader(store, "cat/songs")
        wanted = {key: named(row) for key, row in rows.items()}
        assert exact(await reader.get_many(rows)) == exact(wanted)
        assert exact(await reader.get(other)) == exact(wanted.get(other))

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


async def test_a_look_up_is_two_range_reads_and_one_when_the_header_is_known(tmp_path):
    store = await published(tmp_path, songs(500), shards=3)
    reader = BlockReader(store, "cat/songs")
    await reader.manifest()
    store.reads.clear()
    assert await reader.get(spread(7)) == named(song(7))
    assert len(store.reads) == 2
    assert all(length is not None for _key, _offset, length in store.reads)
    await reader.get(spread(7))
    assert len(store.reads) == 3


async def test_a_miss_reads_no_more_than_a_hit(tmp_path):
    store = await published(tmp_path, songs(500), shards=3)
    reader = BlockReader(store, "cat/songs")
    await reader.manifest()
    store.reads.clear()
    for number in range(1000, 1100):
        assert await reader.get(spread(number)) is None
    assert len(store.reads) <= 103


async def test_ids_of_one_block_share_a_read(tmp_path):
    """A playlist's look-up must not cost a request a track."""
    rows = songs(300)
    store = await published(tmp_path, rows, shards=2)
    reader = BlockReader(store, "cat/songs")
    await reader.manifest()
    store.reads.clear()
    some = sorted(rows)[:40]
    found = await reader.get_many([*some, *some, 12345])
    assert found == {key: named(rows[key]) for key in some}
    assert list(found) == some
    assert len(store.reads) < 14


async def test_a_table_without_rows_answers_that_there_is_nothing(tmp_path):
    store = await published(tmp_path, {})
    assert await BlockReader(store, "cat/songs").get_many([0, 1, IDS - 1]) == {}


async def test_neither_table_nor_id_that_cannot_be_is_a_wrong_answer(tmp_path):
    with pytest.raises(MissingObject, match=r"cat/songs/manifest\.json"):
        await BlockReader(MemoryObjects(), "cat/songs").get(1)
    store = await published(tmp_path, songs(3))
    for key in (-1, IDS):
        with pytest.raises(ValueError, match="128 bits"):
            await BlockReader(store, "cat/songs").get(key)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(range(3000), id="one after another"),
        pytest.param([*range(1500), *map(spread, range(1500))], id="half of them"),
        pytest.param([n << 64 for n in range(3000)], id="all in one bucket"),
        pytest.param([IDS - 1 - n for n in range(3000)], id="at the end"),
    ],
)
async def test_ids_that_are_not_spread_are_found_as_well(tmp_path, keys):
    """No linear map helps here; buckets are split, and blocks stay small."""
    rows = {key: song(number) for number, key in enumerate(keys)}
    store = await published(tmp_path, rows, shards=4)
    reader = BlockReader(store, "cat/songs")
    assert await reader.get_many(rows) == {key: named(row) for key, row in rows.items()}
    assert await reader.get_many([5000, 3 << 126, spread(-1)]) == {}
    assert (await reader.manifest()).block_bytes <= SMALL.block_bytes


async def test_a_row_larger_than_a_block_should_be_has_one_of_its_own(tmp_path):
    schema = Schema("texts", (Column("text", Kind.BYTES),))
    rows = {spread(n): (b"".join(spread(m).to_bytes(16) for m in range(n)),) for n in range(300)}
    store = await published(tmp_path, rows, schema=schema)
    reader = BlockReader(store, "cat/songs", schema=schema)
    assert await reader.get_many(rows) == {key: {"text": row[0]} for key, row in rows.items()}


async def test_texts_that_deflate_to_nothing_do_not_grow_the_memory_of_a_look_up(tmp_path):
    """A block is split by what it inflates to as well."""
    schema = Schema("texts", (Column("text", Kind.TEXT),))
    rows = {spread(n): ("la" * 30_000,) for n in range(64)}
    store = await published(tmp_path, rows, schema=schema, shape=Shape())
    reader = BlockReader(store, "cat/songs")
    assert len(await reader.get_many(rows)) == 64


async def test_lists_may_come_as_arrays(tmp_path):
    """The mining kernel gives arrays: no Python object for each of 100 neighbours."""
    column = Column("near", Kind.LIST, (Field("id", Kind.ID), Field("cosine", Kind.F32)))
    schema = Schema("near", (column,))
    array = np.zeros(3, items_of(column))
    array["id"] = [np.void(bytes(15) + bytes([n])) for n in (0, 7, 0)]
    array["cosine"] = [0.5, -0.25, 1.0]
    rows = {1: (array,), 2: (None,), 3: (array[:0],)}
    store = await published(tmp_path, rows, schema=schema)
    assert await BlockReader(store, "cat/songs").get_many([1, 2, 3]) == {
        1: {"near": [(0, 0.5), (7, -0.25), (0, 1.0)]},
        2: {"near": None},
        3: {"near": []},
    }


async def test_the_header_cache_stays_within_its_bytes(tmp_path):
    rows = songs(400)
    store = await published(tmp_path, rows, shards=8)
    cache = HeaderCache(1500)
    reader = BlockReader(store, "cat/songs", cache=cache)
    for key in rows:
        await reader.get(key)
        assert cache.held_bytes <= 1500
    assert 1 <= len(cache) < 8
    none = BlockReader(store, "cat/songs", cache=HeaderCache(0))
    assert await none.get_many(rows) == {key: named(row) for key, row in rows.items()}


async def test_a_reader_goes_on_when_its_generation_is_retired(tmp_path):
    """It reads the manifest again, once, and answers from the new one."""
    store = await published(tmp_path / "a", songs(50))
    reader = BlockReader(store, "cat/songs")
    assert await reader.get(spread(60)) is None
    await published(tmp_path / "b", songs(100), store=store, generation="g2")
    assert await reader.get(spread(60)) is None
    await retire(store, "cat/songs", "g1")
    assert await reader.get(spread(60)) == named(song(60))
    store.objects = {key: body for key, body in store.objects.items() if "manifest" in key}
    with pytest.raises(MissingObject, match=r"g2/00000\.gmb, shard 0"):
        await BlockReader(store, "cat/songs").get(spread(60))


async def test_refresh_sees_what_was_published_since(tmp_path):
    store = await published(tmp_path / "a", songs(5))
    reader = BlockReader(store, "cat/songs")
    await reader.manifest()
    await published(tmp_path / "b", songs(10), store=store, generation="g2")
    assert (await reader.refresh()).generation == "g2"
    assert await reader.get(spread(9)) == named(song(9))


async def test_a_reader_refuses_columns_it_did_not_ask_for(tmp_path):
    store = await published(tmp_path, songs(5))
    other = Schema("songs", SCHEMA.columns[:-1])
    with pytest.raises(WrongSchema, match=r"manifest\.json"):
        await BlockReader(store, "cat/songs", schema=other).get(1)
    assert await BlockReader(store, "cat/songs", schema=SCHEMA).get(spread(1)) == named(song(1))


async def test_many_look_ups_at_once_give_what_single_ones_give(tmp_path):
    rows = songs(200)
    store = await published(tmp_path, rows, shards=20)
    reader = BlockReader(store, "cat/songs")
    answers = await asyncio.gather(*(reader.get(key) for key in rows))
    assert answers == [named(row) for row in rows.values()]


async def test_a_published_figure_takes_no_more_room_than_its_digits(tmp_path):
    """Features have three or four digits; eight random-looking bytes each would triple the bill."""
    schema = Schema("features", (Column("energy", Kind.F64),))
    rows = {spread(n): (spread(n) % 1000 / 1000,) for n in range(5000)}
    store = publication(spilled(tmp_path, rows, schema), MemoryObjects(), shape=Shape())
    manifest = await store.publish()
    assert manifest.stored_bytes / manifest.rows < 18.5  # 16 of them are the id
