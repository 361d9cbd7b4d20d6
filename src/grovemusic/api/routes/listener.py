"""The listener: who they are, their credits, what they made."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from grovemusic.api.schemas import PROBLEM
from grovemusic.api.services import Listener, Services

router = APIRouter(tags=["listener"], responses={422: PROBLEM})


@router.get("/api/user/me")
async def me(listener: Listener) -> dict[str, Any]:
    """Who is asking."""
    return {
        "id": listener.id,
        "displayName": listener.display_name,
        "tier": listener.tier,
        "local": listener.tier == "local",
    }


@router.get("/api/user/credits")
async def credits_left(listener: Listener) -> dict[str, Any]:
    """Credits that can be spent, that running playlists hold, and that were used so far."""
    return {
        "available": listener.credits_available,
        "pending": listener.credits_pending,
        "usedTotal": listener.credits_used_total,
        "tier": listener.tier,
    }


@router.get("/api/user/history")
async def history(
    services: Services,
    listener: Listener,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Annotated[str | None, Query(max_length=200, description="A run, from `next`")] = None,
) -> dict[str, Any]:
    """The listener's runs, newest first; `next` is the `before` of the following page."""
    runs = await services.runs.history(listener.id, before=before, limit=limit)
    return {
        "runs": [
            {
                "runId": run.id,
                "playlistId": run.playlist_id if run.status == "complete" else None,
                "status": run.status,
                "query": "; ".join(seed.query for seed in run.ask.seeds),
                "seedTitle": run.seed_title,
                "seedArtist": run.seed_artist,
                "tracks": run.track_count,
                "creditsUsed": run.credits_used,
                "processingTimeMs": run.processing_time_ms,
                "createdAtMs": run.created_at_ms,
                "error": run.error_message,
            }
            for run in runs
        ],
        "next": runs[-1].id if len(runs) == limit else None,
    }
