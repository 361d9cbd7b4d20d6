"""The catalogue's playlists as neighbours of tracks and of artists, both tables made anew."""

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from catalogue_import import pairs
from catalogue_import.ledger import Progress
from catalogue_import.pairs import Groups, Ints, Neighbours
from grovemusic.domain.names import primary_artist

SHORTEST, LONGEST = 5, 500  # tracks of a playlist that says something about taste
TRACKS_NEAR, ARTISTS_NEAR = 100, 50
_ROWS_A_STATEMENT = 100

_PLACES = "SELECT playlist_id, track_id FROM catalogue_playlist_tracks ORDER BY playlist_id"
_TRACKS = "SELECT id, artist_key FROM catalogue_tracks WHERE playlists > 0 ORDER BY id"
_ARTISTS = """
SELECT artist_key, artist, max(playlists) FROM catalogue_tracks
WHERE playlists > 0 GROUP BY artist_key ORDER BY artist_key
"""
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql <> ''"


@dataclass(frozen=True, slots=True)
class Mined:
    """What mining found; playlists are those of a telling length."""

    playlists: int
    fewest_together: int
    pairs: int
    artist_pairs: int


def mine(db: sqlite3.Connection, progress: Progress, *, fewest: int | None, shrink: float) -> Mined:
    """Fill playlist_cooccurrence and artist_cooccurrence. The transaction is the caller's.

    Args:
        fewest: In how many playlists a pair must be to count; None for what the density allows.
    """
    track_ids, artist_of, artists = _numbered(db)
    playlists = pairs.of_sizes(_playlists(db, track_ids), SHORTEST, LONGEST)
    if fewest is None:
        fewest = pairs.fewest_together(pairs.density(playlists))
    found = pairs.neighbours(playlists, fewest=fewest, top=TRACKS_NEAR, shrink=shrink)
    stored = _store(
        db,
        "playlist_cooccurrence",
        (
            _track_rows(track_ids, each)
            for each in _told(found, "mining tracks", progress, len(track_ids))
        ),
    )
    acts = _acts(playlists, artist_of, len(artists))
    fewest_acts = min(fewest, pairs.fewest_together(pairs.density(acts)))
    found = pairs.neighbours(acts, fewest=fewest_acts, top=ARTISTS_NEAR, shrink=shrink)
    stored_acts = _store(
        db,
        "artist_cooccurrence",
        (
            _artist_rows(artists, each)
            for each in _told(found, "mining artists", progress, len(artists))
        ),
    )
    return Mined(len(playlists), fewest, stored, stored_acts)


def _numbered(db: sqlite3.Connection) -> tuple[list[str], Ints, list[tuple[str, str]]]:
    """Ids of all tracks in playlists; the artist number of each; artists by key and as shown.

    An artist is shown as on the track that stands in the most playlists.
    """
    artists = [(key, primary_artist(credit)) for key, credit, _most in db.execute(_ARTISTS)]
    number = {key: n for n, (key, _name) in enumerate(artists)}
    rows = db.execute(_TRACKS).fetchall()
    artist_of = np.fromiter((number[key] for _id, key in rows), dtype=np.int64, count=len(rows))
    return [id_ for id_, _key in rows], artist_of, artists


def _playlists(db: sqlite3.Connection, track_ids: Sequence[str]) -> Groups:
    track_number = {id_: n for n, id_ in enumerate(track_ids)}
    playlist, track, last, number = [], [], None, -1
    for playlist_id, track_id in db.execute(_PLACES):
        if playlist_id != last:
            last, number = playlist_id, number + 1
        playlist.append(number)
        track.append(track_number[track_id])
    return pairs.gather(
        np.array(playlist, dtype=np.int64), np.array(track, dtype=np.int64), len(track_ids)
    )


def _acts(playlists: Groups, artist_of: Ints, artists: int) -> Groups:
    """The artists of each playlist, each once."""
    playlist = np.repeat(np.arange(len(playlists)), playlists.sizes)
    return pairs.gather(playlist, artist_of[playlists.members], artists)


def _told(
    found: Iterable[Neighbours], phase: str, progress: Progress, total: int
) -> Iterator[Neighbours]:
    for each in found:
        yield each
        if len(each):
            progress(phase, int(each.item[-1]) + 1, total)
    progress(phase, total, total)


def _store(
    db: sqlite3.Connection, table: str, blocks: Iterable[Iterable[tuple[object, ...]]]
) -> int:
    """Replace the rows of a table; how many there are now.

    Its further indexes are built afterwards: sorting once is cheaper than finding the place of
    each of millions of rows.
    """
    indexes = db.execute(_INDEXES, (table,)).fetchall()
    for name, _definition in indexes:
        db.execute(f'DROP INDEX "{name}"')
    db.execute(f"DELETE FROM {table}")  # noqa: S608
    _insert(db, table, itertools.chain.from_iterable(blocks))
    for _name, definition in indexes:
        db.execute(definition)
    (stored,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(stored)


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Many rows a statement: for millions of short rows that takes a third of the time off."""
    waiting = iter(rows)
    while some := list(itertools.islice(waiting, _ROWS_A_STATEMENT)):
        row = f"({', '.join('?' * len(some[0]))})"
        sql = f"INSERT INTO {table} VALUES {', '.join([row] * len(some))}"  # noqa: S608
        db.execute(sql, list(itertools.chain.from_iterable(some)))


def _track_rows(track_ids: Sequence[str], found: Neighbours) -> Iterable[tuple[object, ...]]:
    name: Callable[[int], str] = track_ids.__getitem__
    return zip(
        map(name, found.item.tolist()),
        found.rank.tolist(),
        map(name, found.other.tolist()),
        found.together.tolist(),
        found.pmi.tolist(),
        found.jaccard.tolist(),
        found.cosine.tolist(),
        strict=True,
    )


def _artist_rows(
    artists: Sequence[tuple[str, str]], found: Neighbours
) -> Iterable[tuple[object, ...]]:
    columns = (found.item, found.rank, found.other, found.together, found.cosine)
    for item, rank, other, together, cosine in zip(*(c.tolist() for c in columns), strict=True):
        yield artists[item][0], rank, *artists[other], together, cosine
