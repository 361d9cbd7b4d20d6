"""Stage 5 of 8: six parts for every candidate, and what they make together. Pure.

Unknown parts do not count against a track: each stands for what a stranger usually has. So a score
that rests on little stays near the middle, and one lucky fact does not beat six.
"""

from collections.abc import Callable, Mapping, Sequence

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
from grovemusic.pipeline.parts.context import Context, close_artists
from grovemusic.pipeline.weights import WEIGHTS, Weights

PARTS: Mapping[Part, Callable[[Candidate, Context], PartScore]] = {
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
    context = _context(candidates, seeds, ask, corpus, ranks)
    scored = [_scored(each, context, ask, weights) for each in candidates]
    return sorted(scored, key=lambda each: (-each.overall, each.track.id))


def asked_of_corpus(
    candidates: Sequence[Candidate], seeds: Sequence[Profile]
) -> tuple[list[str], list[str]]:
    """The tags whose counts and the artists (artist_key) whose sound the score will look at."""
    tracks = [*(seed.track for seed in seeds), *(each.track for each in candidates)]
    tags = {tag.name for track in tracks for tag in track.tags}
    return sorted(tags), sorted({names.artist_key(track.artist) for track in tracks})


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
    """The score 0-10, and the share of the weights that rests on known parts.

    5 is a stranger. What the known parts have beyond a stranger's usual is added up by the
    weights; 10 is all that can be had above it, 0 all that can be missed.
    """
    known = gain = 0.0
    for part, each in parts.items():
        if each.value is not None:
            known += weights.parts[part]
            gain += weights.parts[part] * (each.value - weights.usual[part])
    below = sum(share * weights.usual[part] for part, share in weights.parts.items())
    reach = (1 - below) if gain > 0 else below
    return 5 + 5 * gain / (reach or 1.0), known


def _context(
    candidates: Sequence[Candidate],
    seeds: Sequence[Profile],
    ask: Ask,
    corpus: Corpus,
    ranks: Mapping[str, float],
) -> Context:
    most_sessions = [0.0] * len(seeds)
    for candidate in candidates:
        for fact in candidate.evidence:
            if fact.fact == cooccurrence.SESSIONS:
                most_sessions[fact.seed] = max(most_sessions[fact.seed], fact.value or 0.0)
    tags_seen = {tag.name for seed in seeds for tag in seed.track.tags}
    tags_seen |= {tag.name for each in candidates for tag in each.track.tags}
    rarity = {name: corpus.rarity(name) for name in tags_seen}
    usual = {key: audio.usual_ranks(sound) for key, sound in corpus.artist_sounds.items()}
    seed_artists = [names.artist_key(seed.track.artist) for seed in seeds]
    sounds = [audio.ranks(seed.track, corpus) for seed in seeds]
    telling = audio.telling(corpus)
    weighed_usual = {key: audio.weighed(sound, telling) for key, sound in usual.items()}
    weighed = [audio.weighed(sound, telling) if sound else None for sound in sounds]
    weighed_seeds = [
        (sound, weighed_usual.get(key, sound or ()))
        for sound, key in zip(weighed, seed_artists, strict=True)
    ]
    shares = cooccurrence.shares(candidates, seeds, corpus)
    return Context(
        corpus=corpus,
        seeds=seeds,
        popularity=ask.popularity,
        fame_rank=ranks,
        artists=[close_artists(seed) for seed in seeds],
        seed_artists=seed_artists,
        most_sessions=most_sessions,
        rarity=rarity,
        sounds=sounds,
        qualities=[audio.qualities(sound) if sound else () for sound in sounds],
        shares=shares,
        best_share=max(shares.values(), default=0.0),
        trust=cooccurrence.trust(candidates, seeds, corpus),
        weighed_seeds=weighed_seeds,
        weighed_usual=weighed_usual,
        usual_sounds=usual,
        telling=telling,
        tags=[tags.vector(seed.track, rarity) for seed in seeds],
    )


def _scored(candidate: Candidate, context: Context, ask: Ask, weights: Weights) -> ScoredTrack:
    parts = {part: judge(candidate, context) for part, judge in PARTS.items()}
    points, confidence = overall(parts, weights)
    fit = mood.fit(ask.mood, candidate.track) if ask.mood else None
    if fit is not None:
        points += weights.mood * fit
    told = {fact for part in parts.values() for fact in part.evidence}
    return ScoredTrack(
        track=candidate.track,
        parts=parts,
        overall=round(min(10.0, max(0.0, points)), 4),
        confidence=round(confidence, 4),
        category=category(context.fame_rank.get(candidate.track.id)),
        mood_fit=fit,
        evidence=tuple(fact for fact in candidate.evidence if fact not in told),
    )
