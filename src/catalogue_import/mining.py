"""The catalogue's playlists as neighbours of tracks and of artists, both tables made anew."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue_import import pairs
from catalogue_import.ledger import Progress
from catalogue_import.pairs import Floats, Groups, Ints, Neighbours
from grovemusic.domain.names import primary_artist
from grovemusic.store.catalogue import LONGEST, SHORTEST

TRACKS_NEAR, ARTISTS_NEAR = 100, 50
_ROWS_A_STATEMENT = 200

Texts = NDArray[np.object_]
Column = Texts | Ints | Floats

_PLACES = "SELECT playlist_id, track_id FROM catalogue_playlist_tracks ORDER BY playlist_id"
_TRACKS = "SELECT id, artist_key FROM catalogue_tracks WHERE playlists > 0 ORDER BY id"
_ARTISTS = """
SELECT artist_key, artist, max(playlists) FROM catalogue_tracks
WHERE playlists > 0 GROUP BY artist_key ORDER BY artist_key
"""
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql <> ''"


@dataclass(frozen=True, slots=True)
class Mined:
    """What mining found; playlists are those of a telling length.

    Attributes:
        pair_prior: As `pairs.prior` gives it, for tracks.
        artist_repeats: Chance that a list with an artist has two tracks by them, beyond what the
            artist's fame explains; None without lists.
    """

    playlists: int
    fewest_together: int
    pairs: int
    artist_pairs: int
    pair_prior: float
    artist_repeats: float | None


def mine(db: sqlite3.Connection, progress: Progress, *, fewest: int | None, shrink: float) -> Mined:
    """Fill playlist_cooccurrence and artist_cooccurrence. The transaction is the caller's.

    Args:
        fewest: In how many playlists a pair must be to count; None for what the density allows.
    """
    tracks, artist_of, artists, shown = _numbered(db)
    playlists = pairs.of_sizes(_playlists(db, tracks), SHORTEST, LONGEST)
    acts = _acts(playlists, artist_of, len(artists))
    if fewest is None:
        fewest = pairs.fewest_together(pairs.density(playlists))
    near = pairs.neighbours(playlists, fewest=fewest, top=TRACKS_NEAR, shrink=shrink)
    stored = replace_rows(
        db,
        "playlist_cooccurrence",
        (
            (tracks[n.item], n.rank, tracks[n.other], n.together, n.pmi, n.jaccard, n.cosine)
            for n in _told(near, "mining tracks", progress, len(tracks))
        ),
    )
    fewest_acts = min(fewest, pairs.fewest_together(pairs.density(acts)))
    near = pairs.neighbours(acts, fewest=fewest_acts, top=ARTISTS_NEAR, shrink=pairs.prior(acts))
    stored_acts = replace_rows(
        db,
        "artist_cooccurrence",
        (
            (
                *(artists[n.item], n.rank, artists[n.other], shown[n.other]),
                *(n.together, pairs.beyond_chance(n)),
            )
            for n in _told(near, "mining artists", progress, len(artists))
        ),
    )
    return Mined(
        playlists=len(playlists),
        fewest_together=fewest,
        pairs=stored,
        artist_pairs=stored_acts,
        pair_prior=pairs.prior(playlists),
        artist_repeats=repeats(playlists, artist_of, acts),
    )


def _numbered(db: sqlite3.Connection) -> tuple[Texts, Ints, Texts, Texts]:
    """Ids of all tracks in playlists; the artist number of each; keys of artists; their names.

    An artist is shown as on the track that stands in the most playlists.
    """
    artists = db.execute(_ARTISTS).fetchall()
    number = {key: n for n, (key, _credit, _most) in enumerate(artists)}
    tracks = db.execute(_TRACKS).fetchall()
    return (
        _texts([id_ for id_, _key in tracks]),
        np.array([number[key] for _id, key in tracks], dtype=np.int64),
        _texts([key for key, _credit, _most in artists]),
        _texts([primary_artist(credit) for _key, credit, _most in artists]),
    )


def _texts(texts: list[str]) -> Texts:
    """An array of text objects, so that whole columns are looked up at once."""
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def _playlists(db: sqlite3.Connection, tracks: Texts) -> Groups:
    track_number = {id_: n for n, id_ in enumerate(tracks)}
    playlist, track, last, number = [], [], None, -1
    for playlist_id, track_id in db.execute(_PLACES):
        if playlist_id != last:
            last, number = playlist_id, number + 1
        playlist.append(number)
        track.append(track_number[track_id])
    return pairs.gather(
        np.array(playlist, dtype=np.int64), np.array(track, dtype=np.int64), len(tracks)
    )


def _acts(playlists: Groups, artist_of: Ints, artists: int) -> Groups:
    """The artists of each playlist, each once."""
    playlist = np.repeat(np.arange(len(playlists)), playlists.sizes)
    return pairs.gather(playlist, artist_of[playlists.members], artists)


def repeats(playlists: Groups, artist_of: Ints, acts: Groups) -> float | None:
    """Of the artists in lists, how many have a second track there, less what chance would give."""
    if not len(acts.members):
        return None
    playlist = np.repeat(np.arange(len(playlists)), playlists.sizes)
    keys = playlist * acts.items + artist_of[playlists.members]
    _keys, tracks = np.unique(keys, return_counts=True)
    twice = np.bincount(acts.members[tracks >= 2], minlength=acts.items)
    once = np.bincount(acts.members, minlength=acts.items)
    beyond = np.maximum(0.0, twice - once**2 / len(acts))
    return float(beyond.sum() / once.sum())


def _told(
    found: Iterable[Neighbours], phase: str, progress: Progress, total: int
) -> Iterator[Neighbours]:
    for each in found:
        yield each
        if len(each):
            progress(phase, int(each.item[-1]) + 1, total)
    progress(phase, total, total)


def replace_rows(db: sqlite3.Connection, table: str, blocks: Iterable[Sequence[Column]]) -> int:
    """Replace the rows of a table by blocks of columns; how many rows there are now.

    Its further indexes are built afterwards: sorting once is cheaper than finding the place of
    each of millions of rows.
    """
    indexes = db.execute(_INDEXES, (table,)).fetchall()
    for name, _definition in indexes:
        db.execute(f'DROP INDEX "{name}"')
    db.execute(f"DELETE FROM {table}")  # noqa: S608
    stored = sum(_insert(db, table, columns) for columns in blocks)
    for _name, definition in indexes:
        db.execute(definition)
    return stored


def _insert(db: sqlite3.Connection, table: str, columns: Sequence[Column]) -> int:
    """Many rows a statement: for millions of short rows that takes a third of the time off."""
    cells = np.empty((len(columns[0]), len(columns)), dtype=object)
    for number, column in enumerate(columns):
        cells[:, number] = column
    row = f"({', '.join('?' * len(columns))})"
    for start in range(0, len(cells), _ROWS_A_STATEMENT):
        some = cells[start : start + _ROWS_A_STATEMENT]
        sql = f"INSERT INTO {table} VALUES {', '.join([row] * len(some))}"  # noqa: S608
        db.execute(sql, some.ravel().tolist())
    return len(cells)
