"""How alike two tracks sound, from the numbers an audio analysis gave them."""

import math

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
CLOSEST_NAMED = 3


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
        names=tuple(sorted(apart, key=lambda name: (abs(apart[name]), name))[:CLOSEST_NAMED]),
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
