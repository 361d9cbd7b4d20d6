"""Real time, ids nobody can guess, and work that goes on after the answer."""

import asyncio
import time

from grovemusic.domain.ids import ALPHABET
from grovemusic.runtime.embedded.background import Tasks
from grovemusic.runtime.embedded.bell import Bell
from grovemusic.runtime.embedded.clock import SystemClock
from grovemusic.runtime.ids import new_id


async def test_the_clock_shows_unix_time_in_milliseconds():
    before_s = time.time()
    now_ms = SystemClock().now_ms()
    assert before_s * 1000 - 1 <= now_ms <= time.time() * 1000
    await SystemClock().sleep(0)


def test_ids_have_a_prefix_and_130_bits_nobody_can_guess():
    ids = {new_id("run_") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(each.startswith("run_") and len(each) == 4 + 22 for each in ids)
    assert len({each[4:8] for each in ids}) > 950
    assert set("".join(each[4:] for each in ids)) == set(ALPHABET)


async def test_background_work_is_done_and_what_it_starts_too():
    tasks, done = Tasks(), []

    async def work(name):
        await asyncio.sleep(0)
        done.append(name)
        if name == "first":
            tasks(work("second"))

    tasks(work("first"))
    assert done == []
    await tasks.drain()
    assert done == ["first", "second"]
    await tasks.drain()


async def test_background_work_that_fails_is_logged_and_disturbs_nobody(caplog):
    tasks, done = Tasks(), asyncio.Event()

    async def fail():
        raise RuntimeError("lost in the dark")

    async def succeed():
        done.set()

    tasks(fail())
    tasks(succeed())
    await tasks.drain()
    assert done.is_set()
    assert "lost in the dark" in caplog.text


async def test_a_bell_that_rang_before_is_heard_once():
    bell = Bell()
    bell.ring()
    bell.ring()
    await bell.wait(3600)
    waiting = asyncio.ensure_future(bell.wait(3600))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring()
    await waiting


async def test_a_bell_nobody_rings_is_waited_for_no_longer_than_asked():
    bell = Bell()
    await bell.wait(0)
    await bell.wait(-1)
    waiting = asyncio.ensure_future(bell.wait(3600))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring()
    await waiting
