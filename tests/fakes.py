"""Ports made of a few lines, for tests that are about something else."""


class FakeClock:
    """Time that passes only when someone sleeps or `advance` is called."""

    def __init__(self, now_ms: int = 1_750_000_000_000) -> None:
        self._now_ms = now_ms
        self.slept_s: list[float] = []

    def now_ms(self) -> int:
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self._now_ms += round(max(0.0, seconds) * 1000)

    def advance(self, seconds: float) -> None:
        self._now_ms += round(seconds * 1000)


def counted_ids():
    """A NewId that counts: run_1, run_2, …"""
    counts: dict[str, int] = {}

    def new_id(prefix: str) -> str:
        counts[prefix] = counts.get(prefix, 0) + 1
        return f"{prefix}{counts[prefix]}"

    return new_id
