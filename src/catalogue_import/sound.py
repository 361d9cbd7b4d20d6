"""What the audio numbers of a whole catalogue say: how artists sound, what playlists go by."""

import itertools
import sqlite3
from collections.abc import Iterator, Mapping

import numpy as np

from catalogue_import.pairs import Floats, Ints
from catalogue_import.percentiles import as_ranks
from grovemusic.domain.percentiles import Percentiles
from grovemusic.store.sounds import SCALES

# Where a compared number lies, in tables `f` (analysis) and `t` (track) -> its name.
_MEANT = {f"f.{column}": name for column, name in SCALES.items()} | {"t.duration_ms": "duration_ms"}
_COLUMNS = [where.split(".")[1].removesuffix("_ms") for where in _MEANT]  # of the artists' table
_PLAYLISTS_ASKED = 5_000  # an even sample: a share of variance needs no more
FEWEST_PLACES = 200  # of analysed tracks, below which chance would be told

_HEARD = f"""
SELECT t.artist_key, {", ".join(_MEANT)}
FROM catalogue_tracks t JOIN spotify_audio_features_cache f ON f.spotify_id = t.id
ORDER BY t.artist_key
"""  # noqa: S608  (our own column names)
_PUT = f"""
INSERT INTO catalogue_artist_sounds (artist_key, tracks, {", ".join(_COLUMNS)})
VALUES ({", ".join("?" * (2 + len(_COLUMNS)))})
"""  # noqa: S608
_AT_ONCE = 50_000  # tracks
_SUMS = """
SELECT count({number}), sum({number} - ?1), sum(({number} - ?1) * ({number} - ?1))
FROM catalogue_playlists p JOIN catalogue_playlist_tracks m ON m.playlist_id = p.id
JOIN spotify_audio_features_cache f ON f.spotify_id = m.track_id
JOIN catalogue_tracks t ON t.id = m.track_id
WHERE p.tracks > 1 AND p.id IN (SELECT id FROM asked_playlists) GROUP BY p.id
"""
_ASK = """
CREATE TEMP TABLE asked_playlists AS SELECT id FROM (
  SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS many
  FROM catalogue_playlists
) WHERE place % max(1, many / ?) = 0
"""


def average_artists(db: sqlite3.Connection, points: Mapping[str, tuple[float, ...]]) -> int:
    """Make the table of artists' usual sounds anew; how many artists it has.

    Mean percentile ranks over the analysed tracks of artists with two or more.

    Args:
        points: As `percentiles.percentiles` gives them.

    Cost: one pass over the analysed tracks in the order of their artists, 50,000 at a time.
    """
    db.execute("DELETE FROM catalogue_artist_sounds")
    scales = [Percentiles(points[name]) if name in points else None for name in _MEANT.values()]
    artists = 0
    for some in _by_artist(db):
        rows = list(_usual(some, scales))
        db.executemany(_PUT, rows)
        artists += len(rows)
    return artists


def _by_artist(db: sqlite3.Connection) -> Iterator[list[tuple[str, Floats]]]:
    """Artists with two analysed tracks or more and the numbers of these, many artists at a time."""
    rows = db.cursor().execute(_HEARD)
    some: list[tuple[str, Floats]] = []
    size = 0
    for artist, tracks in itertools.groupby(rows, key=lambda row: row[0]):
        numbers = np.array([row[1:] for row in tracks], dtype=float)
        if len(numbers) < 2:
            continue
        some.append((artist, numbers))
        size += len(numbers)
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    yield some


def _usual(
    some: list[tuple[str, Floats]], scales: list[Percentiles | None]
) -> Iterator[tuple[object, ...]]:
    if not some:
        return
    numbers = np.concatenate([each for _artist, each in some])
    artist = np.repeat(np.arange(len(some)), [len(each) for _artist, each in some])
    columns = [
        _mean_ranks(numbers[:, at], scale, artist, len(some)) for at, scale in enumerate(scales)
    ]
    for (name, tracks), *values in zip(some, *columns, strict=True):
        yield name, len(tracks), *(None if np.isnan(each) else float(each) for each in values)


def _mean_ranks(values: Floats, scale: Percentiles | None, artist: Ints, artists: int) -> Floats:
    if scale is None:
        return np.full(artists, np.nan)
    ranks = as_ranks(values, scale)
    known = ~np.isnan(ranks)
    counts = np.bincount(artist[known], minlength=artists)
    sums = np.bincount(artist[known], weights=ranks[known], minlength=artists)
    with np.errstate(invalid="ignore"):
        mean: Floats = sums / np.where(counts > 0, counts, np.nan)
    return mean


def coherence(db: sqlite3.Connection) -> dict[str, float]:
    """Number of `AudioFeatures` -> share of its variance that lies between playlists, 0-1.

    The intraclass correlation of a one-way analysis of variance, from sums of squares; 0 where
    playlists are no more alike inside than shuffled ones. Empty without enough analysed playlists.

    Source: Shrout and Fleiss, "Intraclass correlations", 1979, case 1.
    Cost: one pass over the places of 5,000 playlists a number.
    """
    db.execute("DROP TABLE IF EXISTS temp.asked_playlists")
    db.execute(_ASK, (_PLAYLISTS_ASKED,))
    found = {name: _between(db, where) for where, name in _MEANT.items()}
    db.execute("DROP TABLE temp.asked_playlists")
    return {name: share for name, share in found.items() if share is not None}


def _between(db: sqlite3.Connection, where: str) -> float | None:
    table = "spotify_audio_features_cache f" if where.startswith("f.") else "catalogue_tracks t"
    (mean,) = db.execute(f"SELECT avg({where}) FROM {table}").fetchone()  # noqa: S608
    if mean is None:
        return None
    rows = [row for row in db.execute(_SUMS.format(number=where), (mean,)) if row[0] > 1]
    counts, sums, squares = np.array(rows, dtype=float).reshape(-1, 3).T
    return share_between(counts, sums, squares)


def between(values: Floats, groups: Ints) -> float | None:
    """The same of numbers at hand, each with the number of its group."""
    kept = np.bincount(groups)[groups] > 1
    shifted, of = values[kept] - values.mean(), np.unique(groups[kept], return_inverse=True)[1]
    return share_between(
        np.bincount(of).astype(float),
        np.bincount(of, weights=shifted).astype(float),
        np.bincount(of, weights=shifted**2).astype(float),
    )


def share_between(counts: Floats, sums: Floats, squares: Floats) -> float | None:
    """Of the variance of numbers in groups the share that lies between groups.

    Args:
        counts: Of the numbers of each group; `sums` and `squares` are their sums, and the sums of
            their squares, best about the common mean.
    """
    places, groups = counts.sum(), len(counts)
    if places < FEWEST_PLACES or groups < 2:
        return None
    within = float((squares - sums**2 / counts).sum() / (places - groups))
    across = float((counts * (sums / counts - sums.sum() / places) ** 2).sum() / (groups - 1))
    usual_size = float((places - (counts**2).sum() / places) / (groups - 1))
    variance = across + (usual_size - 1) * within
    return max(0.0, (across - within) / variance) if variance > 0 else None
