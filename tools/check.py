"""Everything `make test` checks, in the order in which a fault is cheapest to find.

Faults of style first. Then the tests side by side: in CPython with the embedded platform, in
Pyodide (the Python that Workers run) with Cloudflare's bindings, and of the page; those in a
browser last, which wants every core. Ends with how many tests ran in each, and every skip with its
reason: nothing passes because something was absent without saying so.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PLACES = ["src", "tests", "benchmarks", "tools", "durable_objects", "cron"]
NODE_24 = sorted(ROOT.glob("node_modules/node-linux-*/bin/node"))
# What is defined for both platforms, or runs unchanged in a Worker.
IN_PYODIDE = [
    f"tests/{each}"
    for each in ("contract", "unit/api", "unit/pipeline", "unit/clients", "worker")
]  # fmt: skip
CANNOT_RUN = 77  # the code of a step that lacks something and has said what
NO_NODE_24 = "no Node 24 for this kind of machine (npm's node-linux-* packages)"


@dataclass(frozen=True)
class Step:
    """A command, and the name it goes by."""

    name: str
    command: Sequence[str]


LINT = (
    Step("ruff", [PYTHON, "-m", "ruff", "check", *PLACES]),
    Step("format", [PYTHON, "-m", "ruff", "format", "--check", "-q", *PLACES]),
    Step("types", [PYTHON, "-m", "mypy"]),
    Step("web lint", ["npm", "run", "--silent", "lint", "-w", "web"]),
)
# Tests that wait for processes and clocks; the others want a core for themselves.
WAITING = [
    f"tests/{each}"
    for each in ("crash", "integration", "simulators", "quality_gate", "unit/cli", "unit/stages")
]
CPYTHON = (
    Step(
        "tests on CPython",
        [PYTHON, "-m", "pytest", "-rs", *(f"--ignore={folder}" for folder in WAITING)],
    ),
    Step("tests on CPython with processes", [PYTHON, "-m", "pytest", "-rs", *WAITING]),
)
PYODIDE = Step(
    "tests in Pyodide",
    [*map(str, NODE_24[:1]), "tests/pyodide/run.mjs", "-q", "-rs", "--rootdir=/repo",
     "-c", "/dev/null", *IN_PYODIDE],
)  # fmt: skip
WEB = Step("web tests", ["npm", "run", "--silent", "test", "-w", "web"])
BROWSER = Step("browser tests", ["node", "tests/browser/run.mjs"])
CORES = os.cpu_count() or 1


def main() -> int:
    """Run the steps; after one that failed no other is begun."""
    said: list[str] = []
    began_s = time.monotonic()
    tests = [*([PYODIDE] if NODE_24 else []), *CPYTHON, WEB]
    passed = together(LINT, CORES, said)
    if passed and "--lint" not in sys.argv:
        # One more than there are cores: some wait for processes and clocks.
        passed = together(tests, CORES + 1, said) and done(BROWSER, said)
    if not passed:
        return 1
    if not NODE_24:
        said.append(f"tests in Pyodide: skipped, {NO_NODE_24}")
    print(f"\nmake test: {time.monotonic() - began_s:.0f} s")
    print("\n".join(said))
    return 0


def together(steps: Sequence[Step], at_once: int, said: list[str]) -> bool:
    """Whether all of `steps` pass, begun in their order, so many side by side."""
    with ThreadPoolExecutor(at_once) as pool:
        running = [pool.submit(done, step, said) for step in steps]
        for each in as_completed(running):
            if not each.result():
                pool.shutdown(cancel_futures=True)
                return False
    return True


def done(step: Step, said: list[str]) -> bool:
    """Whether a step succeeds or says that it cannot run; prints what it printed."""
    began_s = time.monotonic()
    with tempfile.TemporaryFile() as log:
        code = subprocess.run(
            step.command,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment(step),
            check=False,
        ).returncode
        log.seek(0)
        text = log.read().decode(errors="replace").strip()
    print(
        "\n".join(
            [f"--- {step.name}, {time.monotonic() - began_s:.0f} s", *([text] if text else [])]
        )
    )
    said += summary(step.name, text)
    if code == CANNOT_RUN:
        said.append(text.splitlines()[-1])
    elif code:
        print(f"make test: {step.name} failed")
    sys.stdout.flush()
    return code in {0, CANNOT_RUN}


def environment(step: Step) -> dict[str, str]:
    """Ours; but what is said to the browser tests alone is no setting of GroveMusic."""
    ours = step not in (WEB, BROWSER)
    return {k: v for k, v in os.environ.items() if not (ours and k == "GROVE_NO_SKIP")}


def summary(name: str, text: str) -> list[str]:
    """How many tests ran, and the reasons of those that did not."""
    counts = re.findall(r"^=*\s*((?:\d+ \w+(?:, )?)+) in [\d.]+s", text, re.MULTILINE)
    skips: Counter[str] = Counter()
    for number, reason in re.findall(
        r"^SKIPPED \[(\d+)\] [^:]+:(?:\d+:)? (.+)$", text, re.MULTILINE
    ):
        skips[reason] += int(number)
    lines = [f"{name}: {counts[-1]}"] if counts else []
    return lines + [f"  skipped {number}: {reason}" for reason, number in skips.most_common()]


if __name__ == "__main__":
    sys.exit(main())
