"""However many runs there are, a service is never called more often than it allows.

The limiter actor is asked by two hundred runs at once, each from an object of its own; every call
leaves up to a tenth of a second late, as calls do.
"""

import random

import pytest

from grovemusic.clients.limiter import KIND, ActorSlots, LimiterActor
from grovemusic.clients.pacing import JITTER_MS
from grovemusic.settings import Settings

RUNS, CALLS_EACH = 200, 12
SERVICES = {"lastfm": 5.0, "musicbrainz": 1.0, "listenbrainz": 3.0}
SECOND_MS = 1000


class Storage(dict):
    async def get(self, keys):
        return {key: self[key] for key in keys if key in self}

    async def put(self, entries):
        self.update(entries)


class Clock:
    def __init__(self):
        self.at_ms = 1_700_000_000_000

    def now_ms(self):
        return self.at_ms


class Deployment:
    """Limiter objects by name; with `forgetful` each is evicted after every message."""

    def __init__(self, clock, *, forgetful):
        self._clock, self._forgetful = clock, forgetful
        self._storage, self._objects = {}, {}

    async def call(self, kind, name, method, argument=None):
        assert kind == KIND
        if self._forgetful or name not in self._objects:
            storage = self._storage.setdefault(name, Storage())
            self._objects[name] = LimiterActor(storage, self._clock)
        return await self._objects[name].call(method, argument)


def busiest_second(moments_ms):
    """The most calls in any second, wherever it begins."""
    ordered = sorted(moments_ms)
    most, start = 0, 0
    for end, at_ms in enumerate(ordered):
        while at_ms - ordered[start] >= SECOND_MS:
            start += 1
        most = max(most, end - start + 1)
    return most


@pytest.mark.parametrize("forgetful", [False, True], ids=["objects stay", "objects are evicted"])
@pytest.mark.parametrize("seed", range(5))
async def test_two_hundred_runs_never_exceed_a_rate_in_any_second(seed, forgetful):
    rng, clock = random.Random(seed), Clock()
    deployment = Deployment(clock, forgetful=forgetful)
    patience_s = Settings().patience_s
    slots = [
        ActorSlots(deployment, rates_per_s=SERVICES, patience_s=patience_s) for _ in range(RUNS)
    ]
    waiting = [(run, service) for run in range(RUNS) for service in SERVICES] * CALLS_EACH
    rng.shuffle(waiting)
    called = {service: [] for service in SERVICES}
    refused = 0
    for run, service in waiting:
        clock.at_ms += rng.randrange(0, 30)
        wait_s = await slots[run].take(service)
        if wait_s > patience_s:
            refused += 1
            continue
        called[service].append(clock.at_ms + wait_s * 1000 + rng.uniform(0, JITTER_MS))
    assert refused > 0, "nobody had to be refused: this was no crowd"
    for service, rate_per_s in SERVICES.items():
        assert len(called[service]) > 50
        assert busiest_second(called[service]) <= rate_per_s
