"""Things with a name that handle one message at a time and survive restarts."""

import asyncio

import pytest

from grovemusic.domain.errors import PlatformLimit


@pytest.fixture
def safe(actors):
    """The storage of an actor, called through the actor."""

    async def safe(method, *values, name="mine", **options):
        argument = {"values": list(values), "options": options}
        return await actors.call("safe", name, method, argument)

    return safe


# --- messages --------------------------------------------------------------------------------


async def test_actors_differ_by_kind_and_name(actors):
    assert await actors.call("counter", "a", "add", 1) == 1
    assert await actors.call("counter", "b", "add", 5) == 5
    assert await actors.call("counter", "a", "value") == 1
    assert await actors.call("forgetful", "a", "meet") == 1


async def test_an_actor_knows_its_name(actors):
    assert await actors.call("counter", "Jóga/1", "boast") == "Jóga/1 counts"


async def test_messages_to_one_actor_are_handled_one_at_a_time(actors):
    """Its counter would lose counts otherwise."""
    await asyncio.gather(*(actors.call("counter", "a", "add", 1) for _ in range(30)))
    assert await actors.call("counter", "a", "value") == 30


async def test_messages_sent_at_once_are_each_handled_once_in_any_order(actors):
    """A Durable Object promises an order to calls over one stub, and each call has its own."""
    answers = await asyncio.gather(*(actors.call("counter", "a", "add", 1) for _ in range(10)))
    assert sorted(answers) == list(range(1, 11))


async def test_a_caller_that_waits_for_each_answer_is_handled_in_its_order(actors):
    assert [await actors.call("counter", "a", "add", 1) for _ in range(10)] == list(range(1, 11))


async def test_different_actors_work_at_the_same_time(actors):
    waiting = asyncio.ensure_future(actors.call("door", "a", "enter", "first"))
    await actors.call("door", "a", "watch")
    assert await actors.call("counter", "b", "add", 1) == 1
    assert await actors.call("door", "b", "note", "second") == ["second"]
    assert not waiting.done()
    await actors.call("door", "a", "open")
    assert await waiting == ["first"]


async def test_reads_overlap_and_other_messages_wait(actors):
    """A listener follows a run while it works; a second command waits until the first is done."""
    entering = asyncio.ensure_future(actors.call("door", "a", "enter", "first"))
    assert await actors.call("door", "a", "watch") == "somebody waits"
    noting = asyncio.ensure_future(actors.call("door", "a", "note", "second"))
    await actors.call("counter", "b", "add", 1)  # time enough for the note to overtake
    assert not noting.done()
    await actors.call("door", "a", "open")
    assert await entering == ["first"]
    assert await noting == ["first", "second"]


async def test_a_reader_that_waits_hears_of_what_comes(actors):
    watching = asyncio.ensure_future(actors.call("door", "a", "watch"))
    entering = asyncio.ensure_future(actors.call("door", "a", "enter", "me"))
    assert await watching == "somebody waits"
    await actors.call("door", "a", "open")
    await entering


async def test_an_actors_failure_reaches_its_caller_and_nobody_else(actors):
    with pytest.raises(Exception, match="no such song"):
        await actors.call("counter", "a", "fail", "no such song")
    assert await actors.call("counter", "a", "add", 1) == 1


async def test_arguments_are_copied(actors):
    """As they are when they cross into another process."""
    mine = [1, {"two": 2.5}, None, True, "Jóga"]
    assert await actors.call("friend", "a", "spoil", mine) == [*mine, "spoiled"]
    assert len(mine) == 5


@pytest.mark.parametrize("argument", [{1, 2}, (1, 2), {1: 2}, b"x"], ids=str)
async def test_only_json_is_an_argument(actors, argument):
    with pytest.raises(TypeError):
        await actors.call("friend", "a", "echo", [argument])


@pytest.mark.parametrize(
    "argument", [float("nan"), float("inf"), 2**53, "\ud83c"], ids=["nan", "inf", "2**53", "half"]
)
async def test_what_javascript_cannot_hold_is_no_argument(actors, argument):
    with pytest.raises(ValueError):
        await actors.call("friend", "a", "echo", [argument])


async def test_only_json_is_an_answer(actors):
    with pytest.raises(TypeError):
        await actors.call("friend", "a", "tuple")


async def test_a_caller_that_goes_away_does_not_stop_the_work(actors):
    """A closed browser tab must not leave a run half started."""
    entering = asyncio.ensure_future(actors.call("door", "a", "enter", "first"))
    await actors.call("door", "a", "watch")
    entering.cancel()
    await actors.call("door", "a", "open")
    assert await actors.call("door", "a", "note", "second") == ["first", "second"]


# --- memory and storage ----------------------------------------------------------------------


async def test_an_actor_stays_in_memory_between_messages(actors):
    assert await actors.call("forgetful", "a", "meet") == 1
    assert await actors.call("forgetful", "a", "meet") == 2


async def test_an_evicted_actor_has_its_storage_and_nothing_else(actors, evict):
    await actors.call("forgetful", "a", "meet")
    await actors.call("counter", "a", "add", 3)
    await evict("forgetful", "a")
    await evict("counter", "a")
    assert await actors.call("forgetful", "a", "meet") == 1
    assert await actors.call("counter", "a", "add", 1) == 4


async def test_storage_gives_what_was_put(safe):
    entries = {"a": None, "b": [1, 2.5, {"ö": "🎵"}], "c": "", "d": False}
    await safe("put", entries)
    assert await safe("get", ["a", "b", "c", "d", "e"]) == entries
    await safe("put", {"a": 2})
    assert await safe("get", ["a"]) == {"a": 2}


async def test_each_actor_has_a_storage_of_its_own(safe):
    await safe("put", {"a": 1})
    assert await safe("get", ["a"], name="other") == {}
    await safe("delete_all", name="other")
    assert await safe("get", ["a"]) == {"a": 1}


async def test_entries_are_listed_in_the_order_of_their_keys(safe):
    await safe("put", {"b:2": 2, "a": 0, "b:10": 1, "c": 3, "é": 4, "🎵": 5})
    assert list(await safe("list")) == ["a", "b:10", "b:2", "c", "é", "🎵"]
    assert await safe("list", "b:") == {"b:10": 1, "b:2": 2}
    assert await safe("list", start="b:2", limit=2) == {"b:2": 2, "c": 3}
    assert await safe("list", "b:", start="a") == {"b:10": 1, "b:2": 2}
    assert await safe("list", "b:", start="c") == {}


async def test_deleted_entries_are_gone(safe):
    await safe("put", {"a": 1, "b": 2, "c": 3})
    await safe("delete", ["a", "unknown"])
    assert await safe("list") == {"b": 2, "c": 3}
    await safe("delete_all")
    assert await safe("list") == {}


async def test_128_keys_are_got_put_and_deleted_at_once_and_one_more_is_refused(safe):
    entries = {f"key{n}": n for n in range(129)}
    with pytest.raises(PlatformLimit):
        await safe("put", entries)
    with pytest.raises(PlatformLimit):
        await safe("get", list(entries))
    with pytest.raises(PlatformLimit):
        await safe("delete", list(entries))
    del entries["key0"]
    await safe("put", entries)
    assert await safe("get", list(entries)) == entries
    await safe("delete", list(entries))
    assert await safe("list") == {}


async def test_a_put_is_whole_or_nothing(safe):
    """An entry has 2 MB at most, and one that is too large takes the others with it."""
    with pytest.raises(PlatformLimit):
        await safe("put", {"small": 1, "large": "x" * 2_000_000})
    assert await safe("list") == {}
    await safe("put", {"large": "x" * 1_999_000})


# --- alarms ----------------------------------------------------------------------------------


async def test_an_alarm_in_the_past_rings_at_once(actors, platform):
    """A run's next stage is set this way."""
    await actors.call("sleeper", "a", "wake", 0)
    await actors.call("sleeper", "b", "wake", platform.clock.now_ms())
    assert len(await actors.call("sleeper", "a", "rings", 1)) == 1
    assert len(await actors.call("sleeper", "b", "rings", 1)) == 1
    await platform.settled()
    assert len(await actors.call("sleeper", "a", "rings")) == 1


async def test_an_alarm_in_the_future_waits_for_its_time(actors, platform, pass_time):
    at_ms = platform.clock.now_ms() + 60_000
    assert await actors.call("sleeper", "a", "wake", at_ms) == at_ms
    await pass_time(59)
    assert await actors.call("sleeper", "a", "rings") == []
    await pass_time(1)
    assert len(await actors.call("sleeper", "a", "rings")) == 1
    assert await actors.call("sleeper", "a", "look") is None


async def test_a_new_alarm_replaces_the_old(actors, platform, pass_time):
    now_ms = platform.clock.now_ms()
    await actors.call("sleeper", "a", "wake", now_ms + 10_000)
    await actors.call("sleeper", "a", "wake", now_ms + 30_000)
    await pass_time(20)
    assert await actors.call("sleeper", "a", "rings") == []
    await pass_time(20)
    assert len(await actors.call("sleeper", "a", "rings")) == 1


async def test_a_deleted_alarm_never_rings(actors, platform, pass_time):
    await actors.call("sleeper", "a", "wake", platform.clock.now_ms() + 1000)
    assert await actors.call("sleeper", "a", "stay_asleep") is None
    await actors.call("sleeper", "b", "wake", platform.clock.now_ms() + 1000)
    assert await actors.call("sleeper", "b", "forget") is None
    await pass_time(5)
    assert await actors.call("sleeper", "a", "rings") == []
    assert await actors.call("sleeper", "b", "rings") == []


async def test_inside_an_alarm_there_is_none(actors, platform):
    """As on Cloudflare: an actor tells by this whether it has to set the next."""
    await actors.call("sleeper", "a", "wake", 0)
    assert await actors.call("sleeper", "a", "rings", 1) == [None]


async def test_an_alarm_may_set_the_next_one(actors, platform, pass_time):
    """So a run goes on from stage to stage."""
    await actors.call("sleeper", "a", "wake_again", platform.clock.now_ms() - 1)
    await actors.call("sleeper", "a", "wake", 0)
    assert len(await actors.call("sleeper", "a", "rings", 2)) == 2
    await platform.settled()
    assert await actors.call("sleeper", "a", "look") is None
    in_a_minute_ms = platform.clock.now_ms() + 60_000
    await actors.call("sleeper", "a", "wake_again", in_a_minute_ms)
    await actors.call("sleeper", "a", "wake", 0)
    await platform.settled()
    assert await actors.call("sleeper", "a", "look") == in_a_minute_ms


async def test_an_alarm_waits_for_the_message_before_it(actors, platform):
    waiting = asyncio.ensure_future(actors.call("sleeper", "a", "wake", 0))
    answers = await asyncio.gather(*(actors.call("counter", "a", "add", 1) for _ in range(5)))
    await waiting
    assert sorted(answers) == [1, 2, 3, 4, 5]  # sent at the same time: in any order
    assert await actors.call("sleeper", "a", "rings", 1) == [None]


async def test_a_failed_alarm_rings_again_later_and_later(actors, platform, pass_time):
    """After 2 s, then twice as long each time: an upstream that is down is given time."""
    await actors.call("sleeper", "a", "fail", 2)
    await actors.call("sleeper", "a", "wake", 0)
    await platform.settled()
    rings = [len(await actors.call("sleeper", "a", "rings"))]
    for seconds in (1, 1, 3, 1, 100):
        await pass_time(seconds)
        rings.append(len(await actors.call("sleeper", "a", "rings")))
    assert rings == [1, 1, 2, 2, 3, 3]


async def test_a_failing_alarm_is_dropped_after_six_retries(actors, platform, pass_time):
    await actors.call("sleeper", "a", "fail", 100)
    await actors.call("sleeper", "a", "wake", 0)
    await platform.settled()
    for _ in range(10):
        await pass_time(3600)
    assert len(await actors.call("sleeper", "a", "rings")) == 7
    assert await actors.call("sleeper", "a", "look") is None
    await actors.call("sleeper", "a", "fail", 0)
    await actors.call("sleeper", "a", "wake", 0)
    await platform.settled()
    assert len(await actors.call("sleeper", "a", "rings")) == 8


async def test_an_alarm_that_was_set_by_a_failing_one_stands(actors, platform, pass_time):
    in_an_hour_ms = platform.clock.now_ms() + 3_600_000
    await actors.call("sleeper", "a", "fail", 1)
    await actors.call("sleeper", "a", "wake_again", in_an_hour_ms)
    await actors.call("sleeper", "a", "wake", 0)
    await platform.settled()
    await pass_time(600)
    assert len(await actors.call("sleeper", "a", "rings")) == 1
    assert await actors.call("sleeper", "a", "look") == in_an_hour_ms
    await pass_time(3600)
    assert len(await actors.call("sleeper", "a", "rings")) == 2


async def test_an_evicted_actor_is_woken_by_its_alarm(actors, platform, pass_time, evict):
    await actors.call("sleeper", "a", "wake", platform.clock.now_ms() + 5000)
    await evict("sleeper", "a")
    await pass_time(5)
    assert len(await actors.call("sleeper", "a", "rings")) == 1


async def test_many_alarms_ring(actors, platform):
    for n in range(40):
        await actors.call("sleeper", f"s{n}", "wake", 0)
    await platform.settled()
    for n in range(40):
        assert len(await actors.call("sleeper", f"s{n}", "rings")) == 1
