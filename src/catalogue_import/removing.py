"""Real or invented: a catalogue holds one or the other, never both."""

import itertools
import sqlite3
from collections.abc import Callable

_AT_ONCE = 1000  # ids of vectors to delete
_TABLES = (
    "catalogue_search", "catalogue_tags", "catalogue_playlist_tracks", "catalogue_playlists",
    "spotify_audio_features_cache", "spotify_mbid_xref", "spotify_artist_genres",
    "playlist_cooccurrence", "artist_cooccurrence", "track_access_log", "precomputed_similar",
    "catalogue_facts", "catalogue_tracks",
)  # fmt: skip
_COUNT = "SELECT count(*) FROM catalogue_tracks WHERE origin {} 'demo'"


def real_tracks(db: sqlite3.Connection) -> int:
    """How many tracks were imported."""
    return int(db.execute(_COUNT.format("<>")).fetchone()[0])


def demo_tracks(db: sqlite3.Connection) -> int:
    """How many tracks are invented."""
    return int(db.execute(_COUNT.format("=")).fetchone()[0])


def remove_demo(db: sqlite3.Connection, forget: Callable[[list[str]], None] | None) -> int:
    """Remove an invented catalogue with all that was made from it; how many tracks it had.

    Nothing else can be there: the demo is never loaded over imported music, and the first import
    begins with this.
    """
    ids = [id_ for (id_,) in db.execute("SELECT id FROM catalogue_tracks WHERE origin = 'demo'")]
    if ids and forget is not None:
        waiting = iter(ids)
        while some := list(itertools.islice(waiting, _AT_ONCE)):
            forget(some)
    if ids:
        for table in _TABLES:
            db.execute(f"DELETE FROM {table}")  # noqa: S608
    return len(ids)
