"""The rough look inside the database agrees with the distances it stands for."""

import random
from dataclasses import replace

import pytest
from store_desk import Desk

from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import AudioFeatures, Candidate, Profile, Track, TrackId
from grovemusic.pipeline.score import score
from grovemusic.store.catalogue import Catalogue
from grovemusic.store.nearby import nearby

NUMBERS = (
    "energy", "danceability", "valence", "acousticness", "instrumentalness", "speechiness",
    "liveness",
)  # fmt: skip
ASK = Ask(seeds=(SeedQuery(query="Seed by Sower"),))
SEED = Track(
    id=TrackId("seed"), title="Seed", artist="Sower",
    features=AudioFeatures(tempo_bpm=120, loudness_db=-8, **dict.fromkeys(NUMBERS, 0.5)),
)  # fmt: skip


def known(track_id, year, popularity, level):
    """The track that `put` puts."""
    numbers = dict.fromkeys(NUMBERS, 0.5 + 0.2 * level)
    return Track(
        id=TrackId(track_id), title=track_id, artist="A", year=year, popularity=popularity,
        features=AudioFeatures(tempo_bpm=120 + 30 * level, loudness_db=-8 + 4 * level, **numbers),
    )  # fmt: skip


def put(desk, track_id, *, year=1995, popularity=50.0, level=None, artist="a"):
    """A track that sounds like the seed, `level` steps away in every number; None: unheard."""
    desk.rows(
        "INSERT INTO catalogue_tracks (id, title, artist, artist_key, work_key, year, decade, "
        "popularity, origin) VALUES (?1, ?1, 'A', ?5, ?1, ?2, ?3, ?4, 'import')",
        track_id,
        year,
        year // 10 * 10,
        popularity,
        artist,
    )
    if level is not None:
        columns = f"spotify_id, tempo, loudness, {', '.join(NUMBERS)}"
        values = [track_id, 120 + 30 * level, -8 + 4 * level, *[0.5 + 0.2 * level] * len(NUMBERS)]
        marks = ", ".join("?" * len(values))
        desk.rows(
            f"INSERT INTO spotify_audio_features_cache ({columns}) VALUES ({marks})",  # noqa: S608
            *values,
        )


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, "catalogue")
    yield desk
    desk.close()


def found(desk, seed=SEED, *, year=1995, popularity=50.0, limit=10, looked_at=100):
    return desk.do(
        nearby(
            desk.db, seed, Corpus(), year=year, popularity=popularity, limit=limit,
            looked_at=looked_at,
        )
    )  # fmt: skip


def test_of_equal_age_and_fame_the_nearest_in_sound_come_first(desk):
    for level in (2.0, 0.0, 1.0, 0.5):
        put(desk, f"s{level}", level=level)
    assert found(desk) == ["s0.0", "s0.5", "s1.0", "s2.0"]


def test_the_likeness_of_artists_counts_as_in_the_score(desk):
    put(desk, "odd one", level=0.2, artist="stranger")
    put(desk, "twin", level=0.3, artist="kin")
    marks = ", ".join(f"{name} = ?" for name in NUMBERS)
    for artist, rank in (("stranger", 0.05), ("kin", 0.5)):
        desk.rows("INSERT INTO catalogue_artist_sounds (artist_key, tracks) VALUES (?, 2)", artist)
        sql = f"UPDATE catalogue_artist_sounds SET {marks} WHERE artist_key = ?"  # noqa: S608
        desk.rows(sql, *[rank] * len(NUMBERS), artist)
    assert found(desk) == ["twin", "odd one"]


def test_the_order_is_nearly_that_of_the_score(desk):
    """Ranks on straight lines between a few knots, and 1/(1+x+x²/2) for exp(-x), change little."""
    drawn = random.Random(3)
    tracks = []
    for number in range(80):
        level, year = drawn.gauss(0, 1), 1990 + drawn.randrange(10)
        popularity = drawn.uniform(20, 80)
        put(desk, f"p{number}", year=year, popularity=popularity, level=level)
        tracks.append(known(f"p{number}", year, popularity, level))
    seed = replace(SEED, year=1995, popularity=50.0)
    best = score([Candidate(track=each) for each in tracks], [Profile(track=seed)], ASK, Corpus())
    near = found(desk, seed, limit=20)
    assert len({each.track.id for each in best[:20]} & set(near)) >= 17


def test_of_equal_sound_the_nearest_in_time_and_then_in_fame_come_first(desk):
    put(desk, "old", year=1990, popularity=5.0, level=0.0)
    put(desk, "near", year=1994, level=0.0)
    put(desk, "obscure", year=1994, popularity=5.0, level=0.0)
    assert found(desk) == ["near", "obscure", "old"]


def test_the_turn_of_a_decade_is_no_wall(desk):
    put(desk, "1999", year=1999, level=0.0)
    put(desk, "2000", year=2000, level=0.0)
    put(desk, "2001", year=2001, level=0.0)
    assert found(desk, year=2001) == ["2001", "2000", "1999"]
    assert found(desk, year=1999) == ["1999", "2000", "2001"]


def test_a_track_nobody_has_heard_counts_as_a_stranger_and_not_as_a_twin(desk):
    put(desk, "unheard")
    put(desk, "twin", level=0.0)
    put(desk, "far", level=3.0)
    assert found(desk) == ["twin", "unheard", "far"]


def test_a_seed_of_unknown_sound_is_compared_in_time_and_fame_alone(desk):
    put(desk, "later", year=1998, level=0.0)
    put(desk, "same", year=1995, level=3.0)
    bare = Track(id=TrackId("bare"), title="Bare", artist="B")
    thin = Track(id=TrackId("thin"), title="T", artist="B", features=AudioFeatures(energy=0.5))
    assert found(desk, bare) == found(desk, thin) == ["same", "later"]


def test_the_seed_itself_is_not_near_itself(desk):
    put(desk, "seed", level=0.0)
    put(desk, "other", level=1.0)
    assert found(desk) == ["other"]


def test_no_more_rows_are_looked_at_than_said_and_the_nearest_in_fame_are(desk):
    drawn = random.Random(1)
    for number in range(60):
        put(desk, f"p{number:02}", popularity=number, level=drawn.random())
    seen = found(desk, popularity=30.0, limit=60, looked_at=5)
    assert sorted(seen) == [f"p{number:02}" for number in range(25, 35)]


def test_the_catalogue_hands_its_own_spread_to_the_question(desk):
    put(desk, "near", level=0.1)
    put(desk, "far", level=2.0)
    peers = Catalogue(desk.db).peers(SEED, year=1995, popularity=50.0, limit=1)
    assert desk.do(peers) == ["near"]
