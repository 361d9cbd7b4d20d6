"""The embedded installation: every port over files in one folder, opened and closed together."""

import sqlite3
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from grovemusic.api.services import ApiServices
from grovemusic.catalogue.features import DIMENSIONS
from grovemusic.clients.limiter import KIND as LIMITER
from grovemusic.domain.errors import StorageFailure
from grovemusic.pipeline.services import Log
from grovemusic.ports import Actor, ActorStorage, Clock
from grovemusic.runtime.embedded.actors import EmbeddedActors
from grovemusic.runtime.embedded.background import Tasks
from grovemusic.runtime.embedded.clock import SystemClock, new_id
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.keyvalue import SqliteKeyValue
from grovemusic.runtime.embedded.migrations import apply_migrations
from grovemusic.runtime.embedded.objects import FileObjects
from grovemusic.runtime.embedded.vectors import NumpyVectors
from grovemusic.runtime.log import JsonLines
from grovemusic.runtime.platform import Platform
from grovemusic.runtime.wiring import RUN, api_services, limiter_actor, run_actor
from grovemusic.settings import Settings

PROJECT = Path(__file__).resolve().parents[4]
MIGRATIONS = PROJECT / "migrations"
VECTOR_FIELDS = ("decade", "year", "popularity")
CATALOGUE_FILE = "catalogue.db"
VECTORS_FILE = "vectors.db"


class Installation:
    """An async context: open inside `async with`, closed after it."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, log: Log | None = None
    ) -> None:
        self.settings = settings
        self.folder = Path(settings.data)
        self._clock = clock or SystemClock()
        self._log = log or JsonLines(self._clock, quiet=True)
        self._stack = AsyncExitStack()
        self.platform: Platform
        self.api_services: ApiServices
        self.actors: EmbeddedActors

    async def __aenter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            await self._open()
        except (OSError, sqlite3.Error) as error:
            await self._stack.aclose()
            raise StorageFailure("data folder", f"{self.folder}: {error}") from error
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        grove = self._database("grove.db")
        catalogue = self._database(CATALOGUE_FILE)
        await apply_migrations(grove, MIGRATIONS / "grove")
        await apply_migrations(catalogue, MIGRATIONS / "catalogue")
        cache = SqliteKeyValue(self.folder / "cache.db", self._clock)
        archive = FileObjects(self.folder / "objects")
        vectors = open_vectors(self.folder)
        for port in (cache, archive, vectors):
            self._stack.callback(port.close)
        client = await self._stack.enter_async_context(httpx.AsyncClient())
        background = Tasks()
        self._stack.push_async_callback(background.drain)
        self.actors = EmbeddedActors(
            self.folder / "actors.db",
            {RUN: self._run_actor, LIMITER: self._limiter_actor},
            self._clock,
        )
        self.platform = Platform(
            name="embedded",
            settings=self.settings,
            clock=self._clock,
            new_id=new_id,
            grove=grove,
            catalogue=catalogue,
            cache=cache,
            archive=archive,
            audio_vectors=vectors,
            actors=self.actors,
            background=background,
            http=lambda: client,
            log=self._log,
            faults=_no_faults,
        )
        self.api_services = api_services(self.platform)
        await self._stack.enter_async_context(self.actors)

    def _database(self, name: str) -> SqliteDatabase:
        database = SqliteDatabase(self.folder / name)
        self._stack.callback(database.close)
        return database

    def _run_actor(self, name: str, storage: ActorStorage) -> Actor:
        return run_actor(name, storage, self.platform)

    def _limiter_actor(self, name: str, storage: ActorStorage) -> Actor:
        return limiter_actor(name, storage, self._clock)


def open_vectors(folder: Path) -> NumpyVectors:
    """The index of the 13 audio numbers."""
    return NumpyVectors(folder / VECTORS_FILE, DIMENSIONS, filterable=VECTOR_FIELDS)


async def _no_faults() -> list[str]:
    return []
