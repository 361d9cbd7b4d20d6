"""What operators see: log lines, look-ups by layer, stuck runs swept up, odd messages told."""

import json

import pytest
from grove_client import GroveClient

import cron
from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.runtime.messages import consume

SONG = "Electric Tide by Azure Valley"
QUARTER_HOURLY = "*/15 * * * *"
MINUTE_MS, DAY_MS = 60_000, 24 * 3_600_000


@pytest.fixture
def logged():
    """Lines the installation logs: (event, fields)."""
    return []


@pytest.fixture
def grove(own_demo, logged):
    def log(event, /, **fields):
        logged.append((event, fields))

    with GroveClient(own_demo) as client:
        object.__setattr__(client.installation.platform, "log", log)
        object.__setattr__(client.services, "log", log)
        yield client


def swept(grove):
    grove.do(cron.run(QUARTER_HOURLY, grove.installation.platform))
    grove.settle()


def test_every_stage_of_a_run_is_one_line_that_names_no_song(grove, logged):
    grove.make(SONG)
    stages = [fields for event, fields in logged if event == "stage"]
    assert [each["stage"] for each in stages] == [
        "pending", "resolving", "enriching", "generating", "scoring", "curating", "explaining",
        "storing",
    ]  # fmt: skip
    assert all(each["took_ms"] >= 0 and each["run"].startswith("run_") for each in stages)
    assert "Electric" not in json.dumps([fields for _event, fields in logged])


def test_every_request_is_one_line_without_its_query(grove, logged):
    grove.get("/api/search?q=secretive")
    lines = [fields for event, fields in logged if event == "request"]
    assert [(each["method"], each["path"], each["status"]) for each in lines] == [
        ("GET", "/api/search", 200)
    ]
    assert "secretive" not in json.dumps(lines)


def test_a_run_whose_wake_up_was_lost_goes_on_after_the_sweep(grove):
    run = grove.post("/api/generate", {"query": SONG}).json()["runId"]
    grove.settle()
    grove.rows("UPDATE runs SET status = 'processing', settled_at = NULL WHERE id = ?", run)
    grove.clock.ahead_ms += 11 * MINUTE_MS
    swept(grove)
    assert grove.get(f"/api/generate/{run}").json()["status"] in {"complete", "processing"}


def test_a_run_whose_actor_never_heard_of_it_fails_and_gives_its_credit_back(grove, logged):
    before = grove.get("/api/user/credits").json()["available"]
    made = grove.services.runs.create(
        run_id="run_never",
        playlist_id="pl_never",
        user_id="user_local",
        ask=Ask(seeds=(SeedQuery(query=SONG),)),
        request_key=None,
    )
    grove.do(made)
    assert grove.get("/api/user/credits").json()["available"] < before
    grove.clock.ahead_ms += 11 * MINUTE_MS
    swept(grove)
    (row,) = grove.rows("SELECT status FROM runs WHERE id = 'run_never'")
    assert row["status"] == "failed"
    assert ("run_nudged", {"run": "run_never"}) in logged
    assert grove.get("/api/user/credits").json()["available"] == before


def test_a_young_run_is_left_alone(grove, logged):
    run = grove.start(SONG)
    grove.rows("UPDATE runs SET status = 'processing', settled_at = NULL WHERE id = ?", run)
    swept(grove)
    assert not [event for event, _fields in logged if event.startswith("run_")]


def test_look_ups_are_counted_by_layer_and_forgotten_after_a_month(grove):
    platform = grove.installation.platform

    async def looked_up():
        for number in range(3):
            platform.metrics("kv", hit=number > 0, latency_ms=number, data_type="lastfm:track")
        while not (found := await grove.services.metrics.since(1)):
            await platform.clock.sleep(1)
        return found

    grove.do(looked_up())
    layers = grove.get("/api/metrics").json()["layers"]
    (row,) = [each for each in layers if each["dataType"] == "lastfm:track"]
    assert (row["hits"], row["misses"], row["longestMs"]) == (2, 1, 2)
    grove.clock.ahead_ms += 31 * DAY_MS
    swept(grove)
    assert grove.rows("SELECT * FROM cache_metrics") == []


def test_a_message_nobody_understands_is_told_and_dropped(grove, logged):
    grove.do(consume(grove.installation.platform, [{"kind": "dance"}, ["?"], "text", None]))
    assert [event for event, _fields in logged] == ["message_not_understood"] * 4


def test_accesses_are_counted_once_a_message(grove):
    platform = grove.installation.platform
    message = {"kind": "accessed", "tracks": ["t1", "t2", "t1"]}
    grove.do(consume(platform, [message, message]))
    rows = grove.do(
        platform.catalogue.rows("SELECT spotify_id, access_count FROM track_access_log ORDER BY 1")
    )
    assert {row["spotify_id"] for row in rows} >= {"t1", "t2"}
