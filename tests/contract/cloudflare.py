"""The platform of a Worker: real D1, KV, R2, Queues and Durable Object storage, in Pyodide.

tests/pyodide/ starts it. Vectorize has no simulator: a fake enforces its documented limits, and
its delay before a write is seen.
"""

import asyncio
import json
import time

import grove_bindings
import js
from pyodide.ffi import create_proxy, to_js

from grovemusic.ports import Statement
from grovemusic.runtime.cloudflare.actors import DurableActors
from grovemusic.runtime.cloudflare.database import D1
from grovemusic.runtime.cloudflare.durable import Shell
from grovemusic.runtime.cloudflare.keyvalue import WorkersKV
from grovemusic.runtime.cloudflare.objects import R2
from grovemusic.runtime.cloudflare.queue import CloudflareQueue
from grovemusic.runtime.cloudflare.vectors import Vectorize

_TICK_S = 0.02
_QUIET_TICKS = 15  # for what nobody asked for: an alarm that rings twice is to be seen
_PATIENCE_TICKS = 1500  # for what is due; if it has not come by then, the test says so
_TABLES = """
SELECT name, sql FROM sqlite_master
WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'
"""
_NO_TIME = "nobody can make Cloudflare's clocks go faster"


class RealClock:
    def now_ms(self):
        return int(time.time() * 1000)

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


class CloudflarePlatform:
    def __init__(self):
        self.lacks = {"time": _NO_TIME}
        self.clock = RealClock()
        self._cast, self._shells = {}, {}
        self.vectorize = None
        self.consumer, self._active = None, 0
        self.owed = 0  # messages sent for now and not handled yet
        self._quiet_ticks = 0
        self._run = js.crypto.randomUUID()  # names of actors must be new in every test

    def database(self):
        return D1(grove_bindings.DB)

    def keyvalue(self):
        return WorkersKV(grove_bindings.KV)

    def objects(self):
        return R2(grove_bindings.R2)

    def vectors(self, *, dimensions, filterable):
        self.vectorize = grove_bindings.vectorize(dimensions, to_js(list(filterable)))
        return SeenAtOnce(
            Vectorize(self.vectorize, dimensions=dimensions, filterable=filterable),
            self.vectorize,
        )

    def actors(self, cast):
        self._cast = cast
        return DurableActors({kind: Namespace(self._run, kind) for kind in cast})

    def queue(self):
        return OwnMessages(CloudflareQueue(grove_bindings.QUEUE), self._run, self)

    async def settled(self, quiet_ticks=_QUIET_TICKS):
        """Wait until what is due has come, however late, and for a while nothing more."""
        self._quiet_ticks = 0
        while self._active or self._quiet_ticks < (_PATIENCE_TICKS if self._due else quiet_ticks):
            await asyncio.sleep(_TICK_S)
            self._quiet_ticks += 1

    @property
    def _due(self):
        """Alarms that should have rung, and messages somebody is there to handle."""
        messages = self.owed if self.consumer else 0
        return grove_bindings.alarms_due(f"{self._run}/") + messages

    async def pass_time(self, seconds):
        raise AssertionError(_NO_TIME)

    async def evict(self, kind, name):
        self._shells.pop(f"{self._run}/{kind}/{name}", None)

    async def deliver(self, consumer):
        self.consumer = consumer
        await self.settled()
        self.consumer = None

    async def open(self):
        """Messages and alarms of its Durable Objects come here from now on."""
        if not _open:
            _open[""] = create_proxy(_delivered)
            grove_bindings.deliver_to(_open[""])
        _open[self._run] = self

    async def close(self):
        """They come here no more, and what is still under way may end."""
        while self._active:
            await asyncio.sleep(0.01)
        del _open[self._run]
        if len(_open) == 1:
            grove_bindings.deliver_to(None)
            _open.pop("").destroy()

    async def __aenter__(self):
        await wipe()
        await self.open()
        return self

    async def __aexit__(self, *error):
        await self.close()

    async def take(self, kind, about):
        """A message, an alarm or a batch that workerd hands over."""
        self._active += 1
        try:
            if kind == "batch":
                return await self._consumed(about)
            shell = self._shell(about["name"])
            if kind == "alarm":
                await shell.alarm()
                return "done"
            return await shell.deliver(about["method"], about["text"])
        finally:
            self._active -= 1
            self._quiet_ticks = 0

    async def _consumed(self, messages):
        if self.consumer is None:
            raise RuntimeError("nobody consumes the queue now")
        await self.consumer(messages)
        self.owed -= len(messages)
        return "done"

    def _shell(self, full_name):
        if full_name not in self._shells:
            _run, kind, name = full_name.split("/", 2)
            storage = grove_bindings.actor(full_name)
            self._shells[full_name] = Shell(storage, lambda kept: self._cast[kind](name, kept))
        return self._shells[full_name]


_open = {}  # the platforms that are open, by the run their actors' names begin with


async def _delivered(kind, text):
    """To whom it belongs; what earlier tests left behind is dropped."""
    about = json.loads(text)
    if kind != "batch":
        platform_ = _open.get(about["name"].split("/", 1)[0])
        return await platform_.take(kind, about) if platform_ else "nobody's"
    batches = {}
    for each in map(json.loads, about["messages"]):
        batches.setdefault(each["run"], []).append(each["message"])
    for run, messages in batches.items():
        if run in _open:
            await _open[run].take(kind, messages)
    return "done"


class Namespace:
    """A Durable Object namespace whose names are those of one kind of actor in one test."""

    def __init__(self, run, kind):
        self._prefix = f"{run}/{kind}/"

    def getByName(self, name):  # noqa: N802
        return grove_bindings.actor(self._prefix + name)


class OwnMessages:
    """A queue whose messages say which test sent them: the real one outlives every test."""

    def __init__(self, queue, run, platform):
        self._queue, self._run, self._platform = queue, run, platform

    async def send(self, message, *, delay_s=0):
        await self._queue.send(self._wrapped(message), delay_s=delay_s)
        self._platform.owed += not delay_s

    async def send_many(self, messages):
        await self._queue.send_many([self._wrapped(each) for each in messages])
        self._platform.owed += len(messages)

    def _wrapped(self, message):
        return {"run": self._run, "message": message}


class SeenAtOnce:
    """An index whose writes are waited for, as tests and imports do that must see them."""

    def __init__(self, index, fake):
        self._index, self._fake = index, fake

    async def upsert(self, vectors):
        await self._index.upsert(vectors)
        self._fake.settle()

    async def delete(self, ids):
        await self._index.delete(ids)
        self._fake.settle()

    def __getattr__(self, name):
        return getattr(self._index, name)


async def wipe():
    """Empty bindings, as a new platform has."""
    await wipe_tables(grove_bindings.DB, grove_bindings.CATALOGUE)
    await _wipe_keys()


async def wipe_tables(*bindings):
    for database in map(D1, bindings):
        tables = await database.rows(_TABLES)
        virtual = [each["name"] for each in tables if "VIRTUAL TABLE" in (each["sql"] or "")]
        inside = tuple(f"{name}_" for name in virtual)  # full-text search keeps tables of its own
        names = [each["name"] for each in tables if not each["name"].startswith(inside)]
        drops = [Statement(f'DROP TABLE "{name}"') for name in names]
        await database.batch([Statement("PRAGMA defer_foreign_keys = on"), *drops])


async def _wipe_keys():
    kv, r2 = WorkersKV(grove_bindings.KV), R2(grove_bindings.R2)
    for port in (kv, r2):
        while keys := (await port.keys()).keys:
            if port is r2:
                await r2.delete(keys)
            else:
                for key in keys:
                    await kv.delete(key)


def platform(folder):
    del folder
    return CloudflarePlatform()
