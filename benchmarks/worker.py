"""The Worker's entry imported inside Pyodide: how long, what weighs most, and how large it is.

In a deployment this happens once, before the memory snapshot that every isolate starts from.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.measuring import table

ROOT = Path(__file__).resolve().parent.parent
SHOWN = 3
TIMES = 3


def main() -> None:
    """The least of three imports, and the sizes of what is uploaded."""
    node = next(iter(sorted(ROOT.glob("node_modules/node-linux-*/bin/node"))), None)
    if node is None:
        print("no Node 24 for this kind of machine: not measured")
        return
    subprocess.run([sys.executable, "tools/stage.py"], cwd=ROOT, check=True, capture_output=True)
    best = min((imported(node) for _ in range(TIMES)), key=lambda each: float(each["took_s"]))
    table(
        ["entry imported inside Pyodide", "seconds"],
        [
            ["all of it", f"{best['took_s']:.2f}"],
            *([f"  {name}", f"{took_s:.2f}"] for name, took_s in best["heaviest"][:SHOWN]),
        ],
    )
    own = sum(path.stat().st_size for path in (ROOT / "build" / "worker").rglob("*.py"))
    vendored = [path for path in (ROOT / "python_modules").rglob("*") if path.is_file()]
    print(
        f"{best['modules']} modules; the Worker's own code is {own / 1024:.0f} KiB, its packages "
        f"{sum(path.stat().st_size for path in vendored) / 1024 / 1024:.1f} MiB"
    )


def imported(node: Path) -> dict[str, Any]:
    """One import in a process of its own."""
    done = subprocess.run(
        [node, "tests/pyodide/entry_import.mjs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report
