"""A catalogue made from training lists, and the real pipeline asked over it.

What a listener's installation would hold: the tracks of the dataset, the playlists learnt from,
mined as an import mines them, and the vectors. Everything lives in a temporary folder.
"""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalogue_import import facts, mining, pairs, percentiles, sound
from catalogue_import.database import opened, transaction
from catalogue_import.ledger import silent
from catalogue_import.loading import Loader
from catalogue_import.parsing import Entry, Place
from catalogue_import.staging import Staging
from catalogue_import.vectorising import give_vectors
from grovemusic.catalogue.features import DIMENSIONS
from grovemusic.domain.ask import LARGEST, Ask, SeedQuery
from grovemusic.domain.music import Candidate, Profile, ScoredTrack
from grovemusic.pipeline.curate import curate
from grovemusic.pipeline.enrich import enrich
from grovemusic.pipeline.generate import generate
from grovemusic.pipeline.score import asked_of_corpus, score
from grovemusic.pipeline.weights import WEIGHTS, Weights
from grovemusic.ports import Vector
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.installation import MIGRATIONS
from grovemusic.runtime.embedded.migrations import apply_migrations
from grovemusic.runtime.embedded.vectors import NumpyVectors
from grovemusic.sources.catalogue import CatalogueSource
from grovemusic.sources.sound import SoundSource
from grovemusic.store.catalogue import Catalogue
from quality.lists import Dataset, Playlist

RANKED = 5 * LARGEST  # candidates of the largest playlist a listener can ask for
CURATED = 30  # tracks of the curated playlist that is looked at
_AT_ONCE = 10_000
ORIGIN = "import"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the pipeline gave for one case: works by number, best first or in curated order."""

    ranked: tuple[int, ...]
    curated: tuple[int, ...]
    seconds: float


class World:
    """The tracks of one dataset as a catalogue without playlists, to be copied for each round.

    Everything that touches the files happens on one event loop, which lives as long as this.
    """

    def __init__(self, data: Dataset, folder: Path) -> None:
        self.data, self._folder = data, folder
        self.number = {str(track.id): number for number, track in enumerate(data.works)}
        self._runner = asyncio.Runner()
        self._plain = folder / "plain.db"
        self._vectors = NumpyVectors(folder / "vectors.db", DIMENSIONS)
        self._load()

    def close(self) -> None:
        self._vectors.close()
        self._runner.close()

    @contextmanager
    def learnt(self, training: Sequence[Playlist]) -> Iterator["Learnt"]:
        """The catalogue with `training` as its playlists."""
        path = self._folder / "learnt.db"
        shutil.copyfile(self._plain, path)
        with opened(path) as db:
            loader = Loader(db, Staging(db), origin=ORIGIN)
            with transaction(db):
                self._write(db, loader, training)
        database = SqliteDatabase(path)
        try:
            yield Learnt(self, Catalogue(database), self._vectors, self._runner)
        finally:
            database.close()

    def _write(self, db: sqlite3.Connection, loader: Loader, training: Sequence[Playlist]) -> None:
        loader.stage_places(
            (self.data.works[work].id, Place(playlist=each.id, position=position))
            for each in training
            for position, work in enumerate(each.works, 1)
        )
        loader.write_places()
        mined = mining.mine(db, silent, fewest=None, shrink=pairs.SHRINK)
        how = {
            "playlists": mined.playlists,
            "pair_prior": mined.pair_prior,
            "artist_repeats": mined.artist_repeats,
        }
        counted = {**facts.counts(db), "audio": facts.audio(db), "origin": ORIGIN}
        known = {"well_known": facts.well_known(db), "coherence": sound.coherence(db)}
        ranked = percentiles.percentiles(db)
        sound.average_artists(db, ranked)
        known |= {"percentiles": ranked}
        facts.put(db, {facts.MINED: how, **counted, **known, facts.COUNTED: True})

    def _load(self) -> None:
        database = SqliteDatabase(self._plain)
        self._runner.run(apply_migrations(database, MIGRATIONS / "catalogue"))
        database.close()
        with opened(self._plain) as db:
            loader = Loader(db, Staging(db), origin=ORIGIN)
            with transaction(db):
                for start in range(0, len(self.data.works), _AT_ONCE):
                    some = self.data.works[start : start + _AT_ONCE]
                    loader.add([Entry(track=track) for track in some])
                spread = facts.spreads(facts.audio(db))
            give_vectors(db, spread, self._upsert, silent)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _upsert(self, vectors: list[Vector]) -> None:
        async def put() -> None:
            await self._vectors.upsert(vectors)

        self._runner.run(put())


class Learnt:
    """The pipeline over one catalogue."""

    def __init__(
        self,
        world: World,
        catalogue: Catalogue,
        vectors: NumpyVectors,
        runner: asyncio.Runner,
    ) -> None:
        self._world, self._catalogue, self._runner = world, catalogue, runner
        self._sources = [CatalogueSource(catalogue), SoundSource(catalogue, vectors)]

    def answer(self, seeds: Sequence[int], weights: Weights = WEIGHTS) -> Answer:
        """Ask for a continuation, as the run actor does: enrich, generate, score, curate.

        Seconds are those of the pipeline alone, on one core.
        """
        start_s = time.perf_counter()
        scored, profiles = self.scored(seeds, weights)
        ranked = tuple(self._world.number[each.track.id] for each in scored)
        seconds = time.perf_counter() - start_s
        curated = curate(scored, profiles, _ask(seeds, size=CURATED)).tracks
        return Answer(ranked, tuple(self._world.number[each.track.id] for each in curated), seconds)

    def scored(
        self, seeds: Sequence[int], weights: Weights = WEIGHTS
    ) -> tuple[list[ScoredTrack], Sequence[Profile]]:
        """All candidates with their parts, best first, and the seeds as the sources know them."""
        return self._runner.run(self._scored(seeds, weights))

    async def _scored(
        self, seeds: Sequence[int], weights: Weights
    ) -> tuple[list[ScoredTrack], Sequence[Profile]]:
        candidates, profiles = await self._generated(seeds)
        corpus = await self._catalogue.corpus(*asked_of_corpus(candidates, profiles))
        return score(candidates, profiles, _ask(seeds), corpus, weights), profiles

    async def _generated(
        self, seeds: Sequence[int]
    ) -> tuple[Sequence[Candidate], Sequence[Profile]]:
        profiles = [
            Profile(track=self._world.data.works[seed], weight=1 / len(seeds)) for seed in seeds
        ]
        enriched = await enrich(profiles, self._sources)
        generated = await generate(enriched.seeds, self._sources, wanted=RANKED)
        return generated.candidates, enriched.seeds


def _ask(seeds: Sequence[int], *, size: int = LARGEST) -> Ask:
    return Ask(seeds=tuple(SeedQuery(query=str(seed)) for seed in seeds), size=size)
