"""Real time."""

import asyncio
import time


class SystemClock:
    """The time of this machine. It may jump when the machine sleeps or its clock is set."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
