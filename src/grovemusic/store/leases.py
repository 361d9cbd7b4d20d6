"""One at a time, over all processes: a row that says whose turn it is."""

from grovemusic.ports import Clock, Database

_TAKE = """
INSERT INTO leases (name, owner, until_ms) VALUES (?1, ?2, ?3)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms
WHERE owner = excluded.owner OR until_ms <= ?4
RETURNING owner
"""
_GIVE_BACK = "DELETE FROM leases WHERE name = ? AND owner = ?"


class Leases:
    """The table of leases."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def take(self, name: str, owner: str, *, for_ms: int) -> bool:
        """True if `owner` has it now, for so long. Whoever has it may prolong it the same way."""
        now_ms = self._clock.now_ms()
        return bool(await self._db.rows(_TAKE, name, owner, now_ms + for_ms, now_ms))

    async def give_back(self, name: str, owner: str) -> None:
        """End it before its time, if `owner` has it."""
        await self._db.rows(_GIVE_BACK, name, owner)
