"""How near in time the two were released."""

import math

from grovemusic.domain.music import Candidate, Evidence, Part, PartScore
from grovemusic.pipeline.parts.context import Context, best_seed, mean

FADES_YEARS = 5.0  # at this distance the score has fallen to 0.37, at twice it to 0.14


def score(candidate: Candidate, context: Context) -> PartScore:
    """Exponential decay from the seeds' years of release, their mean; unknown when a year is."""
    theirs = candidate.track.year
    if theirs is None:
        return PartScore(value=None)
    near = [
        None if (ours := seed.track.year) is None else math.exp(-abs(theirs - ours) / FADES_YEARS)
        for seed in context.seeds
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
