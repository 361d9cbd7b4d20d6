"""Real time, and ids nobody can guess."""

import asyncio
import secrets
import time

from grovemusic.domain.ids import ALPHABET, DIGITS


class SystemClock:
    """The time of this machine. It may jump when the machine sleeps or its clock is set."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def new_id(prefix: str) -> str:
    """`prefix` and 22 random base62 digits: 130 bits, too many to guess or to meet twice."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(DIGITS))
