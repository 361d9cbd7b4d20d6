"""Rows to a generation: nothing lost, nothing wrong published, whatever happens on the way."""

import dataclasses
import math

import numpy as np
import pytest
from block_tables import (
    SCHEMA,
    MemoryObjects,
    Stopped,
    named,
    publication,
    published,
    song,
    songs,
    spilled,
    spread,
)

from catalogue_import.blockstore import publish
from catalogue_import.blockstore.checking import items_of
from catalogue_import.blockstore.errors import (
    GenerationTaken,
    LostRace,
    StillServing,
    TooSkewed,
)
from catalogue_import.blockstore.publish import generations, retire
from catalogue_import.blockstore.spill import Sorted
from catalogue_import.blockstore.verifying import verify
from grovemusic.catalogue.blocks.errors import BlockError, ChecksumMismatch, Malformed
from grovemusic.catalogue.blocks.layout import IDS
from grovemusic.catalogue.blocks.reader import BlockReader
from grovemusic.catalogue.blocks.schema import Column, Field, Kind, Schema

GOOD = song(7)


def with_(name, value):
    """A good row but for one value."""
    row = list(GOOD)
    row[SCHEMA.names.index(name)] = value
    return tuple(row)


@pytest.mark.parametrize(
    ("key", "row", "reason"),
    [
        pytest.param(-1, GOOD, "id: outside 128 bits", id="negative id"),
        pytest.param(IDS, GOOD, "id: outside 128 bits", id="id of 129 bits"),
        pytest.param("7", GOOD, "id: not a whole number", id="id is a text"),
        pytest.param(None, GOOD, "id: not a whole number", id="no id"),
        pytest.param(True, GOOD, "id: not a whole number", id="id is a truth"),
        pytest.param(1, with_("tempo", math.nan), "tempo: NaN", id="NaN"),
        pytest.param(1, with_("tempo", -math.inf), "tempo: infinite", id="infinity"),
        pytest.param(1, with_("tempo", "fast"), "tempo: not a number", id="text for number"),
        pytest.param(1, with_("tempo", 2**53 + 1), "tempo: a whole number that no float is",
                     id="int that no float is"),
        pytest.param(1, with_("energy", 1e39), "energy: outside f32", id="over f32"),
        pytest.param(1, with_("rough", 1e5), "rough: outside f16", id="over f16"),
        pytest.param(1, with_("plays", -1), "plays: outside u64", id="negative count"),
        pytest.param(1, with_("plays", 1.5), "plays: not a whole number", id="half a play"),
        pytest.param(1, with_("change", 2**31), "change: outside i32", id="over i32"),
        pytest.param(1, with_("title", b"x"), "title: not a text", id="bytes for text"),
        pytest.param(1, with_("title", "\ud800"), "title: not Unicode", id="lone surrogate"),
        pytest.param(1, with_("title", "x" * 70_000), "title: too large", id="huge text"),
        pytest.param(1, with_("isrc", "x"), "isrc: not bytes", id="text for bytes"),
        pytest.param(1, with_("artist", IDS), "artist: outside 128 bits", id="artist's id"),
        pytest.param(1, with_("near", [(1, 2)]), "near: not 3 values in each", id="short item"),
        pytest.param(1, with_("near", 5), "near: 'int' object is not iterable", id="no list"),
        pytest.param(1, with_("near", [(1, 2, math.nan)]), "near.pmi: NaN", id="NaN in a list"),
        pytest.param(1, with_("near", [(1, None, 0.0)]), "near.count: not a whole number",
                     id="unknown in a list"),
        pytest.param(1, with_("near", [(1, 70_000, 0.0)]), "near.count: outside u16",
                     id="over u16 in a list"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_rejected_by_file_and_position(tmp_path, key, row, reason):
    """And the rows before and after it are not."""
    rows = spilled(tmp_path, [(spread(1), song(1)), (key, row), (spread(2), song(2))])
    (reject,) = rows.rejects
    assert (reject.source, reject.position, reject.reason) == ("songs.csv", 2, reason)
    assert "songs.csv, row 2" in str(reject)
    assert rows.rows == 2
    assert rows.rejects.counts == {reason: 1}


@pytest.mark.parametrize("memory_bytes", [1, 1 << 28], ids=["many runs", "one run"])
def test_the_first_of_two_rows_with_one_id_stays(tmp_path, memory_bytes, monkeypatch):
    # Small batches, so that duplicates stand in runs of their own.
    monkeypatch.setattr("catalogue_import.blockstore.spill._BATCH_ROWS", 3)
    pairs = [*songs(20).items(), *((spread(n), song(0)) for n in (3, 5, 3)), (5, song(5))]
    rows = spilled(tmp_path, pairs, memory_bytes=memory_bytes)
    assert sorted((each.position, each.shown) for each in rows.rejects) == [
        (21, "first in songs.csv, row 4"),
        (22, "first in songs.csv, row 6"),
        (23, "first in songs.csv, row 4"),
    ]
    assert rows.rejects.counts == {"id: twice": 3}
    assert rows.rows == 21
    table = rows.between(0, IDS)
    assert len(table.keys) == 21
    assert sorted(table.keys.tolist()) == table.keys.tolist()


def test_packed_lists_are_checked_for_nan_too(tmp_path):
    column = Column("near", Kind.LIST, (Field("id", Kind.ID), Field("cosine", Kind.F32)))
    array = np.zeros(3, items_of(column))
    broken = array.copy()
    broken["cosine"][2] = np.inf
    rows = spilled(tmp_path, {1: (array,), 2: (broken,)}, Schema("near", (column,)))
    assert rows.rejects.counts == {"near.cosine: infinite": 1}


def test_rows_used_and_rejected_add_up(tmp_path):
    pairs = [
        (IDS if n % 7 == 0 else n % 50, with_("tempo", math.nan if n % 11 == 0 else 1.0))
        for n in range(1000)
    ]
    rows = spilled(tmp_path, pairs, memory_bytes=1)
    assert rows.rows + rows.rejects.total == 1000
    assert len(list(rows.rejects)) == rows.rejects.total


async def test_memory_and_order_of_arrival_do_not_change_a_byte(tmp_path, monkeypatch):
    # Small batches, so that a small table has many runs; and duplicates are searched in parts.
    monkeypatch.setattr("catalogue_import.blockstore.spill._BATCH_ROWS", 50)
    rows = songs(1000)
    one = await published(tmp_path / "a", rows)
    monkeypatch.setattr("catalogue_import.blockstore.spill._RANGE_ROWS", 64)
    many = spilled(tmp_path / "b", dict(reversed(rows.items())), memory_bytes=1)
    assert len(list((tmp_path / "b").glob("run-*[0-9]"))) == 20
    other = MemoryObjects()
    await publication(many, other).publish()
    assert {k: v for k, v in one.objects.items() if k.endswith(".gmb")} == {
        k: v for k, v in other.objects.items() if k.endswith(".gmb")
    }


def test_another_process_can_go_on_with_sorted_rows(tmp_path):
    rows = spilled(tmp_path, [*songs(30).items(), (IDS, GOOD)])
    again = Sorted(tmp_path, SCHEMA)
    assert again.rows == rows.rows == 30
    assert again.rejects.counts == {"id: outside 128 bits": 1}
    with pytest.raises(ValueError, match="another schema"):
        Sorted(tmp_path, Schema("songs", SCHEMA.columns[:2]))
    rows.remove()
    with pytest.raises(FileNotFoundError):
        Sorted(tmp_path, SCHEMA)


def test_a_row_with_too_few_values_is_a_bug_of_the_caller(tmp_path):
    with pytest.raises(ValueError, match="1 values for 9 columns"):
        spilled(tmp_path, {1: ("title",)})


@pytest.mark.parametrize("fault", ["fail_at", "lost_answer_at"])
async def test_a_writer_killed_at_any_write_leaves_the_old_generation_and_goes_on(tmp_path, fault):
    """Also when the write was done and only its answer was lost."""
    before, after = songs(60), songs(90)
    serving = await published(tmp_path / "old", before)
    killed = 0
    for number in range(1, 100):
        store = MemoryObjects(serving.objects)
        setattr(store, fault, number)
        rows = spilled(tmp_path / f"{number}", after)
        try:
            await publication(rows, store, generation="g2", shards=4).publish()
        except Stopped:
            killed += 1
        else:
            break
        reader = BlockReader(store, "cat/songs")
        assert (await reader.manifest()).generation in {
            "g1",
            "g1" if fault == "fail_at" else "g2",
        }
        assert await reader.get(spread(7)) == named(song(7))
        # A later process, which knows no more than what is in the folder and the store.
        again = Sorted(tmp_path / f"{number}", SCHEMA)
        manifest = await publication(again, store, generation="g2", shards=4).publish()
        assert (manifest.generation, manifest.previous, manifest.rows) == ("g2", "g1", 90)
        assert store.writes <= 8  # a claim twice, four shards and one twice, the manifest
        assert await BlockReader(store, "cat/songs").get(spread(80)) == named(song(80))
    assert killed == 6  # a claim, four shards, the manifest


async def test_shards_already_stored_are_not_stored_again(tmp_path):
    store = MemoryObjects()
    store.fail_at = 4  # the third shard
    rows = spilled(tmp_path, songs(50))
    with pytest.raises(Stopped):
        await publication(rows, store, shards=4).publish()
    first = dict(store.objects)
    store.writes, store.fail_at = 0, None
    # What a kill in the middle of a line leaves.
    with (tmp_path / "publication-g1.done").open("a") as log:
        log.write('{"shard": 2, "ro')
    await publication(rows, store, shards=4).publish()
    assert store.writes == 4  # the claim, two shards, the manifest
    assert first.items() <= store.objects.items()
    store.writes = 0
    await publication(rows, store, shards=4).publish()
    assert store.writes == 1  # the claim, which is there


async def test_of_two_writers_one_loses_and_is_told_to_whom(tmp_path):
    store = await published(tmp_path / "old", songs(10))
    slow, fast = spilled(tmp_path / "slow", songs(20)), spilled(tmp_path / "fast", songs(30))
    late = publication(slow, store, generation="slow")
    await late._begin()
    await publication(fast, store, generation="fast").publish()
    with pytest.raises(LostRace, match="fast was published while slow was written"):
        await late.publish()
    assert (await BlockReader(store, "cat/songs").manifest()).generation == "fast"
    assert await generations(store, "cat/songs") == ["fast", "g1", "slow"]


async def test_of_two_first_writers_one_loses(tmp_path):
    store = MemoryObjects()
    slow = publication(spilled(tmp_path / "slow", songs(20)), store, generation="slow")
    await slow._begin()
    await publication(spilled(tmp_path / "fast", songs(30)), store, generation="fast").publish()
    with pytest.raises(LostRace):
        await slow.publish()


async def test_a_name_can_be_claimed_by_one_writer_only(tmp_path):
    """Two writers under one name would mix their shards."""
    store = MemoryObjects()
    await publication(spilled(tmp_path / "a", songs(20)), store)._begin()
    second = publication(
        spilled(tmp_path / "b", songs(30)), store, new_id=lambda prefix: f"{prefix}other"
    )
    with pytest.raises(GenerationTaken, match="cat/songs/g1/claim"):
        await second.publish()
    assert list(store.objects) == ["cat/songs/g1/claim"]


async def test_what_was_not_stored_as_it_was_written_is_never_published(tmp_path):
    class Rotten(MemoryObjects):
        rotten = True

        async def put(self, key, body, **how):
            if key.endswith(".gmb") and self.rotten:
                body = body[:-1] + bytes([body[-1] ^ 1])
            return await super().put(key, body, **how)

    old = await published(tmp_path / "old", songs(10))
    store = Rotten(old.objects)
    rows = spilled(tmp_path / "new", songs(20))
    with pytest.raises(ChecksumMismatch, match=r"g2/00000\.gmb, shard 0, block"):
        await publication(rows, store, generation="g2").publish()
    assert (await BlockReader(store, "cat/songs").manifest()).generation == "g1"
    store.rotten = False
    assert (await publication(rows, store, generation="g2").publish()).generation == "g2"


async def test_retiring_removes_an_old_generation_and_never_the_serving_one(tmp_path):
    store = await published(tmp_path / "a", songs(30), shards=3)
    await published(tmp_path / "b", songs(30), store=store, generation="g2")
    with pytest.raises(StillServing):
        await retire(store, "cat/songs", "g2")
    assert await retire(store, "cat/songs", "g1") == 4
    assert await retire(store, "cat/songs", "g1") == 0
    assert await generations(store, "cat/songs") == ["g2"]


async def test_too_many_ids_in_one_shard_are_refused_with_advice(tmp_path, monkeypatch):
    # The true limit would take a million rows.
    monkeypatch.setattr(publish, "MOST_ROWS_PER_SHARD", 20)
    rows = spilled(tmp_path, {n: song(n) for n in range(30)})
    with pytest.raises(TooSkewed, match=r"cat/songs, shard 0 of 8: 30 of 30 rows"):
        await publication(rows, MemoryObjects(), shards=8).publish()


@pytest.mark.parametrize("name", ["", "a/b", "manifest.json"])
def test_a_generation_needs_a_name_of_its_own(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be called"):
        publication(spilled(tmp_path, {}), MemoryObjects(), generation=name)


async def test_verify_finds_every_flipped_bit(tmp_path):
    store = await published(tmp_path, songs(12))
    manifest = await BlockReader(store, "cat/songs").manifest()
    key = "cat/songs/g1/00000.gmb"
    whole = store.objects[key]
    report = await verify(store, "cat/songs", manifest)
    assert (report.shards, report.blocks, report.rows) == (1, 2, 12)
    assert report.stored_bytes == len(whole)
    for bit in range(0, len(whole) * 8, 3):
        body = bytearray(whole)
        body[bit // 8] ^= 1 << bit % 8
        store.objects[key] = bytes(body)
        with pytest.raises(BlockError, match=r"00000\.gmb"):
            await verify(store, "cat/songs", manifest)


async def test_verify_compares_the_rows_with_the_manifest(tmp_path):
    store = await published(tmp_path, songs(12))
    manifest = await BlockReader(store, "cat/songs").manifest()
    more = dataclasses.replace(manifest, rows=13)
    with pytest.raises(Malformed, match=r"13 rows .* 12 in"):
        await verify(store, "cat/songs", more)
