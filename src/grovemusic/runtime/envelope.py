"""An actor's answer or error as one text, so that both cross an RPC whole.

An exception that crosses by itself arrives as a JavaScript Error with a message and nothing else.
"""

import json
from collections.abc import Mapping
from typing import Any

from grovemusic.domain import errors
from grovemusic.ports import Json
from grovemusic.runtime.limits.plain_json import to_text


def sealed(answer: Json) -> str:
    """An answer."""
    return f'{{"answer":{to_text(answer)}}}'


def sealed_error(error: Exception) -> str:
    """An error: one of ours with all that belongs to it, a bug with its kind and message."""
    more = vars(error) if isinstance(error, errors.GroveError) else {}
    about = {"kind": type(error).__name__, "message": str(error), "more": more}
    return json.dumps({"error": about}, default=list)


def opened(text: str) -> Json:
    """The answer; or the error is raised as it was.

    Raises:
        GroveError: of the kind that was sealed.
        TypeError, ValueError, RuntimeError: a bug in the actor; RuntimeError for all other kinds.
    """
    content = json.loads(text)
    if "error" in content:
        raise _error(content["error"])
    return content["answer"]


_BUGS: Mapping[str, type[Exception]] = {"TypeError": TypeError, "ValueError": ValueError}


def _error(about: dict[str, Any]) -> Exception:
    kind = getattr(errors, about["kind"], None)
    if kind is None:
        return _BUGS.get(about["kind"], RuntimeError)(about["message"])
    error: errors.GroveError = kind.__new__(kind)
    error.args = (about["message"],)
    for name, value in about["more"].items():
        setattr(error, name, tuple(value) if isinstance(value, list) else value)
    return error
