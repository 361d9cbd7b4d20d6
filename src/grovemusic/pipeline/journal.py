"""What a run's actor remembers: where it is, what each stage gave, and its numbered events.

One `put` stores a stage's output, the events about it and the next stage together, so a process
killed at any moment resumes with all of them or none: events have no gap and no repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grovemusic.domain import codec
from grovemusic.domain.music import Missing, Track
from grovemusic.domain.run import PROGRESS, Event, Option, Stage
from grovemusic.ports import ActorStorage, Clock

PIECE = 500_000  # characters of JSON a stored value may have: Durable Objects allow 2 MB
EVENTS_A_READ = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Attributes:
    events: Number of the last event.
    tries: How often the present stage has been begun.
    upstream_calls: Made so far, as of the last stage that ended.
    """

    run_id: str
    playlist_id: str
    user_id: str
    ask: str
    stage: Stage = Stage.PENDING
    events: int = 0
    tries: int = 0
    upstream_calls: int = 0
    started_at_ms: int = 0
    chosen: Mapping[int, Track] = field(default_factory=dict)
    choices: Mapping[int, tuple[Option, ...]] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    error_kind: str = ""
    error: str = ""
    suggestions: tuple[str, ...] = ()


class Journal:
    """The storage of one run's actor, in the words of a run."""

    def __init__(self, storage: ActorStorage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def state(self) -> State | None:
        """Where the run is; None before it was begun."""
        text = (await self._storage.get(["state"])).get("state")
        return codec.load(State, text) if text is not None else None

    async def write(
        self, state: State, news: "News | None" = None, output: tuple[str, str] | None = None
    ) -> State:
        """Store `state`, the event about it and what a stage gave, all at once."""
        entries: dict[str, Any] = {}
        if news is not None:
            state = replace(state, events=state.events + 1)
            event = Event(
                number=state.events,
                at_ms=self._clock.now_ms(),
                stage=news.stage,
                progress=PROGRESS[news.stage],
                message=news.message,
                data=news.data,
            )
            entries[_event_key(state.events)] = codec.plain(Event, event)
        if output is not None:
            entries |= _pieces(*output)
        entries["state"] = codec.dump(State, state)
        await self._storage.put(entries)
        return state

    async def output(self, name: str) -> str:
        """What a stage stored, as it was given to `write`."""
        pieces = await self._storage.list(f"output:{name}:")
        return "".join(pieces[key] for key in sorted(pieces))

    async def events(self, after: int) -> list[dict[str, Any]]:
        """Events with numbers above `after`, in order, at most 200."""
        found = await self._storage.list("event:", start=_event_key(after + 1), limit=EVENTS_A_READ)
        return list(found.values())

    async def forget_outputs(self) -> None:
        """Drop the outputs of a settled run; its result is in the database and the archive."""
        while keys := list(await self._storage.list("output:", limit=100)):
            await self._storage.delete(keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event before it has a number and a time."""

    stage: Stage
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)


def _event_key(number: int) -> str:
    return f"event:{number:08d}"


def _pieces(name: str, text: str) -> dict[str, str]:
    starts = range(0, max(1, len(text)), PIECE)
    return {
        f"output:{name}:{at:04d}": text[start : start + PIECE] for at, start in enumerate(starts)
    }
