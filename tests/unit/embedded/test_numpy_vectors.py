"""What the embedded vector index promises beyond the contract."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Vector
from grovemusic.runtime.embedded import vectors as vectors_module
from grovemusic.runtime.embedded.vector_ids import Ids
from grovemusic.runtime.embedded.vector_matrix import Matrix
from grovemusic.runtime.embedded.vectors import NumpyVectors
from grovemusic.runtime.limits.vector_filter import conditions, holds

EAST = (1.0, 0.0)


@pytest.fixture
def index(tmp_path):
    """Opens the index of this test, as often as it is called."""
    opened = []

    def index(*, dimensions=2, filterable=()):
        opened.append(NumpyVectors(tmp_path / "v.sqlite", dimensions, filterable=filterable))
        return opened[-1]

    yield index
    for each in opened:
        each.close()


def some(count, *, start=0, **more):
    return [Vector(id=f"v{n}", values=(1.0, n / 100), **more) for n in range(start, start + count)]


async def ids_of(matches):
    return [match.id for match in await matches]


async def test_everything_is_still_there_after_a_restart(index):
    before = index()
    await before.upsert(some(3, namespace="a", metadata={"mood": "calm"}))
    await before.delete(["v1"])
    before.close()
    after = index()
    assert await ids_of(after.query(EAST, namespace="a")) == ["v0", "v2"]
    assert await after.count() == 2


async def test_fields_to_filter_by_may_be_declared_later(index):
    """Vectorize would need the vectors anew; here the metadata is at hand."""
    await index().upsert(some(1, metadata={"mood": "calm"}) + some(2, start=5))
    assert await ids_of(index(filterable=["mood"]).query(EAST, where={"mood": "calm"})) == ["v0"]


async def test_what_one_process_writes_another_finds(index):
    one, other = index(), index()
    await one.upsert(some(100))
    assert await ids_of(other.query(EAST, top_k=2)) == ["v0", "v1"]
    await one.delete(["v0"])
    await one.upsert([Vector(id="v1", values=(0.0, 1.0))])
    assert await ids_of(other.query(EAST, top_k=2)) == ["v2", "v3"]
    assert await other.count() == await one.count() == 99


async def test_a_file_of_other_dimensions_is_refused(index):
    await index().upsert(some(1))
    with pytest.raises(StorageFailure, match="holds vectors of 2 numbers, not 3"):
        await index(dimensions=3).query((1.0, 0.0, 0.0))
    with pytest.raises(StorageFailure, match="holds vectors of 2 numbers, not 3"):
        await index(dimensions=3).upsert([Vector(id="a", values=(1.0, 0.0, 0.0))])
    assert await index().count() == 1


@pytest.mark.parametrize(
    "damage", ["floats = x'0000000000000000'", "floats = x'00'", "about = '[['"]
)
async def test_a_damaged_block_is_found_out(index, tmp_path, damage):
    await index().upsert(some(3))
    with closing(sqlite3.connect(tmp_path / "v.sqlite")) as connection, connection:
        connection.execute(f"UPDATE blocks SET {damage}")  # noqa: S608
    with pytest.raises(StorageFailure, match="vectors: block 1 is damaged"):
        await index().query(EAST)


async def test_a_vector_without_the_field_is_unlike_every_value(index):
    vectors = index(filterable=["mood"])
    await vectors.upsert(some(1, metadata={"mood": "calm"}) + some(1, start=1))
    assert await ids_of(vectors.query(EAST, where={"mood": {"$ne": "calm"}})) == ["v1"]
    assert await ids_of(vectors.query(EAST, where={"mood": {"$nin": ["wild"]}})) == ["v0", "v1"]
    assert await ids_of(vectors.query(EAST, where={"mood": {"$lt": "zzz"}})) == ["v0"]


async def test_replaced_vectors_leave_the_file_in_the_end(index, tmp_path, monkeypatch):
    """A nightly rebuild must not make it grow for ever. Every process follows."""
    monkeypatch.setattr(vectors_module, "_SPARE", 100)  # 50,000 would take the test too long
    one, other, late = index(), index(), index()
    await one.upsert(some(30, metadata={"round": 0}))
    await one.delete(["v0"])
    assert await late.count() == 29  # and it hears nothing of what is to come
    for number in range(8):
        await one.upsert(some(30, start=1, metadata={"round": number}))
        assert len(await ids_of(other.query(EAST))) == 30
    await one.delete(["v30"])
    assert await one.count() == 29
    with closing(sqlite3.connect(tmp_path / "v.sqlite")) as connection:
        (stored,) = connection.execute(
            "SELECT sum(json_array_length(about)) FROM blocks WHERE floats IS NOT NULL"
        ).fetchone()
    assert stored < 2 * 29 + 100 + 30
    for each in (one, other, late, index()):
        found = await each.query(EAST)
        assert [match.id for match in found] == [f"v{n}" for n in range(1, 30)]
        assert {match.metadata["round"] for match in found} == {7}


@pytest.mark.parametrize("dimensions", [0, 1537])
def test_vectorize_has_1_to_1536_dimensions(tmp_path, dimensions):
    with pytest.raises(PlatformLimit):
        NumpyVectors(tmp_path / "v.sqlite", dimensions)


def test_vectorize_has_10_fields_to_filter_by(tmp_path):
    with pytest.raises(PlatformLimit):
        NumpyVectors(tmp_path / "v.sqlite", 2, filterable=[f"f{n}" for n in range(11)])


@pytest.mark.parametrize("odd", ["a\0", "\ud83c", ""], ids=["nul", "half a character", "empty"])
async def test_what_is_no_id_cannot_harm_what_is(index, odd):
    """Not even by a deletion, which every process would have to read for ever."""
    vectors = index()
    await vectors.upsert([Vector(id="a", values=EAST)])
    with pytest.raises(PlatformLimit):
        await vectors.upsert([Vector(id=odd, values=EAST)])
    with pytest.raises(PlatformLimit):
        await vectors.delete([odd])
    with pytest.raises(PlatformLimit):
        await vectors.get([odd])
    assert await ids_of(vectors.query(EAST)) == ["a"]


async def test_half_a_character_is_no_metadata(index):
    with pytest.raises(PlatformLimit, match="UTF-8"):
        await index().upsert([Vector(id="a", values=EAST, metadata={"title": "\ud83c"})])


# --- the parts -------------------------------------------------------------------------------


def test_a_million_vectors_of_13_take_about_80_mb_and_are_searched_exactly():
    chance = np.random.default_rng(7)
    values = chance.random((1_000_000, 13), np.float32)
    matrix = Matrix(13, ["namespace"])
    for start in range(0, len(values), 100_000):
        rows = range(start, start + 100_000)
        matrix.append(rows, values[start : start + 100_000], [["a"] * 50_000 + ["b"] * 50_000])
    arrays = (matrix._rows, matrix._alive, matrix._directions, matrix._columns["namespace"]._codes)
    used = [array[: len(matrix)].nbytes for array in arrays]
    assert sum(used) < 80 * 2**20

    asked = values[123] / np.linalg.norm(values[123])
    exact = (values @ asked) / np.linalg.norm(values, axis=1)
    best = set(np.argsort(-exact)[:50].tolist())
    assert best <= set(matrix.nearest(asked, count=50, tests={}).tolist())
    found = matrix.nearest(asked, count=50, tests={"namespace": lambda value: value == "b"})
    assert len(found) < 1000
    in_b = np.argsort(np.where(np.arange(1_000_000) % 100_000 >= 50_000, -exact, 1))[:50]
    assert set(in_b.tolist()) <= set(found.tolist())


@given(st.lists(st.lists(st.integers(0, 30), unique=True, max_size=12), max_size=12), st.data())
@settings(max_examples=60)
def test_ids_behave_as_a_dict(rounds, data):
    """Long and short ones, known and unknown, before and after they are settled."""
    names = ["a", "ab", "é" * 10, *(f"id{n}" * (n % 5) + str(n) for n in range(28))]
    ids, model, row = Ids(most_latest=data.draw(st.sampled_from([0, 3, 1000]))), {}, 0
    for chosen in rounds:
        some = [names[n] for n in chosen]
        before = [model[name] for name in some if name in model]
        if data.draw(st.booleans()):
            assert ids.remove(some) == before
            model = {name: at for name, at in model.items() if name not in some}
        else:
            rows = range(row, row + len(some))
            row += len(some)
            assert ids.put(some, rows) == before
            model |= dict(zip(some, rows, strict=True))
        assert ids.rows_of(names) == [model.get(name) for name in names]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_a_matrix_finds_what_a_full_search_finds_however_much_is_dropped(seed):
    chance = np.random.default_rng(seed)
    matrix, model, row = Matrix(4, ["mood"]), {}, 0
    for _ in range(8):
        count = int(chance.integers(1, 900))
        values = chance.normal(size=(count, 4)).astype(np.float32)
        moods = chance.choice(["calm", "wild"], count).tolist()
        matrix.append(range(row, row + count), values, [moods])
        model |= {row + n: (values[n], moods[n]) for n in range(count)}
        row += count
        gone = chance.choice(sorted(model), size=len(model) // 2, replace=False).tolist()
        matrix.drop([*gone, row + 5])
        for each in gone:
            del model[each]
        assert len(matrix) == len(model)
        asked = chance.normal(size=4).astype(np.float32)
        asked /= np.linalg.norm(asked)
        for tests in ({}, {"mood": lambda value: value == "wild"}):
            fitting = [each for each, (_, mood) in model.items() if not tests or mood == "wild"]
            exact = {
                each: float(model[each][0] @ asked / np.linalg.norm(model[each][0]))
                for each in fitting
            }
            best = sorted(fitting, key=lambda each: -exact[each])[:10]
            found = matrix.nearest(asked, count=10, tests=tests).tolist()
            assert set(best) <= set(found)
            assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "where",
    [
        pytest.param({"mood": None}, id="null"),
        pytest.param({"mood": {}}, id="no operator"),
        pytest.param({"mood": {"$in": "calm"}}, id="in what is no list"),
        pytest.param({"mood": {"$eq": ["calm"]}}, id="equal to a list"),
        pytest.param({"mood": {"$in": [["calm"]]}}, id="in a list of lists"),
        pytest.param({"mood": {"$lt": float("nan")}}, id="below not a number"),
        pytest.param({"mood": {1, 2}}, id="no json"),
    ],
)
def test_a_filter_without_a_meaning_is_refused(where):
    with pytest.raises(PlatformLimit):
        conditions(where, ["mood"])


@given(st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text(max_size=2),
       st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text(max_size=2))  # fmt: skip
def test_operators_are_each_others_opposites(value, operand):
    def passes(operator, operand=operand):
        return holds({operator: operand}, value)

    assert passes("$eq") is not passes("$ne")
    assert passes("$in", [operand]) is passes("$eq")
    assert passes("$nin", [operand]) is passes("$ne")
    assert passes("$lte") is (passes("$lt") or passes("$eq"))
    assert not (passes("$lt") and passes("$gt"))
    assert not (passes("$lt") and passes("$gte"))
