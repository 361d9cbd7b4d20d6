"""ObjectStore over R2."""

from collections.abc import Sequence
from typing import Any

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Page, StoredObject
from grovemusic.runtime.cloudflare.javascript import (
    asked,
    bare,
    body_bytes,
    given,
    none_if_null,
    options,
)

_PORT = "objects"
_MOST_KEY_BYTES = 1024
_MOST_AT_ONCE = 1000


class R2:
    """An `ObjectStore`."""

    def __init__(self, binding: Any) -> None:
        self._r2 = bare(binding)

    async def get(
        self, key: str, *, offset: int | None = None, length: int | None = None
    ) -> StoredObject | None:
        wanted = None
        if offset is not None or length is not None:
            wanted = _range(offset or 0, length)
            if length == 0 or await self._begins_past_the_end(key, offset or 0):
                raise StorageFailure(_PORT, f"{key!r} has no bytes at {offset}")
        found = none_if_null(await asked(_PORT, self._r2.get(_checked(key), options(range=wanted))))
        if found is None:
            return None
        body = body_bytes(await asked(_PORT, found.arrayBuffer()))
        if offset is not None and offset < 0 and length is not None:
            body = body[:length]
        return StoredObject(body=body, etag=str(found.etag), size=int(found.size))

    async def head(self, key: str) -> StoredObject | None:
        found = none_if_null(await asked(_PORT, self._r2.head(_checked(key))))
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
            await asked(_PORT, self._r2.put(_checked(key), given(body), options(onlyIf=condition)))
        )
        return None if stored is None else str(stored.etag)

    async def delete(self, keys: Sequence[str]) -> None:
        if len(keys) > _MOST_AT_ONCE:
            raise PlatformLimit(_PORT, f"{_MOST_AT_ONCE} keys at once, got {len(keys)}")
        if keys:
            await asked(_PORT, self._r2.delete(given([_checked(key) for key in keys])))

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        if not 1 <= limit <= _MOST_AT_ONCE:
            raise PlatformLimit(_PORT, f"1 to {_MOST_AT_ONCE} keys a page, got {limit}")
        wanted = options(prefix=prefix or None, cursor=cursor, limit=limit)
        listed = await asked(_PORT, self._r2.list(wanted))
        names = [str(each.key) for each in listed.objects]
        return Page(names, str(listed.cursor) if listed.truncated else None)

    async def _begins_past_the_end(self, key: str, offset: int) -> bool:
        """R2 answers such a range with an error of its own; ask the size first where it may be.

        A range that begins at 0 or counts from the end always exists, unless the object is empty.
        """
        if offset <= 0:
            return False
        head = await self.head(key)
        return head is not None and offset >= head.size


def _range(offset: int, length: int | None) -> dict[str, int]:
    if offset < 0:
        return {"suffix": -offset}
    return {"offset": offset} if length is None else {"offset": offset, "length": length}


def _checked(key: str) -> str:
    size = len(key.encode(errors="surrogatepass"))
    if not 1 <= size <= _MOST_KEY_BYTES:
        raise PlatformLimit(_PORT, f"a key has 1 to {_MOST_KEY_BYTES:,} bytes, got {size:,}")
    return key
