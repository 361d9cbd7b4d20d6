"""Is the service up, what does it know, and what is it missing?"""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from grovemusic import VERSION
from grovemusic.api import examples
from grovemusic.api.examples import shown
from grovemusic.api.problem import explanation
from grovemusic.api.services import Services
from grovemusic.domain.errors import StorageFailure
from grovemusic.store.catalogue import Counts

router = APIRouter(tags=["service"])


@router.get("/api/health", responses=shown(examples.HEALTH))
async def health(services: Services) -> dict[str, Any]:
    """Up and ready: how much is known, which sources a run would ask, what is missing."""
    sources = services.sources()
    faults = await services.faults()
    try:
        counts = await services.catalogue.counts()
    except StorageFailure as error:
        services.log("catalogue_read_failed", error=str(error))
        counts = Counts(tracks=0, playlists=0, invented=0)
        faults = faults or ["the catalogue cannot be read"]
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
