"""From a song to a file: what a listener does, over HTTP."""

import csv
import io
import json

import pytest
from grove_client import GroveClient, frames

from grovemusic.exports import FORMATS
from grovemusic.settings import Secret

SONG = "Electric Tide by Azure Valley"
PARTS = {
    "tagOverlap",
    "audioFeature",
    "playlistCooccurrence",
    "artistSimilarity",
    "temporalProximity",
    "popularityFit",
}


def test_a_song_becomes_a_playlist_with_reasons_that_can_be_checked(grove):
    started = grove.post("/api/generate", {"query": SONG, "playlistSize": 20}).json()
    assert started["status"] == "processing"
    assert started["streamUrl"] == f"/api/generate/{started['runId']}/stream"
    stream = grove.get(started["streamUrl"])
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert frames(stream.text)[-1][1] == "complete"

    document = grove.get(f"/api/generate/{started['runId']}").json()
    assert document["status"] == "complete"
    assert document["seedTrack"]["title"] == "Electric Tide"
    assert [track["position"] for track in document["playlist"]] == list(range(1, 21))
    for track in document["playlist"]:
        assert track["reason"]
        assert set(track["scores"]) == PARTS | {"overall"}
        assert set(track["evidence"]) == PARTS
        for part in PARTS:  # a figure with its evidence, or unknown
            assert (track["scores"][part] is None) or track["evidence"][part]
    assert document["invented"] is True
    assert document["creditsUsed"] == started["creditsReserved"] == 1


def test_the_run_and_the_playlist_are_shown_alike(played):
    grove, document = played
    assert grove.get(f"/api/playlist/{document['playlistId']}").json() == document
    one = grove.get(f"/api/playlist/{document['playlistId']}", params={"version": 1})
    assert one.json() == document


def test_a_run_that_ends_between_two_reads_is_shown_with_its_playlist(grove):
    """Its row is read before its actor: "complete" always comes with the tracks."""
    document = grove.make(SONG)
    path = f"/api/generate/{document['runId']}"
    grove.rows("UPDATE runs SET status = 'running' WHERE id = ?", document["runId"])
    assert grove.get(path).json()["playlist"] == document["playlist"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_playlist_leaves_in_every_format_as_a_file(played, name):
    grove, document = played
    answer = grove.get(f"/api/playlist/{document['playlistId']}/export/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FORMATS[name].media_type
    assert f".{FORMATS[name].extension}" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    last = document["playlist"][-1]["title"]
    assert last in answer.content.decode()


def test_the_json_export_holds_the_same_tracks_as_the_api(played):
    grove, document = played
    text = grove.get(f"/api/playlist/{document['playlistId']}/export/json").text
    assert json.loads(text)["playlist"] == document["playlist"]


def test_an_export_of_an_earlier_version_is_that_version(played):
    grove, first = played
    second = grove.refined(first, "replace", 3)
    path = f"/api/playlist/{first['playlistId']}/export/csv"
    gone, come = (
        (each["playlist"][2]["title"], each["playlist"][2]["artist"]) for each in (first, second)
    )

    def listed(**version):
        text = grove.get(path, params=version).text.removeprefix("\ufeff")
        return {(row["title"], row["artist"]) for row in csv.DictReader(io.StringIO(text))}

    assert gone in listed(version=1)
    assert come in listed()
    assert gone not in listed()


def test_history_shows_what_was_made_newest_first_page_by_page(grove):
    """Also when several began within one millisecond: none is shown twice, none is left out."""
    made = [grove.start(SONG, randomSeed=number) for number in range(3)]
    grove.rows("UPDATE runs SET created_at = 1750000000000")
    shown, before = [], {}
    while True:
        page = grove.get("/api/user/history", params={"limit": 2, **before}).json()
        shown += page["runs"]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert sorted(run["runId"] for run in shown) == sorted(made)
    assert all(run["seedArtist"] == "Azure Valley" and run["tracks"] == 15 for run in shown)
    assert all(run["status"] == "complete" and run["creditsUsed"] == 1 for run in shown)


def test_credits_add_up_after_whatever_happened(grove):
    """available + pending + used is what was granted, and the movements sum up to available."""
    granted = grove.get("/api/user/credits").json()["available"]
    grove.make(SONG)
    grove.make(SONG, playlistSize=30)
    grove.start("zzzz qqqq by nobody at all")
    grove.start("Wires")  # two songs of that name: waits
    grove.post("/api/generate", {"query": SONG})  # on its way
    books = grove.books()
    assert books.available + books.pending + books.used == granted
    assert books.moved == books.available
    assert books.pending == 1
    grove.settle()
    shown = grove.get("/api/user/credits").json()
    assert (shown["available"], shown["pending"], shown["usedTotal"]) == (granted - 4, 0, 4)
    assert grove.books().moved == granted - 4


def test_a_song_nobody_knows_fails_with_suggestions_and_costs_nothing(grove):
    before = grove.get("/api/user/credits").json()
    run = grove.start("Electrik Tyde Boulevard Nonsense by Azzurro")
    state = grove.get(f"/api/generate/{run}").json()
    assert state["status"] == "failed"
    assert state["errorKind"] == "NothingFound"
    assert all(" by " in suggestion for suggestion in state["suggestions"])
    assert grove.get("/api/user/credits").json() == before
    assert grove.books().playlists == 0
    (entry,) = grove.get("/api/user/history").json()["runs"]
    assert entry["status"] == "failed"
    assert entry["playlistId"] is None
    assert entry["error"] == state["error"]


def test_a_list_too_dear_is_refused_and_nothing_begins(grove):
    grove.get("/api/user/me")
    grove.rows("UPDATE users SET credits_available = 1")
    before = grove.books()
    answer = grove.post("/api/generate", {"query": SONG, "playlistSize": 50})
    assert answer.status_code == 402
    problem = answer.json()
    assert (problem["creditsNeeded"], problem["creditsAvailable"]) == (2, 1)
    assert grove.books() == before


def test_health_says_what_there_is_and_what_is_missing(reader):
    health = reader.get("/api/health").json()
    assert health["status"] == "ok"
    assert health["catalogue"] == {"tracks": 2000, "playlists": 200, "invented": 2000}
    ready = {each["name"]: each["ready"] for each in health["sources"]}
    assert ready == {
        "catalogue": True,
        "vectors": True,
        "lastfm": False,
        "musicbrainz": False,
        "listenbrainz": False,
    }
    assert all(each["reason"] and each["effect"] for each in health["sources"] if not each["ready"])


def test_the_listener_is_the_local_one(reader):
    assert reader.get("/api/user/me").json() == {
        "id": "user_local",
        "displayName": "You",
        "tier": "local",
        "local": True,
    }


@pytest.mark.parametrize("typed", ["electric ti", "ELECTRIC", "azure electric", "valley tide ele"])
def test_search_finds_the_song_while_it_is_being_typed(reader, typed):
    results = reader.get("/api/search", params={"q": typed}).json()["results"]
    assert "Electric Tide by Azure Valley" in [each["label"] for each in results]


def test_search_gives_no_more_than_asked_for(reader):
    assert len(reader.get("/api/search", params={"q": "the", "limit": 3}).json()["results"]) == 3


def test_resolve_is_sure_of_a_song_and_asks_about_a_name_two_songs_share(reader):
    sure = reader.post("/api/track/resolve", {"query": SONG}).json()
    assert (sure["status"], sure["track"]["title"]) == ("resolved", "Electric Tide")
    unsure = reader.post("/api/track/resolve", {"query": "Wires"}).json()
    assert (unsure["status"], unsure["track"]) == ("ambiguous", None)
    assert len(unsure["options"]) >= 2
    confidences = [option["confidence"] for option in unsure["options"]]
    assert confidences == sorted(confidences, reverse=True)


def test_resolve_of_an_unknown_song_is_not_found_with_suggestions(reader):
    answer = reader.post("/api/track/resolve", {"query": "Electrik Boulevard Nonsense"})
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/NothingFound"
    assert isinstance(answer.json()["suggestions"], list)


def test_metrics_are_for_the_operator(own_demo):
    """With a token set, whoever does not send it is told that there is no such page."""
    with GroveClient(own_demo) as grove:
        assert grove.get("/api/metrics").status_code == 200
    with GroveClient(own_demo, operator_token=Secret("token")) as grove:
        for headers in ({}, {"authorization": "Bearer x"}, {"authorization": b"Bearer \xff"}):
            assert grove.get("/api/metrics", headers=headers).status_code == 404
        right = {"authorization": "Bearer token"}
        assert grove.get("/api/metrics", headers=right).status_code == 200
        for hours in ("0", "721", "x"):
            answer = grove.get("/api/metrics", params={"hours": hours}, headers=right)
            assert answer.status_code == 422
