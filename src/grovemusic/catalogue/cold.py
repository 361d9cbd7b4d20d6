"""The farthest layer: tables in column blocks, one or two range reads a look-up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from grovemusic.catalogue import tables
from grovemusic.catalogue.blocks.block import Row
from grovemusic.catalogue.blocks.cache import HeaderCache
from grovemusic.catalogue.blocks.errors import MissingObject
from grovemusic.catalogue.blocks.manifest import Manifest, manifest_key
from grovemusic.catalogue.blocks.reader import BlockReader
from grovemusic.catalogue.blocks.schema import Schema
from grovemusic.ports import Clock, ObjectStore

T = TypeVar("T")
# So long a manifest is believed without asking: a new generation serves a minute later, and the
# old one is there for longer than that.
MANIFEST_MS = 60_000


@dataclass(slots=True)
class ColdMemory:
    """What may outlive a request: headers and manifests, plain bytes and values.

    Attributes:
        manifests: Prefix -> when it was read (Unix milliseconds) and what it said; None if nothing
            was ever published there.
    """

    headers: HeaderCache = field(default_factory=HeaderCache)
    manifests: dict[str, tuple[int, Manifest | None]] = field(default_factory=dict)


class ColdStore:
    """All tables of one bucket."""

    def __init__(self, objects: ObjectStore, memory: ColdMemory, clock: Clock) -> None:
        self._objects, self._memory, self._clock = objects, memory, clock

    async def rows(self, schema: Schema, numbers: Sequence[int]) -> Mapping[int, Row]:
        """128-bit number -> row, for those there are; none where nothing was ever published.

        Raises:
            BlockError: a file is missing, damaged or of another schema.
            StorageFailure: the object store could not answer.
        """
        prefix, now_ms = tables.prefix(schema), self._clock.now_ms()
        read_at_ms, manifest = self._memory.manifests.get(prefix, (None, None))
        fresh = read_at_ms is not None and now_ms - read_at_ms < MANIFEST_MS
        if fresh and manifest is None:
            return {}
        reader = BlockReader(
            self._objects,
            prefix,
            schema=schema,
            cache=self._memory.headers,
            manifest=manifest if fresh else None,
        )
        try:
            serving = await reader.manifest()
        except MissingObject as error:
            if error.place.key != manifest_key(prefix):
                raise
            self._memory.manifests[prefix] = now_ms, None
            return {}
        found = await reader.get_many(numbers)
        latest = await reader.manifest()  # another one if the first had been retired
        if not fresh or latest is not serving:
            self._memory.manifests[prefix] = now_ms, latest
        return found


class ColdLayer(Generic[T]):
    """Implements `Layer` over one table.

    Args:
        number: A name's 128-bit number; ValueError for one that cannot be in the table.
        read: What a row says about a name; None if nothing.
    """

    name = "r2"
    only_copies = False

    def __init__(
        self,
        store: ColdStore,
        schema: Schema,
        *,
        number: Callable[[str], int],
        read: Callable[[str, Row], T | None],
    ) -> None:
        self._store, self._schema = store, schema
        self._number, self._read = number, read

    async def look(self, names: Sequence[str]) -> dict[str, T | None]:
        numbers: dict[str, int] = {}
        for name in names:
            try:
                numbers[name] = self._number(name)
            except ValueError:
                continue
        if not numbers:
            return {}
        rows = await self._store.rows(self._schema, list(numbers.values()))
        read = {n: self._read(n, rows[at]) for n, at in numbers.items() if at in rows}
        return {name: value for name, value in read.items() if value is not None}

    async def keep(self, known: Mapping[str, T | None], *, source: str) -> None:
        """Only an import writes here."""
