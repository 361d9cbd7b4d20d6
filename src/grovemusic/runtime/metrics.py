"""Gathers metrics in memory and writes them together, so that no look-up waits for a write."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from grovemusic.domain.errors import StorageFailure
from grovemusic.pipeline.services import Log
from grovemusic.ports import Background, Clock, KeyValue, Page
from grovemusic.store.metrics import CacheMetrics, Kind, Tally

WRITE_AFTER_S = 1.0


class GatheredMetrics:
    """Implements `ports.Metrics`.

    Args:
        also: Hears of every single look-up too (Analytics Engine, where there is one).
        pause: Waits for some seconds before a write, by default the clock's sleep. It may end
            early, as it should when everything is closed.
    """

    def __init__(
        self,
        table: CacheMetrics,
        background: Background,
        clock: Clock,
        log: Log,
        *,
        also: Callable[[str, bool, float, str], None] | None = None,
        pause: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._table, self._background, self._log = table, background, log
        self._also, self._pause = also, pause or clock.sleep
        self._tallies: dict[Kind, Tally] = {}

    def __call__(self, layer: str, *, hit: bool, latency_ms: float, data_type: str) -> None:
        if not self._tallies:
            self._background(self._write_soon())
        tally = self._tallies.setdefault((layer, data_type, hit), Tally())
        tally.lookups += 1
        tally.total_ms += latency_ms
        tally.longest_ms = max(tally.longest_ms, latency_ms)
        if self._also is not None:
            self._also(layer, hit, latency_ms, data_type)

    async def _write_soon(self) -> None:
        await self._pause(WRITE_AFTER_S)
        gathered, self._tallies = self._tallies, {}
        try:
            await self._table.add(gathered)
        except StorageFailure as error:
            self._log("metrics_write_failed", error=str(error), lost=len(gathered))


class MeasuredKeyValue:
    """A `KeyValue` whose reads are measured; the type of data is the key without its last part."""

    def __init__(self, inner: KeyValue, metrics: GatheredMetrics, clock: Clock) -> None:
        self._inner, self._metrics, self._clock = inner, metrics, clock

    async def get(self, key: str) -> bytes | None:
        began_ms = self._clock.now_ms()
        found = await self._inner.get(key)
        self._note(key, began_ms, hit=found is not None)
        return found

    async def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        began_ms = self._clock.now_ms()
        found = await self._inner.get_many(keys)
        for key in keys:
            self._note(key, began_ms, hit=key in found)
        return found

    async def put(self, key: str, value: bytes, *, ttl_s: int | None = None) -> None:
        await self._inner.put(key, value, ttl_s=ttl_s)

    async def delete(self, key: str) -> None:
        await self._inner.delete(key)

    async def keys(self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000) -> Page:
        return await self._inner.keys(prefix, cursor=cursor, limit=limit)

    def _note(self, key: str, began_ms: int, *, hit: bool) -> None:
        took_ms = float(self._clock.now_ms() - began_ms)
        self._metrics("kv", hit=hit, latency_ms=took_ms, data_type=data_type_of(key))


def data_type_of(key: str) -> str:
    """The first two parts of a key: lastfm:track for a track of Last.fm."""
    return ":".join(key.split(":")[:-1][:2]) or key


def nothing(*_what: Any, **_more: Any) -> None:
    """Metrics for those who do not look."""
