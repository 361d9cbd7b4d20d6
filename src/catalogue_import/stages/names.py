"""What tables of artists and albums said, by their ids, in a file: for most it outgrows memory."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from catalogue_import.parsing import Named

_TABLES = """
CREATE TABLE IF NOT EXISTS artists (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, year INTEGER, genres TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS albums (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, year INTEGER, genres TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS locals (local TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
"""
_ADD = "INSERT OR IGNORE INTO {} VALUES (?, ?, ?, ?)"
_FIND = "SELECT id, name, year, genres FROM {} WHERE id = ?"
_REMEMBERED = 1 << 16


class NamesFile:
    """Implements `parsing.Names`. Of two rows about one id the first counts."""

    def __init__(self, db: sqlite3.Connection) -> None:
        db.executescript(_TABLES)
        self._db = db
        self.artist = lru_cache(_REMEMBERED)(lambda id_: self._find("artists", id_))
        self.album = lru_cache(_REMEMBERED)(lambda id_: self._find("albums", id_))

    def add(self, table: str, rows: Iterable[Named]) -> int:
        """Remember rows of "artists" or "albums"; how many were new."""
        values = ((each.id, each.name, each.year, json.dumps(each.genres)) for each in rows)
        return self._db.executemany(_ADD.format(table), values).rowcount

    def add_locals(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Remember which of our ids a track of a source has."""
        self._db.executemany("INSERT OR IGNORE INTO locals VALUES (?, ?)", pairs)

    def local(self, name: str) -> str | None:
        row = self._db.execute("SELECT id FROM locals WHERE local = ?", (name,)).fetchone()
        return row[0] if row else None

    def commit(self) -> None:
        self._db.commit()

    def _find(self, table: str, id_: str) -> Named | None:
        row = self._db.execute(_FIND.format(table), (id_,)).fetchone()
        if row is None:
            return None
        return Named(id=row[0], name=row[1], year=row[2], genres=tuple(json.loads(row[3])))


@contextmanager
def names_file(path: Path) -> Iterator[NamesFile]:
    """The file, made if it is not there; what is written is kept at `commit`."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")  # a file of ours that is made again after a crash
        db.execute("PRAGMA cache_size = -65536")
        yield NamesFile(db)
        db.commit()
