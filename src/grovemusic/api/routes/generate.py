"""Making a playlist: start a run, follow it, answer its question, fetch the result."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import Response, StreamingResponse

from grovemusic.api import examples, sse
from grovemusic.api.examples import shown as example
from grovemusic.api.routes.playlists import shown
from grovemusic.api.run_document import run_document
from grovemusic.api.schemas import PROBLEM, ChoiceBody, GenerateBody, Started
from grovemusic.api.services import Listener, Services
from grovemusic.domain.errors import BadAsk, UnknownThing
from grovemusic.pipeline.start import start_run

router = APIRouter(tags=["playlists"], responses={404: PROBLEM, 422: PROBLEM})


@router.post(
    "/api/generate",
    status_code=202,
    responses={400: PROBLEM, 402: PROBLEM, 415: PROBLEM, 429: PROBLEM},
)
async def generate(
    body: GenerateBody,
    services: Services,
    listener: Listener,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Started:
    """Start making a playlist. Send an Idempotency-Key to be sure a retry makes no second one."""
    if idempotency_key is not None and not idempotency_key.strip():
        raise BadAsk("Idempotency-Key", "must not be empty")
    ask = body.ask()
    run = await start_run(
        ask,
        user_id=listener.id,
        request_key=idempotency_key,
        runs=services.runs,
        actors=services.actors,
        new_id=services.new_id,
    )
    if run.ask != ask:
        raise BadAsk("Idempotency-Key", "was sent with another request before; take a new one")
    return Started(
        run_id=run.id,
        playlist_id=run.playlist_id,
        status="processing" if run.status == "pending" else run.status,
        credits_reserved=run.credits_reserved,
        stream_url=f"/api/generate/{run.id}/stream",
    )


@router.get(
    "/api/generate/{run_id}",
    responses=example(examples.PLAYLIST, working=examples.WORKING),
)
async def status(run_id: str, services: Services, listener: Listener) -> dict[str, Any]:
    """How far a run is; once complete, the playlist with scores and evidence for every track."""
    run = await services.runs.get(run_id)
    if run.user_id != listener.id:
        raise UnknownThing("run", run_id)
    if run.status != "complete":
        document = run_document(await services.run(run_id, "state"))
        if document["status"] != "complete":  # else it ended between the two questions
            return document
    return await shown(services, await services.playlists.get(run.playlist_id))


@router.post(
    "/api/generate/{run_id}/choice",
    responses={402: PROBLEM, 409: PROBLEM, **example(examples.WORKING)},
)
async def choose(
    run_id: str, body: ChoiceBody, services: Services, listener: Listener
) -> dict[str, Any]:
    """Say which song was meant; the run goes on."""
    run = await services.runs.get(run_id)
    if run.user_id != listener.id:
        raise UnknownThing("run", run_id)
    answer = {"seed": body.seed, "option": body.option}
    return run_document(await services.run(run_id, "choose", answer))


@router.get(
    "/api/generate/{run_id}/stream",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "Numbered events"},
        204: {"description": "The run has ended and Last-Event-ID was its last event"},
    },
)
async def stream(
    run_id: str,
    services: Services,
    listener: Listener,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """The run's events as they happen. Reconnect with Last-Event-ID to miss none."""
    run = await services.runs.get(run_id)
    if run.user_id != listener.id:
        raise UnknownThing("run", run_id)

    async def events(after: int, wait_s: float) -> dict[str, Any]:
        answer: dict[str, Any] = await services.run(
            run_id, "events", {"after": after, "wait_s": wait_s}
        )
        return answer

    seen = sse.last_event_id(last_event_id)
    if seen:
        news = await events(seen, 0.0)
        if news["ended"] and not news["events"]:
            return Response(status_code=204)  # a browser's EventSource stops reconnecting
    frames: AsyncIterator[str] = sse.stream(events, seen)
    return StreamingResponse(
        frames,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
