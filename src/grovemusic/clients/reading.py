"""Reading JSON nobody promised us: every function takes anything and never trips over it.

What cannot be read as asked is None or empty. Error texts say what was missing and never quote
the answer: a broken proxy may have echoed our question in it, key and all.
"""

import json
import math
from typing import Any

from grovemusic.domain import ids
from grovemusic.domain.errors import UpstreamError
from grovemusic.domain.json_depth import too_deep
from grovemusic.ports import Json

_WHOLE = 2**53  # above it a float no longer knows its ones, and SQLite and JavaScript lose them


def load(service: str, body: bytes) -> Json:
    """The JSON in `body`; NaN and Infinity, which are not JSON, become None.

    Raises:
        UpstreamError: it is not JSON, or nested too deeply to be an honest answer.
    """
    if too_deep(body):
        raise unexpected(service, "it is nested too deeply")
    try:
        return json.loads(body, parse_constant=lambda _: None)
    except ValueError:
        pass
    raise unexpected(service, "it is not JSON")


def unexpected(service: str, why: str) -> UpstreamError:
    """The error for an answer of a shape we do not know; `why` in our own words."""
    return UpstreamError(service, f"unexpected answer: {why}")


def obj(value: Json) -> dict[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(service: str, value: Json) -> list[dict[str, Any]]:
    """The objects of a list, in order.

    One object alone is a list of one, and null or "" an empty list: services that make their JSON
    from XML send both. Entries that are not objects are left out.

    Raises:
        UpstreamError: it is none of these.
    """
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]
    if isinstance(value, dict):
        return [value]
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    raise unexpected(service, "a list was expected")


def texts(value: Json) -> tuple[str, ...]:
    """The readable texts of a list, in order, without repeats; a text alone is a list of one."""
    found = [text(each) for each in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys(each for each in found if each))


def text(value: Json) -> str | None:
    """Text that shows something, trimmed; a number becomes its digits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _WHOLE:
        return str(value)
    if not isinstance(value, str):
        return None
    # JSON may escape half a surrogate pair, which no database or hash accepts.
    return value.encode(errors="replace").decode().strip() or None


def number(value: Json) -> float | None:
    """A finite number, also when it comes as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def count(value: Json) -> int | None:
    """A whole number of 0 or more, small enough to be stored anywhere."""
    found = number(value)
    return int(found) if found is not None and 0 <= found < _WHOLE else None


def positive(value: Json) -> int | None:
    """As `count`, and None for 0: how services write that they do not know a length."""
    return count(value) or None


def mbid(value: Json) -> str | None:
    """A MusicBrainz id in lower case; Last.fm sends "" for none."""
    return ids.clean_mbid(value) if isinstance(value, str) else None


def mbids(value: Json) -> tuple[str, ...]:
    """The MusicBrainz ids in a list, in order, without repeats."""
    found = [mbid(each) for each in value] if isinstance(value, list) else []
    return tuple(dict.fromkeys(each for each in found if each))


def address(value: Json) -> str | None:
    """A web address; anything else could do harm in a link (`javascript:`)."""
    found = text(value)
    return found if found and found.startswith(("https://", "http://")) else None
