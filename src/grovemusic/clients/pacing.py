"""How often a service may be called: evenly spaced slots, never a burst."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from grovemusic.domain.errors import UpstreamBusy
from grovemusic.ports import Clock, Request, Response, Send
from grovemusic.settings import Settings

# A call may leave or arrive later than its slot, and the next one on time: spacing allows for it.
JITTER_MS = 200
CLOCK_MS = 20  # clocks of whole milliseconds, two of them, and a server's own idea of a second
LOOK_AGAIN_S = 0.05
FORGOTTEN_MS = 60_000  # no call takes so long


class Slots(Protocol):
    """Hands out moments at which a service may be called. Behind it: one bucket a service."""

    async def take(self, service: str) -> float:
        """Book the next free slot; the seconds until it comes.

        When that is longer than anyone waits, no slot is booked and the answer only says how long
        the queue is: callers who give up must not make it longer.
        """
        ...


@dataclass(slots=True)
class TokenBucket:
    """Says how long to wait; never sleeps, never reads a clock. One a service.

    It holds a single token, so no window of one second sees more than `rate_per_s` calls (rounded
    down; below one a second: no window of `1 / rate_per_s` seconds more than one), even when each
    call is up to JITTER_MS late.

    Attributes:
        longest_wait_s: A longer queue than this refuses.
        free_at_ms: When the next slot is free, Unix time; the only state, so it is easy to store.
    """

    rate_per_s: float
    longest_wait_s: float
    free_at_ms: float = 0.0

    def take(self, now_ms: float) -> float:
        """Book the next free slot; the seconds until it comes.

        An answer above `longest_wait_s` means that nothing was booked.
        """
        wait_ms = max(0.0, self.free_at_ms - now_ms)
        if wait_ms > self.longest_wait_s * 1000 + self.gap_ms:
            wait_ms = 0.0  # no queue gets that long: the clock was set back
        if wait_ms <= self.longest_wait_s * 1000:
            self.free_at_ms = now_ms + wait_ms + self.gap_ms
        return wait_ms / 1000

    @property
    def gap_ms(self) -> float:
        """Milliseconds between two calls."""
        calls_a_window = max(1, int(self.rate_per_s))
        window_ms = max(1000.0, 1000 / self.rate_per_s)
        return (window_ms + JITTER_MS) / calls_a_window


class LocalSlots:
    """Slots for one process. Deployed on several machines, an actor has to do this."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._buckets: dict[str, TokenBucket] = {}

    async def take(self, service: str) -> float:
        if service not in self._buckets:
            rate_per_s = self._settings.upstream(service).rate_per_s
            self._buckets[service] = TokenBucket(rate_per_s, self._settings.patience_s)
        return self._buckets[service].take(self._clock.now_ms())


@dataclass(slots=True)
class Traffic:
    """Calls of one process, by service: under way, and when the last ones ended. Plain numbers, so
    that it may outlive a request.
    """

    began_ms: dict[str, list[float]] = field(default_factory=dict)
    ended_ms: dict[str, deque[float]] = field(default_factory=dict)


class Gate:
    """Keeps one process strictly to the rates, however late its calls really leave.

    A slot is a promise about the future, and a busy event loop is late. What counts is when a call
    arrives, somewhere between its start and its end: if one may start only while fewer than the
    rate are under way or ended less than a window ago, no window can hold more arrivals than that.

    It waits by looking again, never for another run's event: in a Worker those belong to another
    request.
    """

    def __init__(self, traffic: Traffic, settings: Settings, clock: Clock) -> None:
        self._traffic, self._settings, self._clock = traffic, settings, clock

    async def wait(self, service: str) -> None:
        """Return when a call may start; the caller starts it before awaiting anything else."""
        while (wait_s := self._wait_s(service)) > 0:
            await self._clock.sleep(wait_s)

    @contextmanager
    def call(self, service: str) -> Iterator[None]:
        """A call is under way."""
        began_ms = self._clock.now_ms()
        under_way = self._traffic.began_ms.setdefault(service, [])
        under_way.append(began_ms)
        try:
            yield
        finally:
            if began_ms in under_way:
                under_way.remove(began_ms)
            self._traffic.ended_ms.setdefault(service, deque()).append(self._clock.now_ms())

    def _wait_s(self, service: str) -> float:
        rate_per_s = self._settings.upstream(service).rate_per_s
        most, window_ms = max(1, int(rate_per_s)), max(1000.0, 1000 / rate_per_s) + CLOCK_MS
        ended, now_ms = self._traffic.ended_ms.setdefault(service, deque()), self._clock.now_ms()
        while ended and not 0 <= now_ms - ended[0] < window_ms:  # or the clock was set back
            ended.popleft()
        under_way = self._traffic.began_ms.setdefault(service, [])
        # A request that was cut off never says that its call has ended.
        under_way[:] = [began for began in under_way if now_ms - began < FORGOTTEN_MS]
        if len(under_way) + len(ended) < most:
            return 0.0
        return (window_ms - (now_ms - ended[0])) / 1000 if ended else LOOK_AGAIN_S


def throttled(
    send: Send, slots: Slots, clock: Clock, *, patience_s: float, gate: Gate | None = None
) -> Send:
    """Wait for a slot before every call, and for the process's own gate if it has one.

    Raises:
        UpstreamBusy: the slot is more than `patience_s` seconds away.
    """

    async def inner(request: Request) -> Response:
        wait_s = await slots.take(request.service)
        if wait_s > patience_s:
            raise UpstreamBusy(request.service, wait_s, f"too many are waiting: {wait_s:.0f} s")
        if wait_s > 0:
            await clock.sleep(wait_s)
        if gate is None:
            return await send(request)
        await gate.wait(request.service)
        with gate.call(request.service):
            return await send(request)

    return inner
