"""What the parts may look at besides the candidate: the seeds, and what was prepared of them once.

A run scores hundreds of candidates against the same seeds, so whatever depends on the seeds alone
is computed here and not a candidate at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grovemusic.domain import names
from grovemusic.domain.ask import PopularityBias
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Profile, TrackId


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Facts about the run and the pool the candidates stand in.

    Attributes:
        seeds: Their weights add up to 1.
        artists: For each seed, artist_key -> (closeness 0-1, who says so) of close artists.
        most_sessions: For each seed, the greatest figure of listening together in the pool: a
            count without a scale of its own.
        fame_rank: Track id -> its place in the pool by fame, 0 (least) to 1 (most known).
        seed_artists: artist_key of each seed.
        rarity: Tag -> how much sharing it says, for all tags of the pool and the seeds.
        sounds: For each seed, its sound as `audio.ranks` gives it; None when unknown.
        qualities: For each seed, what is special about its sound, as `audio.qualities` gives it.
        shares: Track id -> share of the seeds' playlists, as `cooccurrence.shares` gives it.
        best_share: The greatest of them.
        trust: How far the seeds' playlists are believed, 0-1.
        weighed_seeds: For each seed, its sound and its artist's usual one as `audio.weighed` gives
            them; None when unknown.
        weighed_usual: artist_key -> the usual sound, `audio.weighed`, where it is known.
        usual_sounds: The same as `audio.usual_ranks` gives it.
        telling: Weight of each compared audio number.
        tags: For each seed, its tags as `tags.vector` gives them.
    """

    corpus: Corpus
    seeds: Sequence[Profile] = ()
    popularity: PopularityBias = PopularityBias.BALANCED
    fame_rank: Mapping[str, float] = field(default_factory=dict)
    artists: Sequence[Mapping[str, tuple[float, str]]] = ()
    seed_artists: Sequence[str] = ()
    most_sessions: Sequence[float] = ()
    rarity: Mapping[str, float] = field(default_factory=dict)
    sounds: Sequence[tuple[float | None, ...] | None] = ()
    shares: Mapping[TrackId, float] = field(default_factory=dict)
    best_share: float = 0.0
    trust: float = 0.0
    qualities: Sequence[Sequence[tuple[int, str]]] = ()
    weighed_seeds: Sequence[tuple[tuple[float | None, ...] | None, tuple[float | None, ...]]] = ()
    weighed_usual: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    usual_sounds: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    telling: Sequence[float] = ()
    tags: Sequence[Mapping[str, float]] = ()


def close_artists(seed: Profile) -> dict[str, tuple[float, str]]:
    """artist_key -> (closeness, source) of the artists close to a seed's, the closest said."""
    return {
        names.artist_key(each.name): (min(1.0, each.closeness), each.source)
        for each in reversed(seed.similar_artists)
    }


def best_seed(values: Sequence[float | None]) -> int:
    """The number of the seed with the greatest known value; 0 if none is known."""
    known = [(value, -number) for number, value in enumerate(values) if value is not None]
    return -max(known)[1] if known else 0


def mean(values: Sequence[float | None], seeds: Sequence[Profile]) -> float | None:
    """The mean over the seeds where a value is known, by the seeds' weights; None if nowhere."""
    weight = total = 0.0
    for value, seed in zip(values, seeds, strict=True):
        if value is not None:
            weight += seed.weight
            total += seed.weight * value
    return total / weight if weight else None
