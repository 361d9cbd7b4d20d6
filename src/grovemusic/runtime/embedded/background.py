"""Work that goes on after the answer has been sent."""

import asyncio
import logging
from collections.abc import Awaitable

_logger = logging.getLogger(__name__)


class Tasks:
    """Starts work at once, keeps it from being forgotten, and logs what fails."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __call__(self, work: Awaitable[None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._running.add(task)  # the event loop itself keeps only a weak reference
        task.add_done_callback(self._running.discard)

    async def drain(self) -> None:
        """Wait until everything is done, also what that work has started in its turn."""
        while self._running:
            await asyncio.wait(self._running)


def is_cancelled() -> bool:
    """True if the task that runs now was cancelled, and not just something it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:  # nobody waits for this work, so the log is the only place to say it
        _logger.exception("background work failed")
