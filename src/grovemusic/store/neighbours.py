"""Who is near whom, as the import computed it: pairs in playlists and the nearest in sound."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from grovemusic.ports import Database

_PAIRS = """
SELECT p.track_a, p.track_b, p.cooccurrence_count, p.pmi_score, p.jaccard_score, p.cosine_score
FROM json_each(?) asked JOIN playlist_cooccurrence p
  ON p.track_a = asked.value ->> 0 AND p.track_b = asked.value ->> 1
"""
_SIMILAR = """
SELECT seed_spotify_id, similar_spotify_id, similarity_score FROM precomputed_similar
WHERE seed_spotify_id IN (SELECT value FROM json_each(?)) AND rank <= 100
ORDER BY seed_spotify_id, rank
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """How two tracks go together in playlists; the same seen from either."""

    together: int
    pmi: float
    jaccard: float
    cosine: float


@dataclass(frozen=True, slots=True)
class Near:
    """A track and how alike it sounds: a cosine, 1 for the same direction."""

    track_id: str
    score: float


class Neighbours:
    """The precomputed tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def pairs(self, couples: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Pair]:
        """Those couples of which either is among the closest hundred of the other."""
        either = [*couples, *((other, one) for one, other in couples)]
        found = {
            (row["track_a"], row["track_b"]): Pair(
                row["cooccurrence_count"],
                row["pmi_score"],
                row["jaccard_score"],
                row["cosine_score"],
            )
            for row in await self._db.rows(_PAIRS, json.dumps(either))
        }
        known = ((couple, found.get(couple) or found.get(couple[::-1])) for couple in couples)
        return {couple: pair for couple, pair in known if pair is not None}

    async def similar(self, track_ids: Sequence[str]) -> dict[str, tuple[Near, ...]]:
        """Track id -> the hundred that sound most like it, the nearest first."""
        found: dict[str, list[Near]] = {}
        for row in await self._db.rows(_SIMILAR, json.dumps(list(track_ids))):
            near = Near(row["similar_spotify_id"], row["similarity_score"])
            found.setdefault(row["seed_spotify_id"], []).append(near)
        return {track_id: tuple(near) for track_id, near in found.items()}
