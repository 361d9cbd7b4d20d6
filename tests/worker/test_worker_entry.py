"""What the platform calls, with real bindings: requests, streams, objects, schedules, messages."""

import asyncio
import json

import pytest

import cron
from grovemusic.runtime.cloudflare.worker import BINDINGS

SONG = "Electric Tide by Azure Valley"


async def started(stage):
    answer = await stage.ask("POST", "/api/generate", {"query": SONG, "playlistSize": 15})
    assert answer.status == 202, answer.text
    return answer.json()["runId"]


async def test_health_names_the_runtime_and_finds_nothing_missing(stage):
    answer = await stage.ask("GET", "/api/health")
    health = answer.json()
    assert (answer.status, health["status"], health["runtime"]) == (200, "ok", "cloudflare")
    assert health["faults"] == []
    assert health["catalogue"]["tracks"] == health["catalogue"]["invented"] == 2000


async def test_one_song_becomes_a_playlist_with_a_reason_for_every_track(stage):
    document = await stage.ended(await started(stage))
    assert document["status"] == "complete", document
    tracks = document["playlist"]
    assert len(tracks) == 15
    assert all(track["reason"] for track in tracks)


async def test_events_arrive_one_by_one_while_the_run_works(stage):
    run_id = await started(stage)
    response = await stage.response("GET", f"/api/generate/{run_id}/stream")
    assert response.headers.get("content-type").startswith("text/event-stream")
    reader, chunks, seen_running = response.body.getReader(), [], 0
    while not (piece := await reader.read()).done:
        chunks.append(piece.value.to_bytes().decode())
        if "event: complete" not in "".join(chunks):
            status = (await stage.ask("GET", f"/api/generate/{run_id}")).json()["status"]
            seen_running += status not in {"complete", "failed"}
    numbers = [
        int(line.removeprefix("id: "))
        for line in "".join(chunks).splitlines()
        if line.startswith("id: ")
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 8
    assert seen_running > 0, "everything came at the end"
    assert len(chunks) > 3


async def test_a_run_whose_objects_are_evicted_again_and_again_completes(stage):
    run_id = await started(stage)
    evicted = 0
    for _ in range(1200):
        document = (await stage.ask("GET", f"/api/generate/{run_id}")).json()
        if document["status"] in {"complete", "failed"}:
            break
        stage.platform.lose_everything()
        evicted += 1
        await asyncio.sleep(0.02)
    assert document["status"] == "complete"
    assert evicted > 2
    stream = await stage.ask("GET", f"/api/generate/{run_id}/stream")
    numbers = [int(line[4:]) for line in stream.text.splitlines() if line.startswith("id: ")]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("expression", cron.TABLE)
async def test_every_schedule_does_its_work_once(stage, expression, monkeypatch):
    work, done = cron.TABLE[expression], []

    async def watched(platform):
        await work(platform)
        done.append(platform.name)

    monkeypatch.setitem(cron.TABLE, expression, watched)
    await stage.schedule(expression)
    assert done == ["cloudflare"]


async def test_a_schedule_nobody_knows_is_an_error_and_no_silence(stage):
    with pytest.raises(KeyError):
        await stage.schedule("1 2 3 4 5")


async def test_messages_of_the_queue_are_handled(stage):
    """Those a run sent, those nobody understands, and all of them again."""
    await stage.ended(await started(stage))
    for work in stage.waiting:
        await work
    assert [json.loads(each)["kind"] for each in stage.sent] == ["accessed"]
    await stage.batch(*stage.sent, json.dumps({"kind": "nonsense"}), json.dumps(["nonsense"]))
    await stage.batch(*stage.sent)


@pytest.mark.parametrize("name", BINDINGS)
async def test_a_missing_binding_is_named_by_health(stage, name):
    answer = await stage.ask("GET", "/api/health", without=[name])
    assert answer.status == 200
    assert answer.json()["status"] == "degraded"
    assert any(name in fault for fault in answer.json()["faults"])


async def test_without_vectors_a_run_completes_and_says_what_was_missing(stage):
    stage.platform.env = stage.env(without=["SPOTIFY_TRACKS"])
    document = await stage.ended(await started(stage))
    assert document["status"] == "complete"
    assert "vectors" in {each["source"] for each in document["missing"]}


async def test_settings_nobody_can_read_are_a_problem_that_tells_nothing(stage):
    stage.variables["GROVE_PORT"] = "eighty"
    answer = await stage.ask("GET", "/api/health")
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "eighty" not in answer.text


async def test_metrics_are_for_those_with_the_operators_token(stage):
    await stage.ended(await started(stage))
    assert (await stage.ask("GET", "/api/metrics")).status == 404
    wrong = await stage.ask("GET", "/api/metrics", authorization="Bearer guess")
    right = await stage.ask("GET", "/api/metrics", authorization="Bearer open-sesame")
    assert (wrong.status, right.status) == (404, 200)
    assert "open-sesame" not in right.text


async def test_broken_json_and_unknown_routes_are_problems(stage):
    answer = await stage.ask("GET", "/api/nowhere")
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    answer = await stage.ask("POST", "/api/generate", {"query": ""})
    assert answer.status == 422


async def test_the_documentation_is_served(stage):
    assert (await stage.ask("GET", "/api/openapi.json")).json()["info"]["title"]
    assert (await stage.ask("GET", "/docs")).status == 200
