"""A look-up through layers: the nearest that knows answers, the nearer ones learn it later."""

import asyncio

import pytest
from catalogue_desk import track_id

from grovemusic.catalogue import tables
from grovemusic.store.catalogue import Companion
from grovemusic.store.neighbours import Pair
from grovemusic.store.xref import CrossReference, Method

ONE, TWO, THREE = track_id(1), track_id(2), track_id(3)
ALL = ["request", "kv", "d1", "r2"]


def test_the_first_time_the_cold_store_answers_then_the_edge_then_the_request(desk):
    desk.publish_tracks([1])
    lookups = desk.lookups()
    first = desk.do(lookups.sound(ONE))
    assert first.features.tempo_bpm == 91.0
    assert desk.layers_measured() == [
        ("request", False), ("kv", False), ("d1", False), ("r2", True),
    ]  # fmt: skip
    assert desk.do(lookups.sound(ONE)) == first
    assert desk.layers_measured() == [("request", True)]
    desk.catch_up()
    assert desk.do(desk.lookups().sound(ONE)) == first
    assert desk.layers_measured() == [("request", False), ("kv", True)]
    assert desk.kept(f"spotify:af:{ONE}")["features"]["tempo_bpm"] == 91.0
    desk.clock.advance(8 * 24 * 3600)
    assert desk.do(desk.lookups().sound(ONE)) == first
    assert desk.layers_measured() == [("request", False), ("kv", False), ("d1", True)]


def test_answers_do_not_wait_until_nearer_layers_are_filled(desk):
    """What is left for the background is not begun before the answer is given."""
    desk.publish_tracks([1])
    assert desk.do(desk.lookups().sound(ONE)) is not None
    assert desk.keys_kept() == []
    assert desk.rows("SELECT 1 FROM spotify_audio_features_cache") == []
    desk.catch_up()
    assert desk.keys_kept() == [f"spotify:af:{ONE}"]


def test_filling_that_fails_is_only_logged(desk):
    desk.publish_tracks([1])
    assert desk.do(desk.lookups().sound(ONE)) is not None
    desk.kv.broken = desk.d1.broken = True
    desk.catch_up()
    assert [event for event, _ in desk.logged] == ["lookup_fill_failed"] * 2


@pytest.mark.parametrize("broken", ["kv", "d1"])
def test_a_layer_that_fails_is_passed_over_and_logged(desk, broken):
    desk.publish_tracks([1])
    getattr(desk, broken).broken = True
    assert desk.do(desk.lookups().sound(ONE)) is not None
    assert [(event, f["layer"]) for event, f in desk.logged] == [("lookup_layer_failed", broken)]


def test_with_every_layer_down_there_is_no_answer_and_no_error(desk):
    desk.kv.broken = desk.d1.broken = desk.r2.broken = True
    lookups = desk.lookups()
    assert desk.do(lookups.sound(ONE)) is None
    assert desk.do(lookups.sounds([ONE])).unsure == {ONE}


def test_that_nobody_knows_a_track_is_kept_for_a_day(desk):
    lookups = desk.lookups()
    assert desk.do(lookups.sound(ONE)) is None
    assert desk.do(lookups.sounds([ONE])).unsure == frozenset()
    desk.catch_up()
    assert desk.keys_kept() == [f"spotify:af:{ONE}"]
    desk.layers_measured()
    assert desk.do(desk.lookups().sound(ONE)) is None
    assert desk.layers_measured() == [("request", False), ("kv", True)]
    desk.publish_tracks([1])
    desk.clock.advance(24 * 3600 + 1)
    assert desk.do(desk.lookups().sound(ONE)) is not None


@pytest.mark.parametrize("broken", ["d1", "r2"])
def test_what_is_unsure_is_not_remembered_as_unknown(desk, broken):
    """A minute's failure must not hide a track for a day."""
    port = getattr(desk, broken)
    port.broken = True
    lookups = desk.lookups()
    assert desk.do(lookups.sounds([ONE])).unsure == {ONE}
    desk.catch_up()
    assert desk.keys_kept() == []
    port.broken = False
    desk.hot_sound(ONE)
    assert desk.do(lookups.sound(ONE)) is not None


def test_a_cache_that_fails_makes_nothing_unsure(desk):
    desk.kv.broken = True
    assert desk.do(desk.lookups().sounds([ONE])).unsure == frozenset()


def test_equal_questions_at_the_same_time_are_asked_once(desk):
    desk.publish_tracks([1, 2])
    lookups = desk.lookups()
    found = desk.at_once(*(lookups.sounds([ONE, TWO]) for _ in range(5)), lookups.sound(ONE))
    assert all(set(each.found) == {ONE, TWO} for each in found[:5])
    assert found[5] is not None
    assert desk.kv.asked == ["get_many"]
    assert desk.d1.asked == ["rows"]


def test_who_is_cancelled_leaves_the_others_their_answer(desk):
    desk.publish_tracks([1])
    lookups = desk.lookups()

    async def scenario():
        first = asyncio.ensure_future(lookups.sounds([ONE]))
        second = asyncio.ensure_future(lookups.sounds([ONE]))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert set(desk.do(scenario()).found) == {ONE}


def test_many_are_asked_for_in_bulk(desk):
    """250 tracks: three bulk reads at the edge, one statement, and blocks that are shared."""
    desk.publish_tracks(range(250))
    wanted = [track_id(n) for n in range(250)]
    found = desk.do(desk.lookups().sounds([*wanted, *wanted])).found
    assert list(found) == wanted
    assert desk.kv.asked == ["get_many"] * 3
    assert desk.d1.asked == ["rows"]
    assert len(desk.r2.asked) < 130


def test_the_manifest_and_headers_outlive_a_request(desk):
    """A second request costs one range read: its block."""
    desk.publish_tracks(range(40))
    desk.do(desk.lookups().sound(ONE))
    desk.r2.asked.clear()
    assert desk.do(desk.lookups().sound(TWO)) is not None
    assert desk.r2.asked == ["get"]


def test_a_new_generation_serves_within_a_minute(desk):
    desk.publish_tracks([1])
    assert desk.do(desk.lookups().sound(TWO)) is None
    desk.publish_tracks([1, 2])
    desk.clock.advance(61)
    assert desk.do(desk.lookups().sounds([TWO])).found


def test_where_nothing_was_published_the_store_is_asked_once_a_minute(desk):
    for n in range(5):
        assert desk.do(desk.lookups().sound(track_id(n))) is None
    assert desk.r2.asked == ["get"]
    assert desk.logged == []


def test_features_of_tier_c_are_not_kept_in_the_hot_tables(desk):
    """206 M tracks would not fit."""
    desk.publish_tracks([1], popularity=3.0)
    assert desk.do(desk.lookups().sound(ONE)) is not None
    desk.catch_up()
    assert desk.rows("SELECT 1 FROM spotify_audio_features_cache") == []
    assert desk.keys_kept() == [f"spotify:af:{ONE}"]


def test_a_damaged_entry_at_the_edge_is_asked_for_again_and_mended(desk):
    desk.hot_sound(ONE)
    for damaged in (b"{", b"[1]", b'{"features": {"colour": 3}, "popularity": 1}', b'"x"'):
        desk.do(desk._kv.put(f"spotify:af:{ONE}", damaged))
        assert desk.do(desk.lookups().sound(ONE)) is not None
        desk.catch_up()
        assert desk.kept(f"spotify:af:{ONE}")["popularity"] == 50


def test_what_is_no_finite_number_is_not_kept_at_the_edge(desk):
    desk.hot_sound(ONE, energy="1e999")
    assert desk.do(desk.lookups().sound(ONE)) is not None
    desk.catch_up()
    assert desk.keys_kept() == []


def test_an_access_is_noted_for_who_was_asked_for_and_not_for_candidates(desk):
    lookups = desk.lookups()
    desk.do(lookups.sound(ONE))
    desk.do(lookups.sounds([TWO]))
    desk.do(lookups.similar(THREE))
    assert desk.accessed == [ONE, THREE]


@pytest.mark.parametrize("name", ["", "short", "7" * 22, "z" * 23, "ÄÄ", "a:b"])
def test_what_is_no_id_is_unknown_and_no_error(desk, name):
    desk.publish_tracks([1])
    lookups = desk.lookups()
    assert desk.do(lookups.sound(name)) is None
    assert desk.do(lookups.tracks.get(name)) is None
    assert desk.do(lookups.similar(name)) == ()
    assert desk.do(lookups.pair(name, ONE)) is None


# --- the types of data ----------------------------------------------------------------------


def test_metadata_comes_from_every_layer_as_the_same_track(desk):
    desk.hot_track(ONE, title="Hot", year=1999, isrc="GBAYE0000001")
    desk.publish(tables.TRACKS, {TWO: {"title": "Cold", "artist": "Someone", "year": 2001}})
    first = desk.do(desk.lookups().tracks.get_many([ONE, TWO, THREE]))
    assert {name: each.title for name, each in first.items()} == {ONE: "Hot", TWO: "Cold"}
    desk.catch_up()
    desk.layers_measured()
    assert desk.do(desk.lookups().tracks.get_many([ONE, TWO, THREE])) == first
    assert ("d1", True) not in desk.layers_measured()


def test_a_cross_reference_is_found_in_the_cold_store_and_kept(desk):
    mbid = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"
    row = {"isrc": "GBAYE0000001", "mbid": 0xB1A9C0E9D9874042AE9178D6A3267D69}
    sure = {"method": "isrc_exact", "confidence": 1.0}
    desk.publish(tables.CROSS_REFERENCES, {ONE: row | sure, TWO: row | {"method": "by magic"}})
    want = CrossReference(
        spotify_id=ONE, isrc="GBAYE0000001", mbid=mbid, confidence=1.0, method=Method.ISRC_EXACT
    )
    assert desk.do(desk.lookups().references.get_many([ONE, TWO])) == {ONE: want}
    desk.catch_up()
    assert desk.do(desk.lookups().references.get(ONE)) == want
    desk.clock.advance(31 * 24 * 3600)
    desk.layers_measured()
    assert desk.do(desk.lookups().references.get(ONE)) == want
    assert desk.layers_measured()[-1] == ("d1", True)


def test_an_isrc_leads_to_its_tracks(desk):
    desk.hot_track(ONE, isrc="GBAYE0000001", spotify_id=ONE)
    desk.hot_track(TWO, isrc="GBAYE0000001", spotify_id=TWO)
    lookups = desk.lookups()
    assert desk.do(lookups.of_isrc("gb-aye-00-00001")) == tuple(sorted([ONE, TWO]))
    assert desk.do(lookups.of_isrc("GBAYE0000002")) == ()
    assert desk.do(lookups.of_isrc("nonsense")) == ()
    desk.catch_up()
    assert desk.keys_kept() == ["spotify:isrc:GBAYE0000001", "spotify:isrc:GBAYE0000002"]


def hot_pair(desk, one, other, rank=1):
    desk.rows(
        "INSERT INTO playlist_cooccurrence VALUES (?, ?, ?, 7, 2.5, 0.25, 0.5)", one, rank, other
    )


@pytest.mark.parametrize("order", [(ONE, TWO), (TWO, ONE)], ids=["a b", "b a"])
def test_a_pair_is_found_whichever_track_it_stands_beside(desk, order):
    """Only one of the two may have the other among its hundred."""
    hot_pair(desk, ONE, TWO)
    want = Pair(7, 2.5, 0.25, 0.5)
    assert desk.do(desk.lookups().pair(*order)) == want
    assert desk.do(desk.lookups().pair(ONE, THREE)) is None
    desk.catch_up()
    assert desk.kept(f"spotify:cooc:{min(ONE, TWO)}:{max(ONE, TWO)}") == [7, 2.5, 0.25, 0.5]
    assert desk.do(desk.lookups().pair(*order)) == want


def test_pairs_and_companions_are_in_the_cold_store_too(desk):
    from grovemusic.domain import ids

    near = [
        (ids.from_base62(TWO), 9, 0.5, 1.5, 0.25),
        (ids.from_base62(THREE), 4, 0.25, 1.0, 0.125),
    ]
    desk.publish(tables.COMPANIONS, {ONE: {"near": near}})
    lookups = desk.lookups()
    assert desk.do(lookups.pair(THREE, ONE)) == Pair(4, 1.0, 0.125, 0.25)
    first = Companion(of=ONE, track_id=TWO, rank=1, together=9, pmi=1.5, jaccard=0.25, cosine=0.5)
    assert desk.do(lookups.companions([ONE, TWO], each=1)) == {ONE: (first,)}
    desk.catch_up()
    assert desk.do(desk.lookups().companions([ONE], each=1)) == {ONE: (first,)}


# --- similarity -----------------------------------------------------------------------------


def upload(desk, numbers):
    from grovemusic.catalogue.features import audio_vector
    from grovemusic.ports import Vector

    sounds = desk.do(desk.lookups().sounds([track_id(n) for n in numbers])).found
    vectors = [
        Vector(id=name, values=audio_vector(each.features, each.popularity))
        for name, each in sounds.items()
    ]
    desk.do(desk._vectors.upsert(vectors))
    desk.layers_measured()


def test_sound_alikes_come_from_the_index_and_stay_at_the_edge_for_an_hour(desk):
    desk.publish_tracks(range(30))
    upload(desk, range(1, 30))  # the seed itself is not in the index
    seed = track_id(0)
    found = desk.do(desk.lookups().similar(seed, limit=5))
    assert [each.track_id for each in found] == [track_id(n) for n in range(1, 6)]
    assert ("vectorize", True) in desk.layers_measured()
    desk.catch_up()
    assert [row[0] for row in desk.kept(f"spotify:sim:{seed}:5")] == [
        each.track_id for each in found
    ]
    desk.index.asked.clear()
    desk.do(desk.lookups().similar(seed, limit=5))
    assert desk.index.asked == []
    desk.clock.advance(3601)
    desk.do(desk.lookups().similar(seed, limit=5))
    assert desk.index.asked == ["query"]


def test_a_track_is_not_its_own_neighbour(desk):
    desk.publish_tracks(range(10))
    upload(desk, range(10))
    found = desk.do(desk.lookups().similar(ONE, limit=100))
    assert len(found) == 9
    assert ONE not in {each.track_id for each in found}


def test_precomputed_neighbours_need_no_index_and_stay_for_a_week(desk):
    for rank in range(1, 101):
        desk.rows(
            "INSERT INTO precomputed_similar VALUES (?, ?, ?, ?)",
            ONE, track_id(rank + 10), 1 - rank / 1000, rank,
        )  # fmt: skip
    found = desk.do(desk.lookups().similar(ONE, limit=100))
    assert [each.track_id for each in found] == [track_id(n + 10) for n in range(1, 101)]
    assert desk.index.asked == []
    desk.catch_up()
    assert len(desk.kept(f"spotify:topsim:{ONE}")) == 100
    desk.clock.advance(6 * 24 * 3600)
    desk.layers_measured()
    assert desk.do(desk.lookups().similar(ONE, limit=7)) == found[:7]
    assert desk.layers_measured() == [("request", False), ("kv", True)]


def test_an_index_that_is_down_makes_no_error_and_is_not_remembered(desk):
    desk.publish_tracks(range(3))
    upload(desk, range(3))
    desk.index.broken = True
    assert desk.do(desk.lookups().similar(ONE)) == ()
    desk.catch_up()
    assert not [key for key in desk.keys_kept() if "sim" in key]
    desk.index.broken = False
    assert len(desk.do(desk.lookups().similar(ONE))) == 2


@pytest.mark.parametrize("limit", [0, 101, -1])
def test_neighbours_are_asked_for_by_the_hundred_at_most(desk, limit):
    with pytest.raises(ValueError, match="1-100"):
        desk.do(desk.lookups().similar(ONE, limit=limit))


def test_every_look_up_says_of_what_type_it_was(desk):
    lookups = desk.lookups()
    for work in (
        lookups.sound(ONE), lookups.tracks.get(ONE), lookups.references.get(ONE),
        lookups.pair(ONE, TWO), lookups.similar(ONE),
    ):  # fmt: skip
        desk.do(work)
    types = {data_type for _layer, _hit, data_type in desk.measured}
    assert types == {"audioFeatures", "metadata", "crossRef", "cooccurrence", "similarity"}
    assert {layer for layer, _hit, _type in desk.measured} == {*ALL, "vectorize"}
