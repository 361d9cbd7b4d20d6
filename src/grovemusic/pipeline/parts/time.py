"""How near in time the two were released."""

import math

from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Profile
from grovemusic.pipeline.parts.context import Context

SPREAD_YEARS = 7.0  # at this distance the score has fallen to 0.61, at twice it to 0.14


def score(seed: Profile, candidate: Candidate, context: Context) -> PartScore:
    """Gaussian decay from the seed's year of release; unknown when either year is."""
    ours, theirs = seed.track.year, candidate.track.year
    if ours is None or theirs is None:
        return PartScore(value=None)
    fact = Evidence(
        part=Part.TIME,
        source=candidate.track.year_source or "catalogue",
        fact="years_apart",
        value=float(theirs - ours),
        names=(str(theirs),),
        seed=context.seed_number,
    )
    value = math.exp(-((theirs - ours) ** 2) / (2 * SPREAD_YEARS**2))
    return PartScore(value=value, evidence=(fact,))
