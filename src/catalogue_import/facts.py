"""Facts about the whole catalogue, and the marks that say which phases are up to date."""

import json
import math
import sqlite3
from collections.abc import Mapping
from typing import Any

from grovemusic.domain.corpus import Spread

# Marks: this phase has seen everything there is.
MINED, COUNTED, VECTORISED = "mined", "counted", "vectorised"

# Our number -> its column. Key is left out: the mean of a circle of pitches says nothing.
_NUMBERS = {
    "tempo_bpm": "tempo", "energy": "energy", "danceability": "danceability",
    "valence": "valence", "acousticness": "acousticness", "instrumentalness": "instrumentalness",
    "speechiness": "speechiness", "liveness": "liveness", "loudness_db": "loudness",
    "mode": "mode", "time_signature": "time_signature",
}  # fmt: skip
_COUNTS = {
    "tracks": "SELECT count(*) FROM catalogue_tracks",
    "artists": "SELECT count(DISTINCT artist_key) FROM catalogue_tracks",
    "playlists": "SELECT count(*) FROM catalogue_playlists WHERE tracks > 0",
    "memberships": "SELECT count(*) FROM catalogue_playlist_tracks",
    "tagged_tracks": "SELECT count(DISTINCT track_id) FROM catalogue_tags",
    "analysed_tracks": "SELECT count(*) FROM spotify_audio_features_cache",
    "pairs": "SELECT count(*) FROM playlist_cooccurrence",
}
_WELL_KNOWN = 500  # tracks: as many candidates as the largest playlist needs
_PUT = "INSERT OR REPLACE INTO catalogue_facts (name, value) VALUES (?, ?)"


def put(db: sqlite3.Connection, facts: Mapping[str, object]) -> None:
    """Write facts over those of the same name."""
    db.executemany(_PUT, [(name, json.dumps(value)) for name, value in facts.items()])


def get(db: sqlite3.Connection, name: str) -> Any:
    """A fact; None if it is not known."""
    row = db.execute("SELECT value FROM catalogue_facts WHERE name = ?", (name,)).fetchone()
    return json.loads(row[0]) if row else None


def forget(db: sqlite3.Connection, *names: str) -> None:
    """Forget facts that are no longer true."""
    db.executemany("DELETE FROM catalogue_facts WHERE name = ?", [(name,) for name in names])


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many there are of everything."""
    return {name: int(db.execute(sql).fetchone()[0]) for name, sql in _COUNTS.items()}


def well_known(db: sqlite3.Connection) -> list[str]:
    """Ids of the tracks most playlists hold, the most held first."""
    sql = "SELECT id FROM catalogue_tracks WHERE playlists > 1 ORDER BY playlists DESC, id LIMIT ?"
    return [id_ for (id_,) in db.execute(sql, (_WELL_KNOWN,))]


def audio(db: sqlite3.Connection) -> dict[str, dict[str, float]]:
    """Mean and standard deviation of each audio number over the tracks that have it."""
    found = {
        name: _spread(db, "spotify_audio_features_cache", column)
        for name, column in _NUMBERS.items()
    }
    found["popularity"] = _spread(db, "catalogue_tracks", "popularity")
    return {name: spread for name, spread in found.items() if spread is not None}


def spreads(audio_facts: Mapping[str, Mapping[str, float]]) -> dict[str, Spread]:
    """What `audio` gave, as the domain's values."""
    return {
        name: Spread(mean=each["mean"], deviation=each["deviation"])
        for name, each in audio_facts.items()
    }


def _spread(db: sqlite3.Connection, table: str, column: str) -> dict[str, float] | None:
    """Two passes: the mean of squares minus the square of the mean loses digits."""
    known, mean = db.execute(f"SELECT count({column}), avg({column}) FROM {table}").fetchone()  # noqa: S608
    if not known:
        return None
    sql = f"SELECT avg(({column} - ?1) * ({column} - ?1)) FROM {table}"  # noqa: S608
    (variance,) = db.execute(sql, (mean,)).fetchone()
    return {"mean": mean, "deviation": math.sqrt(variance), "known": known}
