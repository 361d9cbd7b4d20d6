"""An installation on Cloudflare's bindings, for the tests that run inside Pyodide.

It looks like `runtime.embedded.installation.Installation` as far as tests use that: services, the
platform, actors that can be waited for. Its run actors are the Durable Object shells' own.
"""

import asyncio
import dataclasses
import json
import re
from pathlib import Path

import grove_bindings
from contract.cloudflare import CloudflarePlatform, wipe_tables
from pyodide.ffi import run_sync

from grovemusic.catalogue.features import DIMENSIONS
from grovemusic.clients.limiter import KIND as LIMITER
from grovemusic.ports import Statement, Vector
from grovemusic.runtime.cloudflare.database import D1
from grovemusic.runtime.cloudflare.fetching import fetch_client
from grovemusic.runtime.cloudflare.keyvalue import WorkersKV
from grovemusic.runtime.cloudflare.objects import R2
from grovemusic.runtime.cloudflare.worker import WaitUntil
from grovemusic.runtime.ids import new_id
from grovemusic.runtime.log import JsonLines
from grovemusic.runtime.messages import consume
from grovemusic.runtime.metrics import GatheredMetrics, MeasuredKeyValue
from grovemusic.runtime.platform import VECTOR_FIELDS, Platform
from grovemusic.runtime.wiring import RUN, api_services, limiter_actor, run_actor
from grovemusic.store.metrics import CacheMetrics

DEMO = Path("/repo/build/demo")
PATIENCE = 400  # times 0.04 s
_WORKING = "SELECT 1 FROM runs WHERE status IN ('pending', 'processing') LIMIT 1"
_loaded = {}
_free = list(grove_bindings.worlds)


def free_database():
    """One nobody uses now."""
    return _free.pop()


def give_back(database):
    _free.append(database)


def loaded_binding():
    """The binding that holds the demo's vectors, once `demo` was called."""
    return _loaded["binding"]


class Runner:
    """As asyncio.Runner, over the event loop that is already running."""

    def run(self, work):
        return run_sync(work)

    def close(self):
        pass


class WorkerInstallation:
    """Everything but the catalogue is empty when it opens; the catalogue is the demo's.

    As many may be open at a time as there are databases for it.
    """

    def __init__(self, settings, *, clock):
        self._database = free_database()
        self.settings, self._clock = settings, clock
        self._platform = CloudflarePlatform()
        self.platform = self.api_services = None
        self.actors = self

    async def __aenter__(self):
        await wipe_tables(self._database)
        await self._platform.open()
        grove, catalogue = D1(self._database), D1(grove_bindings.CATALOGUE)
        await migrate(grove, "grove")
        vectors = await demo(catalogue, self._platform)
        background, log = WaitUntil(None), JsonLines(self._clock, quiet=True)
        metrics = GatheredMetrics(CacheMetrics(grove, self._clock), background, self._clock, log)
        actors = self._platform.actors(
            {
                RUN: lambda name, storage: run_actor(name, storage, self.platform),
                LIMITER: lambda name, storage: limiter_actor(name, storage, self._clock),
            }
        )
        self.platform = Platform(
            name="cloudflare",
            settings=self.settings,
            clock=self._clock,
            new_id=new_id,
            grove=grove,
            catalogue=catalogue,
            cache=MeasuredKeyValue(WorkersKV(grove_bindings.KV), metrics, self._clock),
            lookup_cache=WorkersKV(grove_bindings.KV),
            cold_store=R2(grove_bindings.R2),
            archive=R2(grove_bindings.R2),
            audio_vectors=vectors,
            actors=actors,
            queue=self._platform.queue(),
            metrics=metrics,
            background=background,
            http=fetch_client,
            log=log,
            faults=_no_faults,
        )
        self._platform.consumer = lambda messages: consume(self.platform, messages)
        self.api_services = dataclasses.replace(api_services(self.platform), runtime="embedded")
        return self

    async def __aexit__(self, *error):
        await asyncio.sleep(0)
        await self._platform.close()
        give_back(self._database)

    async def settled(self):
        """Every run has ended or waits, or nothing has happened for long: alarms may be late."""
        for _ in range(PATIENCE):
            await self._platform.settled(quiet_ticks=2)
            if not await self.platform.grove.rows(_WORKING):
                return


async def demo(catalogue, platform):
    """The demo's vectors, its tables loaded once a session (build/demo, tools/demo_sql.py)."""
    if "rows" not in _loaded:
        await migrate(catalogue, "catalogue")
        for line in (DEMO / "catalogue.sql").read_text(encoding="utf-8").splitlines():
            await catalogue.rows(line.removesuffix(";"))
        _loaded["rows"] = json.loads((DEMO / "vectors.json").read_text(encoding="utf-8"))
        index = platform.vectors(dimensions=DIMENSIONS, filterable=VECTOR_FIELDS)
        rows = [
            Vector(id=row["id"], values=tuple(row["values"]), metadata=row["metadata"])
            for row in _loaded["rows"]
        ]
        for start in range(0, len(rows), 1000):
            await index.upsert(rows[start : start + 1000])
        _loaded["index"], _loaded["binding"] = index, platform.vectorize
    return _loaded["index"]


async def migrate(database, folder):
    """Our migrations have no triggers and no semicolons in texts, so this splits them."""
    for script in sorted(Path(f"/repo/migrations/{folder}").glob("*.sql")):
        plain = re.sub(r"--[^\n]*", "", script.read_text(encoding="utf-8"))
        await database.batch([Statement(each) for each in plain.split(";") if each.strip()])


async def _no_faults():
    return []
