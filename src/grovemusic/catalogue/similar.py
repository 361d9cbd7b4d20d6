"""Tracks that sound alike: precomputed where a track is popular, else by the vector index.

Names are "id:limit", as in the edge cache. A track need not be in the index to be asked about: its
vector is made from its features, wherever they lie.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from grovemusic.catalogue.cache_keys import SIMILAR, TOP_SIMILAR
from grovemusic.catalogue.edge import MOST_KEPT, EdgeLayer
from grovemusic.catalogue.features import audio_vector, fault_in
from grovemusic.catalogue.layers import Answers
from grovemusic.domain.corpus import Spread
from grovemusic.domain.errors import StorageFailure
from grovemusic.ports import Json, KeyValue, VectorIndex
from grovemusic.store.neighbours import Near, Neighbours
from grovemusic.store.sounds import Sound

MOST = 100
Similar = tuple[Near, ...]


def name_of(track_id: str, limit: int) -> str:
    """The name of a question.

    Raises:
        ValueError: `limit` is not 1-100: more Vectorize does not give, and more is not computed.
    """
    if not 1 <= limit <= MOST:
        raise ValueError(f"want 1-{MOST} neighbours, got {limit}")
    return f"{track_id}:{limit}"


def _parts(name: str) -> tuple[str, int]:
    track_id, _, limit = name.rpartition(":")
    return track_id, int(limit)


class SimilarEdge:
    """Implements `Layer` over a `KeyValue`: the week's hundred first, then the hour's few."""

    name = "kv"
    only_copies = True

    def __init__(self, cache: KeyValue) -> None:
        self._few = EdgeLayer[Similar](cache, SIMILAR, dump=_dump, load=_load)
        self._top = EdgeLayer[Similar](cache, TOP_SIMILAR, dump=_dump, load=_load)

    async def look(self, names: Sequence[str]) -> dict[str, Similar | None]:
        tops = await self._top.look(list(dict.fromkeys(_parts(name)[0] for name in names)))
        found: dict[str, Similar | None] = {}
        for name in names:
            track_id, limit = _parts(name)
            if (top := tops.get(track_id)) is not None:
                found[name] = top[:limit]
        rest = [name for name in names if name not in found]
        return found | (await self._few.look(rest) if rest else {})

    async def keep(self, known: Mapping[str, Similar | None], *, source: str) -> None:
        if source != "d1":
            await self._few.keep(known, source=source)
            return
        for name, value in list(known.items())[:MOST_KEPT]:
            track_id, limit = _parts(name)
            if limit == MOST:
                await self._top.put(TOP_SIMILAR, track_id, value)
            else:
                await self._few.put(SIMILAR, name, value)


class SimilarComputed:
    """Implements `Layer` over the precomputed table."""

    name = "d1"
    only_copies = False

    def __init__(self, table: Neighbours) -> None:
        self._table = table

    async def look(self, names: Sequence[str]) -> dict[str, Similar | None]:
        found = await self._table.similar(list(dict.fromkeys(_parts(n)[0] for n in names)))
        parts = {name: _parts(name) for name in names}
        return {name: found[of][:limit] for name, (of, limit) in parts.items() if of in found}

    async def keep(self, known: Mapping[str, Similar | None], *, source: str) -> None:
        """Only an import writes here."""


class SimilarIndexed:
    """Implements `Layer` over the vector index. One query a name."""

    name = "vectorize"
    only_copies = False

    def __init__(
        self,
        index: VectorIndex,
        sounds: Callable[[Sequence[str]], Awaitable[Answers[Sound]]],
        spread: Callable[[], Awaitable[Mapping[str, Spread]]],
    ) -> None:
        self._index, self._sounds, self._spread = index, sounds, spread

    async def look(self, names: Sequence[str]) -> dict[str, Similar | None]:
        parts = {name: _parts(name) for name in names}
        sounds = await self._sounds([track_id for track_id, _ in parts.values()])
        if sounds.unsure:
            raise StorageFailure("features", "a layer that may know the sound does not answer")
        found: dict[str, Similar | None] = {}
        spread = await self._spread() if sounds.found else {}
        for name, (track_id, limit) in parts.items():
            sound = sounds.found.get(track_id)
            if sound is None or fault_in(sound.features, sound.popularity) is not None:
                continue
            matches = await self._index.query(
                audio_vector(sound.features, sound.popularity, spread),
                top_k=min(MOST, limit + 1),  # itself among them
                with_metadata=False,
            )
            others = (Near(each.id, each.score) for each in matches if each.id != track_id)
            found[name] = tuple(others)[:limit]
        return found

    async def keep(self, known: Mapping[str, Similar | None], *, source: str) -> None:
        """Only imports and the promotion write here."""


def _dump(similar: Similar) -> Json:
    return [[each.track_id, round(each.score, 6)] for each in similar]


def _load(said: Json) -> Similar:
    return tuple(Near(str(track_id), float(score)) for track_id, score in said)
