"""KeyValue over Workers KV."""

from collections.abc import Sequence
from typing import Any

from grovemusic.domain.errors import StorageFailure
from grovemusic.ports import Page
from grovemusic.runtime.cloudflare.javascript import (
    asked,
    bare,
    body_bytes,
    entries,
    given,
    none_if_null,
    options,
)
from grovemusic.runtime.limits.keys import check_limit
from grovemusic.runtime.limits.keyvalue import PORT, check_entry, check_many, checked_key


class WorkersKV:
    """A `KeyValue`. Writes may take a minute to be seen elsewhere."""

    def __init__(self, binding: Any) -> None:
        self._kv = bare(binding)

    async def get(self, key: str) -> bytes | None:
        found = none_if_null(await asked(PORT, self._kv.get(_named(key), "arrayBuffer")))
        return None if found is None else body_bytes(found)

    async def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        check_many(keys)
        if not keys:
            return {}
        wanted = given([_named(key) for key in keys])
        found = await asked(PORT, self._kv.get(wanted, "text"))
        return {key: _text(key, text) for key, text in entries(found).items() if text is not None}

    async def put(self, key: str, value: bytes, *, ttl_s: int | None = None) -> None:
        check_entry(value, ttl_s)
        await asked(PORT, self._kv.put(_named(key), given(value), options(expirationTtl=ttl_s)))

    async def delete(self, key: str) -> None:
        await asked(PORT, self._kv.delete(_named(key)))

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        check_limit(PORT, limit)
        wanted = options(prefix=prefix or None, cursor=cursor, limit=limit)
        listed = await asked(PORT, self._kv.list(wanted))
        names = [str(each.name) for each in listed.keys]
        return Page(names, None if listed.list_complete else str(listed.cursor))


def _named(key: str) -> str:
    checked_key(key)
    return key


def _text(key: str, text: str) -> bytes:
    """A text of a bulk read. KV puts U+FFFD where the stored bytes were no text."""
    if "\ufffd" in text:
        raise StorageFailure(PORT, f"{key!r} is not UTF-8 text: get it alone")
    return text.encode()
