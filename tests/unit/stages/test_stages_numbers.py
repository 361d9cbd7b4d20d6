"""Whole columns give what single values give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue_import.blockstore.cells import Cells
from catalogue_import.demo import generate
from catalogue_import.demo.bulk import Bulk
from catalogue_import.demo.world import FEATURES as DEMO_FEATURES
from catalogue_import.stages import base62, tables, vectors
from catalogue_import.stages.vectorize import nearest
from grovemusic.catalogue.features import audio_vector
from grovemusic.domain import ids
from grovemusic.domain.corpus import Spread
from grovemusic.domain.music import AudioFeatures
from grovemusic.store.sounds import NUMBERS

numbers = st.integers(0, (1 << 128) - 1)
SPREAD = {"tempo": {"mean": 118.0, "deviation": 1.0}, "energy": {"mean": 0.61, "deviation": 1.0}}


def keys_of(found):
    return np.frombuffer(b"".join(each.to_bytes(16) for each in found), "S16")


@given(st.lists(numbers, min_size=1, max_size=20))
def test_ids_become_keys_and_ids_again(found):
    texts = [ids.to_base62(each) for each in found]
    keys, good = base62.to_keys(texts)
    assert good.all()
    assert keys.tobytes() == keys_of(found).tobytes()
    assert base62.to_texts(keys) == texts


@pytest.mark.parametrize(
    "bad", ["", "short", "z" * 22, "é" * 22, "0" * 21 + "-", None, 7, "0" * 23]
)
def test_what_is_no_id_is_told(bad):
    _keys, good = base62.to_keys(["0" * 22, bad])
    assert good.tolist() == [True, False]


@given(st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_places_are_found_also_where_upper_halves_are_equal(upper, lower):
    known = sorted({high << 64 | low for high, low in zip(upper, lower, strict=False)})
    asked = [high << 64 | low for high in range(4) for low in range(4)]
    found = base62.Places(keys_of(known)).find(keys_of(asked)).tolist()
    assert found == [known.index(each) if each in known else -1 for each in asked]


unit = st.none() | st.floats(0, 1)
features = st.builds(
    AudioFeatures,
    tempo_bpm=st.none() | st.floats(1, 400),
    energy=unit, danceability=unit, valence=unit, acousticness=unit, instrumentalness=unit,
    speechiness=unit, liveness=unit,
    loudness_db=st.none() | st.floats(-80, 10),
    key=st.none() | st.integers(0, 11),
    mode=st.none() | st.integers(0, 1),
    time_signature=st.none() | st.integers(1, 12),
)  # fmt: skip


@given(features, st.none() | st.floats(0, 100))
def test_a_column_of_vectors_is_what_single_vectors_are(sound, popularity):
    """Unknown, out of range and minus one included."""
    values = {column: getattr(sound, field) for column, field in NUMBERS.items()}
    values["popularity"] = popularity
    cells = {
        name: Cells(np.array([value is not None]), (np.array([0 if value is None else value]),))
        for name, value in values.items()
    }
    spread = {NUMBERS.get(name, name): Spread(**each) for name, each in SPREAD.items()}
    got, good = vectors.thirteen(cells, SPREAD)
    want = audio_vector(sound, popularity, spread)
    assert got[0].tolist() == [round(each, 6) for each in want]
    assert bool(good[0]) is (sound.known >= 4 and any(got[0]))


def test_a_hybrid_vector_begins_with_the_sound_and_says_the_words():
    sound = np.full(13, 0.5)
    one = vectors.hybrid(sound, "Pale Morning", "The Lanterns", ["folk"])
    near = vectors.hybrid(sound, "Pale Mornings", "The Lanterns", ["folk"])
    far = vectors.hybrid(sound, "Glass River", "Ada Moor", ["techno"])
    assert len(one) == 1536
    assert len(set(one[:13])) == 1
    assert np.dot(one, near) > np.dot(one, far)
    assert one == vectors.hybrid(sound, "Pale Morning", "The Lanterns", ["folk"])


def test_similar_tracks_are_the_nearest_of_all():
    chance = np.random.default_rng(1)
    values = chance.random((700, 13)).astype(np.float32)
    values[10] = values[20] = values[30]  # ties
    values[40] = 0
    unit = values.astype(np.float64)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
    seeds = np.array([0, 10, 30, 699])
    ((_start, places, scores),) = nearest(values, seeds, 50)
    for row, seed in enumerate(seeds):
        every = unit @ unit[seed]
        every[seed] = -np.inf
        want = np.argsort(-every, kind="stable")[:50]
        assert np.allclose(scores[row], every[want])
        assert seed not in places[row]
    assert places[2][:2].tolist() == [10, 20]


def test_rows_in_bulk_are_the_tracks_of_the_world():
    world = generate(tracks=2_000, playlists=5)
    for row in Bulk(world).rows(np.arange(0, 2_000, 13)):
        track = world.track(row.index)
        assert int(row.id, 16) == ids.from_base62(track.id)
        assert (row.title, row.artist, row.album) == (track.title, track.artist, track.album)
        assert (row.isrc, row.mbid, row.year) == (track.isrc, track.mbid, track.year)
        assert row.album_id == track.album_mbid.replace("-", "")
        assert (row.duration_ms, row.popularity) == (track.duration_ms, track.popularity)
        if track.features is None:
            assert row.features == ()
        else:
            assert row.features == tuple(getattr(track.features, name) for name in DEMO_FEATURES)


def test_the_columns_of_the_store_are_those_its_reader_knows():
    assert tables.TRACKS.columns == (*tables.ABOUT, *tables.SOUND)
    assert tuple(column.name for column in tables.SOUND) == tables.FEATURES
