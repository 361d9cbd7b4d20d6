"""Slots: services ban those who ask too often, so a second never holds a call too many."""

import itertools

import pytest
from client_fakes import SETTINGS, Script, answer, ask
from fakes import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.clients.pacing import JITTER_MS, LocalSlots, TokenBucket, throttled
from grovemusic.domain.errors import UpstreamBusy

NOW_MS = 1_750_000_000_000
FOREVER_S = 1e9


def most_in_a_window(moments_ms, window_ms):
    """The most moments any closed window of that length holds."""
    moments_ms = sorted(moments_ms)
    return max(sum(0 <= each - start <= window_ms for each in moments_ms) for start in moments_ms)


@pytest.mark.parametrize("rate_per_s", [0.5, 1.0, 2.5, 3.0, 5.0, 20.0])
@settings(max_examples=30, deadline=None)
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
    """The margin is small: a hundred calls at 5 a second take 22 seconds, not a minute."""
    bucket = TokenBucket(5.0, FOREVER_S)
    waits = [bucket.take(NOW_MS) for _ in range(100)]
    assert waits[0] == 0.0
    assert waits[-1] == pytest.approx(99 * 0.22)


def test_a_pause_is_not_saved_up_for_a_burst():
    """MusicBrainz punishes the burst, however long the silence before it."""
    bucket = TokenBucket(1.0, FOREVER_S)
    bucket.take(NOW_MS)
    after_an_hour = NOW_MS + 3_600_000
    assert [bucket.take(after_an_hour) for _ in range(3)] == pytest.approx([0.0, 1.1, 2.2])


def test_those_who_give_up_do_not_make_the_queue_longer():
    """Otherwise a rush would block the service long after everyone has left."""
    bucket = TokenBucket(1.0, longest_wait_s=3.0)
    waits = [bucket.take(NOW_MS) for _ in range(50)]
    assert waits[:3] == pytest.approx([0.0, 1.1, 2.2])
    assert waits[3:] == pytest.approx([3.3] * 47)
    assert bucket.take(NOW_MS + 1000) == pytest.approx(2.3)


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
    assert again.take(NOW_MS) == pytest.approx(1.1)


async def test_local_slots_keep_services_apart():
    """A slow MusicBrainz must not slow Last.fm."""
    slots = LocalSlots(SETTINGS, FakeClock())
    waits = [await slots.take(each) for each in ("musicbrainz", "lastfm", "musicbrainz", "lastfm")]
    assert waits == pytest.approx([0.0, 0.0, 1.1, 0.22])


async def test_throttled_waits_for_its_slot():
    clock = FakeClock()
    send = throttled(Script(answer({})), LocalSlots(SETTINGS, clock), clock, patience_s=10)
    for _ in range(3):
        await send(ask())
    assert clock.slept_s == pytest.approx([1.1, 1.1])


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
