"""An edit of a stored playlist: read, refine, store the next version; undo and redo."""

from grovemusic.domain.errors import Conflict
from grovemusic.domain.playlist import Edit, EditKind, Playlist
from grovemusic.pipeline.archive import read_archive
from grovemusic.pipeline.refine import refine
from grovemusic.ports import ObjectStore
from grovemusic.store.playlists import Playlists
from grovemusic.store.runs import Runs


async def apply_edit(
    playlist_id: str,
    edit: Edit,
    *,
    over: int,
    playlists: Playlists,
    runs: Runs,
    archive: ObjectStore,
    at_ms: int,
) -> Playlist:
    """The playlist after the edit.

    Raises:
        Conflict: `over` is not the current version, nothing to undo or redo, or the edit cannot
            be done.
        BadAsk: the edit names positions the list does not have.
    """
    _owner, current = await playlists.current(playlist_id)
    if current != over:
        raise Conflict(f"version {over} is not current, {current} is; load it again")
    if edit.kind in {EditKind.UNDO, EditKind.REDO}:
        return await _stepped(playlist_id, edit.kind, over, playlists, at_ms)
    playlist = await playlists.get(playlist_id, over)
    archived = await read_archive(archive, (await runs.get(playlist.run_id)).archive_key or "")
    newest = max(note.version for note in await playlists.versions(playlist_id))
    edited = refine(
        playlist,
        edit,
        pool=archived.pool,
        seeds=archived.seeds,
        version=newest + 1,
        at_ms=at_ms,
    )
    await playlists.add_version(edited)
    return edited


async def _stepped(
    playlist_id: str, kind: EditKind, over: int, playlists: Playlists, at_ms: int
) -> Playlist:
    """The version before this one, or the newest that was made from it."""
    notes = await playlists.versions(playlist_id)
    if kind is EditKind.UNDO:
        to = next(note.parent for note in notes if note.version == over)
    else:
        to = max((note.version for note in notes if note.parent == over), default=None)
    if to is None:
        raise Conflict(f"there is nothing to {kind.value}")
    await playlists.move_to(playlist_id, to, over=over, at_ms=at_ms)
    return await playlists.get(playlist_id, to)
