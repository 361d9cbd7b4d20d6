"""What an answer means, whatever way a service has of saying it."""

import json
from enum import Enum, auto

from grovemusic.clients import lastfm_errors
from grovemusic.domain.errors import UpstreamBusy, UpstreamError
from grovemusic.ports import Json, Request, Response

# Last.fm's errors are some hundred bytes long; a long body need not be read to know it is none.
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
    status = response.status
    if status in {429, 503}:
        return Verdict.BUSY
    if status >= 500:
        return Verdict.BROKEN
    if request.service == lastfm_errors.SERVICE and len(response.body) <= _LONGEST_ERROR:
        code = lastfm_errors.error_in(_json(response.body))
        if code is not None:
            return _of_lastfm(code)
    if status == 404 and not response.body.lstrip().startswith(b"<"):
        return Verdict.UNKNOWN
    return Verdict.ANSWER if status == 200 else Verdict.REFUSED


def sound(response: Response) -> bool:
    """True if the body is JSON and does not call itself an error. Costs reading all of it."""
    answer = _json(response.body)
    return isinstance(answer, dict | list) and "error" not in answer


def trouble(request: Request, response: Response) -> UpstreamError:
    """The error to raise for an answer that is BUSY, BROKEN or REFUSED."""
    if request.service == lastfm_errors.SERVICE and response.status < 500:
        code = lastfm_errors.error_in(_json(response.body))
        if code is not None and not response.retry_after_s:
            return lastfm_errors.trouble(code)
    match judge(request, response):
        case Verdict.BUSY:
            return UpstreamBusy(request.service, response.retry_after_s, _in_words(response))
        case Verdict.BROKEN if response.retry_after_s:
            return UpstreamBusy(request.service, response.retry_after_s, _in_words(response))
        case Verdict.BROKEN:
            return UpstreamError(request.service, f"is out of order (HTTP {response.status})")
        case _:
            return UpstreamError(request.service, f"refused the question (HTTP {response.status})")


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


def _of_lastfm(code: int) -> Verdict:
    if code == lastfm_errors.UNKNOWN:
        return Verdict.UNKNOWN
    if code == lastfm_errors.TOO_FAST:
        return Verdict.BUSY
    return Verdict.BROKEN if code in lastfm_errors.BROKEN else Verdict.REFUSED


def _in_words(response: Response) -> str:
    until = f" for {response.retry_after_s:g} s" if response.retry_after_s else ""
    return f"is busy{until} (HTTP {response.status})"


def _json(body: bytes) -> Json:
    """The JSON in `body`; None if there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
