"""One call over HTTP, and nothing that would give a secret away."""

import asyncio
import email.utils
import logging
import re

import httpx

from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import Clock, Request, Response, Send
from grovemusic.settings import Settings

LONGEST_ANSWER_BYTES = 8 * 1024 * 1024
MOST_REDIRECTS = 2
_HEADER = "header:"
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
# httpx logs every address at INFO, with Last.fm's api_key in it; httpcore logs headers at DEBUG.
_TALKATIVE = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


def http_send(client: httpx.AsyncClient, settings: Settings, clock: Clock) -> Send:
    """A Send that makes one call: GET, or POST when the request has a body.

    Redirects are followed on the same server only. The whole call, to the last byte, takes at most
    the service's `timeout_s`.

    The Send raises:
        TimeoutError, ConnectionError: no answer, or half of one; trying again may help. They carry
            no trace of the request, because its address may hold a key.
        UpstreamError: the answer is too large or comes from elsewhere, the request cannot be sent,
            or we are offline.
    """
    keep_addresses_out_of_logs()

    async def send(request: Request) -> Response:
        if settings.offline:
            raise UpstreamError(request.service, "is not asked: GROVE_OFFLINE is set")
        timeout_s = settings.upstream(request.service).timeout_s
        outgoing = _outgoing(client, request, settings, timeout_s=timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                answer, body = await _exchange(client, outgoing, request.service)
            return Response(
                status=answer.status_code, body=body, retry_after_s=_retry_after_s(answer, clock)
            )
        except (TimeoutError, httpx.TimeoutException):
            trouble: OSError = TimeoutError(f"did not answer within {timeout_s:g} s")
        except httpx.HTTPError as error:
            trouble = ConnectionError(f"could not be reached ({type(error).__name__})")
        raise trouble  # out here, where the error of httpx and its request do not hang on to it

    return send


def keep_addresses_out_of_logs() -> None:
    """Let the loggers that know our addresses and headers speak of warnings only."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_warnings_only)


def _warnings_only(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _outgoing(
    client: httpx.AsyncClient, request: Request, settings: Settings, *, timeout_s: float
) -> httpx.Request:
    """The request as httpx wants it.

    Raises:
        UpstreamError: the address is none, or a key holds letters no header may hold.
    """
    hidden = {name: secret.reveal() for name, secret in request.secret.items()}
    in_header = {n.removeprefix(_HEADER): v for n, v in hidden.items() if n.startswith(_HEADER)}
    in_query = {n: v for n, v in hidden.items() if not n.startswith(_HEADER)}
    try:
        return client.build_request(
            "GET" if request.body is None else "POST",
            httpx.URL(request.url).copy_merge_params({**request.query, **in_query}),
            json=request.body,
            headers={
                "User-Agent": settings.user_agent,
                "Accept": "application/json",
                **in_header,
            },
            timeout=timeout_s,
        )
    except (httpx.InvalidURL, ValueError):
        pass
    raise UpstreamError(request.service, "cannot be asked: its address or key is malformed")


async def _exchange(
    client: httpx.AsyncClient, outgoing: httpx.Request, service: str
) -> tuple[httpx.Response, bytes]:
    """The answer and its body, after redirects."""
    for _ in range(MOST_REDIRECTS + 1):
        answer = await client.send(outgoing, stream=True, follow_redirects=False)
        try:
            onward = answer.next_request
            if onward is None:
                return answer, await _body(answer, service)
        finally:
            await answer.aclose()
        if _server(onward.url) != _server(outgoing.url):
            raise UpstreamError(service, "wants to send us to another server")
        outgoing = onward
    raise UpstreamError(service, "sends us round in circles")


def _server(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _body(answer: httpx.Response, service: str) -> bytes:
    """All of the body, decompressed.

    Raises:
        UpstreamError: it is larger than LONGEST_ANSWER_BYTES.
    """
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > LONGEST_ANSWER_BYTES:
            raise UpstreamError(service, "answered with more than 8 MiB")
    return bytes(body)


def _retry_after_s(answer: httpx.Response, clock: Clock) -> float:
    """Seconds the service asks us to wait; 0 if it does not, or not in a way we can read.

    Retry-After holds seconds or a date (RFC 9110, 10.2.3). ListenBrainz says it in a header of its
    own: https://listenbrainz.readthedocs.io/en/latest/users/api/index.html#rate-limiting.
    """
    asked = answer.headers.get("Retry-After", "").strip()
    if not asked and answer.status_code == 429:
        asked = answer.headers.get("X-RateLimit-Reset-In", "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    until_s = _unix_s(asked)
    if until_s is None:
        return 0.0
    # The service's own clock if it shows it: ours may be minutes off.
    now_s = _unix_s(answer.headers.get("Date", ""))
    return max(0.0, until_s - (clock.now_ms() / 1000 if now_s is None else now_s))


def _unix_s(date: str) -> float | None:
    """A date as HTTP writes it, in Unix seconds."""
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
