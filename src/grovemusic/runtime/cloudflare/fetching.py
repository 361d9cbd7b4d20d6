"""An httpx transport over `fetch`, the only way out of a Worker.

One client over it serves every outgoing call, `anthropic`'s included.
"""

from typing import Any

import httpx
import js
from pyodide.ffi import JsException, to_js

from grovemusic.runtime.cloudflare.javascript import body_bytes, options

# fetch decompresses by itself and sets these; the others are its own business.
_NOT_SENT = frozenset(
    {"host", "accept-encoding", "connection", "content-length", "transfer-encoding"}
)
_NOT_RECEIVED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_NO_BODY = frozenset({"GET", "HEAD"})


class FetchTransport(httpx.AsyncBaseTransport):
    """Sends an httpx request by `fetch`. Redirects are given back, not followed."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in _NOT_SENT}
        body = await request.aread()
        try:
            answer = await js.fetch(str(request.url), _init(request, headers, body))
            content = body_bytes(await answer.arrayBuffer())
        except JsException as error:
            raise _httpx_error(error, request) from None
        received = [
            (str(pair[0]), str(pair[1]))
            for pair in answer.headers
            if str(pair[0]).lower() not in _NOT_RECEIVED
        ]
        return httpx.Response(
            int(answer.status), headers=received, content=content, request=request
        )


def fetch_client() -> httpx.AsyncClient:
    """A client for everything outside. Cheap: fetch keeps the connections."""
    return httpx.AsyncClient(transport=FetchTransport(), trust_env=False)


def _init(request: httpx.Request, headers: dict[str, str], body: bytes) -> Any:
    timeout_s = (request.extensions.get("timeout") or {}).get("read")
    signal = js.AbortSignal.timeout(round(timeout_s * 1000)) if timeout_s else None
    return options(
        method=request.method,
        headers=headers,
        body=to_js(body) if body and request.method not in _NO_BODY else None,
        redirect="manual",
        signal=signal,
    )


def _httpx_error(error: JsException, request: httpx.Request) -> httpx.TransportError:
    """The httpx error that a failed fetch stands for; without its message, which names the URL."""
    name = str(getattr(error, "name", ""))
    if name in {"TimeoutError", "AbortError"}:
        return httpx.ReadTimeout("timed out", request=request)
    return httpx.ConnectError("could not be reached", request=request)
