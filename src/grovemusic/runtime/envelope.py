"""An actor's answer or error as one text, so that both cross an RPC whole.

An exception that crosses by itself arrives as a JavaScript Error with a message and nothing else.
"""

import json
from typing import Any

from grovemusic.domain import errors
from grovemusic.ports import Json


def sealed(answer: Json) -> str:
    """An answer."""
    return json.dumps({"answer": answer})


def sealed_error(error: errors.GroveError) -> str:
    """An error of ours, with all that belongs to it."""
    about = {"kind": type(error).__name__, "message": str(error), "more": vars(error)}
    return json.dumps({"error": about}, default=list)


def opened(text: str) -> Json:
    """The answer; or the error is raised as it was.

    Raises:
        GroveError: of the kind that was sealed.
    """
    content = json.loads(text)
    if "error" in content:
        raise _error(content["error"])
    return content["answer"]


def _error(about: dict[str, Any]) -> errors.GroveError:
    kind = getattr(errors, about["kind"], errors.GroveError)
    error: errors.GroveError = kind.__new__(kind)
    error.args = (about["message"],)
    for name, value in about["more"].items():
        setattr(error, name, tuple(value) if isinstance(value, list) else value)
    return error
