"""How often people put the two tracks together: in playlists, in sittings, in their habits."""

import math

from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Profile
from grovemusic.pipeline.parts.context import Context

TOGETHER = "together_in_playlists"  # value: playlists that hold both
CLOSENESS = "playlist_closeness"  # value: normalised, shrunk cosine, 0-1
SESSIONS = "listened_together"  # value: ListenBrainz score, listeners' sittings
SIMILAR = "similar_track"  # value: Last.fm match, 0-1
NEVER = "never_together"


def score(seed: Profile, candidate: Candidate, context: Context) -> PartScore:
    """The strongest tie any source reports, on that source's own scale brought to 0-1.

    Zero only when a source knows both tracks and has never seen them together; unknown when no
    source could have seen them.
    """
    facts = [
        fact
        for fact in candidate.evidence
        if fact.part is Part.COOCCURRENCE and fact.seed == context.seed_number
    ]
    values = [value for fact in facts if (value := strength(fact, facts, context)) is not None]
    if values:
        return PartScore(value=min(1.0, max(values)), evidence=tuple(facts))
    if seed.track.playlists and candidate.track.playlists:
        never = Evidence(
            part=Part.COOCCURRENCE,
            source="catalogue",
            fact=NEVER,
            value=0.0,
            seed=context.seed_number,
        )
        return PartScore(value=0.0, evidence=(never,))
    return PartScore(value=None, evidence=tuple(facts))


def strength(fact: Evidence, facts: list[Evidence], context: Context) -> float | None:
    """One fact on a scale of 0-1; None for facts that only illustrate another.

    Closeness in playlists is relative to the seed's closest companion, and believed by half when
    a single playlist holds the pair, by three quarters when three do.
    """
    value = fact.value or 0.0
    if fact.fact == CLOSENESS:
        together = next((each.value or 1.0 for each in facts if each.fact == TOGETHER), 1.0)
        best = context.best_cooccurrence.get(CLOSENESS) or 1.0
        return math.sqrt(value / best) * together / (together + 1.0)
    if fact.fact == SESSIONS:
        return math.sqrt(value / (context.best_cooccurrence.get(SESSIONS) or value or 1.0))
    if fact.fact == SIMILAR:
        return math.sqrt(value)
    return None
