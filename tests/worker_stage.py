"""What workerd does around a Worker: makes its classes, calls its handlers, loses its objects."""

import asyncio
import dataclasses
import json

import grove_bindings
import js
import workers
from contract.cloudflare import CloudflarePlatform, wipe_tables
from pyodide.ffi import create_proxy
from worker_runtime import demo, free_database, give_back, migrate

import entry
from grovemusic.runtime.cloudflare.database import D1
from grovemusic.runtime.cloudflare.javascript import given

CLASSES = {"run": entry.MusicPipelineDO, "limiter": entry.RateLimiterDO}
NAMESPACES = {"run": "MUSIC_PIPELINE", "limiter": "RATE_LIMITER"}
HOST = "https://grove.test"
PATIENCE_S = 60


class WorkerPlatform(CloudflarePlatform):
    """Makes the Worker's own Durable Object classes for the names they are asked by."""

    env = None

    def _shell(self, full_name):
        if full_name not in self._shells:
            _run, kind, _name = full_name.split("/", 2)
            context = js.Object.fromEntries(given([["storage", grove_bindings.actor(full_name)]]))
            self._shells[full_name] = CLASSES[kind](context, self.env)
        return self._shells[full_name]

    def lose_everything(self):
        """What an eviction or a deployment does to the objects' memory."""
        self._shells.clear()

    def namespace(self, kind):
        """A Durable Object namespace binding."""
        prefix = f"{self._run}/{kind}/"
        find = create_proxy(lambda name: grove_bindings.actor(prefix + name))
        return js.Object.fromEntries(given([["getByName", find]]))


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    text: str

    def json(self):
        return json.loads(self.text)


class Stage:
    def __init__(self):
        self.platform = WorkerPlatform()
        self.points, self.waiting, self.sent = [], [], []
        self._database = free_database()

    async def open(self):
        await wipe_tables(self._database)
        await self.platform.open()
        workers.wait_until = lambda work: self.waiting.append(asyncio.ensure_future(work))
        await migrate(D1(self._database), "grove")
        catalogue = D1(grove_bindings.CATALOGUE)
        await demo(catalogue, self.platform)
        point = create_proxy(lambda point: self.points.append(json.loads(js.JSON.stringify(point))))
        self.bindings = {
            "GROVE_DB": self._database,
            "CATALOGUE_DB": grove_bindings.CATALOGUE,
            "GROVEMUSIC_CACHE": grove_bindings.KV,
            "GROVEMUSIC_STORAGE": grove_bindings.R2,
            "SPOTIFY_STORAGE": grove_bindings.R2,
            "SPOTIFY_TRACKS": demo_vectorize(),
            "GROVEMUSIC_QUEUE": js.Object.fromEntries(given([["send", create_proxy(self._sent)]])),
            "GROVEMUSIC_METRICS": js.Object.fromEntries(given([["writeDataPoint", point]])),
            **{NAMESPACES[kind]: self.platform.namespace(kind) for kind in CLASSES},
        }
        self.variables = {"GROVE_OFFLINE": "1", "GROVE_OPERATOR_TOKEN": "open-sesame"}
        self.platform.env = self.env()

    def _sent(self, body, _options=None):
        """The queue's producer: what is sent waits in `sent` to be handed over by `batch`."""
        self.sent.append(str(body))
        return js.Promise.resolve()

    async def close(self):
        for work in self.waiting:
            await work
        await self.platform.close()
        give_back(self._database)

    def env(self, *, without=()):
        entries = [
            [name, value]
            for name, value in {**self.bindings, **self.variables}.items()
            if name not in without
        ]
        made = js.Object.new()
        for name, value in entries:
            setattr(made, name, value)
        return made

    def worker(self, *, without=()):
        """A new instance, as every event gets one."""
        wait_until = create_proxy(self._waited_for)
        context = js.Object.fromEntries(given([["waitUntil", wait_until]]))
        return entry.Default(context, self.env(without=without))

    def _waited_for(self, work):
        """A promise of JavaScript's, to be kept beyond the call, or our own task as it is."""
        self.waiting.append(work if isinstance(work, asyncio.Future) else work.copy())

    async def response(self, method, path, body=None, *, without=(), **headers):
        """What the Worker's fetch gives, as JavaScript sees it."""
        init = {"method": method, "headers": {k.replace("_", "-"): v for k, v in headers.items()}}
        if body is not None:
            init |= {"body": json.dumps(body)}
            init["headers"]["content-type"] = "application/json"
        request = js.Request.new(HOST + path, given(init))
        return await self.worker(without=without).fetch(request)

    async def ask(self, method, path, body=None, **more):
        response = await self.response(method, path, body, **more)
        found = dict(js.Array.from_(response.headers.entries()).to_py())
        return Answer(response.status, found, await response.text())

    async def ended(self, run_id):
        """The run's document once it has come to its end."""
        for _ in range(PATIENCE_S * 20):
            document = (await self.ask("GET", f"/api/generate/{run_id}")).json()
            if document["status"] in {"complete", "failed"}:
                return document
            await asyncio.sleep(0.05)
        raise AssertionError(f"the run did not end: {document}")

    async def schedule(self, expression):
        """As the platform fires a cron trigger: three arguments, env and ctx raw."""
        controller = js.Object.fromEntries(given([["cron", expression], ["scheduledTime", 0]]))
        worker = self.worker()
        await worker.scheduled(controller, self.env(), worker.ctx)

    async def batch(self, *bodies):
        """As the platform hands over messages of the queue."""
        messages = given({"messages": [{"body": body} for body in bodies]})
        worker = self.worker()
        await worker.queue(messages, self.env(), worker.ctx)


def demo_vectorize():
    """The bare binding that holds the demo's vectors."""
    from worker_runtime import loaded_binding

    return loaded_binding()
