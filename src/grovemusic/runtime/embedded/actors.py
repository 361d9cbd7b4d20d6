"""Things with a name that handle one message at a time, as Durable Objects do, on one machine.

Each actor has a row in an SQLite file. Who wants to deliver to it holds its row meanwhile, so that
it gets one message at a time however many processes there are. The actor itself is an object in the
memory of whoever delivers; it is made anew when another process has delivered since.

Calls to methods in the actor's `reads` hold nothing: they overlap with everything, and are cut
short when their caller goes away. All other deliveries go on to their end whatever becomes of
the caller, since half a message is nothing an actor could be asked to handle.
"""

import asyncio
import json
import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grovemusic.domain.errors import StorageBusy
from grovemusic.ports import Clock, Json
from grovemusic.runtime.embedded.actor_residents import ActorClass, Resident, Residents
from grovemusic.runtime.embedded.actor_rows import ActorRows, Due, Ended, Ours
from grovemusic.runtime.embedded.actor_storage import ActorName, SqliteActorStorage
from grovemusic.runtime.embedded.background import is_cancelled
from grovemusic.runtime.embedded.bell import Bell
from grovemusic.runtime.embedded.sqlite_file import insistently
from grovemusic.runtime.limits.plain_json import copied

_logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.5  # other processes set alarms too, and cannot wake us
_ALARMS_AT_ONCE = 1000
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.05  # between tries for a row another process holds
_IDLE_S = 60.0  # Durable Objects are evicted after 70-140 s
_GRACE_S = 5.0  # for calls that are under way when we close


class EmbeddedActors:
    """`Actors` in one file, which several processes may use at once.

    Alarms ring inside `async with`. A reader that waits for news has to look again by itself now
    and then: news made by another process does not wake it.

    Args:
        path: The file. Beside it a folder shows which processes are alive.
        classes: Kind -> what makes an actor from its name and storage.
        clock: Says when an alarm is due.
        idle_s: After so long without a message an actor leaves the memory.
    """

    def __init__(
        self,
        path: str | Path,
        classes: Mapping[str, ActorClass],
        clock: Clock,
        *,
        idle_s: float = _IDLE_S,
    ) -> None:
        self._clock = clock
        self._kinds = json.dumps(list(classes))
        self._bell = Bell()
        self._rows = ActorRows(Path(path))
        self._residents = Residents(classes, self._storage_of, clock, idle_s=idle_s)
        self._calls: set[asyncio.Task[Json]] = set()
        self._ringing: dict[ActorName, asyncio.Task[None]] = {}
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Begin to deliver alarms, first those that became due while nobody ran."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop. Calls may end; an alarm is cut short, and rings again after the next start."""
        alarms = [*self._ringing.values()] + ([self._watching] if self._watching else [])
        await _cut_short(alarms)
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=_GRACE_S)
            await _cut_short(late)
        self._rows.close()

    async def call(self, kind: str, name: str, method: str, argument: Json = None) -> Json:
        """What the actor answers; an exception of its own comes through as it is.

        Raises:
            KeyError: there is no such kind.
            TypeError: the argument or the answer is not JSON.
            StorageBusy: we closed before the actor had answered.
        """
        actor, argument = ActorName(kind, name), copied(argument)
        if method in self._residents.reads_of(actor):
            with self._residents.used(actor) as resident:
                return await self._read(actor, resident, method, argument)
        call = self._residents.start(
            actor, lambda resident: self._deliver(actor, resident, method, argument)
        )
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            if call.cancelled():
                raise StorageBusy("actors", "the call was cut short") from None
            call.add_done_callback(_log_unheard)
            raise

    async def settled(self) -> None:
        """Wait until no alarm is due and this process delivers nothing."""
        while True:
            due = await self._ring_due()
            if busy := [*self._calls, *self._ringing.values()]:
                await asyncio.wait(busy)
            elif due.actors:  # with another process
                await asyncio.sleep(_LONGEST_PAUSE_S)
            else:
                return

    async def evict(self, kind: str, name: str) -> None:
        """Forget the actor's object as soon as it has its turn; what it stored stays."""
        with self._residents.used(ActorName(kind, name)) as resident:
            async with resident.turn:
                resident.actor = None

    # --- one message -------------------------------------------------------------------------

    async def _deliver(
        self, name: ActorName, resident: Resident, method: str, argument: Json
    ) -> Json:
        async with resident.turn:
            taken = await self._taken(name)
            try:
                actor = self._residents.actor(name, resident, known=taken.known)
                return copied(await actor.call(method, argument))
            finally:
                await insistently(lambda: self._rows.free(name))

    async def _taken(self, name: ActorName) -> Ours:
        pause_s = _FIRST_PAUSE_S
        while (taken := await self._rows.take(name)) is None:
            await asyncio.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)
        return taken

    async def _read(self, name: ActorName, resident: Resident, method: str, argument: Json) -> Json:
        ours = await self._rows.meet(name)
        if ours is None:  # then whatever this process remembered of it would soon be wrong
            actor = self._residents.made(name)
        else:
            actor = self._residents.actor(name, resident, known=ours.known)
        return copied(await actor.call(method, argument))

    # --- alarms ------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            pause_s = _LOOK_EVERY_S
            try:
                due = await self._ring_due()
                if due.next_at_ms is not None:
                    pause_s = min(pause_s, (due.next_at_ms - self._clock.now_ms()) / 1000)
                if idle := self._residents.evict_idle():
                    await self._rows.forget(idle)
            except Exception:  # the edge: a full disk, say, may be better the next time
                _logger.exception("cannot look for due alarms")
            await self._bell.wait(pause_s)

    async def _ring_due(self) -> Due:
        """Begin to deliver what is due, except what already is being delivered."""
        due = await self._rows.due(self._kinds, self._clock.now_ms(), limit=_ALARMS_AT_ONCE)
        for name in due.actors:
            if name not in self._ringing:
                self._start_ringing(name)
        return due

    def _start_ringing(self, name: ActorName) -> None:
        ringing = self._residents.start(name, lambda resident: self._ring(name, resident))
        self._ringing[name] = ringing
        ringing.add_done_callback(lambda _: self._ringing.pop(name))
        ringing.add_done_callback(_log_unheard)

    async def _ring(self, name: ActorName, resident: Resident) -> None:
        async with resident.turn:
            taken = await self._rows.take_to_ring(name, self._clock.now_ms())
            if taken is None:
                return
            ended = Ended.CUT_SHORT
            try:
                ended = await self._rung(name, resident, known=taken.known)
            finally:
                now_ms = self._clock.now_ms()
                await insistently(lambda: self._rows.free_rung(name, ended, now_ms))
        self._bell.ring()  # it may have set its next alarm for now

    async def _rung(self, name: ActorName, resident: Resident, *, known: bool) -> Ended:
        try:
            await self._residents.actor(name, resident, known=known).alarm()
        except (Exception, asyncio.CancelledError):  # the edge: nobody else hears of it
            if is_cancelled():  # we close, and that is not the actor's failure
                raise
            _logger.exception("the alarm of %s %s failed", *name)
            return Ended.FAILED
        return Ended.WELL

    def _storage_of(self, name: ActorName) -> SqliteActorStorage:
        return SqliteActorStorage(self._rows.file, name, self._bell.ring)


async def _cut_short(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _log_unheard(delivery: asyncio.Task[Any]) -> None:
    """Nobody waits for it (any more), so the log is the only place to say that it failed."""
    if not delivery.cancelled() and (error := delivery.exception()):
        _logger.error("a delivery nobody waits for has failed", exc_info=error)
