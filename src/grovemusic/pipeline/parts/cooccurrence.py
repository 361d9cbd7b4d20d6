"""How often people put the two tracks together: in playlists, in sittings, in their habits."""

from collections.abc import Sequence

from grovemusic.domain.music import Candidate, Evidence, Part, PartScore
from grovemusic.pipeline.parts.context import Context, mean

TOGETHER = "together_in_playlists"  # value: playlists that hold both
CLOSENESS = "playlist_closeness"  # value: normalised, shrunk cosine, 0-1; illustrates TOGETHER
SESSIONS = "listened_together"  # value: ListenBrainz score, listeners' sittings
SIMILAR = "similar_track"  # value: Last.fm match, 0-1
NEVER = "never_together"
ALL_THERE_IS = 0.5  # of a seed's playlists: a candidate in every second one scores 1
# Between the share itself, which makes single meetings of sparse data nothing, and its square
# root, which makes them nearly as much as many meetings of dense data.
BEND = 0.75


def score(candidate: Candidate, context: Context) -> PartScore:
    """The strongest kind of tie any source reports, each on its own scale brought to 0-1.

    Playlists: of those that hold a seed, the share that holds the candidate too, shrunk by the
    catalogue's own prior (`Corpus.pair_prior`), its mean over the seeds, bent a little.
    Zero only when a source knows both tracks and has never seen them together; unknown when no
    source could have seen them.
    """
    facts = tuple(fact for fact in candidate.evidence if fact.part is Part.COOCCURRENCE)
    ties: list[list[float | None]] = [[None] * len(context.seeds) for _ in range(3)]
    for fact in facts:
        _note(fact, ties, context)
    for number, seed in enumerate(context.seeds):
        if ties[0][number] is None and _both_known(seed.track.playlists, candidate):
            ties[0][number] = 0.0
    means = [mean(tie, context.seeds) for tie in ties]
    known = [
        min(1.0, value) ** bend
        for value, bend in zip(means, (BEND, 0.5, 0.5), strict=True)
        if value is not None
    ]
    if not known:
        return PartScore(value=None, evidence=facts)
    if not any(known):
        never = Evidence(part=Part.COOCCURRENCE, source="catalogue", fact=NEVER, value=0.0)
        return PartScore(value=0.0, evidence=(never,))
    return PartScore(value=max(known), evidence=_closest_first(facts))


def _note(fact: Evidence, ties: list[list[float | None]], context: Context) -> None:
    """Put what a fact says, 0-1, at its seed's place among the ties of its kind."""
    value, number = fact.value or 0.0, fact.seed
    if fact.fact == TOGETHER:
        playlists = max(value, context.seeds[number].track.playlists or 0)
        ties[0][number] = value / (playlists + context.corpus.pair_prior) / ALL_THERE_IS
    elif fact.fact == SESSIONS:
        ties[1][number] = value / (context.most_sessions[number] or 1.0)
    elif fact.fact == SIMILAR:
        ties[2][number] = value


def _both_known(seed_playlists: int | None, candidate: Candidate) -> bool:
    return bool(seed_playlists and candidate.track.playlists)


def _closest_first(facts: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """In the order they came, those of the seed with most in common first."""
    shared = {fact.seed: fact.value or 0.0 for fact in facts if fact.fact == TOGETHER}
    return tuple(sorted(facts, key=lambda fact: -shared.get(fact.seed, 0.0)))
