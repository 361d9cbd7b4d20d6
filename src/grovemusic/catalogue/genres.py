"""What a track's sound hints at: rough genres for tracks that nobody has tagged.

A hint is a guess from numbers, never shown as somebody's tag. Profiles are the specification's
("Feature Clustering for Genre Detection"); how alike a track is to one it leaves open: here 1 minus
twice the root mean square of the differences, so that 0.7 means "0.15 of the scale off".
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from grovemusic.domain.music import AudioFeatures

MOST_HINTS = 3
LEAST_LIKENESS = 0.7
PROFILES: Mapping[str, Mapping[str, float]] = {
    "edm": {"energy": 0.85, "danceability": 0.75, "acousticness": 0.05, "tempo_bpm": 128},
    "acoustic-folk": {"energy": 0.35, "acousticness": 0.85, "instrumentalness": 0.3},
    "hip-hop": {"speechiness": 0.15, "danceability": 0.7, "energy": 0.65},
    "classical": {"instrumentalness": 0.9, "acousticness": 0.8, "speechiness": 0.02},
    "metal": {"energy": 0.95, "loudness_db": -5, "acousticness": 0.02},
    "jazz": {"acousticness": 0.6, "instrumentalness": 0.5, "liveness": 0.25},
}
_SCALE = {"tempo_bpm": 140.0, "loudness_db": 60.0}  # the others are 0-1


class Hint(NamedTuple):
    """A genre, and how alike the track is to its profile: 0.7 (just) to 1."""

    genre: str
    likeness: float


def genre_hints(features: AudioFeatures) -> tuple[Hint, ...]:
    """Up to three genres the sound is like, the most alike first, ties by name.

    A profile of which any number is unknown gives no hint.
    """
    alike = (Hint(genre, profile_likeness(features, genre)) for genre in PROFILES)
    close = [hint for hint in alike if hint.likeness > LEAST_LIKENESS]
    return tuple(sorted(close, key=lambda hint: (-hint.likeness, hint.genre))[:MOST_HINTS])


def profile_likeness(features: AudioFeatures, genre: str) -> float:
    """0 (nothing like it, or not known) to 1 (exactly the profile).

    Raises:
        KeyError: there is no profile of that genre.
    """
    apart = []
    for name, wanted in PROFILES[genre].items():
        value = getattr(features, name)
        if value is None or not math.isfinite(value):
            return 0.0
        apart.append((value - wanted) / _SCALE.get(name, 1.0))
    return max(0.0, 1.0 - 2 * math.hypot(*apart) / math.sqrt(len(apart)))
