"""Every quarter of an hour: runs that got stuck go on or are given up, old metrics are forgotten.

A run is stuck when its process died between making it and waking its actor, or when a platform
dropped its alarm. Nudging one that works does no harm.
"""

from grovemusic.domain.errors import GroveError, UnknownThing
from grovemusic.runtime.platform import Platform
from grovemusic.store.metrics import CacheMetrics
from grovemusic.store.runs import Runs

STUCK_AFTER_MS = 10 * 60 * 1000
GIVEN_UP_AFTER_MS = 24 * 3600 * 1000


async def run(platform: Platform) -> None:
    """Look at up to a hundred runs that should have ended."""
    runs, now_ms = Runs(platform.grove, platform.clock), platform.clock.now_ms()
    for run_id in await runs.stuck(since_ms=now_ms - STUCK_AFTER_MS):
        try:
            await _nudged(platform, runs, run_id, now_ms)
        except GroveError as error:
            platform.log("sweep_failed", run=run_id, error=str(error))
    await CacheMetrics(platform.grove, platform.clock).forget_old()


async def _nudged(platform: Platform, runs: Runs, run_id: str, now_ms: int) -> None:
    found = await runs.get(run_id)
    if now_ms - found.created_at_ms > GIVEN_UP_AFTER_MS:
        await runs.fail(run_id, kind="GivenUp", message="the run did not end within a day")
        platform.log("run_given_up", run=run_id)
        return
    try:
        await platform.actors.call("run", run_id, "nudge")
    except UnknownThing:  # its actor never heard of it: nobody will ever ask for it again
        await runs.fail(run_id, kind="NeverStarted", message="the run was cut off as it began")
    platform.log("run_nudged", run=run_id)
