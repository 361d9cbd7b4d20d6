"""How caches and layers did: counts and milliseconds by the hour."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from grovemusic.ports import Clock, Database

HOUR_MS = 3_600_000

_ADD = """
INSERT INTO cache_metrics (hour, layer, data_type, hit, lookups, total_ms, longest_ms)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM json_each(?) WHERE true
ON CONFLICT (hour, layer, data_type, hit) DO UPDATE SET
  lookups = lookups + excluded.lookups, total_ms = total_ms + excluded.total_ms,
  longest_ms = max(longest_ms, excluded.longest_ms)
"""
_SUMS = """
SELECT layer, data_type, sum(CASE WHEN hit = 1 THEN lookups ELSE 0 END) AS hits,
       sum(lookups) AS lookups, sum(total_ms) AS total_ms, max(longest_ms) AS longest_ms
FROM cache_metrics WHERE hour >= ? GROUP BY layer, data_type ORDER BY layer, data_type
"""
_FORGET = "DELETE FROM cache_metrics WHERE hour < ?"
KEPT_HOURS = 30 * 24


@dataclass(slots=True)
class Tally:
    """Look-ups of one kind and outcome."""

    lookups: int = 0
    total_ms: float = 0.0
    longest_ms: float = 0.0


Kind = tuple[str, str, bool]  # layer, data type, hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How one layer did for one type of data."""

    layer: str
    data_type: str
    hits: int
    lookups: int
    average_ms: float
    longest_ms: float


class CacheMetrics:
    """The table of metrics."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def add(self, tallies: Mapping[Kind, Tally]) -> None:
        """Add to this hour's counts."""
        hour = self._clock.now_ms() // HOUR_MS
        rows = [
            [hour, layer, data_type, int(hit), t.lookups, round(t.total_ms, 3), t.longest_ms]
            for (layer, data_type, hit), t in tallies.items()
        ]
        await self._db.rows(_ADD, json.dumps(rows))

    async def since(self, hours: int) -> list[Sum]:
        """Sums over the last `hours`, the present one included."""
        first = self._clock.now_ms() // HOUR_MS - hours + 1
        return [
            Sum(
                layer=row["layer"],
                data_type=row["data_type"],
                hits=row["hits"],
                lookups=row["lookups"],
                average_ms=row["total_ms"] / row["lookups"],
                longest_ms=row["longest_ms"],
            )
            for row in await self._db.rows(_SUMS, first)
        ]

    async def forget_old(self) -> None:
        """Drop what is older than a month."""
        await self._db.rows(_FORGET, self._clock.now_ms() // HOUR_MS - KEPT_HOURS)
