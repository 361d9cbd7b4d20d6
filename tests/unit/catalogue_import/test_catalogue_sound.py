"""How artists usually sound, and which numbers playlists go by."""

import sqlite3

import numpy as np
import pytest
from store_desk import Desk

from catalogue_import import percentiles, sound
from grovemusic.domain.corpus import USUAL_COHERENCE, USUAL_PERCENTILES
from grovemusic.domain.percentiles import Percentiles
from grovemusic.runtime.embedded.installation import MIGRATIONS
from grovemusic.store.catalogue import Catalogue


@pytest.fixture
def db():
    db = sqlite3.connect(":memory:")
    for script in sorted((MIGRATIONS / "catalogue").glob("*.sql")):
        db.executescript(script.read_text())
    yield db
    db.close()


def add(db, track_id, artist, **numbers):
    db.execute(
        "INSERT INTO catalogue_tracks (id, title, artist, artist_key, work_key, origin) "
        "VALUES (?1, ?1, ?2, ?2, ?1, 'import')",
        (track_id, artist),
    )
    for column, value in {"spotify_id": track_id, **numbers}.items():
        if column == "spotify_id":
            db.execute("INSERT INTO spotify_audio_features_cache (spotify_id) VALUES (?)", (value,))
        else:
            sql = f"UPDATE spotify_audio_features_cache SET {column} = ? WHERE spotify_id = ?"  # noqa: S608
            db.execute(sql, (value, track_id))


def fill(db, lists=20, size=20):
    """Playlists that agree on energy, half agree on valence, and not at all on tempo."""
    drawn = np.random.default_rng(1)
    for number in range(lists):
        db.execute(
            "INSERT INTO catalogue_playlists VALUES (?, NULL, ?, 'import')", (f"l{number}", size)
        )
        level = drawn.normal()
        for place in range(size):
            track = f"t{number}-{place}"
            add(
                db, track, f"a{place % 5}", energy=level, tempo=120 + drawn.normal(),
                valence=level + drawn.normal(),
            )  # fmt: skip
            db.execute(
                "INSERT INTO catalogue_playlist_tracks VALUES (?, ?, ?)",
                (f"l{number}", place + 1, track),
            )


def test_an_artist_sounds_like_the_mean_rank_of_two_tracks_or_more(db):
    add(db, "1", "band", energy=0.2, tempo=100.0)
    add(db, "2", "band", energy=0.6, tempo=None)
    add(db, "3", "one song", energy=0.9)
    points = {"energy": (0.2, 0.5, 0.6, 0.9), "tempo_bpm": (100.0, 120.0)}
    assert sound.average_artists(db, points) == 1
    rows = db.execute(
        "SELECT artist_key, tracks, energy, tempo, valence FROM catalogue_artist_sounds"
    )
    assert rows.fetchall() == [("band", 2, pytest.approx((1 / 8 + 5 / 8) / 2), 0.25, None)]


def test_however_many_artists_are_averaged_at_a_time_the_table_is_the_same(db, monkeypatch):
    drawn = np.random.default_rng(2)
    for track in range(60):
        add(db, f"t{track}", f"a{track % 13}", energy=drawn.random(), tempo=drawn.normal(120, 9))
    points = percentiles.percentiles(db)
    sound.average_artists(db, points)
    at_once = db.execute("SELECT * FROM catalogue_artist_sounds").fetchall()
    monkeypatch.setattr(sound, "_AT_ONCE", 4)
    assert sound.average_artists(db, points) == 13
    assert db.execute("SELECT * FROM catalogue_artist_sounds").fetchall() == at_once


def test_averaging_again_starts_anew(db):
    add(db, "1", "band", energy=0.2)
    add(db, "2", "band", energy=0.6)
    points = percentiles.percentiles(db)
    assert [sound.average_artists(db, points) for _ in range(2)] == [1, 1]


def test_what_playlists_agree_on_counts_and_what_they_do_not_does_not(db):
    fill(db)
    shares = sound.coherence(db)
    assert shares["energy"] == pytest.approx(1.0)
    assert 0.3 < shares["valence"] < 0.7
    assert shares["tempo_bpm"] < 0.1
    assert "liveness" not in shares


def test_too_few_places_say_nothing(db):
    fill(db, lists=2, size=5)
    assert sound.coherence(db) == {}


def test_a_catalogue_without_sound_or_lists_says_nothing(db):
    assert sound.coherence(db) == {}
    assert percentiles.percentiles(db) == {}
    assert sound.average_artists(db, {}) == 0


def test_numbers_that_never_differ_say_nothing():
    assert sound.between(np.ones(400), np.arange(400) // 20) is None


def test_from_arrays_and_from_tables_the_share_is_the_same(db):
    fill(db)
    rows = db.execute(
        "SELECT f.valence, m.playlist_id FROM catalogue_playlist_tracks m "
        "JOIN spotify_audio_features_cache f ON f.spotify_id = m.track_id"
    ).fetchall()
    values = np.array([value for value, _list in rows])
    groups = np.unique([list_ for _value, list_ in rows], return_inverse=True)[1]
    assert sound.between(values, groups) == pytest.approx(sound.coherence(db)["valence"])


def test_the_store_gives_what_was_noted_and_the_usual_where_nothing_was(tmp_path):
    desk = Desk(tmp_path, "catalogue")
    catalogue = Catalogue(desk.db)
    try:
        assert desk.do(catalogue.corpus()).coherence == USUAL_COHERENCE
        desk.rows("INSERT INTO catalogue_facts VALUES ('coherence', '{\"energy\": 0.9}')")
        desk.rows(
            "INSERT INTO catalogue_artist_sounds (artist_key, tracks, energy) VALUES ('a', 3, 0.7)"
        )
        desk.rows("INSERT INTO catalogue_facts VALUES ('percentiles', '{\"year\": [1990, 2020]}')")
        corpus = desk.do(catalogue.corpus((), ["a", "nobody"]))
    finally:
        desk.close()
    assert corpus.coherence["energy"] == 0.9
    assert corpus.coherence["tempo_bpm"] == USUAL_COHERENCE["tempo_bpm"]
    assert corpus.artist_sounds == {"a": {"energy": 0.7}}
    assert corpus.percentiles["year"] == Percentiles((1990, 2020))
    assert corpus.percentiles["energy"] == USUAL_PERCENTILES["energy"]
