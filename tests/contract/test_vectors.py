"""Nearest neighbours by cosine."""

import math
import random

import pytest

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Vector

ABOUT = 1e-5  # Vectorize counts in float32


async def ids_of(matches):
    return [match.id for match in await matches]


@pytest.fixture
def stored(vectors):
    """Stores vectors; every platform's tests see them at once."""

    async def stored(*some):
        await vectors.upsert(some)

    return stored


def at(degrees, **more):
    """A vector in the plane of the first two axes."""
    angle = math.radians(degrees)
    return Vector(id=f"{degrees:03}", values=(math.cos(angle), math.sin(angle), 0.0), **more)


async def test_an_empty_index_has_no_neighbours(vectors):
    assert await vectors.query((1.0, 0.0, 0.0)) == []
    assert await vectors.count() == 0


async def test_the_nearest_come_first_with_their_cosine(vectors, stored):
    await stored(at(90), at(180), at(0), at(45))
    found = await vectors.query((2.0, 0.0, 0.0))
    assert [match.id for match in found] == ["000", "045", "090", "180"]
    assert [match.score for match in found] == pytest.approx([1, math.sqrt(0.5), 0, -1], abs=ABOUT)


async def test_top_k_cuts_the_tail(vectors, stored):
    await stored(*map(at, range(0, 90, 10)))
    assert await ids_of(vectors.query((1.0, 0.0, 0.0), top_k=2)) == ["000", "010"]


async def test_ties_are_in_the_order_of_ids(vectors, stored):
    """The same question gives the same playlist."""
    same = (0.1, 0.7, 0.3)
    ids = [f"track{n:02}" for n in range(20)]
    await stored(*(Vector(id=each, values=same) for each in reversed(ids)))
    assert await ids_of(vectors.query(same, top_k=7)) == ids[:7]
    await stored(*(Vector(id=each, values=tuple(3 * x for x in same)) for each in ids[::2]))
    assert await ids_of(vectors.query(same, top_k=7)) == ids[:7]


async def test_a_vector_comes_back_as_it_went_in(vectors, stored):
    metadata = {"title": "Jóga", "year": 1997, "live": False, "share": 0.5, "tags": ["a", "b"]}
    await stored(
        Vector(id="jóga", values=(0.1, -2.5, 3e-5), namespace="björk", metadata=metadata),
        Vector(id="plain", values=(1.0, 2.0, 3.0)),
    )
    found = {vector.id: vector for vector in await vectors.get(["jóga", "plain", "unknown"])}
    assert set(found) == {"jóga", "plain"}
    assert found["jóga"].values == pytest.approx((0.1, -2.5, 3e-5), rel=1e-6)
    assert (found["jóga"].namespace, found["jóga"].metadata) == ("björk", metadata)
    assert (found["plain"].namespace, found["plain"].metadata) == ("", {})


async def test_a_match_carries_what_was_asked_for(vectors, stored):
    await stored(Vector(id="a", values=(3.0, 4.0, 0.0), metadata={"mood": "calm"}))
    (full,) = await vectors.query((3.0, 4.0, 0.0), with_metadata=True, with_values=True)
    assert (full.metadata, full.values) == ({"mood": "calm"}, pytest.approx((3.0, 4.0, 0.0)))
    (bare,) = await vectors.query((3.0, 4.0, 0.0), with_metadata=False)
    assert (bare.metadata, bare.values) == ({}, None)


async def test_an_upsert_replaces_all_of_a_vector(vectors, stored):
    await stored(at(0, metadata={"mood": "calm"}, namespace="old"))
    await stored(Vector(id="000", values=(0.0, 1.0, 0.0)))
    (match,) = await vectors.query((0.0, 1.0, 0.0), namespace="")
    assert (match.score, match.metadata) == (pytest.approx(1, abs=ABOUT), {})
    assert await vectors.count() == 1


async def test_a_deleted_vector_is_not_found(vectors, stored):
    await stored(at(0), at(10), at(20))
    await vectors.delete(["000", "unknown"])
    assert await ids_of(vectors.query((1.0, 0.0, 0.0))) == ["010", "020"]
    assert await vectors.get(["000"]) == []
    assert await vectors.count() == 2
    await stored(at(0))
    assert await ids_of(vectors.query((1.0, 0.0, 0.0))) == ["000", "010", "020"]


async def test_a_namespace_is_searched_alone(vectors, stored):
    await stored(at(0, namespace="a"), at(10, namespace="b"), at(20, namespace="a"), at(30))
    assert await ids_of(vectors.query((1.0, 0.0, 0.0), namespace="a")) == ["000", "020"]
    assert await ids_of(vectors.query((1.0, 0.0, 0.0), namespace="c")) == []
    assert len(await vectors.query((1.0, 0.0, 0.0))) == 4


@pytest.mark.parametrize(
    ("where", "found"),
    [
        pytest.param({"decade": 1990}, [1990], id="value"),
        pytest.param({"decade": {"$eq": 1990}}, [1990], id="eq"),
        pytest.param({"decade": {"$ne": 1990}}, [1970, 1980, 2000], id="ne"),
        pytest.param({"decade": {"$in": [1970, 2000, 2010]}}, [1970, 2000], id="in"),
        pytest.param({"decade": {"$nin": [1970, 2000]}}, [1980, 1990], id="nin"),
        pytest.param({"decade": {"$lt": 1990}}, [1970, 1980], id="lt"),
        pytest.param({"decade": {"$lte": 1990}}, [1970, 1980, 1990], id="lte"),
        pytest.param({"decade": {"$gt": 1990}}, [2000], id="gt"),
        pytest.param({"decade": {"$gte": 1975.5, "$lt": 2000}}, [1980, 1990], id="range"),
        pytest.param({"mood": {"$gte": "calm", "$lt": "d"}}, [1970, 1980], id="text range"),
        pytest.param({"live": True}, [1970, 1990], id="boolean"),
        pytest.param({"live": True, "mood": "wild"}, [1990], id="and"),
        pytest.param({"decade": "1990"}, [], id="text is no number"),
        pytest.param({"decade": {"$lt": "a"}}, [], id="text is not above numbers"),
    ],
)
async def test_a_filter_keeps_what_fits(vectors, stored, where, found):
    for decade, mood in ((1970, "calm"), (1980, "calm"), (1990, "wild"), (2000, "wild")):
        metadata = {"decade": decade, "mood": mood, "live": decade in {1970, 1990}}
        await stored(Vector(id=str(decade), values=(1.0, decade / 1e4, 0.0), metadata=metadata))
    matches = await vectors.query((1.0, 0.0, 0.0), where=where)
    assert [match.metadata["decade"] for match in matches] == found


async def test_a_filter_comes_before_top_k(vectors, stored):
    """However many nearer ones do not fit."""
    near = (
        Vector(id=f"near{n}", values=(1.0, n / 1e3, 0.0), metadata={"mood": "calm"})
        for n in range(60)
    )
    await stored(*near, at(90, metadata={"mood": "wild"}))
    found = vectors.query((1.0, 0.0, 0.0), top_k=1, where={"mood": "wild"})
    assert await ids_of(found) == ["090"]


async def test_true_is_not_one(vectors, stored):
    await stored(at(0, metadata={"live": True}), at(10, metadata={"live": 1}))
    assert await ids_of(vectors.query((1.0, 0.0, 0.0), where={"live": True})) == ["000"]
    assert await ids_of(vectors.query((1.0, 0.0, 0.0), where={"live": 1})) == ["010"]


@pytest.mark.parametrize(
    "where",
    [
        pytest.param({"artist": "Björk"}, id="undeclared field"),
        pytest.param({"mood": {"$like": "c"}}, id="unknown operator"),
        pytest.param({"mood": {"$in": ["x" * 100] * 30}}, id="long filter"),
    ],
)
async def test_filters_vectorize_refuses_fail(vectors, stored, where):
    await stored(at(0, metadata={"mood": "calm"}))
    with pytest.raises((PlatformLimit, StorageFailure)):
        await vectors.query((1.0, 0.0, 0.0), where=where)


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(Vector(id="a", values=(1.0, 2.0)), id="too few numbers"),
        pytest.param(Vector(id="a", values=(0.0, 0.0, 0.0)), id="no direction"),
        pytest.param(Vector(id="a", values=(1.0, math.nan, 0.0)), id="not a number"),
        pytest.param(Vector(id="a", values=(1.0, math.inf, 0.0)), id="infinite"),
        pytest.param(Vector(id="a", values=(1e39, 0.0, 0.0)), id="beyond float32"),
        pytest.param(Vector(id="é" * 33, values=(1.0, 0.0, 0.0)), id="long id"),
        pytest.param(Vector(id="", values=(1.0, 0.0, 0.0)), id="no id"),
        pytest.param(
            Vector(id="a", values=(1.0, 0.0, 0.0), namespace="n" * 65), id="long namespace"
        ),
        pytest.param(
            Vector(id="a", values=(1.0, 0.0, 0.0), metadata={"text": "é" * 5200}),
            id="much metadata",
        ),
        pytest.param(
            Vector(id="a", values=(1.0, 0.0, 0.0), metadata={"deep": {"er": 1}}),
            id="nested metadata",
        ),
    ],
)
async def test_a_vector_that_cannot_be_stored_is_refused_with_all_beside_it(vectors, vector):
    with pytest.raises(PlatformLimit, match="vectors"):
        await vectors.upsert([at(0), vector])
    assert await vectors.count() == 0


@pytest.mark.parametrize(
    "values", [(1.0, 2.0), (0.0, 0.0, 0.0), (1.0, math.nan, 0.0)], ids=["short", "zero", "nan"]
)
async def test_a_question_without_a_direction_is_refused(vectors, values):
    with pytest.raises(PlatformLimit, match="vectors"):
        await vectors.query(values)


async def test_ids_and_metadata_may_be_as_long_as_vectorize_allows(vectors, stored):
    await stored(
        Vector(
            id="é" * 32, values=(1.0, 0.0, 0.0), namespace="n" * 64, metadata={"t": "x" * 10_000}
        )
    )
    assert len(await vectors.get(["é" * 32])) == 1


async def test_1000_vectors_are_upserted_at_once_and_one_more_is_refused(vectors, stored):
    many = [Vector(id=f"v{n}", values=(1.0, n / 1000, 0.0)) for n in range(1001)]
    with pytest.raises(PlatformLimit):
        await vectors.upsert(many)
    await stored(*many[:1000])
    assert await vectors.count() == 1000
    assert len(await vectors.get([vector.id for vector in many[:300]])) == 300


@pytest.mark.parametrize(
    ("top_k", "more"),
    [(0, {}), (51, {}), (51, {"with_metadata": False, "with_values": True}),
     (101, {"with_metadata": False})],
)  # fmt: skip
async def test_top_k_has_its_limits(vectors, top_k, more):
    with pytest.raises(PlatformLimit):
        await vectors.query((1.0, 0.0, 0.0), top_k=top_k, **more)


async def test_a_hundred_are_found_when_only_ids_are_wanted(vectors, stored):
    await stored(*(Vector(id=f"v{n}", values=(1.0, n / 1000, 0.0)) for n in range(120)))
    assert len(await vectors.query((1.0, 0.0, 0.0), top_k=100, with_metadata=False)) == 100


async def test_of_two_with_one_id_the_last_counts(vectors, stored):
    await stored(Vector(id="a", values=(1.0, 0.0, 0.0)), Vector(id="a", values=(0.0, 1.0, 0.0)))
    assert [vector.values for vector in await vectors.get(["a"])] == [(0.0, 1.0, 0.0)]
    assert await vectors.count() == 1


@pytest.mark.parametrize("seed", range(3))
async def test_it_finds_what_a_full_search_finds(vectors, stored, seed):
    """A random history of upserts and deletes beside a dict and a sum."""
    chance, model = random.Random(seed), {}
    for _ in range(12):
        some = {
            f"v{chance.randrange(200)}": tuple(chance.gauss(0, 1) for _ in range(3))
            for _ in range(chance.randrange(1, 40))
        }
        await stored(*(Vector(id=each, values=values) for each, values in some.items()))
        model |= some
        gone = chance.sample(sorted(model), k=min(len(model), 8))
        await vectors.delete(gone)
        for each in gone:
            del model[each]
        asked = tuple(chance.gauss(0, 1) for _ in range(3))
        best = sorted(model, key=lambda each: -cosine(asked, model[each]))[:10]
        assert await ids_of(vectors.query(asked, top_k=10)) == best
    assert await vectors.count() == len(model)


def cosine(one, other):
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / math.hypot(*one) / math.hypot(*other)
