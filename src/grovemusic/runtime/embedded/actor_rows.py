"""Who delivers to which actor, and which alarms are due: one row an actor, shared by processes.

A process that delivers holds the actor's row. A row held by a process that has died counts as
free at once (presence.py says who is alive), so there are no leases that run out, neither too late
nor under a process that is merely slow.
"""

import enum
import logging
import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from grovemusic.runtime.embedded import actor_storage
from grovemusic.runtime.embedded.actor_storage import ActorName
from grovemusic.runtime.embedded.presence import Presence
from grovemusic.runtime.embedded.sqlite_file import SqliteFile, transaction

_logger = logging.getLogger(__name__)

# As Durable Objects do: https://developers.cloudflare.com/durable-objects/api/alarms/
_FIRST_RETRY_MS = 2_000
_MOST_RETRIES = 6

_LOOK = "SELECT owner, held, alarm_at_ms FROM actors WHERE kind = ? AND name = ?"
_MEET = """
INSERT INTO actors (kind, name, owner) VALUES (?1, ?2, ?3)
ON CONFLICT (kind, name) DO UPDATE SET owner = ?3, held = 0, ringing = 0
"""
_TAKE = """
INSERT INTO actors (kind, name, owner, held, ringing) VALUES (?1, ?2, ?3, 1, ?4)
ON CONFLICT (kind, name) DO UPDATE SET owner = ?3, held = 1, ringing = ?4
"""
_FREE = "UPDATE actors SET held = 0 WHERE kind = ? AND name = ?"
_RINGING = "SELECT tries FROM actors WHERE kind = ? AND name = ? AND ringing"
_SET = "UPDATE actors SET alarm_at_ms = ?, tries = ?, ringing = 0 WHERE kind = ? AND name = ?"
_KEEP = "UPDATE actors SET ringing = 0 WHERE kind = ? AND name = ?"
_DUE = """
SELECT kind, name FROM actors
WHERE alarm_at_ms <= ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY alarm_at_ms LIMIT ?
"""
_NEXT = "SELECT min(alarm_at_ms) FROM actors WHERE alarm_at_ms > ?"
_FORGET = """
DELETE FROM actors
WHERE kind = ? AND name = ? AND owner = ? AND alarm_at_ms IS NULL AND NOT held
"""


class Ours(NamedTuple):
    """No other process delivers to the actor.

    Attributes:
        known: Nor has one since we did, so what we have in memory is still right.
    """

    known: bool


class Due(NamedTuple):
    """The actors whose alarm should have rung, and when the next will."""

    actors: list[ActorName]
    next_at_ms: int | None


class Ended(enum.Enum):
    """How the delivery of an alarm ended."""

    WELL = enum.auto()
    FAILED = enum.auto()  # by an exception: it is tried again
    CUT_SHORT = enum.auto()  # by the end of this process: it counts as not delivered


class ActorRows:
    """The table of actors, as this process sees it.

    Attributes:
        file: The file, for the storage of the actors.
    """

    def __init__(self, path: Path) -> None:
        self.file = SqliteFile("actors", path, schema=actor_storage.SCHEMA)
        self._presence = Presence(path.with_name(f"{path.name}.owners"))

    async def take(self, actor: ActorName) -> Ours | None:
        """Hold `actor`; None if another living process does."""
        return await self.file.transaction(
            lambda connection: self._take(connection, actor, ringing=False)
        )

    async def take_to_ring(self, actor: ActorName, now_ms: int) -> Ours | None:
        """Hold `actor` because its alarm rings; None also if that is not due any more."""

        def work(connection: sqlite3.Connection) -> Ours | None:
            row = connection.execute(_LOOK, actor).fetchone()
            if row is None or row[2] is None or row[2] > now_ms:
                return None
            return self._take(connection, actor, ringing=True)

        return await self.file.transaction(work)

    async def free(self, actor: ActorName) -> None:
        await self.file.run(lambda connection: connection.execute(_FREE, actor).close())

    async def free_rung(self, actor: ActorName, ended: Ended, now_ms: int) -> None:
        """Free `actor` after its alarm. An alarm that it has set meanwhile stays."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_FREE, actor)
            if ringing := connection.execute(_RINGING, actor).fetchone():
                _end_alarm(connection, actor, ended, tries=ringing[0] + 1, now_ms=now_ms)

        await self.file.transaction(work)

    async def meet(self, actor: ActorName) -> Ours | None:
        """Make `actor` ours without holding it; None if it is another living process's."""

        def work(connection: sqlite3.Connection) -> Ours | None:
            owner = _owner(connection, actor)
            if owner == self._presence.owner:  # the usual case, and it needs no write
                return Ours(known=True)
            with transaction(connection):
                owner = _owner(connection, actor)
                if owner is not None and self._presence.is_another(owner):
                    return None
                connection.execute(_MEET, (*actor, self._presence.owner))
            return Ours(known=False)

        return await self.file.run(work)

    async def due(self, kinds_json: str, now_ms: int, *, limit: int) -> Due:
        """Up to `limit` actors with a due alarm, longest due first, held ones too."""

        def work(connection: sqlite3.Connection) -> Due:
            rows = connection.execute(_DUE, (now_ms, kinds_json, limit)).fetchall()
            next_at_ms = connection.execute(_NEXT, (now_ms,)).fetchone()[0]
            return Due([ActorName(*row) for row in rows], next_at_ms)

        return await self.file.run(work)

    async def forget(self, actors: Collection[ActorName]) -> None:
        """Drop the rows of those that are ours and have no alarm: they say nothing any more."""
        rows = [(*actor, self._presence.owner) for actor in actors]
        await self.file.transaction(
            lambda connection: connection.executemany(_FORGET, rows).close()
        )

    def close(self) -> None:
        self._presence.close()
        self.file.close()

    def _take(
        self, connection: sqlite3.Connection, actor: ActorName, *, ringing: bool
    ) -> Ours | None:
        owner, held, _ = connection.execute(_LOOK, actor).fetchone() or ("", 0, None)
        if held and self._presence.is_another(owner):
            return None
        connection.execute(_TAKE, (*actor, self._presence.owner, ringing))
        return Ours(known=owner == self._presence.owner)


def _owner(connection: sqlite3.Connection, actor: ActorName) -> str | None:
    row = connection.execute(_LOOK, actor).fetchone()
    return row[0] if row else None


def _end_alarm(
    connection: sqlite3.Connection, actor: ActorName, ended: Ended, *, tries: int, now_ms: int
) -> None:
    if ended is Ended.CUT_SHORT:
        connection.execute(_KEEP, actor)
    elif ended is Ended.WELL:
        connection.execute(_SET, (None, 0, *actor))
    elif tries <= _MOST_RETRIES:
        again_at_ms = now_ms + _FIRST_RETRY_MS * 2 ** (tries - 1)
        connection.execute(_SET, (again_at_ms, tries, *actor))
    else:
        _logger.error("the alarm of %s %s failed %d times and is dropped", *actor, tries)
        connection.execute(_SET, (None, 0, *actor))
