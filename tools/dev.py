"""`make dev`: the Worker on this machine, with local bindings filled with the demo catalogue.

Applies the migrations to the local D1 databases, loads the demo once, then hands over to
`pywrangler dev` (or `wrangler dev`, which is the same with the packages already vendored). What has
no local form is missing and says so: Vectorize, so there are no sound-alikes; /api/health names it.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import demo_sql
import stage
import vendor

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOADED = ROOT / ".wrangler" / "demo-loaded"
DATABASES = ("GROVE_DB", "CATALOGUE_DB")


def main() -> int:
    """Prepare, then serve until interrupted."""
    if not (ROOT / "python_modules" / "pyvenv.cfg").exists():
        print("dev: vendoring the Worker's packages …", flush=True)
        vendor.vendor("worker")
    stage.main()
    for database in DATABASES:
        wrangler("d1", "migrations", "apply", database, "--local")
    if not LOADED.exists():
        print("dev: loading the demo catalogue into the local D1 …", flush=True)
        demo_sql.main()
        wrangler("d1", "execute", "CATALOGUE_DB", "--local", "--file", "build/demo/catalogue.sql")
        LOADED.parent.mkdir(exist_ok=True)
        LOADED.touch()
    print("dev: no Vectorize here, so playlists come without sound-alikes", flush=True)
    command = [*executable("pywrangler"), "dev", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def wrangler(*arguments: str) -> None:
    """Run wrangler quietly; its output only when it fails.

    Raises:
        SystemExit: it failed.
    """
    command = [*executable("wrangler"), *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"wrangler {' '.join(arguments)}:\n{done.stdout}{done.stderr}")


def executable(name: str) -> list[str]:
    """How to start `name`: pywrangler if it is installed, else wrangler under a Node new enough."""
    if name == "pywrangler" and shutil.which("uv") and shutil.which("pywrangler"):
        return ["pywrangler"]
    return [node(), str(ROOT / "node_modules" / "wrangler" / "bin" / "wrangler.js")]


def node() -> str:
    """A Node of 22.12 or later: the machine's own, or the one that npm installed for this project.

    Raises:
        SystemExit: there is none.
    """
    candidates = [shutil.which("node"), *map(str, ROOT.glob("node_modules/node-*/bin/node"))]
    for candidate in filter(None, candidates):
        said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
        version = said.stdout.strip().lstrip("v").split(".")
        if version[0].isdigit() and tuple(map(int, version[:2])) >= (22, 12):
            return str(candidate)
    sys.exit("Node.js 22.12 or later is needed for this: https://nodejs.org/")


def environment() -> dict[str, str]:
    """No telemetry, no questions."""
    return {**os.environ, "WRANGLER_SEND_METRICS": "false", "CI": os.environ.get("CI", "1")}


if __name__ == "__main__":
    sys.exit(main())
