"""The layer at the edge: answers as JSON text in a `KeyValue`, also that there is none."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from grovemusic.catalogue.cache_keys import LONGEST_UNKNOWN_S, Pattern
from grovemusic.ports import Json, KeyValue

T = TypeVar("T")
AT_ONCE = 100  # keys a bulk read
# Writes are one key each and billed each: of a longer list the first ones are kept.
MOST_KEPT = 100


class EdgeLayer(Generic[T]):
    """Implements `Layer`.

    Args:
        dump, load: An answer as JSON and back; `load` raises KeyError, TypeError or ValueError for
            what `dump` has not written, which then counts as not there.
    """

    name = "kv"
    only_copies = True

    def __init__(
        self,
        cache: KeyValue,
        pattern: Pattern,
        *,
        dump: Callable[[T], Json],
        load: Callable[[Json], T],
    ) -> None:
        self._cache, self._pattern = cache, pattern
        self._dump, self._load = dump, load

    async def look(self, names: Sequence[str]) -> dict[str, T | None]:
        found: dict[str, T | None] = {}
        for start in range(0, len(names), AT_ONCE):
            some = {self._pattern.key(name): name for name in names[start : start + AT_ONCE]}
            for key, text in (await self._cache.get_many(list(some))).items():
                try:
                    said = json.loads(text)
                    found[some[key]] = None if said is None else self._load(said)
                except (KeyError, TypeError, ValueError):
                    continue  # of an older program, or damaged: it will be written anew
        return found

    async def keep(self, known: Mapping[str, T | None], *, source: str) -> None:
        del source
        for name, value in list(known.items())[:MOST_KEPT]:
            await self.put(self._pattern, name, value)

    async def put(self, pattern: Pattern, name: str, value: T | None) -> None:
        """Keep one answer; one that is no sound JSON (NaN) is not kept."""
        said = None if value is None else self._dump(value)
        try:
            text = json.dumps(said, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        except ValueError:
            return
        ttl_s = pattern.ttl_s if value is not None else min(pattern.ttl_s, LONGEST_UNKNOWN_S)
        await self._cache.put(pattern.key(name), text.encode(), ttl_s=ttl_s)
