"""Messages for later in one SQLite file, as Cloudflare Queues would deliver them.

A process that delivers puts its name on the messages; messages with the name of a process that has
died are free again at once. Whatever fails is tried again alone, so that one bad message cannot
take the good ones beside it along, and is kept with its reason when it has failed too often.
"""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from grovemusic.ports import Clock, Json
from grovemusic.runtime.embedded.background import is_cancelled
from grovemusic.runtime.embedded.bell import Bell
from grovemusic.runtime.embedded.presence import Presence
from grovemusic.runtime.embedded.sqlite_file import SqliteFile, insistently
from grovemusic.runtime.limits.queue import (
    MOST_AT_ONCE,
    PORT,
    check_delay,
    checked_batch,
    checked_message,
)

_logger = logging.getLogger(__name__)

# https://developers.cloudflare.com/queues/platform/limits/

_MOST_TRIES = 10
_FIRST_RETRY_MS = 10_000
_LONGEST_RETRY_MS = 3600 * 1000
_LOOK_EVERY_S = 0.5  # other processes send too, and cannot wake us

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  body TEXT NOT NULL,
  due_at_ms INTEGER,                 -- NULL: it has failed too often and is only kept
  tries INTEGER NOT NULL DEFAULT 0,  -- how often it has failed
  reason TEXT,                       -- why it failed the last time
  owner TEXT                         -- the process that delivers it
)
""",
    """
CREATE INDEX IF NOT EXISTS idx_messages_due ON messages (due_at_ms) WHERE due_at_ms IS NOT NULL
""",
    """
CREATE INDEX IF NOT EXISTS idx_messages_owner ON messages (owner) WHERE owner IS NOT NULL
""",
)
_ADD = "INSERT INTO messages (body, due_at_ms) VALUES (?, ?)"
_OWNERS = "SELECT DISTINCT owner FROM messages WHERE owner IS NOT NULL"
_FORGET_OWNER = "UPDATE messages SET owner = NULL WHERE owner = ?"
_RELEASE = "UPDATE messages SET owner = NULL WHERE id = ?"
_DUE = """
SELECT id, body, tries FROM messages WHERE due_at_ms <= ? AND owner IS NULL
ORDER BY due_at_ms, id LIMIT ?
"""
_TAKE = "UPDATE messages SET owner = ? WHERE id = ?"
_DONE = "DELETE FROM messages WHERE id = ?"
_FAILED = """
UPDATE messages SET owner = NULL, tries = ?, reason = ?, due_at_ms = ? WHERE id = ?
"""
_DEAD = "SELECT body, tries, reason FROM messages WHERE due_at_ms IS NULL ORDER BY id"
_REVIVE = "UPDATE messages SET due_at_ms = ?, tries = 0 WHERE due_at_ms IS NULL RETURNING id"

Consumer = Callable[[list[Json]], Awaitable[None]]


class DeadLetter(NamedTuple):
    """A message that failed every time, and why it did the last time."""

    message: Json
    tries: int
    reason: str


class _Message(NamedTuple):
    id: int
    body: str
    tries: int


class SqliteQueue:
    """A `Queue` in one file, which several processes may use at once.

    A consumer that raises has handled nothing, as far as we know: all it was given comes again.
    Order is roughly that of sending, and nothing to rely on.
    """

    def __init__(self, path: str | Path, clock: Clock) -> None:
        self._clock, self._bell = clock, Bell()
        self._file = SqliteFile(PORT, path, schema=_SCHEMA)
        self._presence = Presence(Path(path).with_name(f"{Path(path).name}.owners"))

    async def send(self, message: Json, *, delay_s: int = 0) -> None:
        check_delay(delay_s)
        await self._add([checked_message(message)], delay_s)

    async def send_many(self, messages: Sequence[Json]) -> None:
        await self._add(checked_batch(messages), 0)

    async def run(self, consumer: Consumer) -> None:
        """Deliver for ever; cancel it to stop."""
        while True:
            try:
                delivered = await self.deliver(consumer)
            except Exception:  # the edge: a full disk, say, may be better the next time
                _logger.exception("cannot deliver messages")
                delivered = 0
            if not delivered:
                await self._bell.wait(_LOOK_EVERY_S)

    async def deliver(self, consumer: Consumer) -> int:
        """Deliver one batch of what is due; how many messages it had, 0 if none was due.

        A batch that is cut short counts as not delivered.
        """
        batch = await self._file.transaction(self._take)
        if not batch:
            return 0
        try:
            reason = await _handled(consumer, [json.loads(each.body) for each in batch])
            await self._file.transaction(lambda connection: self._settle(connection, batch, reason))
        except BaseException:
            await insistently(lambda: self._release(batch))
            raise
        return len(batch)

    async def dead_letters(self) -> list[DeadLetter]:
        """What failed every time, oldest first."""
        rows = await self._file.run(lambda connection: connection.execute(_DEAD).fetchall())
        return [DeadLetter(json.loads(body), tries, reason) for body, tries, reason in rows]

    async def revive(self) -> int:
        """Deliver all dead letters again from now on, say after a repair; how many there are."""
        now_ms = self._clock.now_ms()
        revived = await self._file.run(
            lambda connection: connection.execute(_REVIVE, (now_ms,)).fetchall()
        )
        self._bell.ring()
        return len(revived)

    def close(self) -> None:
        self._presence.close()
        self._file.close()

    async def _add(self, bodies: Sequence[str], delay_s: int) -> None:
        due_at_ms = self._clock.now_ms() + delay_s * 1000
        rows = [(body, due_at_ms) for body in bodies]
        await self._file.transaction(lambda connection: connection.executemany(_ADD, rows).close())
        self._bell.ring()

    async def _release(self, batch: Sequence[_Message]) -> None:
        ids = [(each.id,) for each in batch]
        await self._file.transaction(
            lambda connection: connection.executemany(_RELEASE, ids).close()
        )

    # --- on the thread of the file -----------------------------------------------------------

    def _take(self, connection: sqlite3.Connection) -> list[_Message]:
        """Put our name on the next batch: some that never failed, or one that did."""
        for (owner,) in connection.execute(_OWNERS).fetchall():
            if owner != self._presence.owner and not self._presence.is_another(owner):
                connection.execute(_FORGET_OWNER, (owner,))
        found = connection.execute(_DUE, (self._clock.now_ms(), MOST_AT_ONCE))
        due = [_Message(*row) for row in found]
        batch = [each for each in due if not each.tries] or due[:1]
        connection.executemany(_TAKE, [(self._presence.owner, each.id) for each in batch])
        return batch

    def _settle(
        self, connection: sqlite3.Connection, batch: Sequence[_Message], reason: str | None
    ) -> None:
        if reason is None:
            connection.executemany(_DONE, [(each.id,) for each in batch])
            return
        now_ms = self._clock.now_ms()
        for each in batch:
            tries = each.tries + 1
            again_at_ms = now_ms + min(_LONGEST_RETRY_MS, _FIRST_RETRY_MS * 2 ** (tries - 1))
            due_at_ms = again_at_ms if tries < _MOST_TRIES else None
            connection.execute(_FAILED, (tries, reason, due_at_ms, each.id))


async def _handled(consumer: Consumer, messages: list[Json]) -> str | None:
    """None if the consumer has done its work, else why not."""
    try:
        await consumer(messages)
    except (Exception, asyncio.CancelledError) as error:  # the edge: kept with the messages
        if is_cancelled():
            raise
        _logger.exception("a batch of %d messages failed", len(messages))
        return f"{type(error).__name__}: {error}"
    return None
