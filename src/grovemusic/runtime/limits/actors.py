"""What an actor may keep. Source: https://developers.cloudflare.com/durable-objects/platform/limits/"""

from collections.abc import Iterable

from grovemusic.domain.errors import PlatformLimit
from grovemusic.ports import Json
from grovemusic.runtime.limits.keys import key_bytes
from grovemusic.runtime.limits.plain_json import to_text

PORT = "actors"
MOST_BYTES = 2_000_000  # of key and value together
MOST_KEYS_AT_ONCE = 128


def checked_keys(keys: Iterable[str]) -> list[bytes]:
    """Keys that may be named at once, as bytes."""
    kept = [key_bytes(PORT, key, at_most=MOST_BYTES) for key in keys]
    if len(kept) > MOST_KEYS_AT_ONCE:
        raise PlatformLimit(PORT, f"at most {MOST_KEYS_AT_ONCE} keys at once, got {len(kept)}")
    return kept


def checked_value(key: bytes, value: Json) -> str:
    """`value` as the text that is kept under `key`."""
    text = to_text(value)
    if len(key) + len(text.encode()) > MOST_BYTES:
        raise PlatformLimit(PORT, f"key and value have at most {MOST_BYTES:,} bytes together")
    return text


def check_limit(limit: int) -> None:
    """Refuse to list nothing."""
    if limit < 1:
        raise PlatformLimit(PORT, f"a list gives 1 entry or more, asked for {limit}")
