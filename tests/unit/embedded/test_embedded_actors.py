"""What embedded actors promise beyond the contract: restarts, kills and several processes."""

import asyncio
import json
import logging
import sqlite3
from contextlib import closing

import pytest
from contract.cast import CAST

from grovemusic.domain.errors import StorageBusy, StorageFailure
from grovemusic.runtime.embedded.actors import EmbeddedActors
from grovemusic.runtime.embedded.clock import SystemClock


@pytest.fixture
def path(tmp_path):
    return tmp_path / "actors.sqlite"


@pytest.fixture
def open_actors(path, clock):
    """Another process, as far as actors can tell: nothing is shared but the file."""

    def open_actors(**more):
        return EmbeddedActors(path, CAST | more, clock)

    return open_actors


def actors_in(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM actors").fetchone()[0]


class Stuck:
    """Never comes to an end by itself."""

    reads = frozenset({"begun"})

    def __init__(self, name, storage):
        self._storage = storage
        self._begun = asyncio.Event()

    async def call(self, method, argument):
        if method == "begun":
            return await self._begun.wait()
        if method == "wake":
            return await self._storage.set_alarm(argument)
        return await self.alarm()

    async def alarm(self):
        self._begun.set()
        await asyncio.Event().wait()


# --- restarts --------------------------------------------------------------------------------


async def test_storage_and_alarms_outlive_a_restart(open_actors, clock):
    async with open_actors() as actors:
        await actors.call("counter", "a", "add", 5)
        await actors.call("sleeper", "a", "wake", clock.now_ms() + 60_000)
    clock.advance(3600)
    async with open_actors() as actors:
        assert len(await actors.call("sleeper", "a", "rings", 1)) == 1
        assert await actors.call("counter", "a", "value") == 5


async def test_an_alarm_that_is_cut_short_by_the_end_rings_again(open_actors, clock):
    """And is no failed try: it comes at once, not after a pause."""
    async with open_actors(sleeper=Stuck) as actors:
        await actors.call("sleeper", "a", "wake", 0)
        await actors.call("sleeper", "a", "begun")
    async with open_actors() as actors:
        assert await actors.call("sleeper", "a", "rings", 1) == [None]


async def test_a_call_that_never_ends_is_cut_short_by_the_end(open_actors, monkeypatch):
    monkeypatch.setattr("grovemusic.runtime.embedded.actors._GRACE_S", 0.01)
    actors = open_actors(stuck=Stuck)
    call = asyncio.ensure_future(actors.call("stuck", "a", "get on"))
    await actors.call("stuck", "a", "begun")
    await actors.close()
    with pytest.raises(StorageBusy, match="cut short"):
        await call
    with pytest.raises(StorageFailure, match="closed"):
        await actors.call("counter", "a", "add", 1)


async def test_the_end_waits_for_calls_under_way(open_actors):
    actors = open_actors()
    calls = [asyncio.ensure_future(actors.call("counter", "a", "add", 1)) for _ in range(5)]
    await asyncio.sleep(0)
    await actors.close()
    assert await asyncio.gather(*calls) == [1, 2, 3, 4, 5]


async def test_alarms_ring_in_real_time_without_help(path):
    async with EmbeddedActors(path, CAST, SystemClock()) as actors:
        await actors.call("sleeper", "a", "wake", SystemClock().now_ms() + 30)
        assert len(await actors.call("sleeper", "a", "rings", 1)) == 1


async def test_without_a_start_nothing_rings_until_somebody_settles(open_actors):
    actors = open_actors()
    await actors.call("sleeper", "a", "wake", 0)
    await actors.call("counter", "a", "add", 1)
    assert await actors.call("sleeper", "a", "rings") == []
    await actors.settled()
    assert len(await actors.call("sleeper", "a", "rings")) == 1
    await actors.close()


# --- several processes -----------------------------------------------------------------------


async def test_an_actor_is_made_anew_after_another_process_has_delivered(open_actors):
    """What it remembers in memory would be out of date."""
    one, other = open_actors(), open_actors()
    assert await one.call("forgetful", "a", "meet") == 1
    assert await one.call("forgetful", "a", "meet") == 2
    assert await other.call("forgetful", "a", "meet") == 1
    assert await one.call("forgetful", "a", "meet") == 1
    assert await one.call("forgetful", "a", "meet") == 2
    await one.close()
    await other.close()


async def test_a_message_waits_for_the_one_in_another_process(open_actors):
    one, other = open_actors(), open_actors()
    entering = asyncio.ensure_future(one.call("door", "a", "enter", "one"))
    await one.call("door", "a", "watch")
    noting = asyncio.ensure_future(other.call("door", "a", "note", "other"))
    assert await other.call("door", "b", "note", "elsewhere") == ["elsewhere"]
    assert not noting.done()
    await one.call("door", "a", "open")
    assert await entering == ["one"]
    assert await noting == ["one", "other"]
    await one.close()
    await other.close()


async def test_two_that_watch_let_an_alarm_ring_once(open_actors, clock):
    async with open_actors() as one, open_actors() as other:
        for n in range(20):
            await one.call("sleeper", f"s{n}", "wake", clock.now_ms() + 1000)
        clock.advance(1)
        await asyncio.gather(one.settled(), other.settled())
        rings = [len(await other.call("sleeper", f"s{n}", "rings")) for n in range(20)]
    assert rings == [1] * 20


async def test_an_alarm_set_in_another_process_rings_here(open_actors):
    """That one never watches, as a short command does not."""
    other = open_actors()
    async with open_actors() as here:
        await other.call("sleeper", "a", "wake", 0)
        await here.settled()
        assert len(await other.call("sleeper", "a", "rings")) == 1
    await other.close()


async def test_alarms_of_kinds_this_process_does_not_know_are_left_alone(open_actors, path, clock):
    async with open_actors() as actors:
        await actors.call("sleeper", "a", "wake", clock.now_ms() + 1000)
    clock.advance(2)
    async with EmbeddedActors(path, {"counter": CAST["counter"]}, clock) as actors:
        await actors.settled()
    async with open_actors() as actors:
        assert len(await actors.call("sleeper", "a", "rings", 1)) == 1


async def test_real_processes_that_count_lose_nothing(open_actors, path, other_process):
    others = [other_process("count_in_actor", path, 40) for _ in range(2)]
    for other in others:
        other.says("ready")
    for other in others:
        other.tell("go")
    actors = open_actors()
    await asyncio.gather(*(actors.call("counter", "shared", "add", 1) for _ in range(40)))
    for other in others:
        other.ends_well()
    assert await actors.call("counter", "shared", "value") == 120
    await actors.close()


async def test_a_living_process_is_waited_for(open_actors, path, other_process):
    """However long it takes: no lease runs out under it."""
    other = other_process("hold_door", path)
    other.says("entered")
    actors = open_actors()
    noting = asyncio.ensure_future(actors.call("door", "shared", "note", "me"))
    await actors.call("counter", "elsewhere", "add", 1)
    assert not noting.done()
    other.tell("open")
    assert await noting == ["other", "me"]
    other.ends_well()
    await actors.close()


async def test_a_killed_process_holds_nothing(open_actors, path, other_process):
    other = other_process("hang_in_call", path)
    other.says("handling")
    other.kill()
    actors = open_actors()
    assert await actors.call("counter", "shared", "add", 1) == 1
    await actors.close()


async def test_an_alarm_whose_process_was_killed_rings_again(open_actors, path, other_process):
    """A run goes on at the stage it was in, in another process that is already there."""
    actors = open_actors()
    await actors.call("counter", "shared", "add_at", 0)
    other = other_process("hang_in_alarm", path)
    other.says("ringing")
    await actors.start()
    assert await actors.call("counter", "elsewhere", "add", 1) == 1
    assert await actors.call("counter", "shared", "value") == 0
    other.kill()
    await actors.settled()
    assert await actors.call("counter", "shared", "value") == 1
    await actors.close()


async def test_a_reader_after_a_restart_hears_of_what_comes(open_actors):
    """The process that delivered last is gone, so the actor is ours, and its news too."""
    async with open_actors() as actors:
        await actors.call("sleeper", "a", "wake", 10**15)
    async with open_actors() as actors:
        ringing = asyncio.ensure_future(actors.call("sleeper", "a", "rings", 1))
        await actors.call("counter", "elsewhere", "value")  # the reader waits by now
        await actors.call("sleeper", "a", "wake", 0)
        assert len(await ringing) == 1


# --- memory ----------------------------------------------------------------------------------


async def test_idle_actors_leave_the_memory_and_the_table(path, clock):
    """Else every listener who ever came would stay for ever."""
    async with EmbeddedActors(path, CAST, clock, idle_s=60) as actors:
        await actors.call("forgetful", "a", "meet")
        await actors.call("counter", "a", "add", 1)
        await actors.call("sleeper", "a", "wake", clock.now_ms() + 1_000_000)
        clock.advance(59)
        assert await actors.call("forgetful", "a", "meet") == 2
        clock.advance(61)
        while actors_in(path) > 1:  # the alarm's
            actors._bell.ring()
            await actors.settled()
        assert await actors.call("forgetful", "a", "meet") == 1
        assert await actors.call("counter", "a", "add", 1) == 2


async def test_forgetting_leaves_the_actors_of_other_processes_alone(path, clock):
    """What they remember in memory is still right."""
    async with (
        EmbeddedActors(path, CAST, clock, idle_s=60) as one,
        EmbeddedActors(path, CAST, clock, idle_s=100_000) as other,
    ):
        await one.call("forgetful", "a", "meet")
        await one.call("counter", "mine", "add", 1)
        assert await other.call("forgetful", "a", "meet") == 1
        clock.advance(100)
        while actors_in(path) > 1:
            one._bell.ring()
            await one.settled()
        assert await other.call("forgetful", "a", "meet") == 2


async def test_an_actor_with_a_waiting_reader_stays(path, clock):
    """The reader would never hear of what happens."""
    async with EmbeddedActors(path, CAST, clock, idle_s=60) as actors:
        watching = asyncio.ensure_future(actors.call("door", "a", "watch"))
        await actors.call("counter", "a", "add", 1)
        clock.advance(100)
        while actors_in(path) > 1:
            actors._bell.ring()
            await actors.settled()
        entering = asyncio.ensure_future(actors.call("door", "a", "enter", "me"))
        assert await watching == "somebody waits"
        await actors.call("door", "a", "open")
        await entering


async def test_a_reader_that_goes_away_is_cut_short(open_actors):
    """Long polls would pile up otherwise."""
    actors = open_actors()
    watching = asyncio.ensure_future(actors.call("door", "a", "watch"))
    await actors.call("counter", "a", "add", 1)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    assert not any(
        "door" in repr(task) for task in asyncio.all_tasks() if task is not asyncio.current_task()
    )
    await actors.close()


# --- failures --------------------------------------------------------------------------------


async def test_an_unknown_kind_is_a_bug(open_actors):
    actors = open_actors()
    with pytest.raises(KeyError):
        await actors.call("nobody", "a", "greet")
    await actors.close()


async def test_a_dropped_alarm_is_logged(open_actors, clock, caplog):
    async with open_actors() as actors:
        await actors.call("sleeper", "a", "fail", 100)
        await actors.call("sleeper", "a", "wake", 0)
        for _ in range(8):
            await actors.settled()
            clock.advance(3600)
    assert "the alarm of sleeper a failed 7 times and is dropped" in caplog.text
    assert "as I was told" in caplog.text


async def test_the_failure_of_a_call_nobody_waits_for_is_logged(open_actors, caplog):
    actors = open_actors()
    call = asyncio.ensure_future(actors.call("counter", "a", "fail", "lost and found"))
    await asyncio.sleep(0)
    call.cancel()
    await actors.settled()
    await actors.close()
    assert "lost and found" in caplog.text


async def test_an_alarm_that_cancels_itself_has_failed(open_actors, clock):
    class Cancelling(Stuck):
        async def alarm(self):
            raise asyncio.CancelledError

    async with open_actors(sleeper=Cancelling) as actors:
        await actors.call("sleeper", "a", "wake", 0)
        await actors.settled()
        (retry,) = await actors._rows.file.run(
            lambda connection: connection.execute(
                "SELECT alarm_at_ms, tries FROM actors"
            ).fetchall()
        )
    assert retry == (clock.now_ms() + 2000, 1)


async def test_an_alarm_for_an_actor_that_cannot_be_made_has_failed(open_actors, clock):
    """It is not tried again and again without a pause."""
    actors = open_actors()
    await actors.call("sleeper", "a", "wake", 0)
    await actors.close()

    def broken(name, storage):
        raise RuntimeError("no such table")

    async with open_actors(sleeper=broken) as actors:
        await actors.settled()
    async with open_actors() as actors:
        assert await actors.call("sleeper", "a", "look") == clock.now_ms() + 2000


async def test_an_actor_that_cannot_be_made_holds_nothing(open_actors):
    def broken(name, storage):
        if name == "broken":
            raise RuntimeError("no such table")
        return CAST["counter"](name, storage)

    actors = open_actors(counter=broken)
    await actors.call("counter", "fine", "add", 1)
    with pytest.raises(RuntimeError, match="no such table"):
        await actors.call("counter", "broken", "add", 1)
    await actors.close()
    actors = open_actors()
    assert await actors.call("counter", "broken", "add", 1) == 1
    await actors.close()


async def test_the_loop_outlives_a_failing_look(open_actors, caplog, monkeypatch):
    """A full disk for a moment must not silence all alarms until the next restart."""
    caplog.set_level(logging.ERROR)
    async with open_actors() as actors:
        monkeypatch.setattr(actors, "_kinds", "no json")  # SQLite refuses the look
        actors._bell.ring()
        while "cannot look for due alarms" not in caplog.text:
            await asyncio.sleep(0)
        monkeypatch.setattr(actors, "_kinds", json.dumps(list(CAST)))
        await actors.call("sleeper", "a", "wake", 0)
        assert len(await actors.call("sleeper", "a", "rings", 1)) == 1
