"""Everything the catalogue can be asked about a track, through up to five layers.

| question | layers |
|---|---|
| sounds, tracks, references, companions, pairs | request, KV, D1, R2 |
| ISRCs | request, KV, D1 |
| similar | request, KV, D1 (precomputed), Vectorize |

Made for one request or run: its memory ends with it (`layers`). Nothing is written before the
answer is given.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from grovemusic.catalogue import cache_keys, hot, similar, tables
from grovemusic.catalogue.blocks import keys
from grovemusic.catalogue.cold import ColdLayer, ColdStore
from grovemusic.catalogue.edge import EdgeLayer
from grovemusic.catalogue.layers import Answers, Layer, LayeredLookup, Surroundings
from grovemusic.domain import codec
from grovemusic.domain.corpus import Spread
from grovemusic.domain.ids import clean_isrc
from grovemusic.domain.music import AudioFeatures, Track
from grovemusic.ports import Clock, Database, Json, KeyValue, VectorIndex
from grovemusic.store.catalogue import Catalogue, Companion
from grovemusic.store.neighbours import Near, Neighbours, Pair
from grovemusic.store.sounds import Sound, Sounds
from grovemusic.store.xref import CrossReference, CrossReferences, Method

T = TypeVar("T")
# Tells that somebody asked for these tracks; returns at once and never fails.
Accessed = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The layers beyond the request's own memory.

    Attributes:
        cache: None for what has to be true now: at the edge answers may be days old.
    """

    cache: KeyValue | None
    database: Database
    index: VectorIndex
    cold: ColdStore
    clock: Clock


class Lookups:
    """The questions. Unknown ids give nothing; a layer that fails is passed over and logged.

    Attributes:
        references: Spotify id -> its cross-reference, if somebody has looked for it.
    """

    def __init__(self, layers: Layers, surroundings: Surroundings, *, accessed: Accessed) -> None:
        cache, database, cold = layers.cache, layers.database, layers.cold
        self._catalogue = Catalogue(database)
        self._neighbours = Neighbours(database)
        self._accessed = accessed
        self._sounds = LayeredLookup[Sound](
            "audioFeatures",
            [
                *_edge(cache, cache_keys.AUDIO_FEATURES, dump=_sound_out, load=_sound_in),
                hot.sounds(Sounds(database)),
                ColdLayer(cold, tables.TRACKS, number=keys.of_track, read=tables.sound_of),
            ],
            surroundings,
        )
        self.tracks = LayeredLookup[Track](
            "metadata",
            [
                *_edge(cache, cache_keys.TRACK, dump=_track_out, load=_track_in),
                hot.HotLayer(self._catalogue.tracks),
                ColdLayer(cold, tables.TRACKS, number=keys.of_track, read=tables.track_of),
            ],
            surroundings,
        )
        references = CrossReferences(database, layers.clock)
        self.references = LayeredLookup[CrossReference](
            "crossRef",
            [
                *_edge(cache, cache_keys.CROSS_REFERENCE, dump=_reference_out, load=_reference_in),
                hot.cross_references(references),
                ColdLayer(
                    cold,
                    tables.CROSS_REFERENCES,
                    number=keys.of_track,
                    read=tables.cross_reference_of,
                ),
            ],
            surroundings,
        )
        self._isrcs = LayeredLookup[tuple[str, ...]](
            "crossRef",
            [
                *_edge(cache, cache_keys.ISRC, dump=list, load=_texts_in),
                hot.HotLayer(references.of_isrcs),
            ],
            surroundings,
        )
        self._companions = LayeredLookup[tuple[Companion, ...]](
            "cooccurrence",
            [
                *_edge(cache, cache_keys.COMPANIONS, dump=_companions_out, load=_companions_in),
                hot.HotLayer(self._companions_in_tables),
                ColdLayer(cold, tables.COMPANIONS, number=keys.of_track, read=tables.companions_of),
            ],
            surroundings,
        )
        self._pairs = LayeredLookup[Pair](
            "cooccurrence",
            [
                *_edge(cache, cache_keys.PAIR, dump=_pair_out, load=_pair_in),
                hot.HotLayer(self._pairs_in_tables),
                _PairsInCompanions(cold),
            ],
            surroundings,
        )
        self._similar = LayeredLookup[similar.Similar](
            "similarity",
            [
                *([] if cache is None else [similar.SimilarEdge(cache)]),
                similar.SimilarComputed(self._neighbours),
                similar.SimilarIndexed(layers.index, self._sounds.look, self._spread),
            ],
            surroundings,
        )

    async def sound(self, track_id: str) -> Sound | None:
        """How a track sounds that somebody asked for; that it was asked for is noted."""
        self._accessed([track_id])
        return await self._sounds.get(track_id)

    async def sounds(self, track_ids: Sequence[str]) -> Answers[Sound]:
        """How tracks sound that nobody asked for by name, such as candidates."""
        return await self._sounds.look(track_ids)

    async def of_isrc(self, isrc: str) -> tuple[str, ...]:
        """The Spotify ids that carry an ISRC, in their order; none for what is no ISRC."""
        clean = clean_isrc(isrc)
        return () if clean is None else await self._isrcs.get(clean) or ()

    async def companions(
        self, track_ids: Sequence[str], *, each: int = 100
    ) -> dict[str, tuple[Companion, ...]]:
        """Track id -> the tracks that stand with it in playlists, at most `each`, closest first."""
        found = await self._companions.get_many(track_ids)
        return {track_id: near[:each] for track_id, near in found.items()}

    async def pair(self, one: str, other: str) -> Pair | None:
        """How two tracks go together; None if neither is among the other's closest hundred."""
        return await self._pairs.get(cache_keys.pair_name(one, other))

    async def similar(self, track_id: str, *, limit: int = 50) -> tuple[Near, ...]:
        """Tracks that sound like one somebody asked for, the nearest first.

        Raises:
            ValueError: `limit` is not 1-100.
        """
        self._accessed([track_id])
        return await self._similar.get(similar.name_of(track_id, limit)) or ()

    async def _spread(self) -> Mapping[str, Spread]:
        return (await self._catalogue.corpus(())).spread

    async def _companions_in_tables(
        self, track_ids: Sequence[str]
    ) -> dict[str, tuple[Companion, ...]]:
        found: dict[str, list[Companion]] = {}
        for each in await self._catalogue.companions(track_ids):
            found.setdefault(each.of, []).append(each)
        return {track_id: tuple(near) for track_id, near in found.items()}

    async def _pairs_in_tables(self, names: Sequence[str]) -> dict[str, Pair]:
        couples = {_couple(name): name for name in names}
        found = await self._neighbours.pairs(list(couples))
        return {couples[couple]: pair for couple, pair in found.items()}


class _PairsInCompanions:
    """Implements `Layer`: a pair is in the cold table's row of either track."""

    name = "r2"
    only_copies = False

    def __init__(self, cold: ColdStore) -> None:
        self._rows = ColdLayer(
            cold, tables.COMPANIONS, number=keys.of_track, read=tables.companions_of
        )

    async def look(self, names: Sequence[str]) -> dict[str, Pair | None]:
        couples = {name: _couple(name) for name in names}
        ids = list(dict.fromkeys(each for couple in couples.values() for each in couple))
        near = await self._rows.look(ids)
        found: dict[str, Pair | None] = {}
        for name, (one, other) in couples.items():
            for each in (*(near.get(one) or ()), *(near.get(other) or ())):
                if {each.of, each.track_id} == {one, other}:
                    found[name] = Pair(each.together, each.pmi, each.jaccard, each.cosine)
                    break
        return found

    async def keep(self, known: Mapping[str, Pair | None], *, source: str) -> None:
        """Only an import writes here."""


def _couple(name: str) -> tuple[str, str]:
    one, _, other = name.partition(":")
    return one, other


def _edge(
    cache: KeyValue | None,
    pattern: cache_keys.Pattern,
    *,
    dump: Callable[[T], Json],
    load: Callable[[Json], T],
) -> list[Layer[T]]:
    return [] if cache is None else [EdgeLayer(cache, pattern, dump=dump, load=load)]


# --- answers as JSON, and back -----------------------------------------------------------------


def _sound_out(sound: Sound) -> Json:
    known = {name: value for name, value in asdict(sound.features).items() if value is not None}
    return {"features": known, "popularity": sound.popularity}


def _sound_in(said: Json) -> Sound:
    return Sound(AudioFeatures(**said["features"]), said["popularity"])


def _track_out(track: Track) -> Json:
    return codec.plain(Track, track)


def _track_in(said: Json) -> Track:
    return codec.load(Track, json.dumps(said))


def _reference_out(each: CrossReference) -> Json:
    return asdict(each)


def _reference_in(said: Json) -> CrossReference:
    return CrossReference(**{**said, "method": Method(said["method"])})


def _texts_in(said: Json) -> tuple[str, ...]:
    return tuple(str(each) for each in said)


def _companions_out(near: tuple[Companion, ...]) -> Json:
    return [[c.of, c.track_id, c.rank, c.together, c.pmi, c.jaccard, c.cosine] for c in near]


def _companions_in(said: Json) -> tuple[Companion, ...]:
    def companion(row: Sequence[Any]) -> Companion:
        of, track_id, rank, together, pmi, jaccard, cosine = row
        return Companion(
            of=of,
            track_id=track_id,
            rank=rank,
            together=together,
            pmi=pmi,
            jaccard=jaccard,
            cosine=cosine,
        )

    return tuple(companion(row) for row in said)


def _pair_out(pair: Pair) -> Json:
    return [pair.together, pair.pmi, pair.jaccard, pair.cosine]


def _pair_in(said: Json) -> Pair:
    together, pmi, jaccard, cosine = said
    return Pair(int(together), float(pmi), float(jaccard), float(cosine))
