"""Everything `make test` checks, in the order in which a fault is cheapest to find.

Both Pythons are tested at the same time: CPython with the embedded platform, and Pyodide (the
Python that Workers run) with Cloudflare's bindings. Ends with one line a step, how many tests ran
in each, and every skip with its reason: nothing passes because something was absent without
saying so.
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
CPYTHON = Step("tests on CPython", [PYTHON, "-m", "pytest", "-rs"])
PYODIDE = Step(
    "tests in Pyodide",
    [*map(str, NODE_24[:1]), "tests/pyodide/run.mjs", "-q", "-rs", "--rootdir=/repo",
     "-c", "/dev/null", *IN_PYODIDE],
)  # fmt: skip
WEB = (
    Step("web tests", ["npm", "run", "--silent", "test", "-w", "web"]),
    Step("browser tests", ["node", "tests/browser/run.mjs"]),
)


def main() -> int:
    """Run the steps; stop at the first that fails."""
    took: list[str] = []
    said: list[str] = []
    for together in [[step] for step in LINT]:
        if not passed(together, took, said):
            return 1
    if "--lint" not in sys.argv:
        both = [CPYTHON, PYODIDE] if NODE_24 else [CPYTHON]
        for together in [both, *([step] for step in WEB)]:
            if not passed(together, took, said):
                return 1
        if not NODE_24:
            said.append(f"tests in Pyodide: skipped, {NO_NODE_24}")
    print("\nmake test: " + ", ".join(took))
    print("\n".join(said))
    return 0


def passed(steps: Sequence[Step], took: list[str], said: list[str]) -> bool:
    """Whether all of `steps`, run at the same time, succeed or say that they cannot run."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        logs = [pathlib.Path(folder) / str(number) for number in range(len(steps))]
        files = [log.open("wb") for log in logs]
        running = [
            subprocess.Popen(
                step.command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, env=environment(step)
            )
            for step, file in zip(steps, files, strict=True)
        ]
        codes = [each.wait() for each in running]
        for file in files:
            file.close()
        texts = [log.read_text(encoding="utf-8", errors="replace") for log in logs]
    for step, code, text in zip(steps, codes, texts, strict=True):
        print(f"--- {step.name}\n{text.rstrip()}" if text.strip() else f"--- {step.name}")
        said += summary(step.name, text)
        if code == CANNOT_RUN:
            said.append(text.strip().splitlines()[-1])
        elif code:
            print(f"make test: {step.name} failed")
    took.append(f"{' and '.join(s.name for s in steps)} {time.monotonic() - began:.0f} s")
    sys.stdout.flush()
    return set(codes) <= {0, CANNOT_RUN}


def environment(step: Step) -> dict[str, str]:
    """Ours; but what is said to the browser tests alone is no setting of GroveMusic."""
    ours = step not in WEB
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
