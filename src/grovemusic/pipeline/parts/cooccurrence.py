"""How often people put the two tracks together: in playlists, in sittings, in their habits."""

import math
from collections.abc import Sequence

from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Profile, TrackId
from grovemusic.pipeline.parts.context import Context, mean

TOGETHER = "together_in_playlists"  # value: playlists that hold both
CLOSENESS = "playlist_closeness"  # value: normalised, shrunk cosine, 0-1; illustrates TOGETHER
SESSIONS = "listened_together"  # value: ListenBrainz score, listeners' sittings
SIMILAR = "similar_track"  # value: Last.fm match, 0-1
NEVER = "never_together"
TRUSTED_AT = 2.0  # times the catalogue's prior: seeds in so many playlists are half believed
# What stands in many playlists meets everything. With one seed that is worth having; with many
# their common companions would drown in it. The power of a candidate's own count it is divided by.
EVENED = 0.3


def score(candidate: Candidate, context: Context) -> PartScore:
    """The strongest kind of tie any source reports, each on its own scale brought to 0-1.

    Playlists: `shares` of the candidate, in proportion to the best of the pool, times how far the
    playlists of the seeds are believed (`trust`). Sittings and habits: the square root of the mean.
    Zero only when a source knows both tracks and has never seen them together; unknown when no
    source could have seen them.
    """
    facts = tuple(fact for fact in candidate.evidence if fact.part is Part.COOCCURRENCE)
    ties: list[list[float | None]] = [[None] * len(context.seeds) for _ in range(2)]
    for fact in facts:
        _note(fact, ties, context)
    means = [mean(tie, context.seeds) for tie in ties]
    known = [math.sqrt(min(1.0, value)) for value in means if value is not None]
    share = context.shares.get(candidate.track.id)
    if share is not None:
        known.append(context.trust * share / (context.best_share or 1.0))
    if not known:
        return PartScore(value=None, evidence=facts)
    if not any(known):
        never = Evidence(part=Part.COOCCURRENCE, source="catalogue", fact=NEVER, value=0.0)
        return PartScore(value=0.0, evidence=(never,))
    return PartScore(value=max(known), evidence=_closest_first(facts))


def trust(candidates: Sequence[Candidate], seeds: Sequence[Profile], corpus: Corpus) -> float:
    """How far the company that the seeds keep in playlists is believed, 0-1.

    Half when they stand in twice as many as the catalogue's prior: one playlist is an anecdote, and
    where playlists are all but shuffled (a large prior) many are needed.
    """
    told = [float(seed.track.playlists or 0) for seed in seeds]
    for fact in (fact for each in candidates for fact in each.evidence if fact.fact == TOGETHER):
        told[fact.seed] = max(told[fact.seed], fact.value or 0.0)
    stand_in = sum(told)
    return stand_in / (stand_in + TRUSTED_AT * corpus.pair_prior)


def shares(
    candidates: Sequence[Candidate], seeds: Sequence[Profile], corpus: Corpus
) -> dict[TrackId, float]:
    """Track id -> its share of the seeds' playlists, for those that could have been in any.

    Of the playlists that hold a seed the share that holds the candidate too, shrunk by the
    catalogue's prior; its mean over the seeds; of many seeds evened out by how common it is.
    """
    evened = EVENED * (1 - 1 / len(seeds)) if seeds else 0.0
    found: dict[TrackId, float] = {}
    for each in candidates:
        share = mean(_of_seeds(each, seeds, corpus), seeds)
        if share is not None:
            common = (each.track.playlists or 0) + corpus.pair_prior
            found[each.track.id] = share / common**evened
    return found


def _of_seeds(candidate: Candidate, seeds: Sequence[Profile], corpus: Corpus) -> list[float | None]:
    """For each seed the shrunk share; 0 where both are known and never met."""
    ours = candidate.track.playlists
    found: list[float | None] = [0.0 if seed.track.playlists and ours else None for seed in seeds]
    for fact in candidate.evidence:
        if fact.fact == TOGETHER:
            together = fact.value or 0.0
            playlists = max(together, seeds[fact.seed].track.playlists or 0)
            found[fact.seed] = together / (playlists + corpus.pair_prior)
    return found


def _note(fact: Evidence, ties: list[list[float | None]], context: Context) -> None:
    """Put what a fact says, 0-1, at its seed's place among the ties of its kind."""
    value, number = fact.value or 0.0, fact.seed
    if fact.fact == SESSIONS:
        ties[0][number] = value / (context.most_sessions[number] or 1.0)
    elif fact.fact == SIMILAR:
        ties[1][number] = value


def _closest_first(facts: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """In the order they came, those of the seed with most in common first."""
    shared = {fact.seed: fact.value or 0.0 for fact in facts if fact.fact == TOGETHER}
    return tuple(sorted(facts, key=lambda fact: -shared.get(fact.seed, 0.0)))
