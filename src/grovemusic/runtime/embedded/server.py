"""The embedded server: the API, and the built page, on one port of this machine."""

import asyncio
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from grovemusic.api.app import create_app
from grovemusic.api.services import ApiServices
from grovemusic.runtime.embedded.clock import SystemClock
from grovemusic.runtime.embedded.installation import PROJECT, Installation
from grovemusic.runtime.embedded.pages import pages
from grovemusic.runtime.log import JsonLines
from grovemusic.settings import Settings

ASSETS = PROJECT / "build" / "assets"


def embedded_app(installation: Installation, assets: Path = ASSETS) -> ASGIApp:
    """The API over an open installation; what it does not serve is looked for in `assets`."""

    async def provide(_scope: Scope) -> ApiServices:
        return installation.api_services

    api = create_app(provide, hosts=installation.settings.allowed_hosts)
    if not assets.is_dir():
        return api
    page = pages(assets, otherwise=api)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (page if _is_page(scope) else api)(scope, receive, send)

    return app


def _is_page(scope: Scope) -> bool:
    path = scope.get("path", "")
    ours = path.startswith(("/api/", "/problems/")) or path == "/docs"
    return scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and not ours


def serve(settings: Settings) -> None:
    """Serve until interrupted. Runs that were cut off before go on at once."""
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    clock = SystemClock()
    async with Installation(settings, clock=clock, log=JsonLines(clock)) as installation:
        config = uvicorn.Config(
            embedded_app(installation),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=3,
        )
        # Those of a million tracks take seconds to read: no first playlist shall wait for it.
        vectors_read = asyncio.ensure_future(installation.platform.audio_vectors.count())
        background = [asyncio.create_task(installation.keep_running()), vectors_read]
        try:
            await uvicorn.Server(config).serve()
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
