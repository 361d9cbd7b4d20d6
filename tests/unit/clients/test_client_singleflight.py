"""Equal questions at once: one call, and nobody harmed by somebody else's cancellation."""

import asyncio

import pytest
from client_fakes import Script, SlowSend, answer, ask

from grovemusic.clients.singleflight import single_flight
from grovemusic.domain.errors import UpstreamError
from grovemusic.settings import Secret

OK = answer({"ok": 1})


async def started(send, request, times):
    """Tasks that all wait for their answer."""
    tasks = [asyncio.ensure_future(send(request)) for _ in range(times)]
    await settle()
    return tasks


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_equal_questions_in_flight_are_asked_once():
    slow = SlowSend(OK)
    tasks = await started(single_flight(slow), ask(), 10)
    slow.gate.set()
    assert await asyncio.gather(*tasks) == [OK] * 10
    assert slow.asked == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ask(query={"a": "2"}), id="another query"),
        pytest.param(ask("lastfm", query={"a": "1"}), id="another service"),
        pytest.param(ask(query={"a": "1"}, body={"x": 1}), id="a body"),
        pytest.param(ask(query={"a": "1"}, secret={"key": Secret("b")}), id="another's key"),
    ],
)
async def test_different_questions_are_asked_each(other):
    script = Script(OK)
    send = single_flight(script)
    await asyncio.gather(send(ask(query={"a": "1"})), send(other))
    assert len(script.asked) == 2


async def test_afterwards_the_question_is_asked_again():
    """It shares calls, it does not keep answers."""
    script = Script(OK)
    send = single_flight(script)
    await send(ask())
    await send(ask())
    assert len(script.asked) == 2


async def test_an_error_reaches_everyone_who_waits_and_nobody_later():
    slow = SlowSend(UpstreamError("x", "down"))
    send = single_flight(slow)
    tasks = await started(send, ask(), 3)
    slow.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(each) for each in outcomes] == ["x: down"] * 3
    slow._answer = OK
    assert await send(ask()) == OK


@pytest.mark.parametrize("leaver", [0, 1, 2], ids=["the first", "the second", "the last"])
async def test_one_who_leaves_does_not_disturb_the_others(leaver):
    """Also when it is the one whose question started the call."""
    slow = SlowSend(OK)
    tasks = await started(single_flight(slow), ask(), 3)
    tasks[leaver].cancel()
    await settle()
    slow.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each for n, each in enumerate(outcomes) if n != leaver] == [OK, OK]
    assert isinstance(outcomes[leaver], asyncio.CancelledError)
    assert (slow.asked, slow.cancelled) == (1, 0)


async def test_when_all_leave_the_call_is_cancelled():
    """A run that was given up must not go on spending."""
    slow = SlowSend(OK)
    tasks = await started(single_flight(slow), ask(), 3)
    for task in tasks:
        task.cancel()
    await settle()
    assert slow.cancelled == 1


async def test_who_comes_after_all_have_left_gets_a_call_of_their_own():
    """And not the cancellation of the one they never saw."""
    slow = SlowSend(OK)
    send = single_flight(slow)
    [first] = await started(send, ask(), 1)
    first.cancel()
    second = asyncio.ensure_future(send(ask()))
    await settle()
    slow.gate.set()
    assert await second == OK
    assert slow.asked == 2


async def test_an_error_nobody_waits_for_makes_no_noise():
    """ "Task exception was never retrieved" in the log would be a false alarm."""
    noise = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    slow = SlowSend(UpstreamError("x", "down"))
    tasks = await started(single_flight(slow), ask(), 2)
    slow.gate.set()
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await settle()
    assert noise == []
