"""Whether the track is as well known as the listener wants."""

from grovemusic.domain.ask import PopularityBias
from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Profile
from grovemusic.pipeline.parts.context import Context


def score(seed: Profile, candidate: Candidate, context: Context) -> PartScore:
    """By the wish: balanced likes tracks about as known as the seed; popular, deep cuts and hidden
    gems look at the place among the candidates (top, middle, bottom). Unknown fame is unknown.
    """
    fame = candidate.track.fame
    if fame is None:
        return PartScore(value=None)
    rank = context.fame_rank.get(candidate.track.id, 0.5)
    value = _fit(context.popularity, fame, seed.track.fame, rank)
    fact = Evidence(
        part=Part.POPULARITY,
        source=_source(candidate),
        fact="fame",
        value=round(fame, 3),
        names=(context.popularity.value,),
        seed=context.seed_number,
    )
    return PartScore(value=value, evidence=(fact,))


def _fit(bias: PopularityBias, fame: float, seed_fame: float | None, rank: float) -> float:
    if bias is PopularityBias.POPULAR:
        return rank
    if bias is PopularityBias.HIDDEN_GEMS:
        return 1.0 - rank
    if bias is PopularityBias.DEEP_CUTS:
        return 1.0 - 2.0 * abs(rank - 0.45) if rank < 0.95 else 0.0
    return 1.0 - min(1.0, abs(fame - (0.5 if seed_fame is None else seed_fame)) * 1.5)


def _source(candidate: Candidate) -> str:
    track = candidate.track
    if track.popularity is not None:
        return "catalogue"
    return "lastfm" if track.listeners is not None else "listenbrainz"
