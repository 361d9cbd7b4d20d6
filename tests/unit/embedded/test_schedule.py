"""Functions that run when a cron line says so."""

import asyncio
from contextlib import closing
from datetime import UTC, datetime

import pytest
from fakes import FakeClock

from grovemusic.runtime.embedded.schedule import Schedule, latest_slot_ms, next_slot_ms


def ms(text):
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


# 2025-06-15 is a Sunday.
NOW = "2025-06-15 14:26:40.250"


@pytest.mark.parametrize(
    ("cron", "before", "after"),
    [
        ("* * * * *", "2025-06-15 14:26", "2025-06-15 14:27"),
        ("*/15 * * * *", "2025-06-15 14:15", "2025-06-15 14:30"),
        ("0 3 * * *", "2025-06-15 03:00", "2025-06-16 03:00"),
        ("26 14 * * *", "2025-06-15 14:26", "2025-06-16 14:26"),
        ("0 0 1 * *", "2025-06-01 00:00", "2025-07-01 00:00"),
        ("0 0 29 2 *", "2024-02-29 00:00", "2028-02-29 00:00"),
        ("0 0 * * 1", "2025-06-15 00:00", "2025-06-22 00:00"),
        ("0 0 * * SUN", "2025-06-15 00:00", "2025-06-22 00:00"),
        ("0 0 * * 7", "2025-06-14 00:00", "2025-06-21 00:00"),
        ("0 0 * * sat", "2025-06-14 00:00", "2025-06-21 00:00"),
        ("0 0 * * 2-6", "2025-06-13 00:00", "2025-06-16 00:00"),
        ("0 0 * * MON-FRI", "2025-06-13 00:00", "2025-06-16 00:00"),
        ("0 0 * * 3,5", "2025-06-12 00:00", "2025-06-17 00:00"),
        ("0 0 * * 2/2", "2025-06-13 00:00", "2025-06-16 00:00"),
        ("0 0 * * */2", "2025-06-15 00:00", "2025-06-17 00:00"),
        ("0 0 * * 2#1", "2025-06-02 00:00", "2025-07-07 00:00"),
        ("0 0 * * 6L", "2025-05-30 00:00", "2025-06-27 00:00"),
        ("0 0 1 JAN *", "2025-01-01 00:00", "2026-01-01 00:00"),
    ],
)
def test_slots_are_where_cloudflare_puts_them(cron, before, after):
    """UTC, and 1 is Sunday."""
    assert latest_slot_ms(cron, ms(NOW)) == ms(before)
    assert next_slot_ms(cron, ms(NOW)) == ms(after)


def test_a_slot_begins_with_its_minute():
    assert latest_slot_ms("30 14 * * *", ms("2025-06-15 14:30:00")) == ms("2025-06-15 14:30:00")
    assert next_slot_ms("30 14 * * *", ms("2025-06-15 14:30:00")) == ms("2025-06-16 14:30:00")


@pytest.mark.parametrize(
    "cron", ["", "* * * *", "* * * * * *", "61 * * * *", "* * * * 0", "* * * * 8", "x * * * *",
             "0 0 30 2 *", "* * * * FRI-MON-TUE"],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named_at_once(cron, tmp_path, clock):
    """Not at three in the morning."""
    with pytest.raises(ValueError, match="cron line"):
        Schedule(tmp_path / "s.sqlite", {cron: None}, clock)


class Diary:
    """A job that writes down when it ran."""

    def __init__(self, clock):
        self._clock = clock
        self.ran = []

    async def __call__(self):
        self.ran.append(datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).strftime("%H:%M"))


@pytest.fixture
def clock():
    return FakeClock(ms("2025-06-15 14:26:40"))


@pytest.fixture
def diary(clock):
    return Diary(clock)


@pytest.fixture
def open_schedule(tmp_path, clock, diary):
    def open_schedule(**more):
        table = {"*/15 * * * *": diary} | more
        return closing(Schedule(tmp_path / "s.sqlite", table, clock))

    return open_schedule


async def test_a_new_line_has_missed_nothing_and_runs_in_its_first_slot(
    open_schedule, clock, diary
):
    with open_schedule() as schedule:
        assert await schedule.run_due() == []
        clock.advance(200)
        assert await schedule.run_due() == ["*/15 * * * *"]
        assert await schedule.run_due() == []
    assert diary.ran == ["14:30"]


async def test_slots_missed_while_nobody_ran_are_made_up_for_once(open_schedule, clock, diary):
    with open_schedule() as schedule:
        await schedule.run_due()
    clock.advance(5 * 3600)
    with open_schedule() as schedule:
        await schedule.run_due()
        await schedule.run_due()
    assert diary.ran == ["19:26"]


async def test_a_slot_that_has_run_is_not_run_again_after_a_restart(open_schedule, clock, diary):
    with open_schedule() as schedule:
        await schedule.run_due()
        clock.advance(200)
        await schedule.run_due()
    with open_schedule() as schedule:
        await schedule.run_due()
    assert diary.ran == ["14:30"]


async def test_of_several_processes_one_runs_a_slot(open_schedule, clock, diary):
    with open_schedule() as one, open_schedule() as other:
        await one.run_due()
        for _ in range(10):
            clock.advance(15 * 60)
            await asyncio.gather(one.run_due(), other.run_due())
    assert len(diary.ran) == 10


async def test_a_job_that_fails_is_logged_and_disturbs_nobody(open_schedule, clock, diary, caplog):
    async def fail():
        raise RuntimeError("no disk")

    with open_schedule(**{"*/5 * * * *": fail}) as schedule:
        await schedule.run_due()
        clock.advance(200)
        await schedule.run_due()
        clock.advance(300)
        assert await schedule.run_due() == ["*/5 * * * *"]
    assert diary.ran == ["14:30"]
    assert caplog.text.count("RuntimeError: no disk") == 2


async def test_a_clock_that_is_set_back_repeats_nothing(open_schedule, clock, diary):
    with open_schedule() as schedule:
        await schedule.run_due()
        clock.advance(200)
        await schedule.run_due()
        clock.advance(-3600)
        assert await schedule.run_due() == []


async def test_run_follows_the_clock_and_a_long_job_keeps_no_other_from_its_time(
    open_schedule, clock, diary
):
    begun = asyncio.Event()

    async def never_ends():
        begun.set()
        await asyncio.Event().wait()

    with open_schedule(**{"*/1 * * * *": never_ends}) as schedule:
        running = asyncio.ensure_future(schedule.run())
        await begun.wait()
        while len(diary.ran) < 4:
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert diary.ran[:4] == ["14:30", "14:45", "15:00", "15:15"]
    assert max(clock.slept_s) <= 30
