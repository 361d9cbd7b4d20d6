"""Real or invented: a catalogue holds one or the other, never both."""

import itertools
import sqlite3
from collections.abc import Callable

from catalogue_import import facts

_AT_ONCE = 1000  # ids of vectors to delete
_STALE = "stale vectors"  # facts that begin so list ids the vector index has to forget
_TABLES = (
    "catalogue_search", "catalogue_tags", "catalogue_playlist_tracks", "catalogue_playlists",
    "spotify_audio_features_cache", "spotify_mbid_xref", "spotify_artist_genres",
    "playlist_cooccurrence", "artist_cooccurrence", "catalogue_artist_sounds", "track_access_log",
    "precomputed_similar", "catalogue_facts", "catalogue_tracks",
)  # fmt: skip
_COUNT = "SELECT count(*) FROM catalogue_tracks WHERE origin {} 'demo'"


def real_tracks(db: sqlite3.Connection) -> int:
    """How many tracks were imported."""
    return int(db.execute(_COUNT.format("<>")).fetchone()[0])


def demo_tracks(db: sqlite3.Connection) -> int:
    """How many tracks are invented."""
    return int(db.execute(_COUNT.format("=")).fetchone()[0])


def remove_demo(db: sqlite3.Connection) -> int:
    """Remove an invented catalogue with all that was made from it; how many tracks it had.

    Nothing else can be there: the demo is never loaded over imported music, and the first import
    begins with this. The vector index is another store and not part of the transaction: which ids
    it must forget is written down for `forget_vectors`.
    """
    rows = db.execute("SELECT id FROM catalogue_tracks WHERE origin = 'demo' ORDER BY id")
    ids = [id_ for (id_,) in rows]
    if not ids:
        return 0
    had_vectors = facts.get(db, facts.VECTORISED) is not None
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608
    if had_vectors:
        waiting = iter(ids)
        batches = iter(lambda: list(itertools.islice(waiting, _AT_ONCE)), [])
        facts.put(db, {f"{_STALE} {number}": batch for number, batch in enumerate(batches)})
    return len(ids)


def forget_vectors(db: sqlite3.Connection, forget: Callable[[list[str]], None]) -> None:
    """Have the vector index forget what `remove_demo` wrote down."""
    sql = "SELECT name FROM catalogue_facts WHERE name LIKE ? || ' %' ORDER BY name"
    for (name,) in db.execute(sql, (_STALE,)).fetchall():
        forget(facts.get(db, name))
        facts.forget(db, name)
