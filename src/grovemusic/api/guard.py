"""What is refused before anything is parsed: foreign hosts, large bodies, wrong content types.

A page on another site can make a browser send a request to 127.0.0.1. It cannot send JSON with a
JSON content type without asking first, and it cannot hide the host it was loaded from: so both
are checked, and a local installation cannot be driven from a stranger's page.
"""

from http import HTTPStatus

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grovemusic.api.problem import plain, respond
from grovemusic.domain.json_depth import DEEPEST, Depth

LARGEST_BODY = 256 * 1024
TOO_LARGE = f"a body may have {LARGEST_BODY // 1024} KiB"
TOO_DEEP = f"JSON may be nested {DEEPEST} levels deep"
_MOST_DIGITS = 12  # Python refuses to read numbers of thousands of digits
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Guard:
    """ASGI middleware. `hosts` are names without port; "*" allows all."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            status, detail = refusal
            await respond(plain(status, detail, scope["path"], "Http"))(scope, receive, send)
            return
        await self._app(scope, _Counted(receive), send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[HTTPStatus, str] | None:
        if "*" not in self._hosts and _host_name(headers.get("host", "")) not in self._hosts:
            return HTTPStatus.MISDIRECTED_REQUEST, "this host is not served here"
        if scope["method"] not in _WITH_BODY:
            return None
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > _MOST_DIGITS or int(length) > LARGEST_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE
        if scope["method"] != "POST":  # a page may send no other without asking; no route takes one
            return None
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send JSON as application/json"
        return None


def _host_name(host: str) -> str:
    """The name in a Host header, without its port and the brackets of IPv6."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower()


class _Counted:
    """`receive` that refuses a body once it has grown too large or too deep."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._seen, self._depth = receive, 0, Depth()

    async def __call__(self) -> Message:
        message = await self._receive()
        body = message.get("body", b"")
        self._seen += len(body)
        if self._seen > LARGEST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        if self._depth.after(body) > DEEPEST:
            raise HTTPException(HTTPStatus.BAD_REQUEST, TOO_DEEP)
        return message
