"""Actors over Durable Object namespaces."""

from collections.abc import Mapping
from typing import Any

from grovemusic.domain.errors import PlatformLimit
from grovemusic.ports import Json
from grovemusic.runtime.cloudflare.javascript import asked, bare
from grovemusic.runtime.envelope import opened
from grovemusic.runtime.limits.plain_json import to_text

_PORT = "actors"
_MOST_BYTES = 32 * 1024 * 1024


class DurableActors:
    """An `Actors`. Argument and answer cross as JSON text: nothing else survives every RPC.

    Args:
        namespaces: Kind -> its Durable Object namespace binding.
    """

    def __init__(self, namespaces: Mapping[str, Any]) -> None:
        self._namespaces = {kind: bare(binding) for kind, binding in namespaces.items()}

    async def call(self, kind: str, name: str, method: str, argument: Json = None) -> Json:
        text = to_text(argument)
        if len(text.encode()) > _MOST_BYTES:
            raise PlatformLimit(_PORT, "an argument may have 32 MiB")
        stub = self._namespaces[kind].getByName(name)
        return opened(str(await asked(_PORT, stub.deliver(method, text))))
