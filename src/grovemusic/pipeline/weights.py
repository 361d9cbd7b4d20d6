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
    prior: Weight of the middle (0.5), as if it were a seventh part: thin evidence stays near it.
    mood: Points (of 10) a perfect mood adds, and its opposite takes away.
    """

    version: str
    chosen_by: str
    parts: Mapping[Part, float]
    prior: float
    mood: float


WEIGHTS = Weights(
    version="1",
    chosen_by="design.md, the six weights of the specification",
    parts={
        Part.TAGS: 0.15,
        Part.AUDIO: 0.25,
        Part.COOCCURRENCE: 0.25,
        Part.ARTIST: 0.15,
        Part.TIME: 0.10,
        Part.POPULARITY: 0.10,
    },
    prior=0.10,
    mood=1.5,
)
