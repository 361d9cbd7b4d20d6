"""The Cloudflare Worker: HTTP, cron, queue, and the names of its Durable Object classes.

What is imported here is in the memory snapshot of a deployment. Nothing below reads a clock, a
binding or randomness before an event comes in.
"""

import json
import sys
from typing import Any

from starlette.types import Scope
from workers import WorkerEntrypoint, asgi

import cron
from durable_objects.music_pipeline import MusicPipelineDO as MusicPipelineDO
from durable_objects.rate_limiter import RateLimiterDO as RateLimiterDO
from grovemusic.api.app import create_app
from grovemusic.api.services import ApiServices
from grovemusic.domain.errors import StorageFailure
from grovemusic.runtime.cloudflare.worker import WorkerClock, platform_of
from grovemusic.runtime.log import JsonLines
from grovemusic.runtime.messages import consume
from grovemusic.runtime.wiring import api_services
from grovemusic.settings import BadSettings


async def _provide(scope: Scope) -> ApiServices:
    try:
        return api_services(platform_of(scope["env"], scope["grove_context"]))
    except BadSettings as error:
        JsonLines(WorkerClock(), out=sys.stdout)("settings_failed", error=str(error))
        raise StorageFailure("settings", "they cannot be read") from error


# Hosts are the platform's business: a Worker answers only on the routes it was given.
app = create_app(_provide, hosts=("*",))


class Default(WorkerEntrypoint):
    """What the platform calls."""

    async def fetch(self, request: Any) -> Any:
        """An HTTP request that is not a static asset."""
        context = self.ctx

        async def with_context(scope: Scope, receive: Any, send: Any) -> None:
            await app({**scope, "grove_context": context}, receive, send)

        return await asgi.fetch(with_context, request, self.env, self.ctx)

    async def scheduled(self, controller: Any, _env: Any, _ctx: Any) -> None:
        """A schedule of `cron.TABLE` is due. The arguments are raw: `self.env` is not."""
        await cron.run(str(controller.cron), platform_of(self.env, self.ctx))

    async def queue(self, batch: Any, _env: Any = None, _ctx: Any = None) -> None:
        """Messages of the queue; if this raises, the whole batch comes again."""
        messages = [json.loads(str(message.body)) for message in batch.messages]
        await consume(platform_of(self.env, self.ctx), messages)
