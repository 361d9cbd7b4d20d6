"""Entries into the catalogue's tables. What is known stays; what is unknown is filled in."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from catalogue_import.columns import Field
from catalogue_import.parsing import Entry, Named, Place, Ref, Sound
from catalogue_import.staging import Staging
from grovemusic.domain.music import AudioFeatures
from grovemusic.domain.names import artist_key, search_text
from grovemusic.domain.works import work_key

_FILLED = (
    "album", "year", "decade", "duration_ms", "explicit", "popularity", "mbid",
    "isrc", "spotify_id", "spotify_artist_id",
)  # fmt: skip
_TRACK = ("id", *_FILLED, "title", "artist", "artist_key", "work_key", "alt_names", "origin")
_SOUND = (
    "tempo", "energy", "danceability", "valence", "acousticness", "instrumentalness",
    "speechiness", "liveness", "loudness", "key", "mode", "time_signature", "duration_ms",
    "popularity",
)  # fmt: skip


def _add(table: str, columns: Sequence[str]) -> str:
    """SQL that adds a row unless there is one with its key."""
    blanks = ", ".join("?" * len(columns))
    return f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({blanks})"  # noqa: S608


def _fill(table: str, key: str, columns: Sequence[str]) -> str:
    """SQL that fills what is unknown in a row; a row it tells nothing new stays untouched."""
    sets = ", ".join(f"{name} = coalesce({name}, ?{n})" for n, name in enumerate(columns, 2))
    new = " OR ".join(f"{name} IS NULL AND ?{n} IS NOT NULL" for n, name in enumerate(columns, 2))
    return f"UPDATE {table} SET {sets} WHERE {key} = ?1 AND ({new})"  # noqa: S608


_ADD_TRACK = _add("catalogue_tracks", _TRACK)
_FILL_TRACK = _fill("catalogue_tracks", "id", _FILLED)
_ADD_SOUND = _add("spotify_audio_features_cache", ("spotify_id", *_SOUND))
_FILL_SOUND = _fill("spotify_audio_features_cache", "spotify_id", _SOUND)
_ADD_TAG = _add("catalogue_tags", ("track_id", "tag", "weight"))
_ADD_GENRE = _add("spotify_artist_genres", ("spotify_artist_id", "genre"))
_ADD_SEARCH = (
    "INSERT OR REPLACE INTO catalogue_search (rowid, id, title, artist) VALUES (?, ?, ?, ?)"
)
_ADD_XREF = """
INSERT INTO spotify_mbid_xref (spotify_id, isrc, mbid, match_confidence, match_method)
VALUES (?1, ?2, ?3, iif(?3 IS NULL, NULL, 1.0), iif(?3 IS NULL, NULL, 'source'))
ON CONFLICT (spotify_id) DO UPDATE SET
  isrc = coalesce(isrc, excluded.isrc), mbid = coalesce(mbid, excluded.mbid),
  match_confidence = coalesce(match_confidence, excluded.match_confidence),
  match_method = coalesce(match_method, excluded.match_method), updated_at = unixepoch()
WHERE isrc IS NULL AND excluded.isrc IS NOT NULL OR mbid IS NULL AND excluded.mbid IS NOT NULL
"""
_FILL_LENGTH = "UPDATE catalogue_tracks SET duration_ms = ? WHERE id = ? AND duration_ms IS NULL"
_KNOWN = "SELECT id FROM catalogue_tracks WHERE id IN (SELECT value FROM json_each(?))"
_BY_REF = {
    Field.SPOTIFY_ID: "SELECT id FROM catalogue_tracks WHERE id = ?",
    Field.MBID: "SELECT id FROM catalogue_tracks WHERE mbid = ?",
    Field.LOCAL_ID: "SELECT id FROM staged_ids WHERE local = ?",
}
_LINK = """
UPDATE spotify_mbid_xref AS x SET
  mbid = (SELECT mbid FROM catalogue_tracks t WHERE t.isrc = x.isrc AND t.mbid IS NOT NULL),
  match_confidence = 1.0, match_method = 'isrc_exact', updated_at = unixepoch()
WHERE mbid IS NULL AND isrc IS NOT NULL AND 1 = (
  SELECT count(DISTINCT mbid) FROM catalogue_tracks t WHERE t.isrc = x.isrc AND t.mbid IS NOT NULL)
"""
_SPELL = "UPDATE catalogue_tracks SET alt_names = ? WHERE id = ?"
_SPELLINGS = "SELECT title, artist, alt_names FROM catalogue_tracks WHERE id = ?"

_STAGE_PLACE = "INSERT INTO staged_places (playlist, name, position, track) VALUES (?, ?, ?, ?)"
_ADD_PLAYLISTS = """
INSERT INTO catalogue_playlists (id, name, tracks, origin)
SELECT playlist, max(name), 0, ? FROM staged_places GROUP BY playlist
ON CONFLICT (id) DO NOTHING
"""
_NAME_PLAYLIST = """
INSERT INTO catalogue_playlists (id, name, tracks, origin) VALUES (?, ?, 0, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name IS NULL
"""
# A playlist is a set here: a track that stands in it twice keeps its first place. Tracks a second
# file adds to a known playlist go behind those that are there.
_ADD_PLACES = """
INSERT INTO catalogue_playlist_tracks (playlist_id, position, track_id)
SELECT playlist,
       coalesce((SELECT max(position) FROM catalogue_playlist_tracks
                 WHERE playlist_id = playlist), 0)
         + row_number() OVER (PARTITION BY playlist ORDER BY place IS NULL, place, first),
       track
FROM (SELECT playlist, track, min(position) AS place, min(n) AS first
      FROM staged_places GROUP BY playlist, track) new
WHERE NOT EXISTS (SELECT 1 FROM catalogue_playlist_tracks old
                  WHERE old.track_id = new.track AND old.playlist_id = new.playlist)
"""
_COUNT_TRACKS = """
UPDATE catalogue_playlists SET tracks = counted.tracks
FROM (SELECT playlist_id, count(*) AS tracks FROM catalogue_playlist_tracks
      WHERE playlist_id IN (SELECT playlist FROM staged_places) GROUP BY playlist_id) counted
WHERE id = counted.playlist_id AND catalogue_playlists.tracks <> counted.tracks
"""
_COUNT_PLAYLISTS = """
UPDATE catalogue_tracks SET playlists = counted.playlists
FROM (SELECT track_id, count(*) AS playlists FROM catalogue_playlist_tracks
      WHERE track_id IN (SELECT track FROM staged_places) GROUP BY track_id) counted
WHERE id = counted.track_id AND catalogue_tracks.playlists <> counted.playlists
"""


class Loader:
    """Writes into one catalogue. Transactions are the caller's.

    Attributes:
        changes: Rows written so far; 0 means that the catalogue is as it was.
        places: Of these, places of tracks in playlists.
    """

    def __init__(self, db: sqlite3.Connection, staging: Staging, *, origin: str) -> None:
        self._db, self._staging, self._origin = db, staging, origin
        self.changes = 0
        self.places = 0

    def add(self, entries: Sequence[Entry]) -> int:
        """Add tracks, fill in what others say about known ones; how many were new."""
        self._staging.name_tracks([(e.local_id, e.track.id) for e in entries if e.local_id])
        self.stage_places((e.track.id, e.place) for e in entries if e.place)
        # In the order of the tables' keys: neighbours in a page are written together. Sorting is
        # stable, so of two rows about a track the first still comes first.
        entries = sorted(entries, key=lambda entry: entry.track.id)
        known = self._known(entry.track.id for entry in entries)
        new: dict[str, Entry] = {}
        for entry in entries:
            if entry.track.id not in known:
                new.setdefault(entry.track.id, entry)
        self._write(_ADD_TRACK, map(self._track_row, new.values()))
        self._write(_ADD_SEARCH, map(_search_row, new.values()))
        self._fill_in([entry for entry in entries if new.get(entry.track.id) is not entry])
        self._add_sounds(
            (e.track.id, e.track.features, e.track.duration_ms, e.track.popularity)
            for e in entries
            if e.track.features is not None
        )
        self._write(
            _ADD_TAG, ((e.track.id, t.name, t.weight) for e in entries for t in e.track.tags)
        )
        self._write(_ADD_XREF, (row for entry in entries if (row := _xref_row(entry))))
        return len(new)

    def find(self, ref: Ref) -> str | None:
        """Our id of a track that another row names; None if nobody knows it."""
        row = self._db.execute(_BY_REF[ref.field], (ref.value,)).fetchone()
        return row[0] if row else None

    def add_sounds(self, sounds: Sequence[tuple[str, Sound]]) -> int:
        """Add audio features of known tracks; how many told something new."""
        before = self.changes
        self._add_sounds((id_, s.features, s.duration_ms, s.popularity) for id_, s in sounds)
        told = self.changes - before
        self._write(_FILL_LENGTH, ((s.duration_ms, id_) for id_, s in sounds if s.duration_ms))
        return told

    def name_playlists(self, rows: Iterable[Named]) -> int:
        """Name playlists; how many were new or had no name."""
        return self._write(_NAME_PLAYLIST, ((each.id, each.name, self._origin) for each in rows))

    def add_genres(self, artists: Iterable[Named]) -> int:
        """Remember the genres of artists."""
        return self._write(
            _ADD_GENRE, ((each.id, genre) for each in artists for genre in each.genres)
        )

    def stage_places(self, places: Iterable[tuple[str, Place]]) -> None:
        """Remember places in playlists until `write_places`."""
        self._db.executemany(
            _STAGE_PLACE, ((p.playlist, p.name, p.position, track) for track, p in places)
        )

    def write_places(self) -> int:
        """Write all staged places; how many were new."""
        self._count(self._db.execute(_ADD_PLAYLISTS, (self._origin,)))
        places = self._count(self._db.execute(_ADD_PLACES))
        if places:
            self._db.execute(_COUNT_TRACKS)
            self._db.execute(_COUNT_PLAYLISTS)
        self._db.execute("DELETE FROM staged_places")
        self.places += places
        return places

    def _known(self, track_ids: Iterable[str]) -> set[str]:
        return {id_ for (id_,) in self._db.execute(_KNOWN, (json.dumps(list(track_ids)),))}

    def _track_row(self, entry: Entry) -> tuple[object, ...]:
        track = entry.track
        return (
            *_filled_row(entry),
            track.title,
            track.artist,
            _artist_key(track.artist),
            work_key(track.title, track.artist),
            _written(_spellings(entry)),
            self._origin,
        )

    def _fill_in(self, repeated: Sequence[Entry]) -> None:
        self._write(_FILL_TRACK, map(_filled_row, repeated))
        for entry in repeated:
            if entry.alt_title or entry.alt_artist:
                self._add_spellings(entry)

    def _add_spellings(self, entry: Entry) -> None:
        """Remember spellings nobody gave before, and make the track findable by them."""
        track_id = entry.track.id
        title, artist, written = self._db.execute(_SPELLINGS, (track_id,)).fetchone()
        known: dict[str, str] = json.loads(written) if written else {}
        spelt = {**_spellings(entry), **known}
        if spelt != known:
            self._write(_SPELL, [(_written(spelt), track_id)])
            row = _searched(track_id, title, artist, spelt.get("title"), spelt.get("artist"))
            self._write(_ADD_SEARCH, [row])

    def _add_sounds(
        self, rows: Iterable[tuple[str, AudioFeatures, int | None, float | None]]
    ) -> None:
        values = [(id_, *_sound_row(features), *rest) for id_, features, *rest in rows]
        self._write(_ADD_SOUND, values)
        self._write(_FILL_SOUND, values)

    def _write(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        return self._count(self._db.executemany(sql, rows))

    def _count(self, cursor: sqlite3.Cursor) -> int:
        changed = max(0, cursor.rowcount)
        self.changes += changed
        return changed


def link_by_isrc(db: sqlite3.Connection) -> int:
    """Name the MusicBrainz recording of Spotify tracks whose ISRC exactly one recording has."""
    return max(0, db.execute(_LINK).rowcount)


def _filled_row(entry: Entry) -> tuple[object, ...]:
    track = entry.track
    return (
        track.id,
        track.album,
        track.year,
        None if track.year is None else track.year // 10 * 10,
        track.duration_ms,
        entry.explicit,
        track.popularity,
        track.mbid,
        track.isrc,
        track.spotify_id,
        entry.spotify_artist_id,
    )


def _spellings(entry: Entry) -> dict[str, str]:
    """Other spellings by what they spell: title, artist."""
    others = {"title": entry.alt_title, "artist": entry.alt_artist}
    return {name: spelling for name, spelling in others.items() if spelling}


def _written(spellings: Mapping[str, str]) -> str | None:
    return json.dumps(spellings, ensure_ascii=False) if spellings else None


def _sound_row(features: AudioFeatures) -> tuple[float | None, ...]:
    return (
        features.tempo_bpm,
        features.energy,
        features.danceability,
        features.valence,
        features.acousticness,
        features.instrumentalness,
        features.speechiness,
        features.liveness,
        features.loudness_db,
        features.key,
        features.mode,
        features.time_signature,
    )


def _xref_row(entry: Entry) -> tuple[str, str | None, str | None] | None:
    track = entry.track
    if track.spotify_id is None or (track.isrc is None and track.mbid is None):
        return None
    return track.spotify_id, track.isrc, track.mbid


def _search_row(entry: Entry) -> tuple[int, str, str, str]:
    track = entry.track
    return _searched(track.id, track.title, track.artist, entry.alt_title, entry.alt_artist)


def _searched(
    track_id: str, title: str, artist: str, alt_title: str | None, alt_artist: str | None
) -> tuple[int, str, str, str]:
    """The row of the search index, under a number that follows from the id.

    The index finds a row by its words or its number only, and we must be able to replace it.
    """
    digest = hashlib.blake2b(track_id.encode(), digest_size=8).digest()
    number = int.from_bytes(digest) >> 1  # SQLite's numbers of rows have 63 bits
    words = search_text(title, alt_title) if alt_title else search_text(title)
    return number, track_id, words, _artist_words(artist, alt_artist)


@lru_cache(maxsize=1 << 14)
def _artist_key(artist: str) -> str:
    return artist_key(artist)


@lru_cache(maxsize=1 << 14)
def _artist_words(artist: str, alt_artist: str | None) -> str:
    return search_text(artist, alt_artist) if alt_artist else search_text(artist)
