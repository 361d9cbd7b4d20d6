"""The numbers of the score, as data, changed only with a measured gain on held-out playlists."""

from collections.abc import Mapping
from dataclasses import dataclass

from grovemusic.domain.music import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Attributes:
    version: Stored with every playlist, so that a score can be recomputed.
    chosen_by: The run or document that chose these numbers.
    parts: Share of each part; they add up to 1.
    usual: What each part gives for a stranger, 0-1: the value that an unknown part stands for.
    mood: Points (of 10) a perfect mood adds, and its opposite takes away.
    """

    version: str
    chosen_by: str
    parts: Mapping[Part, float]
    usual: Mapping[Part, float]
    mood: float


WEIGHTS = Weights(
    version="4",
    chosen_by="python -m quality.tuning --lists 90, of 2026-11-21, after audio and time became "
    "percentile ranks (docs/quality.md, How the weights were chosen)",
    parts={
        Part.TAGS: 0.048,
        Part.AUDIO: 0.298,
        Part.COOCCURRENCE: 0.254,
        Part.ARTIST: 0.127,
        Part.TIME: 0.161,
        Part.POPULARITY: 0.112,
    },
    usual={
        Part.TAGS: 0.3,
        Part.AUDIO: 0.3,
        Part.COOCCURRENCE: 0.0,
        Part.ARTIST: 0.0,
        Part.TIME: 0.4,
        Part.POPULARITY: 0.3,
    },
    mood=1.5,
)
