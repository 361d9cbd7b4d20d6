"""The percentiles of a whole catalogue's numbers, and many values at once as percentile ranks."""

import sqlite3
from collections.abc import Mapping

import numpy as np

from catalogue_import.pairs import Floats
from grovemusic.domain.percentiles import Percentiles
from grovemusic.store.sounds import SCALES

POINTS = 33  # quantiles that are kept; 9 to 129 order playlists equally well
_DIGITS = 6  # significant ones, of each
# Number of `AudioFeatures`, or of the track -> its table and column.
_FROM: Mapping[str, tuple[str, str]] = {
    **{name: ("spotify_audio_features_cache", column) for column, name in SCALES.items()},
    "duration_ms": ("catalogue_tracks", "duration_ms"),
    "year": ("catalogue_tracks", "year"),
}


def percentiles(db: sqlite3.Connection) -> dict[str, tuple[float, ...]]:
    """Number -> its quantiles over the tracks that have it, as `Percentiles` holds them.

    Cost: one pass over the table a number, 8 bytes of memory a track.
    """
    found: dict[str, tuple[float, ...]] = {}
    for name, (table, column) in _FROM.items():
        sql = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608  (ours)
        values = np.fromiter((value for (value,) in db.execute(sql)), dtype=float)
        if len(values):
            found[name] = points(values)
    return found


def points(values: Floats) -> tuple[float, ...]:
    """The quantiles (i + 0.5) / 33 of known values, in ascending order."""
    shares = (np.arange(POINTS) + 0.5) / POINTS
    quantiles = np.quantile(values, shares, method="hazen")
    return tuple(float(f"{value:.{_DIGITS}g}") for value in quantiles)


def as_ranks(values: Floats, of: Percentiles) -> Floats:
    """`Percentiles.rank` of each value; not a number where the value is none."""
    at = np.asarray(of.points)
    below, upto = np.searchsorted(at, values, "left"), np.searchsorted(at, values, "right")
    low, high = at[np.clip(below - 1, 0, None)], at[np.clip(below, None, len(at) - 1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below - 0.5 + (values - low) / (high - low)
    inside = np.where(upto > below, (below + upto) / 2, between)
    ranks = np.clip(inside, 0.5, len(at) - 0.5)
    ranks = np.where(below == len(at), len(at) - 0.5, np.where(upto == 0, 0.5, ranks))
    return np.where(np.isnan(values), np.nan, ranks) / len(at)
