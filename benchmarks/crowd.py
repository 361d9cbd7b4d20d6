"""Two hundred runs at once over simulated services with their true limits: nobody exceeds a rate.

The services answer in 100 ms. Beside each one's limit stands the busiest second of its request log.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.measuring import in_own_process, peak_mb, table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "integration")]

RUNS, SIZE, LATENCY_MS = 200, 15, 100
SERVICES = ("lastfm", "musicbrainz", "listenbrainz")


def main() -> None:
    """Run the crowd in a process of its own and print what the services saw."""
    seen = in_own_process("benchmarks.crowd", "crowd")
    table(
        [f"{RUNS} runs at once", "allowed a second", "busiest second", "calls"],
        [
            [name, f"{seen['allowed'][name]:g}", seen["busiest"][name], seen["calls"][name]]
            for name in SERVICES
        ],
    )
    print(
        f"{seen['complete']} complete, {seen['missing']} of them without a service whose queue was "
        f"too long; {seen['seconds']:.0f} s, {seen['peak_mb']:.0f} MB"
    )


async def crowd(simulators: Any) -> dict[str, Any]:
    """All runs at once; what the request log holds afterwards."""
    from upstreams import installation_for, known_songs, made

    songs = known_songs(simulators, RUNS // 4)
    with tempfile.TemporaryDirectory() as folder:
        async with installation_for(simulators, folder) as installation:
            began = time.perf_counter()
            results = await asyncio.gather(
                *(made(installation, songs[at % len(songs)], size=SIZE) for at in range(RUNS))
            )
            seconds = time.perf_counter() - began
    settings = simulators.settings()
    outcomes = Counter(run.status for run, _playlist, _events in results)
    return {
        "allowed": {name: settings.upstream(name).rate_per_s for name in SERVICES},
        "busiest": {name: simulators.log.busiest_second(name) for name in SERVICES},
        "calls": {name: len(simulators.log.of(name)) for name in SERVICES},
        "complete": outcomes["complete"],
        "missing": sum(bool(playlist and playlist.missing) for _run, playlist, _events in results),
        "seconds": seconds,
    }


def measured() -> dict[str, Any]:
    """The crowd over fresh simulators."""
    from simulators import Simulators

    with Simulators() as simulators:
        for name in SERVICES:
            simulators.inject(name, latency_ms=LATENCY_MS)
        report = asyncio.run(crowd(simulators))
    return {**report, "peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(measured()))
