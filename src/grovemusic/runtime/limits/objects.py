"""Objects and ranges that R2 takes. Source: https://developers.cloudflare.com/r2/platform/limits/"""

from collections.abc import Sequence

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.runtime.limits.keys import key_bytes

PORT = "objects"
MOST_KEY_BYTES = 1024
MOST_DELETED_AT_ONCE = 1000


def checked_key(key: str) -> bytes:
    """`key` as bytes."""
    return key_bytes(PORT, key, at_most=MOST_KEY_BYTES)


def checked_keys(keys: Sequence[str]) -> list[bytes]:
    """Keys to delete at once, as bytes."""
    if len(keys) > MOST_DELETED_AT_ONCE:
        raise PlatformLimit(PORT, f"at most {MOST_DELETED_AT_ONCE:,} at once, got {len(keys):,}")
    return [checked_key(key) for key in keys]


def range_in(size: int, offset: int | None, length: int | None) -> tuple[int, int]:
    """Where a range begins and how many bytes of `size` it has.

    Raises:
        StorageFailure: it begins at the end or past it, or is to have no bytes, as R2 says.
    """
    start = offset or 0
    if start < 0:
        start = max(0, size + start)
    rest = size - start
    count = rest if length is None else min(length, rest)
    if count <= 0:
        raise StorageFailure(PORT, f"no such range: {offset=} {length=} of {size:,} bytes")
    return start, count
