"""What the audio numbers of a whole catalogue say: how artists sound, what playlists go by."""

import sqlite3

import numpy as np

from catalogue_import.pairs import Floats, Ints
from grovemusic.store.sounds import NUMBERS

_NO_MEAN = {"key", "mode", "time_signature"}  # a circle and names: their means say nothing
_MEANT = {column: name for column, name in NUMBERS.items() if column not in _NO_MEAN}
_PLAYLISTS_ASKED = 5_000  # an even sample: a share of variance needs no more
FEWEST_PLACES = 200  # of analysed tracks, below which chance would be told

_FILL = f"""
INSERT INTO catalogue_artist_sounds (artist_key, tracks, {", ".join(_MEANT)})
SELECT t.artist_key, count(*), {", ".join(f"avg(f.{column})" for column in _MEANT)}
FROM catalogue_tracks t JOIN spotify_audio_features_cache f ON f.spotify_id = t.id
GROUP BY t.artist_key HAVING count(*) > 1
"""  # noqa: S608  (our own column names)
_SUMS = """
SELECT count(f.{column}), sum(f.{column} - ?1), sum((f.{column} - ?1) * (f.{column} - ?1))
FROM catalogue_playlists p JOIN catalogue_playlist_tracks m ON m.playlist_id = p.id
JOIN spotify_audio_features_cache f ON f.spotify_id = m.track_id
WHERE p.tracks > 1 AND p.id IN (SELECT id FROM asked_playlists) GROUP BY p.id
"""
_ASK = """
CREATE TEMP TABLE asked_playlists AS SELECT id FROM (
  SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS many
  FROM catalogue_playlists
) WHERE place % max(1, many / ?) = 0
"""


def average_artists(db: sqlite3.Connection) -> int:
    """Make the table of artists' usual sounds anew; how many artists it has.

    Means over the analysed tracks of artists with two or more. Cost: one pass over the tracks.
    """
    db.execute("DELETE FROM catalogue_artist_sounds")
    return db.execute(_FILL).rowcount


def coherence(db: sqlite3.Connection) -> dict[str, float]:
    """Number of `AudioFeatures` -> share of its variance that lies between playlists, 0-1.

    The intraclass correlation of a one-way analysis of variance, from sums of squares; 0 where
    playlists are no more alike inside than shuffled ones. Empty without enough analysed playlists.

    Source: Shrout and Fleiss, "Intraclass correlations", 1979, case 1.
    Cost: one pass over the places of 5,000 playlists a number.
    """
    db.execute("DROP TABLE IF EXISTS temp.asked_playlists")
    db.execute(_ASK, (_PLAYLISTS_ASKED,))
    found = {name: _between(db, column) for column, name in _MEANT.items()}
    db.execute("DROP TABLE temp.asked_playlists")
    return {name: share for name, share in found.items() if share is not None}


def _between(db: sqlite3.Connection, column: str) -> float | None:
    sql = f"SELECT avg({column}) FROM spotify_audio_features_cache"  # noqa: S608
    (mean,) = db.execute(sql).fetchone()
    if mean is None:
        return None
    rows = [row for row in db.execute(_SUMS.format(column=column), (mean,)) if row[0] > 1]
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
