"""A look-up through layers: the nearest that knows answers, and the nearer ones learn it later.

Answers never wait for what is done on their account: filling layers goes to the background, and
where it fails only the log hears of it. A layer that fails is passed over; what nobody else knew is
then *unsure*, and is not remembered as unknown.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from grovemusic.domain.errors import GroveError
from grovemusic.ports import Background, Clock, Metrics

T = TypeVar("T")
REQUEST = "request"
MOST_REMEMBERED = 20_000  # answers in the memory of one request


class Log(Protocol):
    """Structured log: one line an event, fields as keywords."""

    def __call__(self, event: str, /, **fields: Any) -> None: ...


class Layer(Protocol[T]):
    """Where answers may lie.

    Attributes:
        name: As in `ports.Metrics`: kv, d1, vectorize or r2.
        only_copies: It holds nothing that a farther layer has not: if it fails, nothing is unsure.
    """

    name: str
    only_copies: bool

    async def look(self, names: Sequence[str]) -> Mapping[str, T | None]:
        """Those of `names` it can tell about: the answer, or None for "there is none"."""
        ...

    async def keep(self, known: Mapping[str, T | None], *, source: str) -> None:
        """Take over what the layer `source` knew; "" where no layer knew anything."""
        ...


@dataclass(frozen=True, slots=True)
class Answers(Generic[T]):
    """What was found, in the order asked for.

    Attributes:
        unsure: Names nobody knew while a layer that might have could not be asked.
    """

    found: dict[str, T]
    unsure: frozenset[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every look-up of one request shares."""

    clock: Clock
    metrics: Metrics
    background: Background
    log: Log


class LayeredLookup(Generic[T]):
    """Answers of one type of data, for one request: its memory is the nearest layer.

    Equal questions at the same time are asked once. Whoever is cancelled leaves the others
    undisturbed.

    Args:
        data_type: As in `ports.Metrics`.
        layers: Nearest first, without the request's own memory.
    """

    def __init__(
        self, data_type: str, layers: Sequence[Layer[T]], surroundings: Surroundings
    ) -> None:
        self._data_type, self._layers, self._around = data_type, tuple(layers), surroundings
        self._memory: dict[str, T | None] = {}
        self._flights: dict[str, asyncio.Task[dict[str, T | None]]] = {}

    async def get(self, name: str) -> T | None:
        """The answer; None if there is none, or nobody could be asked."""
        return (await self.look([name])).found.get(name)

    async def get_many(self, names: Sequence[str]) -> dict[str, T]:
        """Name -> answer, for those that have one."""
        return (await self.look(names)).found

    async def look(self, names: Sequence[str]) -> Answers[T]:
        """As `get_many`, and what is unsure. Each layer is asked once for all it may know."""
        wanted = list(dict.fromkeys(names))
        known: dict[str, T | None] = {}
        flights: dict[str, asyncio.Task[dict[str, T | None]]] = {}
        new: list[str] = []
        for name in wanted:
            if name in self._memory:
                known[name] = self._memory[name]
            elif name in self._flights:
                flights[name] = self._flights[name]
            else:
                new.append(name)
        self._measure(REQUEST, wanted, {name for name in wanted if name not in new}, 0.0)
        if new:
            flights |= dict.fromkeys(new, self._take_off(new))
        for flight in dict.fromkeys(flights.values()):
            answers = await asyncio.shield(flight)
            known |= {name: answers[name] for name in flights if name in answers}
        found = {name: value for name in wanted if (value := known.get(name)) is not None}
        return Answers(found, frozenset(name for name in wanted if name not in known))

    def forget(self, name: str) -> None:
        """Ask the layers again the next time."""
        self._memory.pop(name, None)

    def _take_off(self, names: Sequence[str]) -> asyncio.Task[dict[str, T | None]]:
        flight = asyncio.ensure_future(self._walk(names))
        for name in names:
            self._flights[name] = flight

        def landed(_flight: asyncio.Task[dict[str, T | None]]) -> None:
            for name in names:
                self._flights.pop(name, None)

        flight.add_done_callback(landed)
        return flight

    async def _walk(self, names: Sequence[str]) -> dict[str, T | None]:
        """What is known for certain, layer by layer."""
        known: dict[str, T | None] = {}
        rest, sure = list(names), True
        for place, layer in enumerate(self._layers):
            began_ms = self._around.clock.now_ms()
            try:
                said = await layer.look(rest)
            except GroveError as error:
                sure = sure and layer.only_copies
                self._note_failure("lookup_layer_failed", layer, error)
                continue
            news = {name: said[name] for name in rest if name in said}
            self._measure(layer.name, rest, news.keys(), self._around.clock.now_ms() - began_ms)
            self._fill(self._layers[:place], news, layer.name)
            known |= news
            rest = [name for name in rest if name not in news]
            if not rest:
                break
        if sure and rest:
            nothing: dict[str, T | None] = dict.fromkeys(rest)
            self._fill(self._layers, nothing, "")
            known |= nothing
        if len(self._memory) + len(known) <= MOST_REMEMBERED:
            self._memory |= known
        return known

    def _fill(self, layers: Sequence[Layer[T]], known: Mapping[str, T | None], source: str) -> None:
        if layers and known:
            self._around.background(self._filled(layers, known, source))

    async def _filled(
        self, layers: Sequence[Layer[T]], known: Mapping[str, T | None], source: str
    ) -> None:
        for layer in layers:
            try:
                await layer.keep(known, source=source)
            except GroveError as error:
                self._note_failure("lookup_fill_failed", layer, error)

    def _note_failure(self, event: str, layer: Layer[T], error: GroveError) -> None:
        self._around.log(event, layer=layer.name, data_type=self._data_type, error=str(error))

    def _measure(
        self, layer: str, asked: Sequence[str], hits: "set[str] | Any", took_ms: float
    ) -> None:
        for name in asked:
            self._around.metrics(
                layer, hit=name in hits, latency_ms=float(took_ms), data_type=self._data_type
            )
