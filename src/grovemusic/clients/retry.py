"""Trying again what may work the next time, while a listener is waiting."""

from collections.abc import Callable, Iterator

from grovemusic.clients.verdict import Verdict, judge, trouble
from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import Clock, Request, Response, Send

ATTEMPTS = 3
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0
_WORTH_A_RETRY = frozenset({Verdict.BUSY, Verdict.BROKEN})


def retried(send: Send, clock: Clock, *, patience_s: float, chance: Callable[[], float]) -> Send:
    """Try up to ATTEMPTS times while the trouble looks temporary.

    Temporary are HTTP 429 and 5xx, Last.fm's errors 8, 11, 16 and 29 under any status, and what
    `send` raises as OSError: time-outs and lost connections. Every other answer is returned as it
    is, and every other error raised.

    Args:
        patience_s: Asked to wait longer than this (Retry-After), give up at once.
        chance: A random number from 0 to 1, for the pauses.

    Raises:
        UpstreamBusy: the service asked for more patience than there is, or was busy to the end.
        UpstreamError: it failed to the end.
    """

    async def inner(request: Request) -> Response:
        for pause_s in pauses(ATTEMPTS - 1, chance=chance):
            response = await _attempt(send, request)
            if isinstance(response, Response):
                return response
            if response.retry_after_s > patience_s:
                raise response
            await clock.sleep(max(pause_s, response.retry_after_s))
        response = await _attempt(send, request)
        if isinstance(response, Response):
            return response
        raise response

    return inner


async def _attempt(send: Send, request: Request) -> Response | UpstreamError:
    """The answer, or the temporary trouble that came instead of it."""
    try:
        response = await send(request)
    except OSError as error:
        return UpstreamError(request.service, str(error))
    if judge(request, response) in _WORTH_A_RETRY:
        return trouble(request, response)
    return response


def pauses(count: int, *, chance: Callable[[], float]) -> Iterator[float]:
    """Seconds to pause after failure 1, 2, …: anything below 0.5, 1, 2, … at most 8.

    Source: "full jitter" in Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
    """
    for n in range(count):
        yield min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**n) * chance()
