"""What the embedded queue promises beyond the contract."""

import asyncio
from contextlib import closing

import pytest

from grovemusic.runtime.embedded.clock import SystemClock
from grovemusic.runtime.embedded.queue import DeadLetter, SqliteQueue


@pytest.fixture
def queue(tmp_path, clock):
    with closing(SqliteQueue(tmp_path / "q.sqlite", clock)) as queue:
        yield queue


def kept_by(inbox):
    async def consumer(messages):
        inbox.extend(messages)

    return consumer


async def fail(messages):
    raise RuntimeError(f"no {messages[0]} today")


async def test_messages_outlive_a_restart(tmp_path, clock):
    with closing(SqliteQueue(tmp_path / "q.sqlite", clock)) as queue:
        await queue.send_many([1, 2])
        await queue.send(3, delay_s=10)
    clock.advance(10)
    inbox = []
    with closing(SqliteQueue(tmp_path / "q.sqlite", clock)) as queue:
        assert await queue.deliver(kept_by(inbox)) == 3
        assert await queue.deliver(kept_by(inbox)) == 0
    assert inbox == [1, 2, 3]


async def test_what_always_fails_is_kept_with_its_reason(queue, clock):
    await queue.send("song")
    for tries in range(10):
        assert await queue.dead_letters() == [], f"after {tries} tries"
        assert await queue.deliver(fail) == 1
        clock.advance(3600)
    assert await queue.deliver(fail) == 0
    reason = "RuntimeError: no song today"
    assert await queue.dead_letters() == [DeadLetter("song", 10, reason)]


async def test_dead_letters_can_be_revived(queue, clock):
    await queue.send("song")
    while not await queue.dead_letters():
        await queue.deliver(fail)
        clock.advance(3600)
    assert await queue.revive() == 1
    inbox = []
    await queue.deliver(kept_by(inbox))
    assert (inbox, await queue.dead_letters()) == (["song"], [])


async def test_retries_come_later_and_later_but_within_an_hour(queue, clock):
    await queue.send("song")
    await queue.deliver(fail)
    pauses = []
    for _ in range(9):
        pauses.append(0)
        while not await queue.deliver(fail):
            clock.advance(10)
            pauses[-1] += 10
    assert pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 2560]


async def test_a_consumer_that_cancels_itself_has_failed(queue):
    async def cancel(messages):
        raise asyncio.CancelledError

    await queue.send("song")
    assert await queue.deliver(cancel) == 1
    assert await queue.deliver(cancel) == 0


async def test_two_consumers_never_get_the_same_message(tmp_path, clock):
    path = tmp_path / "q.sqlite"
    with closing(SqliteQueue(path, clock)) as one, closing(SqliteQueue(path, clock)) as other:
        await one.send_many(list(range(100)))
        taken, done = asyncio.Event(), asyncio.Event()

        async def slow(messages):
            taken.set()
            await done.wait()

        delivering = asyncio.ensure_future(one.deliver(slow))
        await taken.wait()
        assert await other.deliver(fail) == 0
        done.set()
        assert await delivering == 100


async def test_a_killed_consumer_gives_its_messages_back(tmp_path, other_process):
    """At once: another process is just about to look."""
    path = tmp_path / "q.sqlite"
    inbox = []
    with closing(SqliteQueue(path, SystemClock())) as queue:
        await queue.send_many(["a", "b"])
        other = other_process("hang_in_consumer", path)
        other.says("2")
        assert await queue.deliver(kept_by(inbox)) == 0
        other.kill()
        assert await queue.deliver(kept_by(inbox)) == 2
    assert inbox == ["a", "b"]


async def test_run_delivers_what_comes_until_it_is_cancelled(queue):
    """And gives back what it was about to deliver: no try is counted."""
    came, again = asyncio.Event(), asyncio.Event()

    async def consumer(messages):
        came.set()
        if messages == ["last"]:
            await again.wait()

    running = asyncio.ensure_future(queue.run(consumer))
    await queue.send("first")
    await came.wait()
    came.clear()
    await queue.send("last")
    await came.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    inbox = []
    await queue.deliver(kept_by(inbox))
    assert inbox == ["last"]


async def test_run_outlives_failures(queue, clock, caplog):
    done = asyncio.Event()

    async def consumer(messages):
        if messages == ["bad"]:
            raise RuntimeError("no")
        done.set()

    running = asyncio.ensure_future(queue.run(consumer))
    await queue.send("bad")
    while "RuntimeError" not in caplog.text:
        await asyncio.sleep(0)
    await queue.send("good")
    await done.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
