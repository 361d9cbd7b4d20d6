"""Is the service up, what does it know, and what is it missing?"""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from grovemusic import VERSION
from grovemusic.api.problem import explanation
from grovemusic.api.services import Services

router = APIRouter(tags=["service"])


@router.get("/api/health")
async def health(services: Services) -> dict[str, Any]:
    """Up and ready: how much is known, which sources a run would ask, what is missing."""
    counts = await services.catalogue.counts()
    sources = services.sources()
    faults = await services.faults()
    return {
        "status": "ok" if not faults else "degraded",
        "version": VERSION,
        "runtime": services.runtime,
        "catalogue": {
            "tracks": counts.tracks,
            "playlists": counts.playlists,
            "invented": counts.invented,
        },
        "sources": [
            *({"name": each.name, "ready": True} for each in sources.sources),
            *(
                {"name": m.source, "ready": False, "reason": m.reason, "effect": m.effect}
                for m in sources.absent
            ),
        ],
        "faults": faults,
    }


@router.get("/problems/{name}", response_class=PlainTextResponse, include_in_schema=False)
async def problem_type(name: str) -> str:
    """What a problem type means."""
    return explanation(name)
