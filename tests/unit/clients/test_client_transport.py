"""The whole transport: its parts in the right order."""

import asyncio

import pytest
from client_fakes import SETTINGS, DictCache, FreeSlots, Script, answer, ask
from fakes import FakeClock

from grovemusic.clients.metering import Meter
from grovemusic.clients.pacing import LocalSlots
from grovemusic.clients.transport import transport
from grovemusic.domain.errors import UpstreamError

OK = answer({"ok": 1})
BUSY = answer({}, 503)


def put_together(http, *, budget=25, clock=None, slots=None, keep=None):
    meter = Meter(budget)
    send = transport(
        http,
        keep or DictCache(),
        settings=SETTINGS,
        clock=clock or FakeClock(),
        slots=slots or FreeSlots(),
        meter=meter,
        chance=lambda: 0.5,
    )
    return send, meter


async def test_only_real_calls_count():
    """Twice from the cache and twice at once are one call."""
    send, meter = put_together(Script(OK))
    await asyncio.gather(send(ask()), send(ask()))
    await send(ask())
    assert meter.calls == {"musicbrainz": 1}


async def test_every_try_counts():
    """The budget is about what the service sees."""
    send, meter = put_together(Script(BUSY, BUSY, OK))
    await send(ask())
    assert (meter.calls, meter.left) == ({"musicbrainz": 3}, 22)


async def test_every_try_waits_for_its_slot():
    clock = FakeClock()
    send, _ = put_together(Script(BUSY, OK), clock=clock, slots=LocalSlots(SETTINGS, clock))
    await send(ask())
    assert clock.slept_s == pytest.approx([0.25, 0.95])


async def test_a_used_up_budget_says_so_and_calls_nobody():
    script = Script(OK)
    send, meter = put_together(script, budget=2)
    for n in range(2):
        await send(ask(key=f"k{n}"))
    with pytest.raises(UpstreamError, match="call budget of this run is used up"):
        await send(ask("lastfm", key="k9"))
    assert await send(ask(key="k0")) == OK  # what is kept costs nothing
    assert (len(script.asked), meter.left) == (2, 0)


async def test_a_run_that_goes_on_after_a_break_keeps_its_account():
    meter = Meter(3, {"lastfm": 2})
    meter.spend("musicbrainz")
    with pytest.raises(UpstreamError):
        meter.spend("lastfm")
    assert meter.calls == {"lastfm": 2, "musicbrainz": 1}


async def test_a_failure_is_not_kept():
    keep = DictCache()
    send, _ = put_together(Script(BUSY), keep=keep)
    with pytest.raises(UpstreamError):
        await send(ask())
    assert keep.entries == {}
