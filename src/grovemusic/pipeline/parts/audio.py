"""How alike two tracks sound, from the numbers an audio analysis gave them."""

import math
from collections.abc import Mapping, Sequence

from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import AudioFeatures, Candidate, Evidence, Part, PartScore
from grovemusic.pipeline.parts.context import Context, best_seed, mean

# Key and mode are not here: on real playlists they are worth nothing (docs/quality.md).
COMPARED = (
    "energy", "danceability", "valence", "acousticness", "instrumentalness", "speechiness",
    "liveness", "loudness_db", "tempo_bpm",
)  # fmt: skip
FEWEST = 4  # numbers both must have
FARTHEST = 3.0  # deviations: one odd number must not decide alone
TELLING = 0.5  # deviations from the mean: below it a number says nothing special about a track
ALIKE = 0.6  # deviations: within it two tracks share a quality
# What it means when both tracks are far below or above the mean, to be put after "just as".
QUALITIES: Mapping[str, tuple[str | None, str | None]] = {
    "energy": ("calm", "energetic"),
    "valence": ("dark in mood", "bright in mood"),
    "danceability": (None, "danceable"),
    "acousticness": (None, "acoustic"),
    "tempo_bpm": ("slow", "fast"),
    "loudness_db": ("quiet", "loud"),
    "speechiness": (None, "wordy"),
    "instrumentalness": (None, "instrumental"),
    "liveness": (None, "live in feel"),
}
QUALITIES_NAMED = 2


def score(candidate: Candidate, context: Context) -> PartScore:
    """exp(-d²/2), d the root mean square of the standardised differences; the mean over the seeds.

    Two random tracks are about 1.4 apart (0.37), twins 0 (1.0). Unknown with fewer than four
    numbers in common.
    """
    theirs = candidate.track.features
    if theirs is None:
        return PartScore(value=None)
    sound = standardised(theirs, context.corpus)
    alike = [None if ours is None else _likeness(ours, sound) for ours in context.sounds]
    value = mean(alike, context.seeds)
    if value is None:
        return PartScore(value=None)
    closest = best_seed(alike)
    ours = context.seeds[closest].track.features
    apart = differences(ours, theirs, context.corpus) if ours is not None else {}
    fact = Evidence(
        part=Part.AUDIO,
        source="catalogue",
        fact="sounds_alike",
        value=round(math.sqrt(_distance_squared(apart)), 3),
        names=shared_qualities(ours, apart, context.corpus) if ours is not None else (),
        seed=closest,
    )
    return PartScore(value=value, evidence=(fact,))


def standardised(features: AudioFeatures, corpus: Corpus) -> tuple[float | None, ...]:
    """The compared numbers in standard deviations of the catalogue; None where unknown."""
    sound: list[float | None] = []
    for name in COMPARED:
        value, spread = getattr(features, name), corpus.spread.get(name)
        known = value is not None and spread is not None and spread.deviation > 0
        sound.append((value - spread.mean) / spread.deviation if known and spread else None)
    return tuple(sound)


def _likeness(ours: Sequence[float | None], theirs: Sequence[float | None]) -> float | None:
    total, count = 0.0, 0
    for a, b in zip(ours, theirs, strict=True):
        if a is not None and b is not None:
            apart = min(FARTHEST, abs(a - b))
            total += apart * apart
            count += 1
    return math.exp(-total / count / 2) if count >= FEWEST else None


def _distance_squared(apart: Mapping[str, float]) -> float:
    return sum(min(abs(z), FARTHEST) ** 2 for z in apart.values()) / (len(apart) or 1)


def differences(one: AudioFeatures, other: AudioFeatures, corpus: Corpus) -> dict[str, float]:
    """Name of a number -> how many standard deviations of the catalogue lie between the two."""
    apart: dict[str, float] = {}
    for name in COMPARED:
        a, b, spread = getattr(one, name), getattr(other, name), corpus.spread.get(name)
        if a is not None and b is not None and spread is not None and spread.deviation > 0:
            apart[name] = (b - a) / spread.deviation
    return apart


def shared_qualities(
    ours: AudioFeatures, apart: Mapping[str, float], corpus: Corpus
) -> tuple[str, ...]:
    """What is special about how the seed sounds and true of the other too, most special first."""
    special: list[tuple[float, str]] = []
    for name, (low, high) in QUALITIES.items():
        if abs(apart.get(name, ALIKE + 1)) > ALIKE:
            continue
        spread = corpus.spread[name]
        z = (getattr(ours, name) - spread.mean) / spread.deviation
        word = high if z > 0 else low
        if word is not None and abs(z) >= TELLING:
            special.append((-abs(z), word))
    return tuple(word for _z, word in sorted(special)[:QUALITIES_NAMED])
