"""How alike two tracks sound, from the numbers an audio analysis gave them."""

import math
from collections.abc import Mapping

from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import AudioFeatures, Candidate, Evidence, Part, PartScore, Profile
from grovemusic.pipeline.parts.context import Context

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


def score(seed: Profile, candidate: Candidate, context: Context) -> PartScore:
    """exp(-d²/2), d the root mean square of the standardised differences.

    Two random tracks are about 1.4 apart (0.37), twins 0 (1.0). Unknown with fewer than four
    numbers in common.
    """
    ours, theirs = seed.track.features, candidate.track.features
    if ours is None or theirs is None:
        return PartScore(value=None)
    apart = differences(ours, theirs, context.corpus)
    if len(apart) < FEWEST:
        return PartScore(value=None)
    distance = math.sqrt(sum(min(abs(z), FARTHEST) ** 2 for z in apart.values()) / len(apart))
    fact = Evidence(
        part=Part.AUDIO,
        source="catalogue",
        fact="sounds_alike",
        value=round(distance, 3),
        names=shared_qualities(ours, apart, context.corpus),
        seed=context.seed_number,
    )
    return PartScore(value=math.exp(-(distance**2) / 2), evidence=(fact,))


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
