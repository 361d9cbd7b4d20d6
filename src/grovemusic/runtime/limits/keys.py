"""Keys as bytes, and pages of them.

Keys are kept as UTF-8 bytes, because the platforms order them by those and count their length
in those. No UTF-8 text holds the byte FF, so everything that begins with a prefix lies between
the prefix and the prefix followed by FF.
"""

from collections.abc import Sequence

from grovemusic.domain.errors import PlatformLimit
from grovemusic.ports import Page

_BEYOND = b"\xff"
MOST_LISTED = 1000


def utf8(port: str, text: str) -> bytes:
    """`text` in UTF-8.

    Raises:
        PlatformLimit: it holds half a character (a lone surrogate), which a browser can send.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise PlatformLimit(port, f"not UTF-8 text: {error}") from error


def key_bytes(port: str, key: str, *, at_most: int) -> bytes:
    """`key` as it is kept.

    Raises:
        PlatformLimit: it is empty, too long, or not text that UTF-8 can hold.
    """
    encoded = utf8(port, key)
    if not 1 <= len(encoded) <= at_most:
        raise PlatformLimit(port, f"keys have 1-{at_most} bytes, got {len(encoded)}")
    return encoded


def span(port: str, prefix: str, *, after: str | None = None) -> tuple[bytes, bytes]:
    """The first key that may begin with `prefix` and follow `after`, and the first beyond all."""
    first = utf8(port, prefix)
    beyond = first + _BEYOND
    if after is not None:
        first = max(first, utf8(port, after) + b"\0")
    return first, beyond


def page(found: Sequence[bytes], *, limit: int) -> Page:
    """A page of `limit` keys, made from `limit + 1` found ones if there are so many."""
    keys = [key.decode() for key in found[:limit]]
    return Page(keys, keys[-1] if len(found) > limit else None)


def check_limit(port: str, limit: int) -> None:
    """Refuse to list none, or more than the platforms list at once."""
    if not 1 <= limit <= MOST_LISTED:
        raise PlatformLimit(port, f"a list gives 1-{MOST_LISTED} keys, asked for {limit}")
