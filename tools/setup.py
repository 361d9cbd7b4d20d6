"""Sets up everything `make run` and `make test` need, and says plainly what is missing.

Called as `python3 tools/setup.py run` or `… test` by any Python 3; uses the standard library only.
A step is repeated only when what it depends on has changed: a second start takes no time.
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON_FLOOR, NODE_FLOOR = (3, 11), 20
PYTHONS = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")


def main() -> int:
    """Set up for `run`, `test` or `bench`; 0, or 1 after a sentence about what is missing."""
    what = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        venv(python())
        parts = [lambda: our_python(what), our_page, *([worker_packages] if what != "run" else [])]
        with ThreadPoolExecutor(len(parts)) as pool:  # each waits for a registry much of the time
            for done in [pool.submit(part) for part in parts]:
                done.result()
    except Missing as missing:
        print(f"make {what}: {missing}", file=sys.stderr)
        return 1
    return 0


def our_python(what: str) -> None:
    """What runs here in Python, and what only needs that."""
    python_packages({"run": "run", "test": "dev", "bench": "bench"}[what])
    if what != "run":
        demo_for_bindings()


def our_page() -> None:
    """What npm installs, and what only needs that."""
    npm_packages()
    docs_assets()
    web_page()


class Missing(Exception):
    """Something this machine lacks, and how to get it."""


def python() -> str:
    """A Python new enough, the running one first."""
    for name in (sys.executable, *PYTHONS):
        found = shutil.which(name) if name else None
        if found and version_of(found) >= PYTHON_FLOOR:
            return found
    raise Missing(
        "Python 3.11 or later is needed and none was found. On Debian: apt install python3 "
        "python3-venv; else see https://www.python.org/downloads/."
    )


def version_of(executable: str) -> tuple[int, int]:
    """Its major and minor version; (0, 0) if it cannot say."""
    ask = "import sys; print(*sys.version_info[:2])"
    said = subprocess.run([executable, "-c", ask], capture_output=True, text=True, check=False)
    numbers = said.stdout.split()
    return (int(numbers[0]), int(numbers[1])) if len(numbers) == 2 else (0, 0)


def venv(executable: str) -> None:
    """The virtual environment, made again when its Python is gone or too old."""
    inside = VENV / "bin" / "python"
    if inside.exists() and version_of(str(inside)) >= PYTHON_FLOOR:
        return
    say("making the virtual environment .venv")
    done = subprocess.run(
        [executable, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Missing(
            "the virtual environment could not be made. On Debian: apt install python3-venv.\n"
            + (done.stdout + done.stderr).strip()
        )


def python_packages(requirement_set: str) -> None:
    """The locked packages, each checked against its hash, and this project itself."""
    lock = ROOT / "requirements" / f"{requirement_set}.txt"
    if unchanged(requirement_set, lock, ROOT / "pyproject.toml"):
        return
    say(f"installing Python packages from requirements/{requirement_set}.txt")
    pip = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--no-compile",  # Python does so itself with the fraction that is used
    ]
    run([*pip, "--require-hashes", "-r", str(lock)], "the Python packages could not be installed")
    project = [*pip, "--no-build-isolation", "--no-deps", "-e", str(ROOT)]
    run(project, "this project could not be installed into .venv")
    remember(requirement_set, lock, ROOT / "pyproject.toml")


def npm_packages() -> None:
    """The locked npm packages. No package's install script is run (.npmrc)."""
    lock = ROOT / "package-lock.json"
    if unchanged("npm", lock) and (ROOT / "node_modules").is_dir():
        return
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise Missing(f"Node.js {NODE_FLOOR} or later with npm is needed: https://nodejs.org/.")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)", said)
    if not major or int(major[1]) < NODE_FLOOR:
        raise Missing(f"Node.js {NODE_FLOOR} or later is needed, this is {said.strip() or 'none'}.")
    say("installing npm packages")
    run([npm, "ci", "--loglevel=error"], "the npm packages could not be installed")
    remember("npm", lock)


def docs_assets() -> None:
    """Swagger UI's files where the server and the Worker's assets look for them."""
    source = ROOT / "node_modules" / "swagger-ui-dist"
    target = ROOT / "build" / "assets" / "docs-assets"
    if unchanged("docs", source / "package.json", pathlib.Path(__file__)) and target.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"):
        shutil.copyfile(source / name, target / name)
    start = 'SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#swagger-ui" });\n'
    (target / "start.js").write_text(start, encoding="utf-8")
    remember("docs", source / "package.json", pathlib.Path(__file__))


def web_page() -> None:
    """The page, built to static files beside the documentation's."""
    web = ROOT / "web"
    sources = sorted(
        path
        for path in web.rglob("*")
        if path.is_file() and not {"node_modules", ".svelte-kit"} & set(path.parts)
    )
    inputs = (*sources, ROOT / "package-lock.json")
    if unchanged("web", *inputs) and (ROOT / "build" / "assets" / "index.html").exists():
        return
    say("building the web page")
    run(["npm", "run", "--silent", "build", "-w", "web"], "the web page could not be built")
    remember("web", *inputs)


def worker_packages() -> None:
    """What the Worker imports, and what tests it inside Pyodide."""
    for name, target in (("worker", "python_modules"), ("pyodide", "build/pyodide-site")):
        lock = ROOT / "requirements" / f"{name}.txt"
        if unchanged(f"vendor-{name}", lock) and (ROOT / target).is_dir():
            continue
        say(f"installing the Worker's Python packages from requirements/{name}.txt")
        vendor = [str(VENV / "bin" / "python"), str(ROOT / "tools" / "vendor.py"), name]
        run(vendor, "the Worker's packages could not be installed")
        remember(f"vendor-{name}", lock)


def demo_for_bindings() -> None:
    """The demo catalogue as SQL and JSON, for databases that only a Worker can open."""
    inputs = (
        ROOT / "tools" / "demo_sql.py",
        *sorted((ROOT / "src" / "catalogue_import").rglob("*.py")),
        *sorted((ROOT / "migrations" / "catalogue").glob("*.sql")),
    )
    if unchanged("demo", *inputs) and (ROOT / "build" / "demo" / "vectors.json").exists():
        return
    say("inventing the demo catalogue")
    demo = [str(VENV / "bin" / "python"), str(ROOT / "tools" / "demo_sql.py")]
    run(demo, "the demo catalogue could not be made")
    remember("demo", *inputs)


def run(command: list[str], trouble: str) -> None:
    """Run a step in the project's folder; its output only when it fails."""
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise Missing(f"{trouble}:\n{tail}")


def unchanged(step: str, *inputs: pathlib.Path) -> bool:
    """True if `step` was done with exactly these inputs."""
    stamp = STAMPS / step
    return stamp.exists() and stamp.read_text(encoding="utf-8") == digest(*inputs)


def remember(step: str, *inputs: pathlib.Path) -> None:
    """Note that `step` is done with these inputs."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(digest(*inputs), encoding="utf-8")


def digest(*inputs: pathlib.Path) -> str:
    """One hash over the inputs' contents and the virtual environment's own identity."""
    contents = hashlib.sha256()
    for path in (*inputs, VENV / "pyvenv.cfg"):
        contents.update(path.read_bytes() if path.exists() else b"absent")
    return contents.hexdigest()


def say(text: str) -> None:
    """Tell the person who waits what is being done."""
    print(f"setup: {text} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
