"""Whether a track carries the mood a listener wishes for, from its sound or its tags. Pure."""

from collections.abc import Mapping

from grovemusic.domain.ask import Mood
from grovemusic.domain.music import AudioFeatures, Track

# What each mood wants of the sound: number -> direction, -1 (low) to 1 (high). All are 0-1.
SOUND: Mapping[Mood, Mapping[str, float]] = {
    Mood.UPBEAT: {"valence": 1.0, "danceability": 0.6, "energy": 0.5},
    Mood.MELANCHOLY: {"valence": -1.0, "energy": -0.6, "acousticness": 0.4, "danceability": -0.3},
    Mood.ENERGETIC: {"energy": 1.0, "danceability": 0.3, "acousticness": -0.5},
    Mood.CHILL: {"energy": -1.0, "acousticness": 0.5, "speechiness": -0.2},
}
WORDS: Mapping[Mood, tuple[frozenset[str], frozenset[str]]] = {  # for it, against it
    Mood.UPBEAT: (
        frozenset({"upbeat", "happy", "feel good", "fun", "dance", "party", "summer", "uplifting"}),
        frozenset({"sad", "melancholy", "melancholic", "dark", "depressing", "slowcore"}),
    ),
    Mood.MELANCHOLY: (
        frozenset({"sad", "melancholy", "melancholic", "heartbreak", "slowcore", "depressing"}),
        frozenset({"happy", "upbeat", "party", "fun", "feel good"}),
    ),
    Mood.ENERGETIC: (
        frozenset({"energetic", "party", "workout", "hard rock", "punk", "metal", "dance", "edm"}),
        frozenset({"ambient", "chill", "chillout", "mellow", "calm", "sleep", "slow"}),
    ),
    Mood.CHILL: (
        frozenset({"chill", "chillout", "mellow", "ambient", "relaxing", "calm", "downtempo"}),
        frozenset({"energetic", "metal", "punk", "hard rock", "aggressive", "workout"}),
    ),
}


def fit(wish: Mood, track: Track) -> float | None:
    """-1 (the opposite) to 1 (the mood itself); None when neither sound nor tags tell."""
    views = [
        view
        for view in (_by_sound(wish, track.features), _by_tags(wish, track))
        if view is not None
    ]
    return round(sum(views) / len(views), 4) if views else None


def _by_sound(wish: Mood, features: AudioFeatures | None) -> float | None:
    if features is None:
        return None
    known: list[tuple[float, float]] = [
        (direction, getattr(features, name))
        for name, direction in SOUND[wish].items()
        if getattr(features, name) is not None
    ]
    total = sum(abs(direction) for direction, _value in known)
    if not total:
        return None
    return sum(direction * (2.0 * value - 1.0) for direction, value in known) / total


def _by_tags(wish: Mood, track: Track) -> float | None:
    wanted, unwanted = WORDS[wish]
    pro = max((tag.weight for tag in track.tags if tag.name in wanted), default=0.0)
    contra = max((tag.weight for tag in track.tags if tag.name in unwanted), default=0.0)
    return pro - contra if pro or contra else None
