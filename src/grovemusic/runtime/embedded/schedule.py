"""Functions that run when a cron line says so, as Cron Triggers do.

Five fields, UTC, weekdays 1 (Sunday) to 7 (Saturday) or by name. cronsim does the reckoning.
"""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cronsim import CronSim, CronSimError

from grovemusic.ports import Clock
from grovemusic.runtime.embedded.background import is_cancelled
from grovemusic.runtime.embedded.sqlite_file import SqliteFile

_logger = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]

# Short enough to notice that the machine has slept, or that its clock was set.
_LONGEST_SLEEP_S = 30.0

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS last_slots (cron TEXT PRIMARY KEY, slot_ms INTEGER NOT NULL)
""",
)
_MEET = "INSERT OR IGNORE INTO last_slots (cron, slot_ms) VALUES (?, ?)"
_TAKE = "UPDATE last_slots SET slot_ms = ?2 WHERE cron = ?1 AND slot_ms < ?2 RETURNING slot_ms"


class Schedule:
    """Runs each job at most once a slot, however many processes there are.

    Slots that were missed, because nobody ran or because the job still did, are made up for by one
    run. A cron line that is new has missed nothing.

    Args:
        path: The file that remembers the last slots.
        table: Cron line -> what to do.
        clock: Says which slot it is.

    Raises:
        ValueError: names the cron line that cannot be read.
    """

    def __init__(self, path: str | Path, table: Mapping[str, Job], clock: Clock) -> None:
        self._table, self._clock = dict(table), clock
        for cron in self._table:
            next_slot_ms(cron, clock.now_ms())
        self._file = SqliteFile("schedule", path, schema=_SCHEMA)

    async def run(self) -> None:
        """Run jobs for ever, each cron line by itself; cancel it to stop."""
        await asyncio.gather(*(self._follow(cron) for cron in self._table))

    async def run_due(self) -> list[str]:
        """Run what is due, all at once; gives the cron lines that were."""
        taken = await asyncio.gather(*(self._run_slot(cron) for cron in self._table))
        return [cron for cron, ran in zip(self._table, taken, strict=True) if ran]

    def close(self) -> None:
        self._file.close()

    async def _follow(self, cron: str) -> None:
        while True:
            try:
                await self._run_slot(cron)
            except Exception:  # the edge: a full disk, say, may be better the next time
                _logger.exception("cannot tell whether %r is due", cron)
            now_ms = self._clock.now_ms()
            await self._clock.sleep(
                min(_LONGEST_SLEEP_S, (next_slot_ms(cron, now_ms) - now_ms) / 1000)
            )

    async def _run_slot(self, cron: str) -> bool:
        """Run the job if its latest slot has not been run yet; False if it has."""
        slot_ms = latest_slot_ms(cron, self._clock.now_ms())

        def take(connection: sqlite3.Connection) -> bool:
            connection.execute(_MEET, (cron, slot_ms))
            return connection.execute(_TAKE, (cron, slot_ms)).fetchone() is not None

        if not await self._file.transaction(take):
            return False
        try:
            await self._table[cron]()
        except (Exception, asyncio.CancelledError):  # the edge: the next slot may go better
            if is_cancelled():
                raise
            _logger.exception("the job of %r failed", cron)
        return True


def latest_slot_ms(cron: str, now_ms: int) -> int:
    """The last time at or before `now_ms` that fits, in Unix milliseconds."""
    after = _utc(now_ms).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return _slot_ms(cron, after, reverse=True)


def next_slot_ms(cron: str, now_ms: int) -> int:
    """The first time after `now_ms` that fits, in Unix milliseconds."""
    return _slot_ms(cron, _utc(now_ms), reverse=False)


def _utc(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC)


def _slot_ms(cron: str, at: datetime, *, reverse: bool) -> int:
    fields = cron.split()
    if len(fields) != 5:
        raise ValueError(f"a cron line has 5 fields, got {cron!r}")
    try:
        fields[4] = _from_sunday_0(fields[4])
        slot = next(CronSim(" ".join(fields), at, reverse=reverse))
    except (CronSimError, StopIteration, ValueError) as error:
        raise ValueError(f"not a cron line that ever comes: {cron!r} ({error})") from error
    return int(slot.timestamp()) * 1000


def _from_sunday_0(weekdays: str) -> str:
    """Cloudflare's weekdays, 1 (Sunday) to 7, as cronsim's, 0 (Sunday) to 6.

    Raises:
        ValueError: a number beyond 1-7.
    """
    return ",".join(map(_term_from_sunday_0, weekdays.split(",")))


def _term_from_sunday_0(term: str) -> str:
    days, slash, step = term.partition("/")
    days = re.sub(r"(?<![#\d])\d+", lambda match: str(_weekday_from_sunday_0(match[0])), days)
    if slash and days != "*" and "-" not in days:
        days += "-6"  # "from there to the end of the week", where cronsim's week has two Sundays
    return f"{days}{slash}{step}"


def _weekday_from_sunday_0(number: str) -> int:
    if not 1 <= int(number) <= 7:
        raise ValueError(f"weekdays are 1 (Sunday) to 7, got {number}")
    return int(number) - 1
