"""Entries that Workers KV takes. Source: https://developers.cloudflare.com/kv/platform/limits/"""

from collections.abc import Sequence

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.runtime.limits.keys import key_bytes

PORT = "keyvalue"
MOST_KEY_BYTES = 512
MOST_VALUE_BYTES = 25 * 1024 * 1024
MOST_GOT_AT_ONCE = 100
LEAST_TTL_S = 60


def checked_key(key: str) -> bytes:
    """`key` as bytes."""
    if key in {".", ".."}:
        raise PlatformLimit(PORT, f"{key!r} is no key")
    return key_bytes(PORT, key, at_most=MOST_KEY_BYTES)


def check_many(keys: Sequence[str]) -> None:
    """Refuse to get too many at once."""
    if len(keys) > MOST_GOT_AT_ONCE:
        raise PlatformLimit(PORT, f"at most {MOST_GOT_AT_ONCE} keys at once, got {len(keys)}")


def check_entry(value: bytes, ttl_s: int | None) -> None:
    """Refuse too large a value and too short a life."""
    if len(value) > MOST_VALUE_BYTES:
        raise PlatformLimit(PORT, f"a value has at most 25 MiB, got {len(value):,} bytes")
    if ttl_s is not None and ttl_s < LEAST_TTL_S:
        raise PlatformLimit(PORT, f"a TTL is at least {LEAST_TTL_S} s, got {ttl_s}")


def checked_text(key: str, value: bytes) -> bytes:
    """`value`, if KV's bulk read could give it: that knows text only."""
    try:
        value.decode()
    except UnicodeDecodeError as error:
        raise StorageFailure(PORT, f"{key!r} is not UTF-8 text: get it alone") from error
    return value
