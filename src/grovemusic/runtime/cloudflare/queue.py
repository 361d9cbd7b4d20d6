"""Queue over Cloudflare Queues. The other end is `entry.Default.queue`."""

from collections.abc import Sequence
from typing import Any

from grovemusic.ports import Json
from grovemusic.runtime.cloudflare.javascript import asked, bare, given, options
from grovemusic.runtime.limits.queue import PORT, check_delay, checked_batch, checked_message


class CloudflareQueue:
    """A `Queue`. Messages travel as JSON text, which survives any consumer."""

    def __init__(self, binding: Any) -> None:
        self._queue = bare(binding)

    async def send(self, message: Json, *, delay_s: int = 0) -> None:
        check_delay(delay_s)
        wanted = options(contentType="text", delaySeconds=delay_s or None)
        await asked(PORT, self._queue.send(checked_message(message), wanted))

    async def send_many(self, messages: Sequence[Json]) -> None:
        bodies = checked_batch(messages)
        if bodies:
            batch = [{"body": body, "contentType": "text"} for body in bodies]
            await asked(PORT, self._queue.sendBatch(given(batch)))
