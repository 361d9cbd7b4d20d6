"""The stores over one database in a file, driven without an event loop in sight."""

import asyncio

from fakes import FakeClock

from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.installation import MIGRATIONS
from grovemusic.runtime.embedded.migrations import apply_migrations
from grovemusic.store.playlists import Playlists
from grovemusic.store.runs import Runs
from grovemusic.store.tracks import Tracks
from grovemusic.store.users import Users


class Desk:
    """The stores over one database; `do` gives what a coroutine gives."""

    def __init__(self, folder, kind="grove"):
        self._runner = asyncio.Runner()
        self.clock = FakeClock()
        self.db = SqliteDatabase(folder / f"{kind}.db")
        self.do(apply_migrations(self.db, MIGRATIONS / kind))
        self.users, self.runs = Users(self.db, self.clock), Runs(self.db, self.clock)
        self.playlists, self.tracks = Playlists(self.db), Tracks(self.db, self.clock)

    def do(self, work):
        return self._runner.run(work)

    def at_once(self, *works):
        """What several coroutines give that are under way together; errors as values."""

        async def all_of_them():
            return await asyncio.gather(*works, return_exceptions=True)

        return self.do(all_of_them())

    def rows(self, sql, *values):
        return [dict(row) for row in self.do(self.db.rows(sql, *values))]

    def add_user(self, user_id, credits_available):
        self.rows(
            "INSERT INTO users (id, credits_available, created_at, updated_at) VALUES (?, ?, 0, 0)",
            user_id,
            credits_available,
        )
        self.rows(
            "INSERT INTO credit_transactions (id, user_id, amount, type, created_at) "
            "VALUES (?, ?, ?, 'grant', 0)",
            f"grant:{user_id}",
            user_id,
            credits_available,
        )

    def close(self):
        self.db.close()
        self._runner.close()
