"""Retries: temporary trouble is worth a second and a third try, and nothing else is."""

import pytest
from client_fakes import Script, answer, ask
from fakes import FakeClock

from grovemusic.clients.retry import pauses, retried
from grovemusic.domain.errors import UpstreamBusy, UpstreamError

OK = answer({"ok": 1})


def patient(*answers, patience_s=10.0, chance=lambda: 0.5):
    clock, script = FakeClock(), Script(*answers)
    return retried(script, clock, patience_s=patience_s, chance=chance), script, clock


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(answer(b"", 429), id="429"),
        pytest.param(answer(b"<html>", 500), id="500"),
        pytest.param(answer(b"", 502), id="502"),
        pytest.param(answer({"error": "slow down"}, 503), id="503"),
        pytest.param(TimeoutError("did not answer within 8 s"), id="time-out"),
        pytest.param(ConnectionError("could not be reached"), id="lost connection"),
    ],
)
async def test_temporary_trouble_is_tried_again(trouble):
    send, script, clock = patient(trouble, trouble, OK)
    assert await send(ask()) == OK
    assert len(script.asked) == 3
    assert clock.slept_s == [0.25, 0.5]  # half of 0.5 and of 1: full jitter with a fair coin


@pytest.mark.parametrize("code", [8, 11, 16, 29])
@pytest.mark.parametrize("status", [200, 400])
async def test_lastfm_hides_temporary_trouble_under_other_statuses(code, status):
    """Its error is in the body, whatever the status says."""
    send, script, _ = patient(answer({"error": code, "message": "…"}, status), OK)
    assert await send(ask("lastfm")) == OK
    assert len(script.asked) == 2


@pytest.mark.parametrize("service", ["musicbrainz", "listenbrainz"])
async def test_the_numbers_of_lastfm_mean_nothing_elsewhere(service):
    odd = answer({"error": 8})
    send, script, _ = patient(odd)
    assert await send(ask(service)) == odd
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 418])
async def test_a_final_answer_is_returned_as_it_is(status):
    send, script, clock = patient(answer(b"whatever", status))
    assert (await send(ask())).status == status
    assert (len(script.asked), clock.slept_s) == (1, [])


@pytest.mark.parametrize("code", [6, 10, 17, 26])
async def test_errors_of_lastfm_that_will_not_pass_are_not_tried_again(code):
    send, script, _ = patient(answer({"error": code}, 403))
    await send(ask("lastfm"))
    assert len(script.asked) == 1


async def test_three_tries_and_no_more():
    send, script, _ = patient(answer(b"", 500))
    with pytest.raises(UpstreamError, match="HTTP 500"):
        await send(ask())
    assert len(script.asked) == 3


async def test_a_lost_connection_becomes_an_error_that_names_the_service():
    send, _, _ = patient(TimeoutError("did not answer within 8 s"))
    with pytest.raises(UpstreamError, match=r"^musicbrainz: did not answer within 8 s$"):
        await send(ask())


async def test_busy_to_the_end_says_busy():
    """ "Busy" is never "not found": the run says what was missing."""
    send, _, _ = patient(answer({"error": "…"}, 503))
    with pytest.raises(UpstreamBusy):
        await send(ask())


async def test_retry_after_is_honoured():
    send, _, clock = patient(answer(b"", 429, retry_after_s=3), OK)
    await send(ask())
    assert clock.slept_s == [3]


async def test_jitter_may_wait_longer_than_a_short_retry_after():
    """A service that says "0.1 s" to a crowd gets the crowd spread out."""
    send, _, clock = patient(answer(b"", 429, retry_after_s=0.1), OK)
    await send(ask())
    assert clock.slept_s == [0.25]


async def test_asked_for_more_patience_than_a_listener_has_it_gives_up_at_once():
    send, script, clock = patient(answer(b"", 429, retry_after_s=10.5))
    with pytest.raises(UpstreamBusy, match=r"10\.5 s") as caught:
        await send(ask())
    assert caught.value.retry_after_s == 10.5
    assert (len(script.asked), clock.slept_s) == (1, [])


async def test_retry_after_on_a_500_counts_too():
    send, _, clock = patient(answer(b"", 500, retry_after_s=2), OK)
    await send(ask())
    assert clock.slept_s == [2]


@pytest.mark.parametrize("error", [UpstreamError("x", "budget"), UpstreamBusy("x", 1.0)])
async def test_errors_of_ours_are_not_tried_again(error):
    """A used-up budget or a full queue will not be better half a second later."""
    send, script, _ = patient(error)
    with pytest.raises(UpstreamError):
        await send(ask())
    assert len(script.asked) == 1


async def test_a_bug_is_not_trouble():
    send, _, _ = patient(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await send(ask())


def test_pauses_grow_up_to_a_limit():
    assert list(pauses(7, chance=lambda: 1.0)) == [0.5, 1, 2, 4, 8, 8, 8]
    assert list(pauses(3, chance=lambda: 0.0)) == [0, 0, 0]
