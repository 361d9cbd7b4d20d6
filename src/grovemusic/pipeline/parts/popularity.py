"""Whether the track is as well known as the listener wants."""

import math

from grovemusic.domain.ask import PopularityBias
from grovemusic.domain.music import Candidate, Evidence, Part, PartScore
from grovemusic.pipeline.parts.context import Context, best_seed, mean

STRANGERS = 0.3  # as in weights.py, `usual`
FADES = 0.2  # of 0-1 fame: two tracks that far apart score 0.37


def score(candidate: Candidate, context: Context) -> PartScore:
    """By the wish: balanced likes tracks about as known as the seeds; popular, deep cuts and hidden
    gems look at the place among the candidates (top, middle, bottom).

    Where nobody measured fame, in how many playlists of the catalogue a track stands has to do:
    on a log scale, for a balanced wish only, and as far as the seeds' own playlists say nothing
    better (`Context.trust`). Else unknown.
    """
    fame = candidate.track.fame
    if fame is None:
        return _by_playlists(candidate, context)
    fits = [_fit(fame, seed.track.fame, candidate, context) for seed in context.seeds]
    fact = Evidence(
        part=Part.POPULARITY,
        source=_source(candidate),
        fact="fame",
        value=round(fame, 3),
        names=(context.popularity.value,),
        seed=best_seed(fits),
    )
    return PartScore(value=mean(fits, context.seeds), evidence=(fact,))


def _fit(fame: float, seed_fame: float | None, candidate: Candidate, context: Context) -> float:
    rank = context.fame_rank.get(candidate.track.id, 0.5)
    if context.popularity is PopularityBias.POPULAR:
        return rank
    if context.popularity is PopularityBias.HIDDEN_GEMS:
        return 1.0 - rank
    if context.popularity is PopularityBias.DEEP_CUTS:
        return 1.0 - 2.0 * abs(rank - 0.45) if rank < 0.95 else 0.0
    return math.exp(-abs(fame - (0.5 if seed_fame is None else seed_fame)) / FADES)


def _by_playlists(candidate: Candidate, context: Context) -> PartScore:
    known, everyone = candidate.track.playlists, context.corpus.playlists
    if known is None or not everyone or context.popularity is not PopularityBias.BALANCED:
        return PartScore(value=None)
    fact = Evidence(
        part=Part.POPULARITY, source="catalogue", fact="in_playlists", value=float(known)
    )
    value = min(1.0, math.log1p(known) / math.log1p(everyone))
    return PartScore(
        value=context.trust * STRANGERS + (1 - context.trust) * value, evidence=(fact,)
    )


def _source(candidate: Candidate) -> str:
    track = candidate.track
    if track.popularity is not None:
        return "catalogue"
    return "lastfm" if track.listeners is not None else "listenbrainz"
