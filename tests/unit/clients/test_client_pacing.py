"""Slots: services ban those who ask too often, so a second never holds a call too many."""

import asyncio
import heapq
import itertools
import random

import pytest
from client_fakes import SETTINGS, Script, answer, ask
from fakes import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.clients.pacing import (
    JITTER_MS,
    Gate,
    LocalSlots,
    TokenBucket,
    Traffic,
    throttled,
)
from grovemusic.domain.errors import UpstreamBusy

NOW_MS = 1_750_000_000_000
FOREVER_S = 1e9


def most_in_a_window(moments_ms, window_ms):
    """The most moments any closed window of that length holds."""
    moments_ms = sorted(moments_ms)
    return max(sum(0 <= each - start <= window_ms for each in moments_ms) for start in moments_ms)


@pytest.mark.parametrize("rate_per_s", [0.5, 1.0, 2.5, 3.0, 5.0, 20.0])
@settings(max_examples=30)
@given(
    pauses_ms=st.lists(st.integers(0, 3000), min_size=5, max_size=40),
    lateness=st.lists(st.integers(0, JITTER_MS - 1), min_size=40, max_size=40),
)
def test_no_sliding_second_holds_more_than_the_rate(rate_per_s, pauses_ms, lateness):
    """However callers come, and however late each call then leaves."""
    bucket, now_ms, called_ms = TokenBucket(rate_per_s, FOREVER_S), NOW_MS, []
    for pause_ms, late_ms in zip(pauses_ms, lateness, strict=False):
        now_ms += pause_ms
        called_ms.append(now_ms + bucket.take(now_ms) * 1000 + late_ms)
    window_ms = max(1000, 1000 / rate_per_s)
    assert most_in_a_window(called_ms, window_ms) <= max(1, int(rate_per_s))


def test_spacing_costs_little():
    """The margin is small: a hundred calls at 5 a second take 24 seconds, not a minute."""
    bucket = TokenBucket(5.0, FOREVER_S)
    waits = [bucket.take(NOW_MS) for _ in range(100)]
    assert waits[0] == 0.0
    assert waits[-1] == pytest.approx(99 * 0.24)


def test_a_pause_is_not_saved_up_for_a_burst():
    """MusicBrainz punishes the burst, however long the silence before it."""
    bucket = TokenBucket(1.0, FOREVER_S)
    bucket.take(NOW_MS)
    after_an_hour = NOW_MS + 3_600_000
    assert [bucket.take(after_an_hour) for _ in range(3)] == pytest.approx([0.0, 1.2, 2.4])


def test_those_who_give_up_do_not_make_the_queue_longer():
    """Otherwise a rush would block the service long after everyone has left."""
    bucket = TokenBucket(1.0, longest_wait_s=3.0)
    waits = [bucket.take(NOW_MS) for _ in range(50)]
    assert waits[:3] == pytest.approx([0.0, 1.2, 2.4])
    assert waits[3:] == pytest.approx([3.6] * 47)
    assert bucket.take(NOW_MS + 1000) == pytest.approx(2.6)


def test_a_clock_set_back_does_not_block_the_service():
    """A laptop corrects its clock by an hour: nobody should wait that hour."""
    bucket = TokenBucket(1.0, longest_wait_s=10.0)
    bucket.take(NOW_MS)
    assert bucket.take(NOW_MS - 3_600_000) == 0.0


def test_a_bucket_is_restored_from_its_one_number():
    """An actor stores `free_at_ms` and may be evicted between two calls."""
    first = TokenBucket(1.0, FOREVER_S)
    first.take(NOW_MS)
    again = TokenBucket(1.0, FOREVER_S, free_at_ms=first.free_at_ms)
    assert again.take(NOW_MS) == pytest.approx(1.2)


async def test_local_slots_keep_services_apart():
    """A slow MusicBrainz must not slow Last.fm."""
    slots = LocalSlots(SETTINGS, FakeClock())
    waits = [await slots.take(each) for each in ("musicbrainz", "lastfm", "musicbrainz", "lastfm")]
    assert waits == pytest.approx([0.0, 0.0, 1.2, 0.24])


async def test_throttled_waits_for_its_slot():
    clock = FakeClock()
    send = throttled(Script(answer({})), LocalSlots(SETTINGS, clock), clock, patience_s=10)
    for _ in range(3):
        await send(ask())
    assert clock.slept_s == pytest.approx([1.2, 1.2])


class Queue:
    """Slots after a queue of a given length."""

    def __init__(self, *waits_s):
        self._waits_s = itertools.cycle(waits_s)

    async def take(self, service):
        return next(self._waits_s)


async def test_throttled_gives_up_before_the_call_when_the_queue_is_too_long():
    """A listener is told at once, and the service is not asked."""
    http, clock = Script(answer({})), FakeClock()
    send = throttled(http, Queue(30.0), clock, patience_s=10)
    with pytest.raises(UpstreamBusy, match="30 s") as caught:
        await send(ask())
    assert caught.value.retry_after_s == 30.0
    assert (http.asked, clock.slept_s) == ([], [])


# --- the gate ---------------------------------------------------------------------------------


class SteppedClock:
    """Time that goes on to the next sleeper whenever nobody has anything to do."""

    def __init__(self):
        self._now_ms, self._sleepers, self._number = float(NOW_MS), [], itertools.count()

    def now_ms(self):
        return int(self._now_ms)

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        at_ms = self._now_ms + 1000 * seconds
        heapq.heappush(self._sleepers, (at_ms, next(self._number), woken))
        await woken

    async def run(self, *work):
        tasks = [asyncio.ensure_future(each) for each in work]
        while not all(task.done() for task in tasks):
            for _ in range(10):
                await asyncio.sleep(0)
            if self._sleepers:
                self._now_ms, _number, woken = heapq.heappop(self._sleepers)
                woken.set_result(None)
        await asyncio.gather(*tasks)


class Free:
    """Slots for the asking."""

    async def take(self, _service):
        return 0.0


class LateService:
    """Answers after a while of the clock's time, and notes when each call arrived in it."""

    def __init__(self, clock, rng):
        self.arrived_ms, self._clock, self._rng = [], clock, rng

    async def __call__(self, request):
        await self._clock.sleep(self._rng.uniform(0, 3.0))  # a loop so busy that calls leave late
        self.arrived_ms.append(self._clock.now_ms())
        await self._clock.sleep(self._rng.uniform(0, 0.5))
        return answer({})


@pytest.mark.parametrize("seed", range(4))
async def test_the_gate_holds_the_rate_however_late_calls_leave(seed):
    clock, rng = SteppedClock(), random.Random(seed)
    service, traffic = LateService(clock, rng), Traffic()
    send = [
        throttled(service, Free(), clock, patience_s=10, gate=Gate(traffic, SETTINGS, clock))
        for _ in range(40)
    ]
    await clock.run(*(each(ask(service="lastfm")) for each in send))
    rate = SETTINGS.upstream("lastfm").rate_per_s
    assert len(service.arrived_ms) == 40
    assert most_in_a_window(sorted(service.arrived_ms), 1000) <= rate


async def test_a_call_that_was_cut_off_does_not_close_the_gate_for_ever():
    clock, traffic = SteppedClock(), Traffic()
    gate = Gate(traffic, SETTINGS, clock)
    lost = gate.call("musicbrainz")
    lost.__enter__()  # and nobody ever comes back
    began_ms = clock.now_ms()
    await clock.run(gate.wait("musicbrainz"))
    assert 0 < clock.now_ms() - began_ms <= 61_000
