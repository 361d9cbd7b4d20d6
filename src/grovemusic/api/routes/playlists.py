"""Finished playlists: read, export, edit, step back and forth between versions."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from grovemusic import exports
from grovemusic.api import examples
from grovemusic.api.examples import shown as example
from grovemusic.api.schemas import MOST_VERSIONS, PROBLEM, RefineBody
from grovemusic.api.services import ApiServices, Listener, Services
from grovemusic.domain.errors import UnknownThing
from grovemusic.domain.music import Track
from grovemusic.domain.playlist import Playlist
from grovemusic.exports.document import playlist_document, rounded
from grovemusic.pipeline.edit import apply_edit
from grovemusic.pipeline.order import energy

router = APIRouter(tags=["playlists"], responses={404: PROBLEM, 422: PROBLEM})
Version = Annotated[
    int | None, Query(ge=1, le=MOST_VERSIONS, description="Without it, the current version")
]


@router.get("/api/playlist/{playlist_id}", responses=example(examples.PLAYLIST))
async def playlist(
    playlist_id: str, services: Services, listener: Listener, version: Version = None
) -> dict[str, Any]:
    """The playlist, with scores and evidence for every track."""
    found = await _own(services, playlist_id, listener.id, version)
    return await shown(services, found)


@router.get("/api/playlist/{playlist_id}/versions", responses=example(examples.VERSIONS))
async def versions(playlist_id: str, services: Services, listener: Listener) -> dict[str, Any]:
    """Every version with what was changed, oldest first."""
    owner, current = await services.playlists.current(playlist_id)
    if owner != listener.id:
        raise UnknownThing("playlist", playlist_id)
    notes = await services.playlists.versions(playlist_id)
    return {
        "playlistId": playlist_id,
        "current": current,
        "versions": [
            {
                "version": note.version,
                "parent": note.parent,
                "change": note.change,
                "createdAtMs": note.created_at_ms,
            }
            for note in notes
        ],
    }


@router.get(
    "/api/playlist/{playlist_id}/export/{format_name}",
    response_class=Response,
    responses={200: {"description": "The file: " + ", ".join(exports.FORMATS)}},
)
async def export(
    playlist_id: str,
    format_name: str,
    services: Services,
    listener: Listener,
    version: Version = None,
) -> Response:
    """The playlist as a file to take anywhere."""
    chosen = exports.format_named(format_name)
    found = await _own(services, playlist_id, listener.id, version)
    name = quote(exports.file_name(found, format_name))
    return Response(
        exports.render(found, format_name).encode(),
        media_type=chosen.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@router.post(
    "/api/playlist/{playlist_id}/refine",
    responses={409: PROBLEM, **example(examples.PLAYLIST)},
)
async def refine(
    playlist_id: str, body: RefineBody, services: Services, listener: Listener
) -> dict[str, Any]:
    """Lock, unlock, replace, ban, move, more or less like one track, undo, redo.

    Every edit makes a new version; `version` must be the current one, else 409.
    """
    await _own(services, playlist_id, listener.id, None)
    edited = await apply_edit(
        playlist_id,
        body.edit(),
        over=body.version,
        playlists=services.playlists,
        runs=services.runs,
        archive=services.archive,
        at_ms=services.clock.now_ms(),
    )
    return await shown(services, edited)


async def _own(
    services: ApiServices, playlist_id: str, user_id: str, version: int | None
) -> Playlist:
    """The playlist if it is the listener's; others are as unknown as none."""
    owner, _current = await services.playlists.current(playlist_id)
    if owner != user_id:
        raise UnknownThing("playlist", playlist_id)
    return await services.playlists.get(playlist_id, version)


async def shown(services: ApiServices, found: Playlist) -> dict[str, Any]:
    """A playlist as the API shows it: the document, and the energy its order was made from."""
    run = await services.runs.get(found.run_id)
    document = playlist_document(
        found, credits_used=run.credits_used, processing_time_ms=run.processing_time_ms
    )
    return {**document, "energy": [_energy(each.scored.track) for each in found.tracks]}


def _energy(track: Track) -> dict[str, Any] | None:
    """0-1, measured in the sound or guessed from tags; None for unknown."""
    value = energy(track)
    if value is None:
        return None
    measured = track.features is not None and track.features.energy is not None
    return {"value": rounded(value), "source": "audio" if measured else "tags"}
