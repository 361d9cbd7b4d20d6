"""The platform put together from a Worker's bindings, anew for every request or object.

Nothing of it may be kept in a module: bindings are proxies that die with what they were given to.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Mapping
from typing import Any

import js
from pyodide.ffi import create_proxy

from grovemusic.catalogue.cold import ColdMemory
from grovemusic.catalogue.features import DIMENSIONS
from grovemusic.catalogue.sharding import ShardedVectors
from grovemusic.clients.limiter import KIND as LIMITER
from grovemusic.clients.pacing import Traffic
from grovemusic.domain.errors import StorageFailure
from grovemusic.ports import Actors
from grovemusic.runtime.cloudflare.actors import DurableActors
from grovemusic.runtime.cloudflare.database import D1
from grovemusic.runtime.cloudflare.fetching import fetch_client
from grovemusic.runtime.cloudflare.javascript import bare, given
from grovemusic.runtime.cloudflare.keyvalue import WorkersKV
from grovemusic.runtime.cloudflare.objects import R2
from grovemusic.runtime.cloudflare.queue import CloudflareQueue
from grovemusic.runtime.cloudflare.vectors import Vectorize
from grovemusic.runtime.ids import new_id
from grovemusic.runtime.log import JsonLines
from grovemusic.runtime.metrics import GatheredMetrics, MeasuredKeyValue
from grovemusic.runtime.platform import VECTOR_FIELDS, Platform
from grovemusic.runtime.wiring import RUN
from grovemusic.settings import Settings
from grovemusic.store.metrics import CacheMetrics

# Binding -> what it is for. wrangler.toml declares the same ones (a test compares).
BINDINGS: Mapping[str, str] = {
    "GROVE_DB": "accounts, runs and playlists (D1)",
    "CATALOGUE_DB": "the catalogue's hot tables (D1)",
    "GROVEMUSIC_CACHE": "answers of other services (KV)",
    "GROVEMUSIC_STORAGE": "results of runs (R2)",
    "SPOTIFY_STORAGE": "the catalogue's column blocks (R2)",
    "SPOTIFY_TRACKS": "audio vectors (Vectorize)",
    "MUSIC_PIPELINE": "runs (Durable Objects)",
    "RATE_LIMITER": "slots of upstream services (Durable Objects)",
    "GROVEMUSIC_QUEUE": "work for later (Queue)",
}
# A table of each database's first migration.
TABLES: Mapping[str, str] = {"GROVE_DB": "runs", "CATALOGUE_DB": "catalogue_tracks"}
_HAS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
OPTIONAL: Mapping[str, str] = {
    "GROVEMUSIC_METRICS": "single look-ups (Analytics Engine)",
}


VECTORS = "SPOTIFY_TRACKS"
MOST_SHARDS = 13  # of twenty million: all 256 million tracks
# Bytes and values only, so it may outlive a request: the next one reads no header twice.
_COLD_MEMORY = ColdMemory()
_TRAFFIC = Traffic()


class WorkerClock:
    """The platform's clock. It stands still while Python computes, and moves with each wait."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class WaitUntil:
    """Implements `ports.Background`: the platform is told to wait, where it can be told.

    A Durable Object stays alive by itself while work is pending.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._running: set[asyncio.Future[None]] = set()

    def __call__(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)  # the event loop itself keeps only a weak reference
        task.add_done_callback(self._running.discard)
        wait_until = getattr(self._context, "waitUntil", None)
        if wait_until is not None:
            # Awaited by JavaScript after this call, which would end the life of a plain argument.
            promise = create_proxy(task)
            task.add_done_callback(lambda _task: promise.destroy())
            wait_until(promise)


class Missing:
    """Stands for a binding that is not there: every use of it says so, nothing else breaks."""

    def __init__(self, name: str) -> None:
        self._name = name

    def withSession(self, _how: str) -> "Missing":  # noqa: N802  (as a D1 binding has it)
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # whether it is one of the SDK's wrappers: it is not
            raise AttributeError(name)
        raise StorageFailure(self._name, f"the binding {self._name} is missing")


def settings_of(env: Any) -> Settings:
    """Settings from variables and secrets.

    Raises:
        BadSettings: every one that cannot be read.
    """
    found = {name: value for name in Settings.names() if isinstance(value := _got(env, name), str)}
    return Settings.read({"GROVE_ALLOWED_HOSTS": "*", **found})


def platform_of(env: Any, context: Any) -> Platform:
    """The platform of one request, event or object."""
    settings, clock = settings_of(env), WorkerClock()
    log = JsonLines(clock, out=sys.stdout)  # a Worker's console shows it
    background = WaitUntil(context)
    grove = D1(_bound(env, "GROVE_DB"))
    metrics = GatheredMetrics(
        CacheMetrics(grove, clock), background, clock, log, also=_analytics(env)
    )
    return Platform(
        name="cloudflare",
        settings=settings,
        clock=clock,
        new_id=new_id,
        grove=grove,
        # The catalogue only grows: an answer of a minute ago from a near replica is as good.
        catalogue=D1(_bound(env, "CATALOGUE_DB"), session="first-unconstrained"),
        cache=MeasuredKeyValue(WorkersKV(_bound(env, "GROVEMUSIC_CACHE")), metrics, clock),
        lookup_cache=WorkersKV(_bound(env, "GROVEMUSIC_CACHE")),
        cold_store=R2(_bound(env, "SPOTIFY_STORAGE")),
        cold_memory=_COLD_MEMORY,
        traffic=_TRAFFIC,
        archive=R2(_bound(env, "GROVEMUSIC_STORAGE")),
        audio_vectors=_vectors(env, log),
        actors=actors_of(env),
        queue=CloudflareQueue(_bound(env, "GROVEMUSIC_QUEUE")),
        metrics=metrics,
        background=background,
        http=fetch_client,
        log=log,
        faults=lambda: faults_of(env),
    )


def _vectors(env: Any, log: JsonLines) -> ShardedVectors:
    """SPOTIFY_TRACKS and, as far as they are bound, SPOTIFY_TRACKS_2, _3 …: one index."""
    names = [VECTORS, *(f"{VECTORS}_{number}" for number in range(2, MOST_SHARDS + 1))]
    bound = [_bound(env, VECTORS), *filter(None, (_got(env, name) for name in names[1:]))]
    return ShardedVectors(
        [Vectorize(each, dimensions=DIMENSIONS, filterable=VECTOR_FIELDS) for each in bound], log
    )


def actors_of(env: Any) -> Actors:
    """Durable Objects by kind."""
    return DurableActors({RUN: _bound(env, "MUSIC_PIPELINE"), LIMITER: _bound(env, "RATE_LIMITER")})


async def faults_of(env: Any) -> list[str]:
    """What this deployment lacks, by name: bindings, and databases nobody migrated."""
    faults = [
        f"the binding {name} is missing: {purpose}"
        for name, purpose in BINDINGS.items()
        if _got(env, name) is None
    ]
    for name, table in TABLES.items():
        if _got(env, name) is not None and not await D1(_got(env, name)).rows(_HAS, table):
            faults.append(f"the database {name} has no tables: apply its migrations")
    return faults


def _got(env: Any, name: str) -> Any:
    """An entry of the environment; None if there is none."""
    value = getattr(env, name, None)
    return None if value is None or value is js.undefined else value


def _bound(env: Any, name: str) -> Any:
    found = _got(env, name)
    return Missing(name) if found is None else found


def _analytics(env: Any) -> Any:
    """Writes single look-ups to Analytics Engine; None without that binding."""
    found = _got(env, "GROVEMUSIC_METRICS")
    if found is None:
        return None
    engine = bare(found)

    def write(layer: str, hit: bool, latency_ms: float, data_type: str) -> None:  # noqa: FBT001
        operation = "hit" if hit else "miss"
        point = {
            "indexes": [data_type],
            "blobs": [layer, operation, data_type],
            "doubles": [latency_ms],
        }
        engine.writeDataPoint(given(point))

    return write
