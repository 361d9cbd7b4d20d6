"""Stage 5 of 8: six parts for every candidate, and what they make together. Pure.

Unknown parts do not count against a track: the weights are shared out over the known ones. But a
score that rests on little is pulled toward the middle, so that one lucky fact does not beat six.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from grovemusic.domain import names
from grovemusic.domain.ask import Ask
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import (
    Candidate,
    Category,
    Part,
    PartScore,
    Profile,
    ScoredTrack,
)
from grovemusic.pipeline import mood
from grovemusic.pipeline.parts import artist, audio, cooccurrence, popularity, tags, time
from grovemusic.pipeline.parts.context import Context
from grovemusic.pipeline.weights import WEIGHTS, Weights

PARTS: Mapping[Part, Callable[[Profile, Candidate, Context], PartScore]] = {
    Part.TAGS: tags.score,
    Part.AUDIO: audio.score,
    Part.COOCCURRENCE: cooccurrence.score,
    Part.ARTIST: artist.score,
    Part.TIME: time.score,
    Part.POPULARITY: popularity.score,
}
POPULAR_SHARE, GEM_SHARE = 0.35, 0.15  # of the pool, by fame: top tier and bottom tier


def score(
    candidates: Sequence[Candidate],
    seeds: Sequence[Profile],
    ask: Ask,
    corpus: Corpus,
    weights: Weights = WEIGHTS,
) -> list[ScoredTrack]:
    """Every candidate scored, best first; ties by track id, so equal input gives equal output."""
    ranks = fame_ranks(candidates)
    contexts = [
        _context(number, seed, candidates, ask, corpus, ranks) for number, seed in enumerate(seeds)
    ]
    scored = [_scored(each, seeds, contexts, ask, ranks, weights) for each in candidates]
    return sorted(scored, key=lambda each: (-each.overall, each.track.id))


def fame_ranks(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Track id -> share of the pool that is less known, 0-1, for tracks of known fame."""
    known = sorted(
        (fame, each.track.id) for each in candidates if (fame := each.track.fame) is not None
    )
    return {track_id: (place + 0.5) / len(known) for place, (_fame, track_id) in enumerate(known)}


def category(rank: float | None) -> Category | None:
    """The tier of a track at that place of the pool; None when its fame is unknown."""
    if rank is None:
        return None
    if rank > 1 - POPULAR_SHARE:
        return Category.POPULAR
    return Category.HIDDEN_GEM if rank < GEM_SHARE else Category.DEEP_CUT


def overall(parts: Mapping[Part, PartScore], weights: Weights) -> tuple[float, float]:
    """The score 0-10, and the share of the weights that rests on known parts."""
    known = sum(weights.parts[part] for part, each in parts.items() if each.value is not None)
    total = sum(
        weights.parts[part] * each.value for part, each in parts.items() if each.value is not None
    )
    return 10 * (total + 0.5 * weights.prior) / (known + weights.prior), known


def _context(
    number: int,
    seed: Profile,
    candidates: Sequence[Candidate],
    ask: Ask,
    corpus: Corpus,
    ranks: Mapping[str, float],
) -> Context:
    best: dict[str, float] = {}
    for candidate in candidates:
        for fact in candidate.evidence:
            if fact.part is Part.COOCCURRENCE and fact.seed == number and fact.value is not None:
                best[fact.fact] = max(best.get(fact.fact, 0.0), fact.value)
    return Context(
        corpus=corpus,
        popularity=ask.popularity,
        seed_number=number,
        fame_rank=ranks,
        best_cooccurrence=best,
        artist_closeness={
            names.artist_key(each.name): (min(1.0, each.closeness), each.source)
            for each in reversed(seed.similar_artists)
        },
    )


def _scored(
    candidate: Candidate,
    seeds: Sequence[Profile],
    contexts: Sequence[Context],
    ask: Ask,
    ranks: Mapping[str, float],
    weights: Weights,
) -> ScoredTrack:
    by_seed = [
        {part: judge(seed, candidate, context) for part, judge in PARTS.items()}
        for seed, context in zip(seeds, contexts, strict=True)
    ]
    parts = by_seed[0] if len(by_seed) == 1 else _blended(by_seed, seeds)
    points, confidence = overall(parts, weights)
    fit = mood.fit(ask.mood, candidate.track) if ask.mood else None
    if fit is not None:
        points += weights.mood * fit
    return ScoredTrack(
        track=candidate.track,
        parts=parts,
        overall=round(min(10.0, max(0.0, points)), 4),
        confidence=round(confidence, 4),
        category=category(ranks.get(candidate.track.id)),
        mood_fit=fit,
        evidence=tuple(
            fact
            for fact in candidate.evidence
            if fact not in {f for part in parts.values() for f in part.evidence}
        ),
    )


def _blended(
    by_seed: Sequence[Mapping[Part, PartScore]], seeds: Sequence[Profile]
) -> dict[Part, PartScore]:
    """Each part as the mean over the seeds where it is known, by the seeds' weights."""
    blended: dict[Part, PartScore] = {}
    for part in PARTS:
        known = [
            (seed.weight, value)
            for seed, parts in zip(seeds, by_seed, strict=True)
            if (value := parts[part].value) is not None
        ]
        facts = tuple(fact for parts in by_seed for fact in parts[part].evidence)
        weight = sum(share for share, _value in known)
        mean = sum(share * value for share, value in known) / weight if weight else None
        blended[part] = replace(by_seed[0][part], value=mean, evidence=facts)
    return blended
