"""What a part may look at besides the seed and the candidate."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grovemusic.domain.ask import PopularityBias
from grovemusic.domain.corpus import Corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Facts about the run and the pool the candidate stands in.

    Attributes:
        seed_number: Which seed the parts are computed for; evidence names it.
        fame_rank: Track id -> its place in the pool by fame, 0 (least) to 1 (most known).
        best_cooccurrence: Source -> the strongest figure any candidate has with this seed.
        artist_closeness: artist_key -> 0-1 for artists a source calls close to the seed's.
        artist_sources: Sources that named any close artist, so that silence means "not close".
    """

    corpus: Corpus
    popularity: PopularityBias = PopularityBias.BALANCED
    seed_number: int = 0
    fame_rank: Mapping[str, float] = field(default_factory=dict)
    best_cooccurrence: Mapping[str, float] = field(default_factory=dict)
    artist_closeness: Mapping[str, tuple[float, str]] = field(default_factory=dict)
