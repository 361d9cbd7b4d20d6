"""Everything `make test` checks, in the order in which a fault is cheapest to find.

Ends with one line a step and a count of tests that were skipped, with their reasons: nothing
passes because something was absent without saying so.
"""

import pathlib
import subprocess
import sys
import time
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PLACES = ["src", "tests", "benchmarks", "tools", "durable_objects", "cron"]
LINT: Sequence[tuple[str, list[str]]] = (
    ("ruff", [PYTHON, "-m", "ruff", "check", *PLACES]),
    ("format", [PYTHON, "-m", "ruff", "format", "--check", "-q", *PLACES]),
    ("types", [PYTHON, "-m", "mypy"]),
)
TESTS: Sequence[tuple[str, list[str]]] = (("tests", [PYTHON, "-m", "pytest", "-rs"]),)


def main() -> int:
    """Run the steps; stop at the first that fails."""
    steps = LINT if "--lint" in sys.argv else (*LINT, *TESTS)
    done: list[tuple[str, float]] = []
    for name, command in steps:
        began = time.monotonic()
        print(f"--- {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            print(f"make test: {name} failed")
            return 1
        done.append((name, time.monotonic() - began))
    print("make test: " + ", ".join(f"{name} {took_s:.0f} s" for name, took_s in done))
    return 0


if __name__ == "__main__":
    sys.exit(main())
