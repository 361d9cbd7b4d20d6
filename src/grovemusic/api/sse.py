"""A run's numbered events as Server-Sent Events. Pure but for the one function that asks.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from grovemusic.domain.run import ENDED, Stage

RETRY_MS = 2_000  # how long a browser waits before it reconnects
WAIT_S = 15.0  # without news a comment is sent this often, so that nobody cuts the line
_LAST = {stage.value for stage in ENDED} | {Stage.NEEDS_CHOICE.value}


async def stream(
    events: Callable[[int, float], Awaitable[dict[str, Any]]], after: int
) -> AsyncIterator[str]:
    """Frames of all events above `after`, until the run has ended or waits for the listener."""
    yield f"retry: {RETRY_MS}\n\n"
    while True:
        answer = await events(after, WAIT_S)
        for event in answer["events"]:
            after = event["number"]
            yield frame(event)
        # Only the newest event ends a stream: behind an old question its answer follows.
        newest = answer["events"][-1]["stage"] if answer["events"] else answer["stage"]
        if newest in _LAST:
            return
        if not answer["events"]:
            yield ": still working\n\n"


def frame(event: dict[str, Any]) -> str:
    """One event. JSON has no line breaks of its own, so it is one data line."""
    name = event["stage"] if event["stage"] in _LAST else "progress"
    shown = {
        "number": event["number"],
        "atMs": event["at_ms"],
        "stage": event["stage"],
        "progress": event["progress"],
        "message": event["message"],
        "data": event.get("data", {}),
    }
    return f"id: {event['number']}\nevent: {name}\ndata: {json.dumps(shown)}\n\n"


def last_event_id(text: str | None) -> int:
    """The number a reconnecting client has seen last; 0 for none or nonsense."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0
