"""Wakes a loop that waits for work."""

import asyncio
from contextlib import suppress


class Bell:
    """Rung by this process when there is work. Other processes cannot ring it: so never wait long.

    After `wait` look for work again; what was rung for before that look is then seen.
    """

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, at_most_s: float) -> None:
        """Return when rung, also if that was before, or after real seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._rung.wait()
        self._rung.clear()
