"""The API over a real installation, for tests that speak HTTP and nothing else.

Synchronous on purpose: one event loop of its own lives as long as the installation, so a test is a
list of requests and a fuzzer can call it thousands of times.
"""

import asyncio
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from grovemusic.api.app import create_app
from grovemusic.settings import Settings

IN_WORKER = sys.platform == "emscripten"
if IN_WORKER:
    from contract.cloudflare import RealClock as SystemClock
    from worker_runtime import Runner
    from worker_runtime import WorkerInstallation as Installation
else:
    from asyncio import Runner

    from grovemusic.runtime.embedded.clock import SystemClock
    from grovemusic.runtime.embedded.installation import Installation

PLAYED_SEED = "Electric Tide by Azure Valley"
PLAYED = Path("played")  # inside the Worker there are no folders; this stands for one
UNCHANGED = frozenset({"catalogue.db", "vectors.db"})  # by everything but an import


def shared_copy(folder, to):
    """A copy of a data folder; what only an import would change is linked instead of copied."""
    if IN_WORKER:
        return folder

    def copy(source, target):
        return (os.link if Path(source).name in UNCHANGED else shutil.copy2)(source, target)

    return shutil.copytree(folder, to, copy_function=copy)


class ImpatientClock(SystemClock):
    """The true time, but nobody waits: every sleep only lets the others go on."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(max(0.0, seconds), 0.001))


@dataclass(frozen=True)
class Books:
    """What is written down about the one listener: credits, their movements, runs, playlists."""

    available: int
    pending: int
    used: int
    moved: int
    runs: int
    playlists: int
    versions: int


class GroveClient:
    """A context: the installation is open inside `with`."""

    def __init__(self, folder, **settings):
        self.settings = Settings(data=str(folder), offline=True, **settings)
        self.clock = ImpatientClock()
        self.installation = None
        self.services = None
        self._runner = Runner()
        self._played = folder == PLAYED
        self._http = None

    def __enter__(self):
        self.do(self._open())
        if self._played:
            self.make(PLAYED_SEED)
        return self

    def __exit__(self, *error):
        try:
            self.do(self._http.aclose())
            self.do(self.installation.__aexit__(*error))
        finally:
            self._runner.close()

    async def _open(self):
        self.installation = Installation(self.settings, clock=self.clock)
        await self.installation.__aenter__()
        self.services = self.installation.api_services
        app = create_app(self._provide, hosts=self.settings.allowed_hosts)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://testserver")

    async def _provide(self, _scope):
        return self.services

    def do(self, work):
        """What the coroutine gives."""
        return self._runner.run(work)

    # --- HTTP --------------------------------------------------------------------------------

    def request(self, method, path, **more):
        return self.do(self._http.request(method, path, **more))

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, json=body, **more)

    def send(self, path, text, **headers):
        """POST these very bytes as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request(
            "POST", path, content=text, headers={"content-type": "application/json", **named}
        )

    def at_once(self, *requests):
        """Answers of requests (method, path, arguments) that are under way together."""

        async def all_of_them():
            return await asyncio.gather(
                *(self._http.request(method, path, **more) for method, path, more in requests)
            )

        return self.do(all_of_them())

    # --- the journey -------------------------------------------------------------------------

    def start(self, query=None, **body):
        """A run begun and worked on until it rests; its id."""
        answer = self.post("/api/generate", ({"query": query} if query else {}) | body)
        assert answer.status_code == 202, answer.text
        self.settle()
        return answer.json()["runId"]

    def settle(self):
        """Let every run go on until it has ended or waits."""
        self.do(self.installation.actors.settled())

    def make(self, query=None, **body):
        """A finished playlist as the API shows it."""
        document = self.get(f"/api/generate/{self.start(query, **body)}").json()
        assert document["status"] == "complete", document
        return document

    def refine(self, playlist, kind, *positions, **more):
        """The answer to an edit of the version that `playlist` shows."""
        body = {"kind": kind, "version": playlist["version"], **more}
        if positions:
            body["positions"] = list(positions)
        return self.post(f"/api/playlist/{playlist['playlistId']}/refine", body)

    def refined(self, playlist, kind, *positions, **more):
        """The playlist after an edit."""
        answer = self.refine(playlist, kind, *positions, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    # --- what is written down ----------------------------------------------------------------

    def rows(self, sql, *values):
        return self.do(self.installation.platform.grove.rows(sql, *values))

    def books(self):
        (listener,) = self.rows(
            "SELECT credits_available AS a, credits_pending AS p, credits_used_total AS u "
            "FROM users WHERE id = 'user_local'"
        ) or [{"a": 0, "p": 0, "u": 0}]
        (moved,) = self.rows("SELECT coalesce(sum(amount), 0) AS n FROM credit_transactions")
        counts = [
            self.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]  # noqa: S608 - our own names
            for table in ("runs", "playlists", "playlist_versions")
        ]
        return Books(listener["a"], listener["p"], listener["u"], moved["n"], *counts)


def frames(text):
    """The events of a stream as (id, name, data); comments and retry lines are left out."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "id" in lines:
            found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found
