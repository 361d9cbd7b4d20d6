"""Which catalogue tracks are asked for, and how often: what the promotion goes by."""

import json
from collections.abc import Sequence

from grovemusic.ports import Clock, Database

_RECORD = """
INSERT INTO track_access_log (spotify_id, access_count, last_accessed)
SELECT value, 1, ?2 FROM json_each(?1) WHERE true
ON CONFLICT (spotify_id) DO UPDATE SET
  access_count = access_count + 1, last_accessed = excluded.last_accessed
"""


class AccessLog:
    """The table of accesses."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def record(self, track_ids: Sequence[str]) -> None:
        """Count one access of each."""
        await self._db.rows(_RECORD, json.dumps(list(track_ids)), self._clock.now_ms() // 1000)
