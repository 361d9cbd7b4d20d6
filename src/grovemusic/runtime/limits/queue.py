"""Messages that Queues takes. Source: https://developers.cloudflare.com/queues/platform/limits/"""

from collections.abc import Sequence

from grovemusic.domain.errors import PlatformLimit
from grovemusic.ports import Json
from grovemusic.runtime.limits.plain_json import to_text

PORT = "queue"
MOST_BYTES = 128_000
MOST_AT_ONCE = 100
MOST_BYTES_AT_ONCE = 256_000
LONGEST_DELAY_S = 24 * 3600


def checked_message(message: Json) -> str:
    """A message as the text that is sent."""
    body = to_text(message)
    size = len(body.encode())
    if size > MOST_BYTES:
        raise PlatformLimit(PORT, f"a message has at most {MOST_BYTES:,} bytes, got {size:,}")
    return body


def checked_batch(messages: Sequence[Json]) -> list[str]:
    """Messages that may be sent at once, as texts."""
    if len(messages) > MOST_AT_ONCE:
        raise PlatformLimit(PORT, f"at most {MOST_AT_ONCE} messages at once, got {len(messages)}")
    bodies = [checked_message(message) for message in messages]
    if sum(len(body.encode()) for body in bodies) > MOST_BYTES_AT_ONCE:
        raise PlatformLimit(PORT, f"at most {MOST_BYTES_AT_ONCE:,} bytes at once")
    return bodies


def check_delay(delay_s: int) -> None:
    """Refuse to travel back in time, or to wait longer than a day."""
    if not 0 <= delay_s <= LONGEST_DELAY_S:
        raise PlatformLimit(PORT, f"a delay is 0-{LONGEST_DELAY_S} s, got {delay_s}")
