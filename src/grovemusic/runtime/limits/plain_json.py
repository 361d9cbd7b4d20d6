"""Values that survive the way to another process: JSON and nothing else."""

import json

from grovemusic.ports import Json


def to_text(value: Json) -> str:
    """`value` as JSON text from which the very same value can be read again.

    Raises:
        TypeError: it holds something else, for example a tuple, a set or a key that is no text:
            Python would quietly change some of these, and a Worker refuses them.
        ValueError: it holds NaN, an infinite number, a whole one that JavaScript cannot hold, or
            half a character; or it is nested in itself.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    text.encode()  # half a surrogate pair stops here
    if json.loads(text, parse_int=_safe) != value:
        raise TypeError(f"not plain JSON: {value!r:.200}")
    return text


def _safe(digits: str) -> int:
    number = int(digits)
    if abs(number) >= 2**53:
        raise ValueError(f"whole numbers stay below 2**53, got {digits}")
    return number


def copied(value: Json) -> Json:
    """An equal value that shares nothing with `value`, as if it came from another process."""
    return json.loads(to_text(value))
