"""What rows of other tables said, kept until the rows about tracks need it.

In temporary tables of the catalogue's own connection: a dictionary of all artists of a large
collection would not fit in memory.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from catalogue_import.parsing import Named

_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS staged_artists (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, year INTEGER, genres TEXT NOT NULL
) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS staged_albums (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, year INTEGER, genres TEXT NOT NULL
) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS staged_ids (local TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS staged_places (
  n INTEGER PRIMARY KEY, playlist TEXT NOT NULL, name TEXT, position REAL, track TEXT NOT NULL
);
"""
_ADD_NAMED = "INSERT OR IGNORE INTO {} VALUES (?, ?, ?, ?)"
_NAMED = "SELECT id, name, year, genres FROM {} WHERE id = ?"


class Staging:
    """Artists and albums by id, and our track ids by the ids of the source."""

    def __init__(self, db: sqlite3.Connection) -> None:
        db.executescript(_TABLES)
        self._db = db
        self._filled: set[str] = set()

    def add_artists(self, rows: Iterable[Named]) -> int:
        """Remember artists; how many of them were new."""
        return self._add("staged_artists", rows)

    def add_albums(self, rows: Iterable[Named]) -> int:
        """Remember albums; how many of them were new."""
        return self._add("staged_albums", rows)

    def artist(self, artist_id: str) -> Named | None:
        return self._find("staged_artists", artist_id)

    def album(self, album_id: str) -> Named | None:
        return self._find("staged_albums", album_id)

    def name_tracks(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Remember which of our ids a track of the source has; the first one said counts."""
        self._db.executemany("INSERT OR IGNORE INTO staged_ids VALUES (?, ?)", pairs)

    def _add(self, table: str, rows: Iterable[Named]) -> int:
        self._filled.add(table)
        values = [(each.id, each.name, each.year, json.dumps(each.genres)) for each in rows]
        return self._db.executemany(_ADD_NAMED.format(table), values).rowcount

    def _find(self, table: str, id_: str) -> Named | None:
        if table not in self._filled:
            return None
        row = self._db.execute(_NAMED.format(table), (id_,)).fetchone()
        if row is None:
            return None
        return Named(id=row[0], name=row[1], year=row[2], genres=tuple(json.loads(row[3])))
