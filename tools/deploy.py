"""`make deploy` and `make teardown`: the Worker with everything it is bound to.

deploy    makes what is missing, writes its ids into wrangler.toml, applies the migrations, uploads,
          and asks the deployed health route and one run whether it all works
teardown  removes the Worker and, after being told twice, its data

Needs `wrangler login` or CLOUDFLARE_API_TOKEN. Every step may be repeated.
"""

import json
import pathlib
import re
import subprocess
import sys
import time
import tomllib
import urllib.request

import stage
import vendor
from dev import environment, executable

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIG = ROOT / "wrangler.toml"
PLACEHOLDER = re.compile(r"0{8}-0{4}-0{4}-0{4}-0{11}\d|0{31}\d")
VECTOR_INDEXES = {
    # name -> (dimensions, metadata indexes, which must exist before the vectors do)
    "grovemusic-tracks": (1536, {"year": "number"}),
    "grovemusic-spotify-tracks": (
        13,
        {"decade": "number", "year": "number", "popularity": "number"},
    ),
}
QUEUES = ("grovemusic", "grovemusic-dead")
SMOKE_S = 90


def deploy() -> int:
    """Everything, in the order in which it is needed."""
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    make_databases(config)
    make_namespaces(config)
    for bucket in config["r2_buckets"]:
        tolerant("r2", "bucket", "create", bucket["bucket_name"])
    for name, (dimensions, fields) in VECTOR_INDEXES.items():
        size = f"--dimensions={dimensions}"
        tolerant("vectorize", "create", name, size, "--metric=cosine")
        for field, kind in fields.items():
            wanted = [f"--property-name={field}", f"--type={kind}"]
            tolerant("vectorize", "create-metadata-index", name, *wanted)
    for queue in QUEUES:
        tolerant("queues", "create", queue)
    for database in config["d1_databases"]:
        wrangler("d1", "migrations", "apply", database["binding"], "--remote")
    if not (ROOT / "python_modules" / "pyvenv.cfg").exists():
        vendor.vendor("worker")
    stage.main()
    said = wrangler("deploy")
    address = re.search(r"https://[\w.-]+\.workers\.dev", said)
    if address is None:
        print("deployed; no workers.dev address to test")
        return 0
    return smoke(address[0])


def make_databases(config: dict[str, list[dict[str, str]]]) -> None:
    """D1 databases whose ids are still placeholders."""
    known = {row["name"]: row["uuid"] for row in json.loads(wrangler("d1", "list", "--json"))}
    for database in config["d1_databases"]:
        if PLACEHOLDER.fullmatch(database["database_id"]):
            name = database["database_name"]
            if name not in known:
                wrangler("d1", "create", name)
                listed = json.loads(wrangler("d1", "list", "--json"))
                known = {row["name"]: row["uuid"] for row in listed}
            write_id(database["database_id"], known[name])


def make_namespaces(config: dict[str, list[dict[str, str]]]) -> None:
    """KV namespaces whose ids are still placeholders."""
    known = {row["title"]: row["id"] for row in json.loads(wrangler("kv", "namespace", "list"))}
    for namespace in config["kv_namespaces"]:
        if PLACEHOLDER.fullmatch(namespace["id"]):
            name = namespace["binding"]
            if name not in known:
                wrangler("kv", "namespace", "create", name)
                listed = json.loads(wrangler("kv", "namespace", "list"))
                known = {row["title"]: row["id"] for row in listed}
            write_id(namespace["id"], known[name])


def write_id(placeholder: str, real: str) -> None:
    """Put a real id where the placeholder stands."""
    text = CONFIG.read_text(encoding="utf-8").replace(placeholder, real)
    CONFIG.write_text(text, encoding="utf-8")


def smoke(address: str) -> int:
    """Ask the deployed Worker how it is, and for one playlist; 0 if both work."""
    health = asked(f"{address}/api/health")
    print("health:", json.dumps(health))
    if health.get("status") != "ok":
        return 1
    body = {"query": "Yesterday by The Beatles"}
    started = asked(f"{address}/api/generate", body)
    until = time.monotonic() + SMOKE_S
    while time.monotonic() < until:
        state = asked(f"{address}/api/generate/{started['runId']}")
        if state["status"] != "processing":
            print(f"one run: {state['status']}")
            return 0 if state["status"] in {"complete", "needs_choice"} else 1
        time.sleep(1)
    print(f"one run did not end within {SMOKE_S} s")
    return 1


def asked(url: str, body: object = None) -> dict[str, object]:
    """A JSON answer of the Worker."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (wrangler's address)
        found: dict[str, object] = json.load(answer)
    return found


def teardown() -> int:
    """Remove the Worker; its data only when `--data` says so, since that cannot be undone."""
    wrangler("delete", "--force")
    if "--data" not in sys.argv:
        print("the Worker is gone, its data is kept; `make teardown DATA=1` removes that too")
        return 0
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    for database in config["d1_databases"]:
        tolerant("d1", "delete", database["database_name"], "-y")
    for namespace in config["kv_namespaces"]:
        tolerant("kv", "namespace", "delete", "--namespace-id", namespace["id"])
    for name in VECTOR_INDEXES:
        tolerant("vectorize", "delete", name, "--force")
    for queue in QUEUES:
        tolerant("queues", "delete", queue)
    print("R2 buckets are kept until they are empty: see docs/operations.md")
    return 0


def wrangler(*arguments: str) -> str:
    """What wrangler says.

    Raises:
        SystemExit: it failed.
    """
    done = run(arguments)
    if done.returncode:
        sys.exit(f"wrangler {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def tolerant(*arguments: str) -> None:
    """As `wrangler`, but what exists already (or is gone already) is fine."""
    done = run(arguments)
    said = (done.stdout + done.stderr).lower()
    fine = (
        "already exists",
        "already own",
        "duplicate",
        "is already",
        "not found",
        "does not exist",
    )
    if done.returncode and not any(sign in said for sign in fine):
        sys.exit(f"wrangler {' '.join(arguments)}:\n{done.stdout}{done.stderr}")


def run(arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Start wrangler and wait for it."""
    print("deploy: wrangler", " ".join(arguments), flush=True)
    return subprocess.run(
        [*executable("wrangler"), *arguments],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(teardown() if "teardown" in sys.argv else deploy())
