"""Finding songs: as the listener types, and for sure."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from grovemusic.api import examples
from grovemusic.api.examples import shown
from grovemusic.api.run_document import option_document
from grovemusic.api.schemas import PROBLEM, ResolveBody
from grovemusic.api.services import Services
from grovemusic.domain.ask import clean_text
from grovemusic.domain.matching import confidence
from grovemusic.domain.music import Track
from grovemusic.domain.names import words
from grovemusic.domain.queries import read_query
from grovemusic.domain.run import Option
from grovemusic.exports.document import track_document
from grovemusic.pipeline.resolve import choose, find, merged

router = APIRouter(tags=["songs"], responses={422: PROBLEM})
LOOKED_AT = 60


@router.get("/api/search", responses=shown(examples.SEARCH))
async def search(
    services: Services,
    q: Annotated[str, Query(max_length=500, examples=["pink wh"])],
    limit: Annotated[int, Query(ge=1, le=25)] = 8,
) -> dict[str, Any]:
    """Songs of the catalogue that begin to match what is being typed, best first."""
    text = clean_text("q", q)
    found = await services.catalogue.search(words(text), begun=True, limit=LOOKED_AT)
    tracks = await services.catalogue.tracks(found)
    query = read_query(text)
    options = merged(
        Option(track=tracks[each], confidence=confidence(query, tracks[each]))
        for each in found
        if each in tracks
    )
    options.sort(key=lambda option: -(option.confidence + 0.3 * (option.track.fame or 0.0)))
    return {"query": text, "results": [_result(option.track) for option in options[:limit]]}


@router.post("/api/track/resolve", responses={404: PROBLEM, **shown(examples.RESOLVED)})
async def resolve_track(body: ResolveBody, services: Services) -> dict[str, Any]:
    """Which song the text means, asking every source; `ambiguous` with options when unsure."""
    query = read_query(clean_text("query", body.query))
    options, missing = await find(query, services.sources().sources)
    track = choose(options, query, sure=services.settings.sure_match, missing=tuple(missing))
    return {
        "status": "resolved" if track else "ambiguous",
        "track": track_document(track) if track else None,
        "options": [option_document(option) for option in options[:10]],
        "missing": [
            {"source": each.source, "reason": each.reason, "effect": each.effect}
            for each in missing
        ],
    }


def _result(track: Track) -> dict[str, Any]:
    return {**track_document(track), "label": f"{track.title} by {track.artist}"}
