"""Playlists and their versions. A version never changes; which one is current does."""

from dataclasses import dataclass

from grovemusic.domain import codec
from grovemusic.domain.errors import Conflict, UnknownThing
from grovemusic.domain.playlist import Playlist
from grovemusic.ports import Database, Statement

_ADD = """
INSERT INTO playlists (id, user_id, run_id, title, current_version, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (id) DO NOTHING
"""
_ADD_VERSION = """
INSERT INTO playlist_versions (playlist_id, version, parent, change, playlist_json, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE EXISTS (SELECT 1 FROM playlists WHERE id = ?1 AND current_version = ?2)
ON CONFLICT DO NOTHING
"""
# Over the version that was edited only, and never onto one that somebody else has made.
_MAKE_ROOM = """
UPDATE playlists SET current_version = ?2, updated_at = ?3
WHERE id = ?1 AND current_version = ?4
  AND NOT EXISTS (SELECT 1 FROM playlist_versions WHERE playlist_id = ?1 AND version = ?2)
RETURNING current_version
"""
_MOVE = """
UPDATE playlists SET current_version = ?2, updated_at = ?3
WHERE id = ?1 AND current_version = ?4
  AND EXISTS (SELECT 1 FROM playlist_versions WHERE playlist_id = ?1 AND version = ?2)
RETURNING current_version
"""
_OWNER = "SELECT user_id, current_version FROM playlists WHERE id = ?"
_GET = "SELECT playlist_json FROM playlist_versions WHERE playlist_id = ? AND version = ?"
_LIST = """
SELECT version, parent, change, created_at FROM playlist_versions
WHERE playlist_id = ? ORDER BY version
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNote:
    """A version without its tracks: what was changed, and from which version."""

    version: int
    parent: int | None
    change: str
    created_at_ms: int


class Playlists:
    """The tables of playlists and versions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, playlist: Playlist, *, user_id: str) -> None:
        """Store a new playlist with its first version. Repeating it changes nothing."""
        await self._db.batch(
            [
                Statement(
                    _ADD,
                    (
                        playlist.id,
                        user_id,
                        playlist.run_id,
                        playlist.title,
                        playlist.version,
                        playlist.created_at_ms,
                    ),
                ),
                _version(playlist),
            ]
        )

    async def add_version(self, playlist: Playlist) -> None:
        """Store the next version and make it current.

        Raises:
            Conflict: `playlist.parent` is no longer current: somebody else edited meanwhile.
        """
        parent = playlist.parent or 0
        at_ms = playlist.created_at_ms
        done = await self._db.batch(
            [
                Statement(_MAKE_ROOM, (playlist.id, playlist.version, at_ms, parent)),
                _version(playlist),
            ]
        )
        if not done[0]:
            raise Conflict(f"the playlist has changed since version {parent}; load it again")

    async def move_to(self, playlist_id: str, version: int, *, over: int, at_ms: int) -> None:
        """Make another version current (undo, redo).

        Raises:
            Conflict: `over` is no longer current.
        """
        if not await self._db.rows(_MOVE, playlist_id, version, at_ms, over):
            raise Conflict(f"the playlist has changed since version {over}; load it again")

    async def current(self, playlist_id: str) -> tuple[str, int]:
        """Whose playlist it is, and its current version.

        Raises:
            UnknownThing: there is no such playlist.
        """
        rows = await self._db.rows(_OWNER, playlist_id)
        if not rows:
            raise UnknownThing("playlist", playlist_id)
        return rows[0]["user_id"], rows[0]["current_version"]

    async def get(self, playlist_id: str, version: int | None = None) -> Playlist:
        """The current version, or the one asked for.

        Raises:
            UnknownThing: there is no such playlist or version.
        """
        if version is None:
            _owner, version = await self.current(playlist_id)
        rows = await self._db.rows(_GET, playlist_id, version)
        if not rows:
            raise UnknownThing("playlist version", f"{playlist_id} {version}")
        return codec.load(Playlist, rows[0]["playlist_json"])

    async def versions(self, playlist_id: str) -> list[VersionNote]:
        """All versions, oldest first; [] for an unknown playlist."""
        return [
            VersionNote(
                version=row["version"],
                parent=row["parent"],
                change=row["change"],
                created_at_ms=row["created_at"],
            )
            for row in await self._db.rows(_LIST, playlist_id)
        ]


def _version(playlist: Playlist) -> Statement:
    """The version's row, if it is the current one and not there yet."""
    return Statement(
        _ADD_VERSION,
        (
            playlist.id,
            playlist.version,
            playlist.parent,
            playlist.change,
            codec.dump(Playlist, playlist),
            playlist.created_at_ms,
        ),
    )
