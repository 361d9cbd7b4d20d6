"""Slots for the whole deployment: one limiter actor a service, asked before every call.

A bucket inside each run would not protect us: a hundred runs would make a hundred times the calls.
"""

from grovemusic.clients.pacing import TokenBucket
from grovemusic.domain.errors import UnknownThing
from grovemusic.ports import Actors, ActorStorage, Clock, Json

KIND = "limiter"


class LimiterActor:
    """Implements `ports.Actor` for one service: a token bucket that survives restarts.

    Method: take {rate_per_s, longest_wait_s} -> seconds to wait.
    """

    reads: frozenset[str] = frozenset()

    def __init__(self, storage: ActorStorage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def call(self, method: str, argument: Json) -> Json:
        """Answer one message."""
        if method != "take":
            raise UnknownThing("method of a limiter", method)
        stored = await self._storage.get(["free_at_ms"])
        bucket = TokenBucket(
            rate_per_s=argument["rate_per_s"],
            longest_wait_s=argument["longest_wait_s"],
            free_at_ms=stored.get("free_at_ms", 0.0),
        )
        wait_s = bucket.take(self._clock.now_ms())
        await self._storage.put({"free_at_ms": bucket.free_at_ms})
        return wait_s

    async def alarm(self) -> None:
        """Never set."""


class ActorSlots:
    """Implements `pacing.Slots` by asking the limiter actor of each service."""

    def __init__(self, actors: Actors, *, rates_per_s: dict[str, float], patience_s: float) -> None:
        self._actors, self._rates, self._patience_s = actors, rates_per_s, patience_s

    async def take(self, service: str) -> float:
        argument = {"rate_per_s": self._rates[service], "longest_wait_s": self._patience_s}
        return float(await self._actors.call(KIND, service, "take", argument))
