"""Listeners and their credits."""

from dataclasses import dataclass

from grovemusic.domain.credits import TIERS
from grovemusic.domain.errors import UnknownThing
from grovemusic.ports import Clock, Database, Row, Statement

LOCAL_LISTENER = "user_local"

_ADD_LOCAL = """
INSERT INTO users (id, display_name, credits_available, subscription_tier, created_at, updated_at)
VALUES (?, 'You', ?, 'local', ?, ?) ON CONFLICT (id) DO NOTHING
"""
_GRANT_LOCAL = """
INSERT INTO credit_transactions (id, user_id, amount, type, description, created_at)
VALUES (?, ?, ?, 'grant', 'an embedded installation', ?) ON CONFLICT (id) DO NOTHING
"""
_GET = """
SELECT id, display_name, credits_available, credits_pending, credits_used_total, subscription_tier
FROM users WHERE id = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A listener. Of the credits, `available` can be spent and `pending` are held by runs."""

    id: str
    display_name: str
    tier: str
    credits_available: int
    credits_pending: int
    credits_used_total: int


class Users:
    """The table of listeners."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def ensure_local(self) -> User:
        """The one listener of an embedded installation, made on first use."""
        if rows := await self._db.rows(_GET, LOCAL_LISTENER):  # a look costs no lock
            return _user(rows[0])
        now_ms, granted = self._clock.now_ms(), TIERS["local"].credits_per_month
        await self._db.batch(
            [
                Statement(_ADD_LOCAL, (LOCAL_LISTENER, granted, now_ms, now_ms)),
                Statement(_GRANT_LOCAL, ("grant:local", LOCAL_LISTENER, granted, now_ms)),
            ]
        )
        return await self.get(LOCAL_LISTENER)

    async def get(self, user_id: str) -> User:
        """The listener of that id.

        Raises:
            UnknownThing: there is none.
        """
        rows = await self._db.rows(_GET, user_id)
        if not rows:
            raise UnknownThing("listener", user_id)
        return _user(rows[0])


def _user(row: Row) -> User:
    return User(
        id=row["id"],
        display_name=row["display_name"] or "",
        tier=row["subscription_tier"],
        credits_available=row["credits_available"],
        credits_pending=row["credits_pending"],
        credits_used_total=row["credits_used_total"],
    )
