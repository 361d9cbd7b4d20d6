"""One run of the pipeline: `grovemusic.pipeline.run.RunActor` in a Durable Object of its name.

In memory, while it lasts, the object keeps the run's sources: equal questions in flight are asked
once, and the run's budget of upstream calls is counted there.
"""

from typing import Any

from workers import DurableObject

from grovemusic.runtime.cloudflare.durable import Shell
from grovemusic.runtime.cloudflare.worker import platform_of
from grovemusic.runtime.wiring import run_actor


class MusicPipelineDO(DurableObject):
    """The shell; every decision is the actor's."""

    def __init__(self, ctx: Any, env: Any) -> None:
        super().__init__(ctx, env)
        platform = platform_of(env, None)
        self._shell = Shell(ctx.storage, lambda storage: run_actor("", storage, platform))

    async def deliver(self, method: str, text: str) -> str:
        """A message from `DurableActors`."""
        return await self._shell.deliver(method, text)

    async def alarm(self, _info: Any = None) -> None:
        """The next stage is due."""
        await self._shell.alarm()
