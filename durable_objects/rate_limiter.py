"""Slots of one upstream service for the whole deployment: `grovemusic.clients.limiter` in a
Durable Object, named by the service.
"""

from typing import Any

from workers import DurableObject

from grovemusic.runtime.cloudflare.durable import Shell
from grovemusic.runtime.cloudflare.worker import WorkerClock
from grovemusic.runtime.wiring import limiter_actor


class RateLimiterDO(DurableObject):
    """The shell; every decision is the actor's."""

    def __init__(self, ctx: Any, env: Any) -> None:
        super().__init__(ctx, env)
        self._shell = Shell(ctx.storage, lambda storage: limiter_actor("", storage, WorkerClock()))

    async def deliver(self, method: str, text: str) -> str:
        """A message from `DurableActors`."""
        return await self._shell.deliver(method, text)

    async def alarm(self, _info: Any = None) -> None:
        """Never set."""
        await self._shell.alarm()
