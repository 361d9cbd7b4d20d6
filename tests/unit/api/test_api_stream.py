"""A run's events over SSE: numbered, without gaps, resumable."""

import asyncio
import json

import pytest
from grove_client import frames

from grovemusic.api import sse

SONG = "Electric Tide by Azure Valley"


def numbers(text):
    return [number for number, _name, _data in frames(text)]


def test_events_are_numbered_without_gaps_and_progress_never_goes_back(maker):
    run = maker.post("/api/generate", {"query": SONG}).json()["runId"]
    answer = maker.get(f"/api/generate/{run}/stream")
    assert answer.text.startswith("retry: ")
    assert answer.headers["cache-control"] == "no-store"
    events = frames(answer.text)
    assert [number for number, _name, _data in events] == list(range(1, len(events) + 1))
    progress = [data["progress"] for _number, _name, data in events]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    for number, name, data in events:
        assert set(data) == {"number", "atMs", "stage", "progress", "message", "data"}
        assert data["number"] == number
        assert name == ("complete" if data["stage"] == "complete" else "progress")
    assert events[-1][2]["data"]["playlistId"].startswith("pl_")


@pytest.mark.parametrize("seen", [1, 4, 6])
def test_last_event_id_continues_right_behind_it(played, seen):
    grove, document = played
    path = f"/api/generate/{document['runId']}/stream"
    everything = numbers(grove.get(path).text)
    rest = numbers(grove.get(path, headers={"Last-Event-ID": str(seen)}).text)
    assert rest == [number for number in everything if number > seen]


@pytest.mark.parametrize(
    "nonsense", ["", "x", "-1", "1.5", "0x1", "9" * 40, " ", "1 OR 1=1", "null", b"\xb2", b"\xe9"]
)
def test_a_nonsensical_id_gets_the_whole_stream(played, nonsense):
    grove, document = played
    path = f"/api/generate/{document['runId']}/stream"
    whole = grove.get(path).text
    assert grove.get(path, headers={"Last-Event-ID": nonsense}).text == whole


def test_who_has_seen_everything_is_sent_nothing_and_let_go(played):
    grove, document = played
    path = f"/api/generate/{document['runId']}/stream"
    for last in (numbers(grove.get(path).text)[-1], 12_345):
        assert numbers(grove.get(path, headers={"Last-Event-ID": str(last)}).text) == []


def test_the_stream_of_a_failed_run_ends_with_why(maker):
    run = maker.start("zzzz qqqq by nobody at all")
    last = frames(maker.get(f"/api/generate/{run}/stream").text)[-1]
    assert last[1] == "failed"
    assert last[2]["data"]["kind"] == "NothingFound"
    assert "nobody here knows" in last[2]["message"]


def test_the_stream_of_an_unknown_run_is_a_problem_and_no_stream(reader):
    answer = reader.get("/api/generate/run_unknown/stream")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_stream_ends_at_a_question_and_goes_on_behind_the_answer(maker):
    """The whole story can be read afterwards too: an old question no longer ends it."""
    run = maker.start("Wires")
    path = f"/api/generate/{run}/stream"
    asked = frames(maker.get(path).text)
    assert asked[-1][1] == "needs_choice"
    assert maker.post(f"/api/generate/{run}/choice", {"option": 0}).status_code == 200
    after = frames(maker.get(path, headers={"Last-Event-ID": str(asked[-1][0])}).text)
    assert after[-1][1] == "complete"
    story = frames(maker.get(path).text)
    assert story == asked + after
    assert [number for number, _name, _data in story] == list(range(1, len(story) + 1))


def test_several_may_follow_one_run(maker):
    run = maker.post("/api/generate", {"query": SONG}).json()["runId"]
    path = f"/api/generate/{run}/stream"
    one, two, three = maker.at_once(*[("GET", path, {})] * 3)
    assert numbers(one.text) == numbers(two.text) == numbers(three.text)


def collected(answers, after=0):
    """What `stream` sends when the run gives these answers in turn; and what it asked for."""
    asked = []
    waiting = list(answers)

    async def events(seen, wait_s):
        asked.append((seen, wait_s))
        return waiting.pop(0)

    async def all_of_it():
        return [frame async for frame in sse.stream(events, after)]

    return asyncio.run(all_of_it()), asked


def event(number, stage="scoring"):
    return {"number": number, "at_ms": 1, "stage": stage, "progress": 50, "message": "m\n\nm"}


def answer(*events, stage="scoring"):
    return {"events": list(events), "ended": False, "stage": stage}


def test_a_silent_while_is_bridged_by_a_comment():
    """Proxies cut lines on which nothing moves."""
    sent, asked = collected(
        [answer(event(1)), answer(), answer(event(2, "failed"), stage="failed")]
    )
    assert sent[2].startswith(":")
    assert [seen for seen, _wait_s in asked] == [0, 1, 1]
    assert all(wait_s == sse.WAIT_S for _seen, wait_s in asked)


def test_a_message_with_line_breaks_stays_one_event():
    """A frame ends at an empty line: one inside the text would cut it in two."""
    text = sse.frame(event(7))
    assert text.count("\n\n") == 1
    assert text.endswith("\n\n")
    assert json.loads(text.splitlines()[2].removeprefix("data: "))["message"] == "m\n\nm"
