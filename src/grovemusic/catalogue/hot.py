"""The layer of the hot tables: what D1 knows, and what is worth keeping there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

from grovemusic.catalogue.features import fault_in
from grovemusic.catalogue.tiers import tier_of
from grovemusic.store.sounds import Sound, Sounds
from grovemusic.store.xref import CrossReference, CrossReferences

T = TypeVar("T")


class HotLayer(Generic[T]):
    """Implements `Layer` over a question to a store.

    Args:
        look: Names -> answers.
        keep: Stores what a farther layer knew; by default nothing is stored.
    """

    name = "d1"
    only_copies = False

    def __init__(
        self,
        look: Callable[[Sequence[str]], Awaitable[Mapping[str, T]]],
        keep: Callable[[Mapping[str, T]], Awaitable[None]] | None = None,
    ) -> None:
        self._look, self._keep = look, keep

    async def look(self, names: Sequence[str]) -> dict[str, T | None]:
        return dict(await self._look(names))

    async def keep(self, known: Mapping[str, T | None], *, source: str) -> None:
        del source
        found = {name: value for name, value in known.items() if value is not None}
        if found and self._keep is not None:
            await self._keep(found)


def sounds(table: Sounds) -> HotLayer[Sound]:
    """Features: kept if their tier is worth the space, and if they are numbers at all."""

    async def keep(found: Mapping[str, Sound]) -> None:
        worthy = {
            track_id: sound
            for track_id, sound in found.items()
            if fault_in(sound.features, sound.popularity) is None
            and tier_of(sound.popularity).features_in_d1
        }
        if worthy:
            await table.keep(worthy)

    return HotLayer(table.get, keep)


def cross_references(table: CrossReferences) -> HotLayer[CrossReference]:
    """Cross-references: all are kept, a hundred bytes each."""

    async def keep(found: Mapping[str, CrossReference]) -> None:
        await table.keep(found.values())

    return HotLayer(table.get, keep)
