"""The thirteen numbers a track is found by in the vector index.

Order and scale are those of spotify-metadata-spec, "Vector Dimensions". They are for finding
candidates; how alike two tracks sound is decided by `pipeline/parts/audio.py`.
"""

from collections.abc import Mapping

from grovemusic.domain.corpus import USUAL_SPREAD, Spread
from grovemusic.domain.music import AudioFeatures

DIMENSIONS = 13
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


def _known(name: str, value: float | None, spread: Mapping[str, Spread]) -> float | None:
    if value is None and name in spread:
        return spread[name].mean
    return value


def _scaled(value: float | None, low: float, high: float) -> float:
    """`value` with `low` at 0 and `high` at 1, held inside."""
    if value is None:
        return UNKNOWN
    return min(1.0, max(0.0, (value - low) / (high - low)))
