"""What an answer means, whatever way a service has of saying it."""

import json
from enum import Enum, auto

from grovemusic.clients import lastfm_errors
from grovemusic.domain.errors import UpstreamBusy, UpstreamError
from grovemusic.domain.json_depth import too_deep
from grovemusic.ports import Json, Request, Response

# Last.fm's errors are some hundred bytes long: a long body need not be read to know it is none.
_LONGEST_ERROR = 4096


class Verdict(Enum):
    """How to go on."""

    ANSWER = auto()
    UNKNOWN = auto()  # an answer too: there is no such thing
    BUSY = auto()  # come back later
    BROKEN = auto()  # it failed, and may not the next time
    REFUSED = auto()  # asking again will not help


def judge(request: Request, response: Response) -> Verdict:
    """Last.fm's body outranks its status below 500; elsewhere the status is the truth.

    A 404 that comes as a web page is a wrong address, not an unknown song.
    """
    if response.status in {429, 503}:
        return Verdict.BUSY
    if response.status >= 500:
        return Verdict.BROKEN
    code = _lastfm_code(request, response)
    if code is not None:
        return _of_lastfm(code)
    if response.status == 404 and not response.body.lstrip().startswith(b"<"):
        return Verdict.UNKNOWN
    return Verdict.ANSWER if response.status == 200 else Verdict.REFUSED


def sound(response: Response) -> bool:
    """True if the body is JSON and does not call itself an error. Costs reading all of it."""
    answer = _json(response.body)
    return isinstance(answer, dict | list) and "error" not in answer


def trouble(request: Request, response: Response) -> UpstreamError:
    """The error to raise for an answer that is BUSY, BROKEN or REFUSED."""
    verdict = judge(request, response)
    reason = _reason(verdict, request, response)
    if verdict is Verdict.BUSY or response.retry_after_s:
        return UpstreamBusy(request.service, response.retry_after_s, reason)
    return UpstreamError(request.service, reason)


def body_of(request: Request, response: Response) -> bytes | None:
    """What there is to read; None if the service knows no such thing.

    Raises:
        UpstreamBusy: the service asks us to come back later.
        UpstreamError: it failed or refused.
    """
    match judge(request, response):
        case Verdict.ANSWER:
            return response.body
        case Verdict.UNKNOWN:
            return None
        case _:
            raise trouble(request, response)


def _reason(verdict: Verdict, request: Request, response: Response) -> str:
    code = _lastfm_code(request, response)
    if code is not None:
        return lastfm_errors.reason(code)
    status = f"(HTTP {response.status})"
    match verdict:
        case Verdict.BUSY if response.retry_after_s:
            return f"is busy for {response.retry_after_s:g} s {status}"
        case Verdict.BUSY:
            return f"is busy {status}"
        case Verdict.BROKEN:
            return f"is out of order {status}"
        case _:
            return f"refused the question {status}"


def _lastfm_code(request: Request, response: Response) -> int | None:
    """Last.fm's error number; None for other services and for answers without one."""
    if request.service != lastfm_errors.SERVICE or len(response.body) > _LONGEST_ERROR:
        return None
    return lastfm_errors.error_in(_json(response.body))


def _of_lastfm(code: int) -> Verdict:
    if code == lastfm_errors.UNKNOWN:
        return Verdict.UNKNOWN
    if code == lastfm_errors.TOO_FAST:
        return Verdict.BUSY
    return Verdict.BROKEN if code in lastfm_errors.BROKEN else Verdict.REFUSED


def _json(body: bytes) -> Json:
    """The JSON in `body`; None if there is none that can be read."""
    if too_deep(body):
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None
