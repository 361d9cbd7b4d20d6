"""Runs, and the credits each holds.

A run holds `credits_reserved` credits (they are `credits_pending` with its listener) until it is
settled: complete consumes them, failed gives them back. While a run waits for the listener to
say which song they meant it holds nothing. Each of these steps is one transaction whose
statements look at the run's state first, so repeating a step changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from grovemusic.domain import codec
from grovemusic.domain.ask import Ask, wanted_tracks
from grovemusic.domain.credits import credits_for
from grovemusic.domain.errors import NotEnoughCredits, UnknownThing
from grovemusic.domain.music import Track
from grovemusic.ports import Clock, Database, Row, Statement

_CREATE = """
INSERT INTO runs (id, user_id, request_key, seed_query, playlist_size, config, status,
                  playlist_id, credits_reserved, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'pending', ?7, ?8, ?9
WHERE EXISTS (SELECT 1 FROM users WHERE id = ?2 AND credits_available >= ?8)
ON CONFLICT DO NOTHING RETURNING id
"""
_HOLD = """
UPDATE users SET credits_available = credits_available - ?3, credits_pending = credits_pending + ?3
WHERE id = ?2 AND EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND status = ?4)
"""
_NOTE = """
INSERT INTO credit_transactions (id, user_id, amount, type, run_id, description, created_at)
SELECT ?1 || ':' || (SELECT count(*) FROM credit_transactions WHERE run_id = ?1),
       ?2, ?3, ?4, ?1, ?5, ?6
WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND status = ?7)
"""
_START = "UPDATE runs SET status = 'processing' WHERE id = ? AND status = 'pending'"
_RELEASE = """
UPDATE users SET
  credits_available = credits_available + (SELECT credits_reserved FROM runs WHERE id = ?1),
  credits_pending = credits_pending - (SELECT credits_reserved FROM runs WHERE id = ?1)
WHERE id = (SELECT user_id FROM runs WHERE id = ?1 AND settled_at IS NULL AND credits_reserved > 0)
"""
_NOTE_RELEASE = """
INSERT INTO credit_transactions (id, user_id, amount, type, run_id, description, created_at)
SELECT ?1 || ':' || (SELECT count(*) FROM credit_transactions WHERE run_id = ?1),
       user_id, credits_reserved, 'refund', id, ?2, ?3
FROM runs WHERE id = ?1 AND settled_at IS NULL AND credits_reserved > 0
"""
_WAIT = """
UPDATE runs SET status = 'needs_choice', credits_reserved = 0
WHERE id = ? AND status = 'processing' AND settled_at IS NULL
"""
_MARK_AGAIN = """
UPDATE runs SET credits_reserved = ?2
WHERE id = ?1 AND status = 'needs_choice' AND credits_reserved = 0
  AND EXISTS (SELECT 1 FROM users WHERE id = runs.user_id AND credits_available >= ?2)
RETURNING id
"""
_HOLD_AGAIN = """
UPDATE users SET credits_available = credits_available - ?2, credits_pending = credits_pending + ?2
WHERE id = (SELECT user_id FROM runs
            WHERE id = ?1 AND status = 'needs_choice' AND credits_reserved > 0)
"""
_NOTE_AGAIN = """
INSERT INTO credit_transactions (id, user_id, amount, type, run_id, description, created_at)
SELECT ?1 || ':' || (SELECT count(*) FROM credit_transactions WHERE run_id = ?1),
       user_id, -credits_reserved, 'reserve', id, 'the song was chosen', ?2
FROM runs WHERE id = ?1 AND status = 'needs_choice' AND credits_reserved > 0
"""
_RESUME = """
UPDATE runs SET status = 'processing'
WHERE id = ? AND status = 'needs_choice' AND credits_reserved > 0
"""
_CONSUME = """
UPDATE users SET
  credits_pending = credits_pending - (SELECT credits_reserved FROM runs WHERE id = ?1),
  credits_available = credits_available + (SELECT credits_reserved FROM runs WHERE id = ?1) - ?2,
  credits_used_total = credits_used_total + ?2
WHERE id = (SELECT user_id FROM runs WHERE id = ?1 AND settled_at IS NULL)
"""
_NOTE_USE = """
INSERT INTO credit_transactions (id, user_id, amount, type, run_id, description, created_at)
SELECT ?1 || ':' || (SELECT count(*) FROM credit_transactions WHERE run_id = ?1),
       user_id, credits_reserved - ?2, 'use', id, 'used ' || CAST(?2 AS INTEGER), ?3
FROM runs WHERE id = ?1 AND settled_at IS NULL
"""
_COMPLETE = """
UPDATE runs SET status = 'complete', settled_at = ?2, completed_at = ?2, credits_used = ?3,
  credits_reserved = 0, track_count = ?4, processing_time_ms = ?2 - created_at, r2_key = ?5,
  upstream_calls = ?6, cache_hit = ?7, seed_track_id = ?8, seed_track_mbid = ?9,
  seed_track_title = ?10, seed_track_artist = ?11
WHERE id = ?1 AND settled_at IS NULL
"""
_FAIL = """
UPDATE runs SET status = 'failed', settled_at = ?2, completed_at = ?2, credits_reserved = 0,
  processing_time_ms = ?2 - created_at, error_kind = ?3, error_message = ?4
WHERE id = ?1 AND settled_at IS NULL
"""
_GET = "SELECT * FROM runs WHERE id = ?"
_MADE_BEFORE = "SELECT * FROM runs WHERE user_id = ? AND (request_key = ? OR id = ?)"
_HISTORY = """
SELECT * FROM runs WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT ?
"""
_HISTORY_BEFORE = """
SELECT * FROM runs
WHERE user_id = ?1 AND (created_at, id) < (SELECT created_at, id FROM runs WHERE id = ?3)
ORDER BY created_at DESC, id DESC LIMIT ?2
"""
_STUCK = """
SELECT id FROM runs WHERE status IN ('pending', 'processing') AND created_at < ? ORDER BY created_at
LIMIT 100
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the database has it; its progress is with its actor."""

    id: str
    user_id: str
    ask: Ask
    status: str
    playlist_id: str
    credits_reserved: int
    credits_used: int
    created_at_ms: int
    completed_at_ms: int | None
    processing_time_ms: int | None
    track_count: int | None
    upstream_calls: int | None
    error_kind: str | None
    error_message: str | None
    seed_title: str | None
    seed_artist: str | None
    archive_key: str | None


class Runs:
    """The table of runs; every method is one transaction."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def create(
        self, *, run_id: str, playlist_id: str, user_id: str, ask: Ask, request_key: str | None
    ) -> tuple[Run, bool]:
        """Make the run and reserve its credits; True if it is new.

        The same `request_key` of the same listener gives the run it gave before, and so does
        the same `run_id`.

        Raises:
            NotEnoughCredits: nothing was made.
        """
        needed, now_ms = credits_for(wanted_tracks(ask)), self._clock.now_ms()
        query = "; ".join(seed.query for seed in ask.seeds)
        made = await self._db.batch(
            [
                Statement(
                    _CREATE,
                    (
                        run_id,
                        user_id,
                        request_key,
                        query,
                        wanted_tracks(ask),
                        codec.dump(Ask, ask),
                        playlist_id,
                        needed,
                        now_ms,
                    ),
                ),
                Statement(_HOLD, (run_id, user_id, needed, "pending")),
                Statement(
                    _NOTE, (run_id, user_id, -needed, "reserve", "a run began", now_ms, "pending")
                ),
                Statement(_START, (run_id,)),
            ]
        )
        if made[0]:
            return await self.get(run_id), True
        if rows := await self._db.rows(_MADE_BEFORE, user_id, request_key, run_id):
            return _run(rows[0]), False
        available = await self._db.rows("SELECT credits_available FROM users WHERE id = ?", user_id)
        raise NotEnoughCredits(needed, available[0]["credits_available"] if available else 0)

    async def get(self, run_id: str) -> Run:
        """The run of that id.

        Raises:
            UnknownThing: there is none.
        """
        rows = await self._db.rows(_GET, run_id)
        if not rows:
            raise UnknownThing("run", run_id)
        return _run(rows[0])

    async def history(self, user_id: str, *, before: str | None = None, limit: int) -> list[Run]:
        """A listener's runs, newest first; only those older than the run `before`, if given.

        Raises:
            UnknownThing: the listener has no run `before`.
        """
        if before is None:
            return [_run(row) for row in await self._db.rows(_HISTORY, user_id, limit)]
        if (await self.get(before)).user_id != user_id:
            raise UnknownThing("run", before)
        return [_run(row) for row in await self._db.rows(_HISTORY_BEFORE, user_id, limit, before)]

    async def stuck(self, *, since_ms: int) -> list[str]:
        """Ids of up to 100 runs that began before then and never ended, oldest first."""
        return [row["id"] for row in await self._db.rows(_STUCK, since_ms)]

    async def wait_for_choice(self, run_id: str) -> None:
        """The listener has to say which song they meant: give the credits back until then."""
        now_ms = self._clock.now_ms()
        await self._db.batch(
            [
                Statement(_RELEASE, (run_id,)),
                Statement(_NOTE_RELEASE, (run_id, "waiting for a choice", now_ms)),
                Statement(_WAIT, (run_id,)),
            ]
        )

    async def resume(self, run_id: str) -> None:
        """The listener has chosen: reserve the credits again. A run that goes on already goes on.

        Raises:
            NotEnoughCredits: they have been spent elsewhere meanwhile.
        """
        run = await self.get(run_id)
        if run.status != "needs_choice":
            return
        needed = credits_for(wanted_tracks(run.ask))
        done = await self._db.batch(
            [
                Statement(_MARK_AGAIN, (run_id, needed)),
                Statement(_HOLD_AGAIN, (run_id, needed)),
                Statement(_NOTE_AGAIN, (run_id, self._clock.now_ms())),
                Statement(_RESUME, (run_id,)),
            ]
        )
        if not done[0] and (await self.get(run_id)).status == "needs_choice":
            rows = await self._db.rows(
                "SELECT credits_available FROM users WHERE id = ?", run.user_id
            )
            raise NotEnoughCredits(needed, rows[0]["credits_available"])

    async def complete(
        self,
        run_id: str,
        *,
        tracks: int,
        seeds: Sequence[Track],
        archive_key: str,
        upstream_calls: int,
    ) -> None:
        """Consume what the playlist costs and give back the rest. Repeating it changes nothing."""
        now_ms = self._clock.now_ms()
        run = await self.get(run_id)
        used = min(run.credits_reserved, credits_for(tracks))
        seed = seeds[0]
        await self._db.batch(
            [
                Statement(_CONSUME, (run_id, used)),
                Statement(_NOTE_USE, (run_id, used, now_ms)),
                Statement(
                    _COMPLETE,
                    (
                        run_id,
                        now_ms,
                        used,
                        tracks,
                        archive_key,
                        upstream_calls,
                        int(upstream_calls == 0),
                        seed.id,
                        seed.mbid,
                        seed.title,
                        seed.artist,
                    ),
                ),
            ]
        )

    async def fail(self, run_id: str, *, kind: str, message: str) -> None:
        """Give everything back. Repeating it, or failing a settled run, changes nothing."""
        now_ms = self._clock.now_ms()
        await self._db.batch(
            [
                Statement(_RELEASE, (run_id,)),
                Statement(_NOTE_RELEASE, (run_id, "the run failed", now_ms)),
                Statement(_FAIL, (run_id, now_ms, kind, message[:500])),
            ]
        )


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        user_id=row["user_id"],
        ask=codec.load(Ask, row["config"]),
        status=row["status"],
        playlist_id=row["playlist_id"],
        credits_reserved=row["credits_reserved"],
        credits_used=row["credits_used"],
        created_at_ms=row["created_at"],
        completed_at_ms=row["completed_at"],
        processing_time_ms=row["processing_time_ms"],
        track_count=row["track_count"],
        upstream_calls=row["upstream_calls"],
        error_kind=row["error_kind"],
        error_message=row["error_message"],
        seed_title=row["seed_track_title"],
        seed_artist=row["seed_track_artist"],
        archive_key=row["r2_key"],
    )
