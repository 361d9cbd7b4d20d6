"""The embedded installation: every port over files in one folder, opened and closed together."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

import cron
from grovemusic.api.services import ApiServices
from grovemusic.catalogue.features import DIMENSIONS
from grovemusic.clients.limiter import KIND as LIMITER
from grovemusic.domain.errors import StorageFailure
from grovemusic.pipeline.services import Log
from grovemusic.ports import Actor, ActorStorage, Clock, Json
from grovemusic.runtime.embedded.actors import EmbeddedActors
from grovemusic.runtime.embedded.background import Tasks
from grovemusic.runtime.embedded.bell import Bell
from grovemusic.runtime.embedded.clock import SystemClock
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.keyvalue import SqliteKeyValue
from grovemusic.runtime.embedded.migrations import apply_migrations
from grovemusic.runtime.embedded.objects import FileObjects
from grovemusic.runtime.embedded.queue import SqliteQueue
from grovemusic.runtime.embedded.schedule import Schedule
from grovemusic.runtime.embedded.vectors import NumpyVectors
from grovemusic.runtime.ids import new_id
from grovemusic.runtime.log import JsonLines
from grovemusic.runtime.messages import consume
from grovemusic.runtime.metrics import GatheredMetrics, MeasuredKeyValue
from grovemusic.runtime.platform import VECTOR_FIELDS, Platform
from grovemusic.runtime.wiring import RUN, api_services, limiter_actor, run_actor
from grovemusic.settings import Settings
from grovemusic.store.metrics import CacheMetrics

PROJECT = Path(__file__).resolve().parents[4]
MIGRATIONS = PROJECT / "migrations"
CATALOGUE_FILE = "catalogue.db"
VECTORS_FILE = "vectors.db"
COLD_FOLDER = "cold"


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
        self._queue: SqliteQueue

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
        kept = SqliteKeyValue(self.folder / "cache.db", self._clock)
        self._queue = SqliteQueue(self.folder / "queue.db", self._clock)
        archive = FileObjects(self.folder / "objects")
        cold = open_cold_store(self.folder)
        vectors = open_vectors(self.folder)
        for port in (kept, archive, cold, vectors, self._queue):
            self._stack.callback(port.close)
        client = await self._stack.enter_async_context(httpx.AsyncClient())
        background, closing = Tasks(), Bell()
        self._stack.push_async_callback(background.drain)
        self._stack.callback(closing.ring)  # just before: nobody waits for a count of look-ups
        metrics = GatheredMetrics(
            CacheMetrics(grove, self._clock),
            background,
            self._clock,
            self._log,
            pause=closing.wait,
        )
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
            cache=MeasuredKeyValue(kept, metrics, self._clock),
            lookup_cache=kept,
            cold_store=cold,
            archive=archive,
            audio_vectors=vectors,
            actors=self.actors,
            queue=self._queue,
            metrics=metrics,
            background=background,
            http=lambda: client,
            log=self._log,
            faults=_no_faults,
        )
        self.api_services = api_services(self.platform)
        await self._stack.enter_async_context(self.actors)

    async def keep_running(self) -> None:
        """Deliver the queue and follow the schedule, until cancelled. A server does this."""
        schedule = Schedule(
            self.folder / "schedule.db",
            {expression: self._due(work) for expression, work in cron.TABLE.items()},
            self._clock,
        )
        try:
            await asyncio.gather(self._queue.run(self._consume), schedule.run())
        finally:
            schedule.close()

    async def _consume(self, messages: list[Json]) -> None:
        await consume(self.platform, messages)

    def _due(self, work: Callable[[Platform], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        return lambda: work(self.platform)

    def _database(self, name: str) -> SqliteDatabase:
        database = SqliteDatabase(self.folder / name)
        self._stack.callback(database.close)
        return database

    def _run_actor(self, name: str, storage: ActorStorage) -> Actor:
        return run_actor(name, storage, self.platform)

    def _limiter_actor(self, name: str, storage: ActorStorage) -> Actor:
        return limiter_actor(name, storage, self._clock)


def open_cold_store(folder: Path) -> FileObjects:
    """The catalogue's column blocks, as `grove catalogue import` writes them."""
    return FileObjects(folder / COLD_FOLDER)


def open_vectors(folder: Path) -> NumpyVectors:
    """The index of the 13 audio numbers."""
    return NumpyVectors(folder / VECTORS_FILE, DIMENSIONS, filterable=VECTOR_FIELDS)


async def _no_faults() -> list[str]:
    return []
