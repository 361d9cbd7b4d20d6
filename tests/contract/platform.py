"""What a platform has to offer so that the contract tests can run on it."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, Self

from grovemusic.ports import (
    Actor,
    Actors,
    ActorStorage,
    Clock,
    Database,
    Json,
    KeyValue,
    ObjectStore,
    Queue,
    VectorIndex,
)

ActorClass = Callable[[str, ActorStorage], Actor]
Consumer = Callable[[list[Json]], Awaitable[None]]


class Platform(Protocol):
    """One installation, empty at first. A test runs inside `async with`, which starts and ends it.

    Attributes:
        lacks: What it cannot show -> why: a port ("vectors"), "time" (time cannot be moved),
            "eviction" (an actor cannot be made to leave the memory). Such tests are skipped.
        clock: The time as its ports see it.
    """

    lacks: Mapping[str, str]
    clock: Clock

    def database(self) -> Database: ...

    def keyvalue(self) -> KeyValue: ...

    def objects(self) -> ObjectStore: ...

    def vectors(self, *, dimensions: int, filterable: Sequence[str]) -> VectorIndex: ...

    def actors(self, cast: Mapping[str, ActorClass]) -> Actors: ...

    def queue(self) -> Queue: ...

    async def settled(self) -> None:
        """Wait until writes can be seen and no alarm is due or being delivered."""
        ...

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and then everything settle."""
        ...

    async def evict(self, kind: str, name: str) -> None:
        """Make an actor leave the memory."""
        ...

    async def deliver(self, consumer: Consumer) -> None:
        """Give `consumer` all messages of the queue that are due now, batch by batch."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *error: object) -> None: ...


def chosen(folder: Path) -> Platform:
    """The platform these tests are to run on, with `folder` for its files."""
    module = import_module(os.environ.get("CONTRACT_PLATFORM", "contract.embedded"))
    return module.platform(folder)
