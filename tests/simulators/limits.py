"""How often a service lets itself be asked, counted as the service counts."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """Where a client stands after a request."""

    allowed: bool
    limit: int
    remaining: int
    reset_in_s: float


class SlidingSecond:
    """So many requests in any second, refused ones included: Last.fm and MusicBrainz."""

    def __init__(self, rate_per_s):
        self._rate, self._recent = rate_per_s, deque()

    def count(self, now_s):
        while self._recent and now_s - self._recent[0] >= 1.0:
            self._recent.popleft()
        self._recent.append(now_s)
        left = self._rate - len(self._recent)
        reset_in_s = max(0.0, 1.0 - (now_s - self._recent[0]))
        return Standing(left >= 0, self._rate, max(0, left), reset_in_s)


class FixedWindow:
    """So many requests until the window ends, then as many again: ListenBrainz."""

    def __init__(self, limit, window_s):
        self._limit, self._window_s = limit, window_s
        self._began_s, self._seen = 0.0, 0

    def count(self, now_s):
        if now_s - self._began_s >= self._window_s:
            self._began_s, self._seen = now_s, 0
        self._seen += 1
        left = self._limit - self._seen
        return Standing(
            left >= 0, self._limit, max(0, left), self._window_s - (now_s - self._began_s)
        )


class NoLimit:
    """As often as one likes."""

    def count(self, now_s):
        return Standing(allowed=True, limit=0, remaining=0, reset_in_s=0.0)
