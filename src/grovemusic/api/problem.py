"""Errors at the edge: the only module that knows both our errors and HTTP.

Every answer that is not a success is `application/problem+json` (RFC 9457).
"""

import inspect
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from grovemusic.domain import errors

MEDIA_TYPE = "application/problem+json"
UNREAD = "There was an error parsing the body"  # the framework's words
NOT_JSON = "the body is not JSON, or not such that it can be read"
STATUS: Mapping[type[errors.GroveError], HTTPStatus] = {
    errors.GroveError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.BadAsk: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NothingFound: HTTPStatus.NOT_FOUND,
    errors.UnknownThing: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.NotEnoughCredits: HTTPStatus.PAYMENT_REQUIRED,
    errors.TooManyRuns: HTTPStatus.TOO_MANY_REQUESTS,
    errors.UpstreamError: HTTPStatus.BAD_GATEWAY,
    errors.UpstreamBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.PlatformLimit: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StorageFailure: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StorageBusy: HTTPStatus.SERVICE_UNAVAILABLE,
}
MOST_FAULTS = 20  # named in one answer: a small body can hold a hundred thousand
# What these say is meant for the operator's log, not for strangers.
_PRIVATE = (errors.PlatformLimit, errors.StorageFailure)


def problem(error: errors.GroveError, *, instance: str) -> dict[str, Any]:
    """Describe `error`. The most specific row of STATUS wins."""
    kind = next(cls for cls in type(error).__mro__ if cls in STATUS)
    status = STATUS[kind]
    hidden = isinstance(error, _PRIVATE)
    body: dict[str, Any] = {
        "type": f"/problems/{kind.__name__}",
        "title": status.phrase,
        "status": status.value,
        "detail": "the service could not store or read something" if hidden else str(error),
        "instance": instance,
    }
    match error:
        case errors.BadAsk():
            body["errors"] = [{"field": error.field, "problem": error.problem}]
        case errors.NothingFound():
            body["suggestions"] = list(error.suggestions)
        case errors.NotEnoughCredits():
            body |= {"creditsNeeded": error.needed, "creditsAvailable": error.available}
    return body


def explanation(name: str) -> str:
    """What a problem type means, for the page its URI leads to.

    Raises:
        UnknownThing: there is no such type.
    """
    for kind in STATUS:
        if kind.__name__ == name:
            return inspect.getdoc(kind) or name
    raise errors.UnknownThing("problem type", name)


def respond(body: dict[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem as an answer."""
    return JSONResponse(body, body["status"], headers=dict(headers or {}), media_type=MEDIA_TYPE)


async def on_grove_error(request: Request, error: Exception) -> JSONResponse:
    """Everything that may go wrong and is not our bug."""
    if not isinstance(error, errors.GroveError):
        raise error
    headers: dict[str, str] = {}
    wait_s = getattr(error, "retry_after_s", 0.0)
    if wait_s:
        headers["Retry-After"] = str(max(1, round(wait_s)))
    return respond(problem(error, instance=request.url.path), headers)


async def on_bad_request(request: Request, error: Exception) -> JSONResponse:
    """A body or parameter that does not fit its schema: every fault by its field's name."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return respond(plain(HTTPStatus.BAD_REQUEST, NOT_JSON, request.url.path, "BadJson"))
    listed = [
        {"field": _field(fault["loc"]), "problem": _sentence(fault)}
        for fault in faults[:MOST_FAULTS]
    ]
    body = plain(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(f"{each['field']}: {each['problem']}" for each in listed)[:1000],
        request.url.path,
        "BadAsk",
    )
    return respond({**body, "errors": listed})


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """No such route, wrong method, and what else the framework refuses."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    detail = error.detail if error.detail != status.phrase else status.description
    if detail == UNREAD:
        detail = NOT_JSON
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"this address takes {Headers(error.headers).get('allow', 'other methods')}"
    return respond(plain(status, detail, request.url.path, "Http"), error.headers)


async def on_bug(request: Request, error: Exception) -> JSONResponse:
    """Our fault: no detail leaves the house. The server logs the traceback."""
    del error
    return respond(
        plain(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "something went wrong on our side; nothing was charged",
            request.url.path,
            "InternalError",
        )
    )


def plain(status: HTTPStatus, detail: str, instance: str, kind: str) -> dict[str, Any]:
    """A problem that is not one of ours."""
    return {
        "type": f"/problems/{kind}" if kind == "BadAsk" else "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": instance,
    }


def _field(location: tuple[str | int, ...]) -> str:
    """The field's name; the first step only says where it stood (body, query, path, header)."""
    return ".".join(str(step) for step in location[1:]) or str(location[0])


def _sentence(fault: Mapping[str, Any]) -> str:
    """What is wrong and what would be right, without echoing the input."""
    if fault["type"] == "extra_forbidden":
        return "there is no such field"
    if fault["type"] == "missing":
        return "is required"
    if fault["type"] in {"model_attributes_type", "model_type", "dict_type"}:
        return "must be a JSON object"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
