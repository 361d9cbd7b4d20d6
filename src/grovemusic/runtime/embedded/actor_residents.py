"""The actors in the memory of this process, and when they leave it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from grovemusic.ports import Actor, ActorStorage, Clock
from grovemusic.runtime.embedded.actor_storage import ActorName

T = TypeVar("T")

ActorClass = Callable[[str, ActorStorage], Actor]  # name and storage -> the actor


@dataclass(slots=True, kw_only=True)
class Resident:
    """The place of one actor.

    Attributes:
        turn: Who has it may deliver.
        actor: None until somebody needs it.
        users: Messages that are being handled or wait for their turn.
        idle_since_ms: When the last of them ended.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    actor: Actor | None = None
    users: int = 0
    idle_since_ms: int = 0


class Residents:
    """Makes actors when they are needed and forgets them when they have been idle for long.

    There is never more than one place for an actor, and so never more than one `turn`.
    """

    def __init__(
        self,
        classes: Mapping[str, ActorClass],
        storage_of: Callable[[ActorName], ActorStorage],
        clock: Clock,
        *,
        idle_s: float,
    ) -> None:
        self._classes, self._storage_of = classes, storage_of
        self._clock, self._idle_ms = clock, idle_s * 1000
        self._residents: dict[ActorName, Resident] = {}
        self._reads: dict[str, frozenset[str]] = {}

    @contextmanager
    def used(self, name: ActorName) -> Iterator[Resident]:
        """The actor's place, which stays at least as long as the block."""
        resident = self._residents.setdefault(name, Resident())
        resident.users += 1
        try:
            yield resident
        finally:
            resident.users -= 1
            resident.idle_since_ms = self._clock.now_ms()

    def start(
        self, name: ActorName, delivery: Callable[[Resident], Coroutine[Any, Any, T]]
    ) -> asyncio.Task[T]:
        """Begin `delivery` as a task of its own. The place is in use from now to its end."""
        using = ExitStack()
        task = asyncio.create_task(delivery(using.enter_context(self.used(name))))
        task.add_done_callback(lambda _: using.close())
        return task

    def actor(self, name: ActorName, resident: Resident, *, known: bool) -> Actor:
        """The actor in its place; a new one unless what it remembers is `known` to be right."""
        if resident.actor is None or not known:
            resident.actor = self.made(name)
        return resident.actor

    def made(self, name: ActorName) -> Actor:
        """A new object for the actor, which nobody else will see."""
        return self._classes[name.kind](name.name, self._storage_of(name))

    def reads_of(self, name: ActorName) -> frozenset[str]:
        """The methods of its kind that may overlap with anything.

        Raises:
            KeyError: there is no such kind.
        """
        if name.kind not in self._reads:
            self._reads[name.kind] = self.made(name).reads
        return self._reads[name.kind]

    def evict_idle(self) -> list[ActorName]:
        """Forget those that have been idle for long; gives their names."""
        before_ms = self._clock.now_ms() - self._idle_ms
        idle = [
            name
            for name, resident in self._residents.items()
            if not resident.users and resident.idle_since_ms <= before_ms
        ]
        for name in idle:
            del self._residents[name]
        return idle
