"""Which catalogue tracks are asked for, and how often: what the promotion goes by."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from grovemusic.domain.music import Track
from grovemusic.domain.names import artist_key
from grovemusic.domain.works import work_key
from grovemusic.ports import Clock, Database, Statement

DAY_S = 24 * 3600
REFUSED_FOR_S = 30 * DAY_S  # a refused track is tried again then: an import may have mended it

_RECORD = """
INSERT INTO track_access_log (spotify_id, access_count, last_accessed)
SELECT value, 1, ?2 FROM json_each(?1) WHERE true
ON CONFLICT (spotify_id) DO UPDATE SET
  access_count = access_count + 1, last_accessed = excluded.last_accessed
"""
_WANTED = """
SELECT spotify_id, access_count FROM track_access_log
WHERE vectorized = 0 AND access_count >= ?1
  AND (?3 IS NULL OR access_count < ?2 OR (access_count = ?2 AND spotify_id > ?3))
ORDER BY access_count DESC, spotify_id LIMIT ?4
"""
_PROMOTED = """
UPDATE track_access_log SET vectorized = 1, promoted_at = ?2
WHERE vectorized <> 1 AND spotify_id IN (SELECT value FROM json_each(?1)) RETURNING spotify_id
"""
_FORGIVE = "DELETE FROM promotion_rejects WHERE spotify_id IN (SELECT value FROM json_each(?))"
_REFUSE = """
INSERT INTO promotion_rejects (spotify_id, reason, rejected_at, again_at)
SELECT value ->> 0, value ->> 1, ?2, ?3 FROM json_each(?1) WHERE true
ON CONFLICT (spotify_id) DO UPDATE SET
  reason = excluded.reason, tries = tries + 1, rejected_at = excluded.rejected_at,
  again_at = excluded.again_at
"""
_REFUSED = """
UPDATE track_access_log SET vectorized = 2
WHERE vectorized = 0 AND spotify_id IN (SELECT value ->> 0 FROM json_each(?))
"""
_REOPEN = """
UPDATE track_access_log SET vectorized = 0 WHERE vectorized = 2 AND spotify_id IN (
  SELECT spotify_id FROM promotion_rejects WHERE again_at <= ? ORDER BY again_at LIMIT 1000)
"""
_REJECTS = """
SELECT spotify_id, reason, tries, again_at FROM promotion_rejects ORDER BY spotify_id LIMIT ?
"""
_COUNTS = """
SELECT vectorized, count(*) AS tracks FROM track_access_log
WHERE vectorized <> 0 OR access_count >= ? GROUP BY vectorized
"""
_KEEP_TRACKS = """
INSERT OR IGNORE INTO catalogue_tracks (
  id, title, artist, artist_key, work_key, album, year, decade, duration_ms, popularity,
  playlists, mbid, isrc, spotify_id, origin)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
  value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13,
  value ->> 14 FROM json_each(?)
"""


class State(IntEnum):
    """`track_access_log.vectorized`."""

    WAITING = 0
    PROMOTED = 1
    REFUSED = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """A track that was asked for so often, and has no vector yet."""

    track_id: str
    accesses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A track the promotion could not take, why, how often, and when it is tried again (Unix s)."""

    track_id: str
    reason: str
    tries: int
    again_at_s: int


class AccessLog:
    """The table of accesses, and what becomes of those who are in it often."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def record(self, track_ids: Sequence[str]) -> None:
        """Count one access of each."""
        await self._db.rows(_RECORD, json.dumps(list(track_ids)), self._now_s())

    async def wanted(
        self, *, at_least: int, limit: int, after: Wanted | None = None
    ) -> list[Wanted]:
        """Tracks without a vector, the most wanted first, ties by id; those beyond `after`."""
        rows = await self._db.rows(
            _WANTED,
            at_least,
            after.accesses if after else None,
            after.track_id if after else None,
            limit,
        )
        return [Wanted(row["spotify_id"], row["access_count"]) for row in rows]

    async def promoted(self, track_ids: Sequence[str]) -> int:
        """Note that these have a vector; how many of them had none. Bears a repeat."""
        listed = json.dumps(list(track_ids))
        marked, _ = await self._db.batch(
            [Statement(_PROMOTED, (listed, self._now_s())), Statement(_FORGIVE, (listed,))]
        )
        return len(marked)

    async def refused(self, reasons: Mapping[str, str]) -> None:
        """Set these aside for a month, each with its reason. Bears a repeat."""
        listed = json.dumps([[track_id, reason] for track_id, reason in reasons.items()])
        now_s = self._now_s()
        await self._db.batch(
            [
                Statement(_REFUSE, (listed, now_s, now_s + REFUSED_FOR_S)),
                Statement(_REFUSED, (listed,)),
            ]
        )

    async def reopen(self) -> None:
        """Tracks whose month is over wait again, a thousand at a time."""
        await self._db.rows(_REOPEN, self._now_s())

    async def rejects(self, *, limit: int = 1000) -> list[Reject]:
        """What was set aside, by id."""
        return [
            Reject(
                track_id=row["spotify_id"],
                reason=row["reason"],
                tries=row["tries"],
                again_at_s=row["again_at"],
            )
            for row in await self._db.rows(_REJECTS, limit)
        ]

    async def counts(self, *, at_least: int) -> dict[State, int]:
        """How many wait (of those asked for that often), were promoted, were refused."""
        rows = await self._db.rows(_COUNTS, at_least)
        counts = {row["vectorized"]: int(row["tracks"]) for row in rows}
        return {state: counts.get(state.value, 0) for state in State}

    async def keep_tracks(self, tracks: Iterable[Track]) -> None:
        """Rows for tracks that so far only the cold store knew, so that a vector leads to one."""
        rows = [
            [
                each.id,
                each.title,
                each.artist,
                artist_key(each.artist),
                work_key(each.title, each.artist),
                each.album,
                each.year,
                None if each.year is None else each.year // 10 * 10,
                each.duration_ms,
                each.popularity,
                each.playlists or 0,
                each.mbid,
                each.isrc,
                each.spotify_id,
                "demo" if each.invented else "import",
            ]
            for each in tracks
        ]
        if rows:
            await self._db.rows(_KEEP_TRACKS, json.dumps(rows, allow_nan=False))

    def _now_s(self) -> int:
        return self._clock.now_ms() // 1000
