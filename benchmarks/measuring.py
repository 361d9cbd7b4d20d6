"""Seconds and memory, measured in a process of their own so that one figure cannot hide another."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any


def in_own_process(module: str, what: str, *arguments: str) -> dict[str, Any]:
    """The JSON that `python -m module what …` prints last; its peak memory as "peak_mb"."""
    done = subprocess.run(
        [sys.executable, "-m", module, what, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {what}: {done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def peak_mb() -> float:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def median_s(work: Callable[[], object], times: int) -> float:
    """The middle of so many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[times // 2]


def table(head: list[str], rows: list[list[str]]) -> None:
    """Aligned columns, the first to the left, the others to the right."""
    widths = [max(len(str(row[at])) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, *rows]:
        cells = [
            str(cell).ljust(width) if at == 0 else str(cell).rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells))
