"""Queue over Cloudflare Queues. The other end is `entry.Default.queue`."""

import json
from collections.abc import Sequence
from typing import Any

from grovemusic.domain.errors import PlatformLimit
from grovemusic.ports import Json
from grovemusic.runtime.cloudflare.javascript import asked, bare, given, options

_PORT = "queue"
_MOST_BYTES = 128_000
_MOST_AT_ONCE = 100
_MOST_DELAY_S = 24 * 3600


class CloudflareQueue:
    """A `Queue`. Messages travel as JSON text, which survives any consumer."""

    def __init__(self, binding: Any) -> None:
        self._queue = bare(binding)

    async def send(self, message: Json, *, delay_s: int = 0) -> None:
        if not 0 <= delay_s <= _MOST_DELAY_S:
            raise PlatformLimit(_PORT, f"a delay of up to {_MOST_DELAY_S:,} s, got {delay_s}")
        wanted = options(contentType="text", delaySeconds=delay_s or None)
        await asked(_PORT, self._queue.send(_text(message), wanted))

    async def send_many(self, messages: Sequence[Json]) -> None:
        if len(messages) > _MOST_AT_ONCE:
            raise PlatformLimit(_PORT, f"{_MOST_AT_ONCE} messages at once, got {len(messages)}")
        if messages:
            batch = [{"body": _text(each), "contentType": "text"} for each in messages]
            await asked(_PORT, self._queue.sendBatch(given(batch)))


def _text(message: Json) -> str:
    text = json.dumps(message)
    if len(text.encode()) > _MOST_BYTES:
        raise PlatformLimit(_PORT, "a message may have 128 KB")
    return text
