"""Tells those who wait in the same process that something has happened."""

import asyncio
import contextlib

from grovemusic.ports import Clock


class Bell:
    """Rung by the writer, heard by every reader that waits at that moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everyone who waits now; who comes later waits for the next ring."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, at_most_s: float) -> None:
        """Wait for a ring, or until the time is over: the writer may be in another process."""
        ring = asyncio.ensure_future(self._rung.wait())
        pause = asyncio.ensure_future(self._clock.sleep(at_most_s))
        try:
            await asyncio.wait({ring, pause}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (ring, pause):
                each.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await each
