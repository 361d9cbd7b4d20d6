"""Equal questions at the same time are asked once."""

import asyncio
import json
from collections.abc import Hashable
from dataclasses import dataclass

from grovemusic.ports import Request, Response, Send


@dataclass(slots=True)
class _Flight:
    """A question on its way, and how many are waiting for its answer."""

    answer: asyncio.Task[Response]
    waiting: int = 0


def single_flight(send: Send) -> Send:
    """Let everyone who asks the same thing meanwhile wait for one call.

    They all get its answer, or its error. One who is cancelled leaves the others undisturbed; when
    nobody is left the call is cancelled.
    """
    flights: dict[Hashable, _Flight] = {}

    def leave(question: Hashable, flight: _Flight) -> None:
        flight.waiting -= 1
        if flight.waiting and not flight.answer.done():
            return
        if flights.get(question) is flight:  # whoever comes next starts anew
            del flights[question]
        flight.answer.cancel()  # of no effect once it is done

    async def inner(request: Request) -> Response:
        question = _identity(request)
        flight = flights.get(question)
        if flight is None:
            flight = flights[question] = _Flight(asyncio.ensure_future(_run(send, request)))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.answer)
        finally:
            leave(question, flight)

    return inner


async def _run(send: Send, request: Request) -> Response:
    """A coroutine for certain, whatever kind of awaitable `send` gives."""
    return await send(request)


def _identity(request: Request) -> Hashable:
    """Equal for requests with equal answers. Stays in memory: it holds secrets."""
    return (
        request.service,
        request.url,
        frozenset(request.query.items()),
        frozenset(request.secret.items()),
        json.dumps(request.body, sort_keys=True),
        request.cache,
    )
