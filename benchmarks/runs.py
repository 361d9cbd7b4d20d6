"""A playlist of 30 tracks over simulated services that answer in 100 ms under their true limits.

Rival: the specification's own plan, in which every candidate is looked up by a call of its own
(track.getInfo at 5 a second). Both ask the same simulators with the same clients.
"""

import asyncio
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.measuring import in_own_process, peak_mb, table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

SIZE, LATENCY_MS, WARM_TIMES = 30, 100, 5
SERVICES = ("lastfm", "musicbrainz", "listenbrainz", "claude")


def main() -> None:
    """Measure each in a process of its own and print them side by side."""
    ours = in_own_process("benchmarks.runs", "ours")
    spec = in_own_process("benchmarks.runs", "spec")
    warm = ours["warm_s"]
    table(
        ["30 tracks, services answering in 100 ms", "seconds", "calls", "peak MB"],
        [
            ["cold run", f"{ours['cold_s']:.2f}", ours["calls"], f"{ours['peak_mb']:.0f}"],
            [f"warm run (median of {WARM_TIMES})", f"{warm:.3f}", "0", f"{ours['peak_mb']:.0f}"],
            [
                "rival: a call for every candidate",
                f"{spec['cold_s']:.2f}",
                spec["calls"],
                f"{spec['peak_mb']:.0f}",
            ],
        ],
    )
    print(f"cold: {spec['cold_s'] / ours['cold_s']:.1f} times faster than the rival")
    print(f"most calls any service saw in one second: {ours['busiest']}")


async def ours(simulators: Any, query: str) -> dict[str, Any]:
    """The product: a cold run, then warm ones."""
    from upstreams import installation_for, made

    with tempfile.TemporaryDirectory() as folder:
        async with installation_for(simulators, folder) as installation:
            began = time.perf_counter()
            run, playlist, _events = await made(installation, query, size=SIZE)
            cold_s = time.perf_counter() - began
            assert playlist is not None
            assert len(playlist.tracks) == SIZE
            warm = []
            for _ in range(WARM_TIMES):
                began = time.perf_counter()
                await made(installation, query, size=SIZE)
                warm.append(time.perf_counter() - began)
    return {
        "cold_s": cold_s,
        "calls": run.upstream_calls,
        "warm_s": sorted(warm)[WARM_TIMES // 2],
        "busiest": {name: simulators.log.busiest_second(name) for name in SERVICES[:3]},
    }


async def spec(simulators: Any, query: str) -> dict[str, Any]:
    """The rival: similar tracks and artists' top tracks, then details one by one."""
    import httpx

    from grovemusic.clients.http import http_send
    from grovemusic.clients.lastfm import LastFm
    from grovemusic.clients.pacing import LocalSlots, throttled
    from grovemusic.runtime.embedded.clock import SystemClock

    settings, clock = replace(simulators.settings(), patience_s=600.0), SystemClock()
    title, artist = query.rsplit(" by ", 1)
    began, calls = time.perf_counter(), 0
    async with httpx.AsyncClient() as client:
        slots = LocalSlots(settings, clock)
        send = throttled(http_send(client, settings, clock), slots, clock, patience_s=600.0)
        lastfm = LastFm(send, settings)
        await lastfm.search(title, artist=artist)
        await lastfm.track(title, artist)
        found = {(each.title, each.artist) for each in await lastfm.similar_tracks(title, artist)}
        calls += 3
        for near in (await lastfm.similar_artists(artist))[:5]:
            found |= {(t.title, t.artist) for t in await lastfm.artist_top_tracks(near.name)}
            calls += 1
        calls += 1
        for one in sorted(found)[: 3 * SIZE]:
            await lastfm.track(*one)
            calls += 1
    return {"cold_s": time.perf_counter() - began, "calls": calls}


def measured(what: str) -> dict[str, Any]:
    """Run one of the two over fresh simulators."""
    from simulators import Simulators
    from upstreams import known_songs

    with Simulators() as simulators:
        for name in SERVICES:
            simulators.inject(name, latency_ms=LATENCY_MS)
        work = {"ours": ours, "spec": spec}[what]
        report = asyncio.run(work(simulators, known_songs(simulators)))
    return {**report, "peak_mb": peak_mb()}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests" / "integration"))
    print(json.dumps(measured(sys.argv[1])))
