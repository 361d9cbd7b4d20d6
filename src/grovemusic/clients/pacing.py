"""How often a service may be called: evenly spaced slots, never a burst."""

from dataclasses import dataclass
from typing import Protocol

from grovemusic.domain.errors import UpstreamBusy
from grovemusic.ports import Clock, Request, Response, Send
from grovemusic.settings import Settings

# A call may leave or arrive later than its slot, and the next one on time: spacing allows for it.
JITTER_MS = 100


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


def throttled(send: Send, slots: Slots, clock: Clock, *, patience_s: float) -> Send:
    """Wait for a slot before every call.

    Raises:
        UpstreamBusy: the slot is more than `patience_s` seconds away.
    """

    async def inner(request: Request) -> Response:
        wait_s = await slots.take(request.service)
        if wait_s > patience_s:
            raise UpstreamBusy(request.service, wait_s, f"too many are waiting: {wait_s:.0f} s")
        if wait_s > 0:
            await clock.sleep(wait_s)
        return await send(request)

    return inner
