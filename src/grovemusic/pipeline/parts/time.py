"""How near in time the two were released."""

import math

from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Candidate, Evidence, Part, PartScore
from grovemusic.pipeline.parts.context import Context, best_seed, mean

# At these distances each half of the score has fallen to 0.37, at twice them to 0.14. Years alone
# say too little where a catalogue is full of recent music, and too much where it is not.
FADES_YEARS = 5.0
FADES_RANKS = 0.2  # of all tracks came out between the two


def score(candidate: Candidate, context: Context) -> PartScore:
    """Exponential decay from the seeds' years of release, their mean; unknown when a year is.

    Half by the years between two tracks, half by the share of all tracks that came out between.
    """
    theirs = candidate.track.year
    if theirs is None:
        return PartScore(value=None)
    rank = _ranked(theirs, context.corpus)
    near = [
        None if ours is None else _near(theirs - ours, rank - _ranked(ours, context.corpus))
        for ours in (seed.track.year for seed in context.seeds)
    ]
    value = mean(near, context.seeds)
    if value is None:
        return PartScore(value=None)
    closest = best_seed(near)
    fact = Evidence(
        part=Part.TIME,
        source=candidate.track.year_source or "catalogue",
        fact="years_apart",
        value=float(theirs - (context.seeds[closest].track.year or theirs)),
        names=(str(theirs),),
        seed=closest,
    )
    return PartScore(value=value, evidence=(fact,))


def _near(years: int, ranks: float) -> float:
    return (math.exp(-abs(years) / FADES_YEARS) + math.exp(-abs(ranks) / FADES_RANKS)) / 2


def _ranked(year: int, corpus: Corpus) -> float:
    return corpus.percentiles["year"].rank(year)
