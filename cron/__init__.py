"""What runs by the clock: one module a schedule, and the table that both runtimes follow.

The strings are Cloudflare's: five fields, UTC, weekdays 1-7 with 1 for Sunday. wrangler.toml lists
the same ones (a test compares).
"""

from collections.abc import Awaitable, Callable, Mapping

from cron import promotion, sweep
from grovemusic.runtime.platform import Platform

TABLE: Mapping[str, Callable[[Platform], Awaitable[None]]] = {
    "*/15 * * * *": sweep.run,
    "0 3 * * *": promotion.run,
}


async def run(expression: str, platform: Platform) -> None:
    """Do what is due at `expression`.

    Raises:
        KeyError: the platform fired a schedule that is not in the table.
    """
    await TABLE[expression](platform)
