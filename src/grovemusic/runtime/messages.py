"""What the queue's messages mean. Delivered at least once, so each must bear a repeat."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from grovemusic.ports import Json
from grovemusic.runtime.platform import Platform
from grovemusic.store.access import AccessLog


async def _accessed(platform: Platform, message: Json) -> None:
    """A repeat counts an access twice: harmless, since it only decides what is promoted first."""
    await AccessLog(platform.catalogue, platform.clock).record(message["tracks"])


HANDLERS: Mapping[str, Callable[[Platform, Json], Awaitable[None]]] = {"accessed": _accessed}


async def consume(platform: Platform, messages: Sequence[Json]) -> None:
    """Handle a batch. A message nobody understands is logged and dropped: it never will be."""
    for message in messages:
        handler = HANDLERS.get(str(message.get("kind")) if isinstance(message, dict) else "")
        if handler is None:
            platform.log("message_not_understood", message=str(message)[:200])
            continue
        await handler(platform, message)
