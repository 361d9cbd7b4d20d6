"""KeyValue over Workers KV."""

from collections.abc import Sequence
from typing import Any

from grovemusic.domain.errors import PlatformLimit, StorageFailure
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

_PORT = "key-value"
_MOST_KEY_BYTES = 512
_MOST_VALUE_BYTES = 25 * 1024 * 1024
_LEAST_TTL_S = 60
_MOST_AT_ONCE = 100
_MOST_LISTED = 1000


class WorkersKV:
    """A `KeyValue`. Writes may take a minute to be seen elsewhere."""

    def __init__(self, binding: Any) -> None:
        self._kv = bare(binding)

    async def get(self, key: str) -> bytes | None:
        found = none_if_null(await asked(_PORT, self._kv.get(_checked(key), "arrayBuffer")))
        return None if found is None else body_bytes(found)

    async def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        if len(keys) > _MOST_AT_ONCE:
            raise PlatformLimit(_PORT, f"{_MOST_AT_ONCE} keys at once, got {len(keys)}")
        if not keys:
            return {}
        wanted = given([_checked(key) for key in keys])
        found = await asked(_PORT, self._kv.get(wanted, "text"))
        return {key: text.encode() for key, text in entries(found).items() if text is not None}

    async def put(self, key: str, value: bytes, *, ttl_s: int | None = None) -> None:
        if len(value) > _MOST_VALUE_BYTES:
            raise PlatformLimit(_PORT, f"a value may have 25 MiB, got {len(value):,} bytes")
        if ttl_s is not None and ttl_s < _LEAST_TTL_S:
            raise PlatformLimit(_PORT, f"a TTL is {_LEAST_TTL_S} s or more, got {ttl_s}")
        await asked(_PORT, self._kv.put(_checked(key), given(value), options(expirationTtl=ttl_s)))

    async def delete(self, key: str) -> None:
        await asked(_PORT, self._kv.delete(_checked(key)))

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        if not 1 <= limit <= _MOST_LISTED:
            raise PlatformLimit(_PORT, f"1 to {_MOST_LISTED} keys a page, got {limit}")
        wanted = options(prefix=prefix or None, cursor=cursor, limit=limit)
        listed = await asked(_PORT, self._kv.list(wanted))
        names = [str(each.name) for each in listed.keys]
        return Page(names, None if listed.list_complete else str(listed.cursor))


def _checked(key: str) -> str:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        raise StorageFailure(_PORT, "a key is text that UTF-8 can write") from None
    if not 1 <= size <= _MOST_KEY_BYTES or key in {".", ".."}:
        raise PlatformLimit(_PORT, f"a key has 1 to {_MOST_KEY_BYTES} bytes and is no dot or two")
    return key
