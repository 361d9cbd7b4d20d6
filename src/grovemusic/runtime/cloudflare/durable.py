"""What a Durable Object class does; the classes themselves are in `durable_objects/`.

An object is found by its name and told its name with the first message, since a Durable Object
made by `getByName` cannot always say it itself.
"""

import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grovemusic.domain.errors import GroveError
from grovemusic.ports import Actor, ActorStorage, Json
from grovemusic.runtime.cloudflare.javascript import (
    asked,
    bare,
    entries,
    given,
    none_if_null,
    options,
)
from grovemusic.runtime.envelope import sealed, sealed_error
from grovemusic.runtime.limits.actors import PORT, check_limit, checked_keys, checked_value
from grovemusic.runtime.mailbox import Mailbox


class DurableStorage:
    """An `ActorStorage` over `ctx.storage`. Values are kept as JSON text."""

    def __init__(self, storage: Any) -> None:
        self._storage = bare(storage)

    async def get(self, keys: Sequence[str]) -> dict[str, Json]:
        checked_keys(keys)
        if not keys:
            return {}
        found = entries(await asked(PORT, self._storage.get(given(list(keys)))))
        return {key: json.loads(found[key]) for key in keys if key in found}

    async def put(self, entries: Mapping[str, Json]) -> None:
        texts = {
            key: checked_value(kept, value)
            for (key, value), kept in zip(entries.items(), checked_keys(entries), strict=True)
        }
        if texts:
            await asked(PORT, self._storage.put(given(texts)))

    async def delete(self, keys: Sequence[str]) -> None:
        checked_keys(keys)
        if keys:
            await asked(PORT, self._storage.delete(given(list(keys))))

    async def list(
        self, prefix: str = "", *, start: str | None = None, limit: int = 1000
    ) -> dict[str, Json]:
        check_limit(limit)
        wanted = options(prefix=prefix or None, start=start, limit=limit)
        found = entries(await asked(PORT, self._storage.list(wanted)))
        return {key: json.loads(text) for key, text in found.items()}

    async def delete_all(self) -> None:
        await asked(PORT, self._storage.deleteAlarm())
        await asked(PORT, self._storage.deleteAll())

    async def set_alarm(self, at_ms: int) -> None:
        await asked(PORT, self._storage.setAlarm(max(1, at_ms)))

    async def get_alarm(self) -> int | None:
        at_ms = none_if_null(await asked(PORT, self._storage.getAlarm()))
        return None if at_ms is None else int(at_ms)

    async def delete_alarm(self) -> None:
        await asked(PORT, self._storage.deleteAlarm())


class Shell:
    """One Durable Object: an actor, its mailbox and its storage."""

    def __init__(self, storage: Any, make: Callable[[ActorStorage], Actor]) -> None:
        self._mailbox = Mailbox(make(DurableStorage(storage)))

    async def deliver(self, method: str, text: str) -> str:
        """A message from `DurableActors.call`; the answer or the error, as text."""
        try:
            return sealed(await self._mailbox.call(method, json.loads(text)))
        except GroveError as error:
            return sealed_error(error)
        except Exception as error:  # noqa: BLE001  (the edge of the object: a bug must reach its caller)
            traceback.print_exc()
            return sealed_error(error)

    async def alarm(self) -> None:
        """The object's alarm; if it raises, the platform tries again."""
        await self._mailbox.alarm()
