"""The FastAPI application: the same one on a laptop and in a Worker.

Nothing is kept between requests: `provide` gives the services of each. Routes are all `async`,
since a plain function would need threads, which Pyodide has not.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from grovemusic import VERSION
from grovemusic.api import problem
from grovemusic.api.docs import router as docs_router
from grovemusic.api.guard import Guard
from grovemusic.api.routes import generate, health, listener, playlists, search
from grovemusic.api.services import ApiServices
from grovemusic.domain.errors import GroveError

Provide = Callable[[Scope], Awaitable[ApiServices]]

ABOUT = """
One song in, a playlist out, with a reason for every track that you can check.

Start with `POST /api/generate`, follow `GET /api/generate/{runId}/stream`, then read
`GET /api/generate/{runId}` or take the playlist away with
`GET /api/playlist/{id}/export/{format}`. Errors are RFC 9457 problem details.
"""


def create_app(provide: Provide, *, hosts: tuple[str, ...]) -> ASGIApp:
    """The application, guarded, with the services of each request from `provide`."""
    app = FastAPI(
        title="GroveMusic",
        version=VERSION,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        exception_handlers={
            GroveError: problem.on_grove_error,
            RequestValidationError: problem.on_bad_request,
            HTTPException: problem.on_http_error,
            Exception: problem.on_bug,
        },
    )
    for module in (health, search, generate, playlists, listener):
        app.include_router(module.router)
    app.include_router(docs_router)
    return Guard(with_services(app, provide), hosts=hosts)


def with_services(app: ASGIApp, provide: Provide) -> ASGIApp:
    """`app` with the services of each HTTP request in its scope."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            extra: dict[str, Any] = {"grove": await provide(scope)}
            scope = {**scope, **extra}
        await app(scope, receive, send)

    return inner
