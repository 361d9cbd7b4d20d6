"""How alike two tracks sound, from the numbers an audio analysis gave them."""

import math
from collections.abc import Iterator, Mapping, Sequence

from grovemusic.domain import names
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import AudioFeatures, Candidate, Evidence, Part, PartScore
from grovemusic.pipeline.parts.context import Context, best_seed, mean

# Key and mode are not here: on real playlists they are worth nothing (docs/quality.md).
COMPARED = (
    "energy", "danceability", "valence", "acousticness", "instrumentalness", "speechiness",
    "liveness", "loudness_db", "tempo_bpm",
)  # fmt: skip
FEWEST = 4  # numbers both must have
LEAST_TELLING = 0.02  # weight of a number that playlists do not go by at all
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
    """Half how alike the two tracks sound, half how alike their artists usually do.

    Each is exp(-d²/2), d the root mean square of the standardised differences, in which a number
    counts by how much playlists go by it (`Corpus.coherence`); the mean over the seeds. Twins have
    1, strangers about 0.4. An artist with one analysed track usually sounds like that track.
    Unknown with fewer than four numbers in common.
    """
    theirs = candidate.track.features
    if theirs is None:
        return PartScore(value=None)
    sound = standardised(theirs, context.corpus)
    act = names.artist_key(candidate.track.artist)
    usual = context.usual_sounds.get(act, sound)
    alike = [
        None if ours is None else _both(ours, acts or ours, sound, usual, context.telling)
        for ours, acts in zip(context.sounds, context.seed_usual_sounds, strict=True)
    ]
    value = mean(alike, context.seeds)
    if value is None:
        return PartScore(value=None)
    closest = best_seed(alike)
    return PartScore(value=value, evidence=tuple(_facts(candidate, act, context, closest)))


def _facts(candidate: Candidate, act: str, context: Context, closest: int) -> Iterator[Evidence]:
    ours, theirs = context.seeds[closest].track.features, candidate.track.features
    if ours is None or theirs is None:
        return
    apart = differences(ours, theirs, context.corpus)
    yield Evidence(
        part=Part.AUDIO,
        source="catalogue",
        fact="sounds_alike",
        value=round(math.sqrt(_distance_squared(apart)), 3),
        names=shared_qualities(ours, apart, context.corpus),
        seed=closest,
    )
    known = context.corpus.artist_sounds
    mine, other = known.get(context.seed_artists[closest]), known.get(act)
    if mine is not None and other is not None and act != context.seed_artists[closest]:
        apart = differences(mine, other, context.corpus)
        yield Evidence(
            part=Part.AUDIO,
            source="catalogue",
            fact="artists_sound_alike",
            value=round(math.sqrt(_distance_squared(apart)), 3),
            names=(names.primary_artist(candidate.track.artist),),
            seed=closest,
        )


def telling(corpus: Corpus) -> tuple[float, ...]:
    """How much each of the compared numbers counts."""
    return tuple(max(LEAST_TELLING, corpus.coherence.get(name, 1.0)) for name in COMPARED)


def _both(
    ours: Sequence[float | None],
    our_act: Sequence[float | None],
    theirs: Sequence[float | None],
    their_act: Sequence[float | None],
    weights: Sequence[float],
) -> float | None:
    tracks = _likeness(ours, theirs, weights)
    acts = _likeness(our_act, their_act, weights)
    return tracks if tracks is None or acts is None else (tracks + acts) / 2


def standardised(features: AudioFeatures, corpus: Corpus) -> tuple[float | None, ...]:
    """The compared numbers in standard deviations of the catalogue; None where unknown."""
    sound: list[float | None] = []
    for name in COMPARED:
        value, spread = getattr(features, name), corpus.spread.get(name)
        known = value is not None and spread is not None and spread.deviation > 0
        sound.append((value - spread.mean) / spread.deviation if known and spread else None)
    return tuple(sound)


def _likeness(
    ours: Sequence[float | None], theirs: Sequence[float | None], weights: Sequence[float]
) -> float | None:
    total, count, counted = 0.0, 0, 0.0
    for a, b, weight in zip(ours, theirs, weights, strict=True):
        if a is not None and b is not None:
            apart = min(FARTHEST, abs(a - b))
            total += weight * apart * apart
            counted += weight
            count += 1
    return math.exp(-total / counted / 2) if count >= FEWEST else None


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
