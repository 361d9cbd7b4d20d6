"""What is true of the whole catalogue: the yardsticks single tracks are measured with."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from grovemusic.domain.percentiles import Percentiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Mean and standard deviation of one audio number over the tracks that have it."""

    mean: float
    deviation: float


# How the audio numbers of popular music spread, for a service without a catalogue of its own:
# round figures from the definitions of the numbers, replaced by measured ones at the first import.
USUAL_SPREAD: Mapping[str, Spread] = {
    "tempo_bpm": Spread(mean=120, deviation=28),
    "energy": Spread(mean=0.65, deviation=0.2),
    "danceability": Spread(mean=0.6, deviation=0.16),
    "valence": Spread(mean=0.5, deviation=0.24),
    "acousticness": Spread(mean=0.25, deviation=0.28),
    "instrumentalness": Spread(mean=0.12, deviation=0.26),
    "speechiness": Spread(mean=0.09, deviation=0.1),
    "liveness": Spread(mean=0.19, deviation=0.15),
    "loudness_db": Spread(mean=-7.5, deviation=3.5),
}


# The same as percentiles: the values below which 10, 30, 50, 70 and 90 of 100 tracks lie.
USUAL_PERCENTILES: Mapping[str, Percentiles] = {
    name: Percentiles(points)
    for name, points in {
        "tempo_bpm": (88.0, 105.0, 120.0, 130.0, 155.0),
        "energy": (0.35, 0.55, 0.68, 0.8, 0.92),
        "danceability": (0.4, 0.53, 0.62, 0.7, 0.82),
        "valence": (0.18, 0.37, 0.5, 0.65, 0.84),
        "acousticness": (0.003, 0.03, 0.12, 0.35, 0.75),
        "instrumentalness": (0.0, 0.0, 0.0, 0.003, 0.5),
        "speechiness": (0.03, 0.04, 0.055, 0.09, 0.2),
        "liveness": (0.07, 0.1, 0.13, 0.2, 0.37),
        "loudness_db": (-12.0, -8.5, -6.8, -5.5, -4.0),
        "duration_ms": (150_000.0, 190_000.0, 215_000.0, 245_000.0, 320_000.0),
        "year": (1970.0, 1990.0, 2005.0, 2013.0, 2019.0),
    }.items()
}


# How much of the spread of each number lies between playlists and not inside them, where no
# playlists are known: about what lists by listeners and by editors show.
USUAL_COHERENCE: Mapping[str, float] = {
    "energy": 0.5, "danceability": 0.4, "valence": 0.3, "acousticness": 0.45,
    "instrumentalness": 0.6, "speechiness": 0.4, "liveness": 0.1, "loudness_db": 0.55,
    "tempo_bpm": 0.1, "duration_ms": 0.3,
}  # fmt: skip

LEAST_TELLING = 0.02  # weight of a number that playlists do not go by at all
USUAL_PRIOR = 10.0  # playlists, for a catalogue that was not mined


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Counts and spreads of a catalogue. The empty one stands for "no catalogue".

    Attributes:
        tagged: Tracks that have any tag.
        tag_counts: Tag -> how many of them carry it; only tags that were asked for.
        spread: Of the numbers of `AudioFeatures` and of popularity, for vectors.
        percentiles: Of the compared numbers of `AudioFeatures`, of duration_ms and of year.
        coherence: Number -> the share of its variance that lies between playlists (intraclass
            correlation): how much people go by it, 0-1.
        artist_sounds: artist_key -> number -> mean percentile rank, 0-1, over the artist's tracks;
            only those asked for, and only of artists with two analysed tracks or more.
        pair_prior: In how many playlists a track has to be until the company it keeps there is
            believed by half. Small where playlists repeat their pairs, large where they are all
            but shuffled (catalogue_import/pairs.py).
        artist_repeats: Chance that a list with a song of an artist goes on to another by the same,
            beyond what their fame explains; None when unknown.
    """

    tracks: int = 0
    playlists: int = 0
    tagged: int = 0
    tag_counts: Mapping[str, int] = field(default_factory=dict)
    spread: Mapping[str, Spread] = field(default_factory=lambda: USUAL_SPREAD)
    percentiles: Mapping[str, Percentiles] = field(default_factory=lambda: USUAL_PERCENTILES)
    coherence: Mapping[str, float] = field(default_factory=lambda: USUAL_COHERENCE)
    artist_sounds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    pair_prior: float = USUAL_PRIOR
    artist_repeats: float | None = None

    def telling(self, number: str) -> float:
        """How much a number counts when two sounds are compared: its coherence, never nothing."""
        return max(LEAST_TELLING, self.coherence.get(number, 1.0))

    def rarity(self, tag: str) -> float:
        """How much sharing `tag` says: its inverse document frequency, at least 1.

        A tag nobody counted is taken as neither rare nor common.
        """
        count = self.tag_counts.get(tag)
        if not count or not self.tagged:
            return 1.0 + math.log(10)
        return 1.0 + math.log(max(1.0, self.tagged / count))
