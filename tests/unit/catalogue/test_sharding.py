"""One vector index made of several."""

import random

import pytest
from catalogue_desk import Spy

from grovemusic.catalogue.sharding import ShardedVectors
from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Vector
from grovemusic.runtime.embedded.vectors import NumpyVectors


class Shards:
    def __init__(self, folder, count, room_for):
        self.ports = [NumpyVectors(folder / f"{n}.db", 3) for n in range(count)]
        self.spies = [Spy(port) for port in self.ports]
        self.logged = []
        log = lambda event, /, **fields: self.logged.append((event, fields))  # noqa: E731
        self.whole = ShardedVectors(self.spies, log, room_for=room_for)

    async def counts(self):
        return [await port.count() for port in self.ports]


@pytest.fixture
def shards(tmp_path):
    opened = Shards(tmp_path, 3, room_for=10)
    yield opened
    for port in opened.ports:
        port.close()


def vectors(numbers, seed=0):
    chance = random.Random(seed)
    return [
        Vector(id=f"v{n}", values=(1.0, chance.random(), chance.random()), metadata={"n": n})
        for n in numbers
    ]


async def test_shards_fill_up_one_after_another(shards):
    for n in range(24):
        await shards.whole.upsert(vectors([n]))
    assert await shards.counts() == [10, 10, 4]
    assert await shards.whole.count() == 24


async def test_a_batch_that_does_not_fit_is_divided(shards):
    await shards.whole.upsert(vectors(range(27)))
    assert await shards.counts() == [10, 10, 7]


async def test_a_known_vector_is_replaced_where_it_is(shards):
    await shards.whole.upsert(vectors(range(25)))
    await shards.whole.upsert(vectors(range(25), seed=1))
    assert await shards.counts() == [10, 10, 5]
    assert {v.id: v.metadata for v in await shards.whole.get(["v3", "v15", "v24", "none"])} == {
        "v3": {"n": 3}, "v15": {"n": 15}, "v24": {"n": 24},
    }  # fmt: skip


async def test_the_nearest_of_all_shards_are_the_nearest_of_one_index(shards, tmp_path):
    one = NumpyVectors(tmp_path / "one.db", 3)
    await one.upsert(vectors(range(30)))
    await shards.whole.upsert(vectors(range(30)))
    for top_k in (1, 7, 50):
        question = (1.0, 0.3, 0.8)
        assert await shards.whole.query(question, top_k=top_k) == await one.query(
            question, top_k=top_k
        )
    one.close()


async def test_when_all_are_full_new_ones_are_refused_and_known_ones_replaced(shards):
    await shards.whole.upsert(vectors(range(30)))
    with pytest.raises(PlatformLimit, match="3 shards are full"):
        await shards.whole.upsert(vectors([31]))
    await shards.whole.upsert(vectors(range(30), seed=2))
    assert await shards.counts() == [10, 10, 10]


async def test_a_shard_that_fails_is_passed_over_when_asking_and_not_when_writing(shards):
    """A vector must not be stored a second time because its own shard was not reached."""
    await shards.whole.upsert(vectors(range(25)))
    shards.spies[0].broken = True
    found = await shards.whole.query((1.0, 0.5, 0.5), top_k=50)
    assert {match.metadata["n"] for match in found} == set(range(10, 25))
    assert [event for event, _ in shards.logged] == ["vector_shard_failed"]
    with pytest.raises(StorageFailure):
        await shards.whole.upsert(vectors([3]))
    with pytest.raises(StorageFailure):
        await shards.whole.get(["v3"])


async def test_with_all_shards_down_the_error_is_told(shards):
    for spy in shards.spies:
        spy.broken = True
    with pytest.raises(StorageFailure):
        await shards.whole.query((1.0, 0.5, 0.5))


async def test_one_shard_is_asked_nothing_it_need_not_be(tmp_path):
    """Every call is a subrequest."""
    one = Shards(tmp_path, 1, room_for=1000)
    await one.whole.upsert(vectors(range(5)))
    assert one.spies[0].asked == ["count", "upsert"]
    for port in one.ports:
        port.close()


async def test_a_vector_is_deleted_wherever_it_is(shards):
    await shards.whole.upsert(vectors(range(25)))
    await shards.whole.delete(["v1", "v12", "v24", "none"])
    assert await shards.counts() == [9, 9, 4]


def test_none_is_no_index():
    with pytest.raises(ValueError, match="at least one"):
        ShardedVectors([], lambda _event, /, **_fields: None)
