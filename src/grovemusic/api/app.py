"""The FastAPI application: the same one on a laptop and in a Worker.

Nothing is kept between requests: `provide` gives the services of each. Routes are all `async`,
since a plain function would need threads, which Pyodide has not.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grovemusic import VERSION
from grovemusic.api import problem
from grovemusic.api.docs import router as docs_router
from grovemusic.api.guard import Guard
from grovemusic.api.routes import generate, health, listener, metrics, playlists, search
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
    for module in (health, search, generate, playlists, listener, metrics):
        app.include_router(module.router)
    app.include_router(docs_router)
    return Guard(with_services(app, provide), hosts=hosts)


def with_services(app: ASGIApp, provide: Provide) -> ASGIApp:
    """`app` with the services of each HTTP request in its scope, and a log line for each."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        try:
            services = await provide(scope)
        except GroveError as error:  # settings nobody can read
            body = problem.problem(error, instance=scope["path"])
            await problem.respond(body)(scope, receive, send)
            return
        await app({**scope, "grove": services}, receive, logged(send, scope, services))

    return inner


def logged(send: Send, scope: Scope, services: ApiServices) -> Send:
    """`send` that logs the request when its answer begins: method, path, status, milliseconds.

    The query is left out: it holds what listeners search for.
    """
    began_ms = services.clock.now_ms()

    async def inner(message: Message) -> None:
        if message["type"] == "http.response.start":
            services.log(
                "request",
                method=scope["method"],
                path=scope["path"][:200],
                status=message["status"],
                took_ms=services.clock.now_ms() - began_ms,
            )
        await send(message)

    return inner
