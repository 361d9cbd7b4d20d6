"""The platform of one machine: SQLite, files and numpy in a folder."""

import asyncio
from contextlib import AsyncExitStack

from fakes import FakeClock

from grovemusic.runtime.embedded.actors import EmbeddedActors
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.keyvalue import SqliteKeyValue
from grovemusic.runtime.embedded.objects import FileObjects
from grovemusic.runtime.embedded.queue import SqliteQueue
from grovemusic.runtime.embedded.vectors import NumpyVectors

_HANGS_AFTER_S = 30


class EmbeddedPlatform:
    def __init__(self, folder):
        self.lacks = {}
        self.clock = FakeClock()
        self._folder = folder
        self._ports = []
        self._actors = self._queue = None
        self._open = AsyncExitStack()

    def database(self):
        return self._opened(SqliteDatabase(self._folder / "database.sqlite"))

    def keyvalue(self):
        return self._opened(SqliteKeyValue(self._folder / "keyvalue.sqlite", self.clock))

    def objects(self):
        return self._opened(FileObjects(self._folder / "objects"))

    def vectors(self, *, dimensions, filterable):
        path = self._folder / "vectors.sqlite"
        return self._opened(NumpyVectors(path, dimensions, filterable=filterable))

    def actors(self, cast):
        self._actors = EmbeddedActors(self._folder / "actors.sqlite", cast, self.clock)
        return self._actors

    def queue(self):
        self._queue = self._opened(SqliteQueue(self._folder / "queue.sqlite", self.clock))
        return self._queue

    async def settled(self):
        if self._actors:
            await self._actors.settled()

    async def pass_time(self, seconds):
        self.clock.advance(seconds)
        await self.settled()

    async def evict(self, kind, name):
        await self._actors.evict(kind, name)

    async def deliver(self, consumer):
        while await self._queue.deliver(consumer):
            pass

    async def __aenter__(self):
        await self._open.__aenter__()
        for port in self._ports:
            self._open.callback(port.close)
        if self._actors:
            await self._open.enter_async_context(self._actors)
        await self._open.enter_async_context(asyncio.timeout(_HANGS_AFTER_S))
        return self

    async def __aexit__(self, *error):
        return await self._open.__aexit__(*error)

    def _opened(self, port):
        self._ports.append(port)
        return port


def platform(folder):
    return EmbeddedPlatform(folder)
