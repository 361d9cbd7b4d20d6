"""ObjectStore over R2."""

from collections.abc import Sequence
from typing import Any

from grovemusic.ports import Page, StoredObject
from grovemusic.runtime.cloudflare.javascript import (
    asked,
    bare,
    body_bytes,
    given,
    none_if_null,
    options,
)
from grovemusic.runtime.limits.keys import check_limit
from grovemusic.runtime.limits.objects import PORT, checked_key, checked_keys, range_in


class R2:
    """An `ObjectStore`."""

    def __init__(self, binding: Any) -> None:
        self._r2 = bare(binding)

    async def get(
        self, key: str, *, offset: int | None = None, length: int | None = None
    ) -> StoredObject | None:
        wanted: dict[str, int] | None = None
        if (offset or 0) < 0 or (length is not None and length <= 0):
            # R2 has no range that counts from the end and stops before it, and none of no bytes.
            # So the size comes first.
            head = await self.head(key)
            if head is None:
                return None
            start, count = range_in(head.size, offset, length)
            wanted = {"offset": start, "length": count}
        elif offset is not None or length is not None:
            wanted = {"offset": offset or 0} | ({} if length is None else {"length": length})
        found = none_if_null(await asked(PORT, self._r2.get(_named(key), options(range=wanted))))
        if found is None:
            return None
        body = body_bytes(await asked(PORT, found.arrayBuffer()))
        if wanted is not None and not body:  # R2 refuses this itself, but for an empty object
            range_in(int(found.size), offset, length)
        return StoredObject(body=body, etag=str(found.etag), size=int(found.size))

    async def head(self, key: str) -> StoredObject | None:
        found = none_if_null(await asked(PORT, self._r2.head(_named(key))))
        if found is None:
            return None
        return StoredObject(body=b"", etag=str(found.etag), size=int(found.size))

    async def put(
        self, key: str, body: bytes, *, if_etag: str | None = None, if_absent: bool = False
    ) -> str | None:
        condition: dict[str, str] | None = None
        if if_absent:
            condition = {"etagDoesNotMatch": "*"}
        elif if_etag is not None:
            condition = {"etagMatches": if_etag}
        stored = none_if_null(
            await asked(PORT, self._r2.put(_named(key), given(body), options(onlyIf=condition)))
        )
        return None if stored is None else str(stored.etag)

    async def delete(self, keys: Sequence[str]) -> None:
        checked_keys(keys)
        if keys:
            await asked(PORT, self._r2.delete(given(list(keys))))

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        check_limit(PORT, limit)
        wanted = options(prefix=prefix or None, cursor=cursor, limit=limit)
        listed = await asked(PORT, self._r2.list(wanted))
        names = [str(each.key) for each in listed.objects]
        return Page(names, str(listed.cursor) if listed.truncated else None)


def _named(key: str) -> str:
    checked_key(key)
    return key
