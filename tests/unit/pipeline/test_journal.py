"""What a run remembers: all of a step or none of it, events without gaps, outputs of any length."""

import asyncio

import pytest
from builders import track
from fakes import FakeClock
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.domain.music import Missing
from grovemusic.domain.run import Option, Stage
from grovemusic.pipeline.journal import EVENTS_A_READ, PIECE, Journal, News, State

BEGUN = State(run_id="run_1", playlist_id="pl_1", user_id="user_1", ask="{}", started_at_ms=5)


class Shelf:
    """An ActorStorage in a dict that counts its writes and can refuse them."""

    def __init__(self):
        self.entries = {}
        self.puts = []
        self.broken = False

    async def get(self, keys):
        return {key: self.entries[key] for key in keys if key in self.entries}

    async def put(self, entries):
        if self.broken:
            raise OSError("the disk is full")
        self.puts.append(set(entries))
        self.entries |= entries

    async def delete(self, keys):
        assert len(keys) <= 128
        for key in keys:
            del self.entries[key]

    async def list(self, prefix="", *, start=None, limit=1000):
        found = sorted(
            key for key in self.entries if key.startswith(prefix) and key >= (start or "")
        )
        return {key: self.entries[key] for key in found[:limit]}


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def journal(shelf):
    return Journal(shelf, FakeClock(1_000))


def news(stage=Stage.SCORING, message="Working"):
    return News(stage=stage, message=message, data={"kept": 3})


async def test_before_it_was_begun_there_is_no_state(journal):
    assert await journal.state() is None
    assert await journal.events(0) == []


async def test_a_state_comes_back_as_it_was(journal):
    state = State(
        run_id="run_1",
        playlist_id="pl_1",
        user_id="user_1",
        ask='{"seeds": []}',
        stage=Stage.NEEDS_CHOICE,
        tries=2,
        upstream_calls=9,
        started_at_ms=5,
        chosen={0: track("Chosen", "Artist", year=1999)},
        choices={1: (Option(track=track("A", "B"), confidence=0.5),)},
        missing=(Missing(source="lastfm", reason="busy", effect="no tags"),),
        error_kind="X",
        error="y",
        suggestions=("a by b",),
    )
    await journal.write(state)
    assert await journal.state() == state


async def test_state_event_and_output_are_one_write(shelf, journal):
    """A process killed at any moment finds all of them or none."""
    await journal.write(BEGUN, news(), ("scoring", "text"))
    assert shelf.puts == [{"state", "event:00000001", "output:scoring:0000"}]
    shelf.broken = True
    with pytest.raises(OSError, match="disk"):
        await journal.write(BEGUN, news(), ("curating", "text"))
    assert set(shelf.entries) == shelf.puts[0]


async def test_events_are_numbered_from_one_without_gaps(journal):
    state = BEGUN
    for number in range(1, 6):
        state = await journal.write(state, news(message=f"Step {number}"))
        assert state.events == number
    await journal.write(state)  # without news: no event, no number used up
    events = await journal.events(0)
    assert [event["number"] for event in events] == [1, 2, 3, 4, 5]
    assert events[2] == {
        "number": 3,
        "at_ms": 1_000,
        "stage": "scoring",
        "progress": 65,
        "message": "Step 3",
        "data": {"kept": 3},
    }


async def test_a_step_done_again_after_a_crash_repeats_no_number(shelf, journal):
    """The step before is what is remembered; its event is written once, by whoever finishes it."""
    state = await journal.write(BEGUN, news(message="One"))
    shelf.broken = True
    with pytest.raises(OSError, match="disk"):
        await journal.write(state, news(message="Two, lost"))
    shelf.broken = False
    woken = Journal(shelf, FakeClock(2_000))
    await woken.write(await woken.state(), news(message="Two"))
    messages = [event["message"] for event in await woken.events(0)]
    assert messages == ["One", "Two"]


@pytest.mark.parametrize(("after", "numbers"), [(0, [1, 2, 3]), (2, [3]), (3, []), (99, [])])
async def test_events_can_be_read_from_anywhere(journal, after, numbers):
    state = BEGUN
    for _ in range(3):
        state = await journal.write(state, news())
    assert [event["number"] for event in await journal.events(after)] == numbers


async def test_many_events_come_in_portions_in_order(journal):
    state = BEGUN
    for _ in range(EVENTS_A_READ + 7):
        state = await journal.write(state, news())
    first = await journal.events(0)
    rest = await journal.events(first[-1]["number"])
    numbers = [event["number"] for event in first + rest]
    assert numbers == list(range(1, EVENTS_A_READ + 8))


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5])
async def test_an_output_of_any_length_comes_back_whole(shelf, journal, length):
    """In pieces that a Durable Object can store."""
    text = "".join(chr(ord("a") + n % 26) for n in range(length))
    await journal.write(BEGUN, news(), ("scoring", text))
    assert await journal.output("scoring") == text
    assert all(len(value) <= PIECE for key, value in shelf.entries.items() if "output" in key)


async def test_more_than_ten_pieces_stay_in_order(journal):
    text = "".join(str(n % 10) * PIECE for n in range(12))
    await journal.write(BEGUN, news(), ("scoring", text))
    assert await journal.output("scoring") == text


async def test_outputs_of_stages_with_like_names_are_apart(journal):
    await journal.write(BEGUN, news(), ("scoring", "one"))
    await journal.write(BEGUN, news(), ("scoring2", "two"))
    assert await journal.output("scoring") == "one"
    assert await journal.output("nothing") == ""


async def test_forgetting_outputs_keeps_state_and_events(shelf, journal):
    state = await journal.write(BEGUN, news(), ("scoring", "a" * (150 * 10)))
    for number in range(150):
        state = await journal.write(state, None, (f"stage{number}", "x"))
    await journal.forget_outputs()
    assert set(shelf.entries) == {"state", "event:00000001"}
    await journal.forget_outputs()
    assert await journal.state() == state


@given(text=st.text(max_size=50))
def test_any_text_is_kept_letter_by_letter(text):
    async def kept():
        journal = Journal(Shelf(), FakeClock(1_000))
        await journal.write(BEGUN, news(message=text), ("scoring", text))
        return await journal.output("scoring"), (await journal.events(0))[0]["message"]

    assert asyncio.run(kept()) == (text, text)
