"""The thirteen numbers a track is found by in the vector index.

Order and scale are those of spotify-metadata-spec, "Vector Dimensions". They are for finding
candidates; how alike two tracks sound is decided by `pipeline/parts/audio.py`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields

from grovemusic.domain.corpus import USUAL_SPREAD, Spread
from grovemusic.domain.music import AudioFeatures

DIMENSIONS = 13
HYBRID_DIMENSIONS = 1536  # of which the first thirteen are these, the others an embedding of words
FEWEST_KNOWN = 4  # numbers: a vector of means only would be everybody's neighbour
UNKNOWN = 0.5  # the middle, for a number that nobody in the whole catalogue knows, and for key


def audio_vector(
    features: AudioFeatures,
    popularity: float | None,
    spread: Mapping[str, Spread] = USUAL_SPREAD,
) -> tuple[float, ...]:
    """`features` and `popularity` as thirteen numbers of 0-1.

    A vector has no place for "unknown", so an unknown number takes the catalogue's mean: that
    pulls the track toward nobody. An unknown key has no sensible mean and becomes 0.5.

    Args:
        features: Every number may be unknown.
        popularity: 0-100.
        spread: Name of a number (as in `AudioFeatures`, and "popularity") -> its mean.
    """
    loudness_db = _known("loudness_db", features.loudness_db, spread)
    tempo_bpm = _known("tempo_bpm", features.tempo_bpm, spread)
    beats = _known("time_signature", features.time_signature, spread)
    fame = _known("popularity", popularity, spread)
    return (
        _scaled(tempo_bpm, 60, 200),
        _scaled(_known("energy", features.energy, spread), 0, 1),
        _scaled(_known("danceability", features.danceability, spread), 0, 1),
        _scaled(_known("valence", features.valence, spread), 0, 1),
        _scaled(_known("acousticness", features.acousticness, spread), 0, 1),
        _scaled(_known("instrumentalness", features.instrumentalness, spread), 0, 1),
        _scaled(_known("speechiness", features.speechiness, spread), 0, 1),
        _scaled(_known("liveness", features.liveness, spread), 0, 1),
        _scaled(loudness_db, -60, 0),
        _scaled(features.key, 0, 11),
        _scaled(_known("mode", features.mode, spread), 0, 1),
        _scaled(beats, 3, 7),
        _scaled(fame, 0, 100),
    )


def fault_in(features: AudioFeatures, popularity: float | None) -> str | None:
    """Why these cannot be made a vector of; None if they can.

    Out of range is no fault, `audio_vector` holds it inside; text, NaN and infinities are.
    """
    given = {each.name: getattr(features, each.name) for each in fields(features)}
    for name, value in {**given, "popularity": popularity}.items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"{name} is {value!r:.40}, not a number"
        if not math.isfinite(value):
            return f"{name} is {value}, not a finite number"
    if features.known < FEWEST_KNOWN:
        return f"only {features.known} of its features are known, want {FEWEST_KNOWN}"
    return None


def hybrid_vector(audio: Sequence[float], words: Sequence[float]) -> tuple[float, ...]:
    """The thirteen numbers and an embedding of "artist - title [genres]", one vector of 1,536.

    Both parts are scaled to length 1 first, so that sound and words weigh the same whatever
    the embedding's scale; of a part that is all zeros nothing is known, and it stays so.

    Args:
        audio: As `audio_vector` gives it.
        words: 1,523 numbers of any scale.

    Raises:
        ValueError: they are not of these lengths.
    """
    if len(audio) != DIMENSIONS or len(words) != HYBRID_DIMENSIONS - DIMENSIONS:
        raise ValueError(f"want 13 and 1,523 numbers, got {len(audio)} and {len(words)}")
    return (*_of_length_1(audio), *_of_length_1(words))


def _of_length_1(numbers: Sequence[float]) -> list[float]:
    length = math.hypot(*numbers) or 1.0
    return [number / length for number in numbers]


def _known(name: str, value: float | None, spread: Mapping[str, Spread]) -> float | None:
    if value is None and name in spread:
        return spread[name].mean
    return value


def _scaled(value: float | None, low: float, high: float) -> float:
    """`value` with `low` at 0 and `high` at 1, held inside."""
    if value is None:
        return UNKNOWN
    return min(1.0, max(0.0, (value - low) / (high - low)))
