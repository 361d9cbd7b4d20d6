"""Which recordings of MusicBrainz the catalogue's tracks are, and how that was found out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grovemusic.ports import Clock, Database, Row


class Method(StrEnum):
    """How a recording was found, the surest first."""

    SOURCE = "source"  # the imported table said so
    ISRC_EXACT = "isrc_exact"
    ISRC_FUZZY = "isrc_fuzzy"  # the ISRC under another code of its country, and the names agree
    METADATA_MATCH = "metadata_match"  # title, artist and length
    NO_MATCH = "no_match"  # looked for everywhere, and not found


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossReference:
    """A track of Spotify and the same recording elsewhere.

    Attributes:
        mbid: None with `Method.NO_MATCH`, and only then.
        confidence: 0-1; 0 without a match.
    """

    spotify_id: str
    isrc: str | None
    mbid: str | None
    confidence: float
    method: Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A track that nobody has looked for yet."""

    spotify_id: str
    isrc: str | None
    title: str
    artist: str
    duration_ms: int | None


_GET = """
SELECT spotify_id, isrc, mbid, match_confidence, match_method FROM spotify_mbid_xref
WHERE spotify_id IN (SELECT value FROM json_each(?)) AND match_method IS NOT NULL
"""
_KEEP = """
INSERT INTO spotify_mbid_xref
  (spotify_id, isrc, mbid, match_confidence, match_method, created_at, updated_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, ?2, ?2
FROM json_each(?1) WHERE true
ON CONFLICT (spotify_id) DO UPDATE SET
  isrc = coalesce(excluded.isrc, isrc), mbid = excluded.mbid,
  match_confidence = excluded.match_confidence, match_method = excluded.match_method,
  updated_at = excluded.updated_at
WHERE mbid IS NULL OR excluded.match_confidence >= coalesce(match_confidence, 0)
"""
_BY_ISRC = """
SELECT isrc, spotify_id FROM spotify_mbid_xref WHERE isrc IN (SELECT value FROM json_each(?1))
UNION
SELECT isrc, spotify_id FROM catalogue_tracks
WHERE isrc IN (SELECT value FROM json_each(?1)) AND spotify_id IS NOT NULL
ORDER BY 1, 2
"""
_UNMATCHED = """
SELECT t.spotify_id, coalesce(t.isrc, x.isrc) AS isrc, t.title, t.artist, t.duration_ms
FROM catalogue_tracks t LEFT JOIN spotify_mbid_xref x ON x.spotify_id = t.spotify_id
WHERE t.spotify_id > ?1 AND x.match_method IS NULL AND t.origin <> 'demo'
ORDER BY t.spotify_id LIMIT ?2
"""
_PROMOTED_UNMATCHED = """
SELECT t.spotify_id, coalesce(t.isrc, x.isrc) AS isrc, t.title, t.artist, t.duration_ms
FROM track_access_log a JOIN catalogue_tracks t ON t.id = a.spotify_id
LEFT JOIN spotify_mbid_xref x ON x.spotify_id = t.spotify_id
WHERE a.vectorized = 1 AND t.spotify_id IS NOT NULL AND x.match_method IS NULL
  AND t.origin <> 'demo'
ORDER BY a.access_count DESC, t.spotify_id LIMIT ?
"""
_REPORT = """
SELECT match_method, count(*) AS tracks FROM spotify_mbid_xref
WHERE match_method IS NOT NULL GROUP BY match_method
"""


class CrossReferences:
    """The table of cross-references."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def get(self, spotify_ids: Sequence[str]) -> dict[str, CrossReference]:
        """Spotify id -> what was found, for those that somebody has looked for."""
        rows = await self._db.rows(_GET, json.dumps(list(spotify_ids)))
        found = (_reference(row) for row in rows if row["match_method"] in set(Method))
        return {each.spotify_id: each for each in found}

    async def keep(self, references: Iterable[CrossReference]) -> None:
        """Store what was found. A match gives way only to one that is as sure or surer."""
        rows = [
            [each.spotify_id, each.isrc, each.mbid, each.confidence, each.method.value]
            for each in references
        ]
        if rows:
            now_s = self._clock.now_ms() // 1000
            await self._db.rows(_KEEP, json.dumps(rows, allow_nan=False), now_s)

    async def of_isrcs(self, isrcs: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """ISRC -> the Spotify ids that carry it, in their order."""
        found: dict[str, tuple[str, ...]] = {}
        for row in await self._db.rows(_BY_ISRC, json.dumps(list(isrcs))):
            found[row["isrc"]] = (*found.get(row["isrc"], ()), row["spotify_id"])
        return found

    async def unmatched(self, *, after: str = "", limit: int = 100) -> list[Unmatched]:
        """Tracks of the hot tables nobody has looked for, by Spotify id beyond `after`."""
        return [_unmatched(row) for row in await self._db.rows(_UNMATCHED, after, limit)]

    async def promoted_unmatched(self, *, limit: int) -> list[Unmatched]:
        """Promoted tracks nobody has looked for, the most wanted first."""
        return [_unmatched(row) for row in await self._db.rows(_PROMOTED_UNMATCHED, limit)]

    async def by_method(self) -> Mapping[Method, int]:
        """How many tracks were settled in which way; ways nobody was settled in are 0."""
        counts = {row["match_method"]: row["tracks"] for row in await self._db.rows(_REPORT)}
        return {method: int(counts.get(method.value, 0)) for method in Method}


def _unmatched(row: Row) -> Unmatched:
    return Unmatched(
        spotify_id=row["spotify_id"],
        isrc=row["isrc"],
        title=row["title"],
        artist=row["artist"],
        duration_ms=row["duration_ms"],
    )


def _reference(row: Row) -> CrossReference:
    return CrossReference(
        spotify_id=row["spotify_id"],
        isrc=row["isrc"],
        mbid=row["mbid"],
        confidence=float(row["match_confidence"] or 0.0),
        method=Method(row["match_method"]),
    )
