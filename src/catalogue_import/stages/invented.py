"""An invented world as the five databases of the specification and a table of recordings.

Written as a source would be, so that everything behind it runs as it does with real data. Some of
it is wrong on purpose: an ISRC in the dump may be hyphenated, in lower case, under another
country's code or missing.
"""

import csv
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from catalogue_import.demo import DemoCatalogue
from catalogue_import.demo.bulk import Bulk, Row
from catalogue_import.demo.chance import Chance
from catalogue_import.ledger import Progress
from catalogue_import.stages import base62
from grovemusic.domain import ids

REFERENCE = "musicbrainz_recordings.csv"
FILES = (
    "spotify_artists.db", "spotify_albums.db", "spotify_tracks.db", "spotify_audio_features.db",
    "spotify_playlists.db", REFERENCE,
)  # fmt: skip
_AT_ONCE = 10_000

_SCHEMAS = {
    "artists": """CREATE TABLE artists (id TEXT PRIMARY KEY, name TEXT NOT NULL, genres TEXT,
  followers INTEGER, popularity INTEGER, external_urls TEXT)""",
    "albums": """CREATE TABLE albums (id TEXT PRIMARY KEY, name TEXT NOT NULL, artist_ids TEXT,
  release_date TEXT, release_date_precision TEXT, total_tracks INTEGER, album_type TEXT,
  label TEXT, upc TEXT, external_urls TEXT)""",
    "tracks": """CREATE TABLE tracks (id TEXT PRIMARY KEY, name TEXT NOT NULL, artist_ids TEXT,
  album_id TEXT, disc_number INTEGER, track_number INTEGER, duration_ms INTEGER,
  explicit INTEGER, isrc TEXT, popularity INTEGER, preview_url TEXT, external_urls TEXT)""",
    "audio_features": """CREATE TABLE audio_features (id TEXT PRIMARY KEY, danceability REAL,
  energy REAL, key INTEGER, loudness REAL, mode INTEGER, speechiness REAL, acousticness REAL,
  instrumentalness REAL, liveness REAL, valence REAL, tempo REAL, duration_ms INTEGER,
  time_signature INTEGER)""",
    "playlists": """CREATE TABLE playlists (id TEXT PRIMARY KEY, name TEXT, description TEXT,
  owner_id TEXT, followers INTEGER, public INTEGER, collaborative INTEGER)""",
    "playlist_tracks": """CREATE TABLE playlist_tracks (playlist_id TEXT NOT NULL,
  track_id TEXT NOT NULL, position INTEGER, added_at TEXT, PRIMARY KEY (playlist_id, track_id))""",
}


def write(world: DemoCatalogue, folder: Path, *, seed: int, progress: Progress) -> None:
    """Write all of `FILES`; each gets its name when it is whole.

    Cost: about 80 µs a track on one core.
    """
    writer = _Writer(world, folder, Chance(f"source {seed} {len(world)}"), progress)
    writer.tracks()
    writer.playlists()


class _Writer:
    def __init__(
        self, world: DemoCatalogue, folder: Path, chance: Chance, progress: Progress
    ) -> None:
        self._world, self._folder, self._chance = world, folder, chance
        self._progress, self._bulk = progress, Bulk(world)

    def tracks(self) -> None:
        """Tracks, features, albums, artists and the dump, in one pass over the world."""
        everyone = self._bulk.ids(np.arange(len(self._world)))
        order = np.array(sorted(range(len(everyone)), key=everyone.__getitem__), np.int64)
        albums: dict[str, tuple[str, int]] = {}  # number -> name, year
        artists: dict[str, tuple[str, str]] = {}  # name -> id, genres
        tracks, features = (
            self._database("spotify_tracks"),
            self._database("spotify_audio_features"),
        )
        with closing(tracks), closing(features), _Text(self._folder / REFERENCE) as dump:
            tracks.execute(_SCHEMAS["tracks"])
            features.execute(_SCHEMAS["audio_features"])
            dump.writerow(
                ["recording_mbid", "isrc", "recording_name", "artist_credit_name", "length"]
            )
            for start in range(0, len(order), _AT_ONCE):
                some = order[start : start + _AT_ONCE]
                rows = list(self._bulk.rows(some))
                for row in rows:
                    if row.artist not in artists:
                        genres = json.dumps(self._bulk.genres(row.index))
                        artists[row.artist] = (_artist_id(row.artist), genres)
                    albums.setdefault(row.album_id, (row.album, row.year))
                ids = _base62([row.id for row in rows])
                album_ids = _base62([row.album_id for row in rows])
                artist_ids = [artists[row.artist][0] for row in rows]
                _insert(tracks, "tracks", map(_track, ids, album_ids, artist_ids, rows))
                _insert(
                    features,
                    "audio_features",
                    (_sound(id_, row) for id_, row in zip(ids, rows, strict=True) if row.features),
                )
                dump.writerows(found for row in rows if (found := self._recording(row)))
                self._progress("inventing", start + len(some), len(order))
        known = sorted((id_, name, genres) for name, (id_, genres) in artists.items())
        self._named("spotify_artists", "artists", ((*each, None, None, None) for each in known))
        numbers = sorted(albums)
        self._named(
            "spotify_albums",
            "albums",
            (
                (id_, albums[number][0], None, str(albums[number][1]), "year", *[None] * 5)
                for id_, number in zip(_base62(numbers), numbers, strict=True)
            ),
        )
        for name in ("spotify_tracks.db", "spotify_audio_features.db", REFERENCE):
            self._finish(name)

    def playlists(self) -> None:
        """Playlists and their places, in the order of ids, so that the file grows at its end."""
        db = self._database("spotify_playlists")
        track_ids = np.array(_base62(self._bulk.ids(np.arange(len(self._world)))))
        known = sorted(self._world.playlists())
        with closing(db):
            db.execute(_SCHEMAS["playlists"])
            db.execute(_SCHEMAS["playlist_tracks"])
            for start in range(0, len(known), _AT_ONCE):
                some = known[start : start + _AT_ONCE]
                _insert(db, "playlists", ((id_, name, *[None] * 5) for id_, name, _m in some))
                places = (
                    (id_, track, position, None)
                    for id_, _name, members in some
                    for track, position in sorted(
                        zip(track_ids[members].tolist(), range(len(members)), strict=True)
                    )
                )
                _insert(db, "playlist_tracks", places)
                self._progress("inventing playlists", start + len(some), len(known))
        self._finish("spotify_playlists.db")

    def _recording(self, row: Row) -> tuple[Any, ...] | None:
        """A row of the dump: nine in ten tracks are in it, not all with their ISRC as it stands."""
        if row.mbid is None:
            return None
        isrc = row.isrc or ""
        if isrc:
            match self._chance.number("isrc", row.index) % 20:
                case 0:
                    isrc = f"{isrc[:2]}-{isrc[2:5]}-{isrc[5:7]}-{isrc[7:]}"
                case 1:
                    isrc = isrc.lower()
                case 2:
                    isrc = f"XQ{isrc[2:]}"
                case 3:
                    isrc = ""
        return row.mbid, isrc, row.title, row.artist, row.duration_ms

    def _named(self, file: str, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        db = self._database(file)
        with closing(db):
            db.execute(_SCHEMAS[table])
            _insert(db, table, rows)
        self._finish(f"{file}.db")

    def _database(self, name: str) -> sqlite3.Connection:
        path = self._folder / f"{name}.db.part"
        path.unlink(missing_ok=True)
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        return db

    def _finish(self, name: str) -> None:
        (self._folder / f"{name}.part").replace(self._folder / name)


def _base62(numbers: Sequence[str]) -> list[str]:
    """22 digits each, of numbers in hexadecimal."""
    return base62.to_texts(np.frombuffer(bytes.fromhex("".join(numbers)), "S16"))


def _artist_id(name: str) -> str:
    digest = hashlib.blake2b(f"artist {name}".encode(), digest_size=16).digest()
    return ids.to_base62(int.from_bytes(digest))


def _track(id_: str, album_id: str, artist_id: str, row: Row) -> tuple[Any, ...]:
    return (
        *(id_, row.title, f'["{artist_id}"]', album_id, 1, None),
        *(row.duration_ms, int(row.explicit), row.isrc, row.popularity, None, None),
    )


def _sound(id_: str, row: Row) -> tuple[Any, ...]:
    """As Spotify says it: a key that was not found is -1, a tempo 0."""
    tempo, energy, dance, valence, acoustic, instrumental, speech, live, db, key, mode, beats = (
        row.features
    )
    return (
        *(id_, dance, energy, -1 if key is None else key, db, mode, speech, acoustic),
        *(instrumental, live, valence, tempo or 0.0, row.duration_ms, beats),
    )


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    sql = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"  # noqa: S608
    db.execute(sql, first)
    db.executemany(sql, rows)
    db.commit()


class _Text:
    """A CSV file that gets its name later."""

    def __init__(self, path: Path) -> None:
        self._stream = path.with_name(f"{path.name}.part").open("w", encoding="utf-8", newline="")

    def __enter__(self) -> Any:
        return csv.writer(self._stream)

    def __exit__(self, *_: object) -> None:
        self._stream.close()
