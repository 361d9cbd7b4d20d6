"""For operators: how caches and layers do."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query

from grovemusic.api import examples
from grovemusic.api.examples import shown
from grovemusic.api.schemas import PROBLEM
from grovemusic.api.services import ApiServices, Services
from grovemusic.domain.errors import UnknownThing

router = APIRouter(tags=["service"], responses={404: PROBLEM, 422: PROBLEM})
DAY_H, MONTH_H = 24, 720


@router.get("/api/metrics", responses=shown(examples.METRICS))
async def metrics(
    services: Services,
    hours: Annotated[int, Query(ge=1, le=MONTH_H)] = DAY_H,
    authorization: Annotated[str | None, Header(max_length=500)] = None,
) -> dict[str, Any]:
    """Look-ups by layer and type of data: hits, misses, milliseconds.

    Deployed, it takes `Authorization: Bearer <GROVE_OPERATOR_TOKEN>`; others are told that there
    is no such thing.
    """
    if not _may_look(services, authorization):
        raise UnknownThing("page", "/api/metrics")
    return {
        "hours": hours,
        "layers": [
            {
                "layer": each.layer,
                "dataType": each.data_type,
                "hits": each.hits,
                "misses": each.lookups - each.hits,
                "hitRate": round(each.hits / each.lookups, 4),
                "averageMs": round(each.average_ms, 2),
                "longestMs": round(each.longest_ms, 2),
            }
            for each in await services.metrics.since(hours)
        ],
    }


def _may_look(services: ApiServices, authorization: str | None) -> bool:
    token = services.settings.operator_token
    if token is None:
        return services.runtime == "embedded"
    wanted = f"Bearer {token.reveal()}".encode()
    return secrets.compare_digest((authorization or "").encode(), wanted)
