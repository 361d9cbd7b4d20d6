"""What a continuation is worth: the field's measures, and intervals for their means."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LISTENED = 30  # tracks of a playlist as people hear it: for diversity and popularity
NO_HIT_CLICKS = 51.0
RESAMPLES = 1000
_CONFIDENCE = (2.5, 97.5)  # percentiles


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over lists, and between what bounds it would fall in 95 of 100 other samples."""

    mean: float
    low: float
    high: float


def r_precision(ranked: Sequence[int], hidden: Collection[int]) -> float:
    """Of as many guesses as tracks are hidden, the share that is right."""
    return _hits(ranked[: len(hidden)], hidden) / len(hidden)


def recall(ranked: Sequence[int], hidden: Collection[int], *, at: int) -> float:
    """Share of the hidden tracks among the first `at`."""
    return _hits(ranked[:at], hidden) / len(hidden)


def ndcg(ranked: Sequence[int], hidden: Collection[int], *, at: int) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1, 0 to 1."""
    gain = sum(
        1 / math.log2(place + 1) for place, each in enumerate(ranked[:at], 1) if each in hidden
    )
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(at, len(hidden)) + 1))


def clicks(ranked: Sequence[int], hidden: Collection[int]) -> float:
    """Pages of ten to turn until the first right one comes; 51 when none does in 500."""
    first = next((at for at, each in enumerate(ranked[:500]) if each in hidden), None)
    return NO_HIT_CLICKS if first is None else float(first // 10)


def distinct_artists(listed: Sequence[int], artist_of: NDArray[np.int64]) -> float:
    """How many artists are in a list."""
    return float(len({int(artist_of[each]) for each in listed}))


def fame_bias(
    listed: Sequence[int], hidden: Collection[int], playlists: NDArray[np.float64]
) -> float:
    """How much better known the listed tracks are than the hidden ones.

    Difference of the mean log2 of one plus the training playlists a track is in: 1 means twice.
    """
    if not listed:
        return 0.0
    known = np.log2(1.0 + playlists)
    return float(known[list(listed)].mean() - known[list(hidden)].mean())


def interval(values: Sequence[float], *, seed: int = 1) -> Interval:
    """The mean of `values` with its bootstrap interval over lists; equal input, equal output."""
    numbers = np.asarray(values, dtype=float)
    if not len(numbers):
        return Interval(math.nan, math.nan, math.nan)
    drawn = np.random.default_rng(seed).integers(0, len(numbers), (RESAMPLES, len(numbers)))
    low, high = np.percentile(numbers[drawn].mean(1), _CONFIDENCE)
    return Interval(float(numbers.mean()), float(low), float(high))


def _hits(guesses: Sequence[int], hidden: Collection[int]) -> int:
    return sum(each in hidden for each in guesses)
