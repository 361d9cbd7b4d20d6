"""The catalogue's SQLite file, opened for loading much at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_WAIT_S = 60  # for a server that is writing to the same file
_CACHE_KIB = 256 * 1024


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection without transactions of its own; a running server may go on reading."""
    with closing(sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.execute("PRAGMA foreign_keys = ON")
        yield db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is written inside."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:  # Ctrl-C too must leave nothing half done
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
