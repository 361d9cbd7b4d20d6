"""The simulators themselves: who tests against them relies on these quirks and limits."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from simulators import Kind, Simulators
from simulators.claude import filled_in
from simulators.limits import FixedWindow, SlidingSecond
from simulators.log import Log
from simulators.wire import Asked

UA = {"User-Agent": "GroveTests/1.0 (test@example.org)"}
MB_JSON = {"fmt": "json"}


@pytest.fixture
def http():
    with httpx.Client(headers=UA, transport=httpx.HTTPTransport(verify=False)) as client:
        yield client


def lastfm(upstream, http, method, **query):
    query = {"method": method, "api_key": "k", "format": "json"} | query
    return http.get(f"{upstream.urls['lastfm']}/2.0/", params=query)


def a_track(world, *, with_mbid=True):
    return next(
        track for track in map(world.track, range(len(world))) if bool(track.mbid) == with_mbid
    )


# --- Last.fm ---------------------------------------------------------------------------------


def test_lastfm_writes_numbers_as_text_in_one_method_and_as_numbers_in_another(
    upstream, http, world
):
    track = a_track(world)
    asked = {"track": track.title, "artist": track.artist}
    info = lastfm(upstream, http, "track.getInfo", **asked).json()["track"]
    similar = lastfm(upstream, http, "track.getSimilar", **asked).json()["similartracks"]["track"]
    assert isinstance(info["listeners"], str)
    assert isinstance(similar[0]["match"], float)
    assert similar[0]["match"] == 1.0


def test_lastfm_lacks_the_mbid_of_three_tracks_in_ten(upstream, http, world):
    found = [
        row
        for tag in ("rock", "electronic", "hypnotic", "party")
        for row in lastfm(upstream, http, "tag.getTopTracks", tag=tag).json()["tracks"]["track"]
    ]
    lacking = sum("mbid" not in row for row in found) / len(found)
    assert 0.2 < lacking < 0.6  # some tracks have none to begin with


def test_lastfm_sends_a_single_entry_without_its_list(upstream, http, world):
    track = a_track(world)
    asked = {"track": track.title, "artist": track.artist, "limit": "1"}
    only = lastfm(upstream, http, "track.getSimilar", **asked).json()["similartracks"]["track"]
    assert isinstance(only, dict)


@pytest.mark.parametrize(
    ("method", "status", "code"),
    [("track.getInfo", 200, 6), ("artist.getInfo", 200, 6), ("no.such", 400, 3)],
)
def test_lastfm_sends_its_errors_in_the_body(upstream, http, method, status, code):
    response = lastfm(upstream, http, method, track="no such", artist="nobody")
    assert (response.status_code, response.json()["error"]) == (status, code)


@pytest.mark.parametrize(("key", "code"), [("", 10), ("bad-key", 10), ("suspended-key", 26)])
def test_lastfm_wants_a_key(upstream, http, key, code):
    assert lastfm(upstream, http, "track.search", track="x", api_key=key).json()["error"] == code


# --- MusicBrainz -----------------------------------------------------------------------------


def test_musicbrainz_scores_its_hits_and_leaves_out_unknown_dates(upstream, http, world):
    root = f"{upstream.urls['musicbrainz']}/ws/2/recording"
    found = [
        row
        for number in range(0, 60, 3)
        for row in http.get(
            root, params=MB_JSON | {"query": f"recording:({world.track(number).title.lower()})"}
        ).json()["recordings"]
    ]
    assert all(0 < row["score"] <= 100 for row in found)
    undated = sum("first-release-date" not in row for row in found)
    assert 0 < undated < len(found) / 2


def test_musicbrainz_has_words_for_what_it_does_not_know(upstream, http):
    root = f"{upstream.urls['musicbrainz']}/ws/2"
    unknown = http.get(f"{root}/recording/{'0' * 8}-0000-4000-8000-{'0' * 12}", params=MB_JSON)
    assert (unknown.status_code, unknown.json()["error"]) == (404, "Not Found")
    assert http.get(f"{root}/recording/x", params=MB_JSON).status_code == 400
    assert http.get(f"{root}/isrc/x", params=MB_JSON).status_code == 400


def test_musicbrainz_wants_to_know_who_asks(upstream, http):
    url = f"{upstream.urls['musicbrainz']}/ws/2/recording"
    response = http.get(url, params=MB_JSON, headers={"User-Agent": "python-httpx/0.28"})
    assert response.status_code == 403


# --- ListenBrainz ----------------------------------------------------------------------------


def test_listenbrainz_sends_similar_recordings_unsorted_and_some_twice(upstream, http, world):
    settings = upstream.settings()
    rows = http.get(
        f"{settings.listenbrainz_labs_url}/similar-recordings/json",
        params={
            "recording_mbids": a_track(world).mbid,
            "algorithm": settings.listenbrainz_algorithm,
        },
    ).json()
    scores = [row["score"] for row in rows]
    assert scores != sorted(scores, reverse=True)
    assert len({row["recording_mbid"] for row in rows}) < len(rows)


def test_listenbrainz_refuses_what_the_server_refuses(upstream, http):
    root = f"{upstream.urls['listenbrainz']}/1"
    too_many = {"recording_mbids": ["0" * 8 + "-0000-4000-8000-" + "0" * 12] * 1001}
    for path, body in [
        ("metadata/recording/", {}),
        ("metadata/recording/", {"recording_mbids": ["x"]}),
        ("popularity/recording", too_many),
    ]:
        assert http.post(f"{root}/{path}", json=body).status_code == 400
    assert http.get(f"{root}/lb-radio/tags", params={"tag": "rock"}).status_code == 400
    labs = f"{upstream.urls['listenbrainz']}/labs/similar-recordings/json"
    assert http.get(labs, params={"algorithm": "old"}).status_code == 400


# --- Claude ----------------------------------------------------------------------------------


def test_claude_fills_in_the_schema_it_is_given():
    schema = {
        "type": "object",
        "properties": {
            "narrative": {"type": "string"},
            "mood": {"type": "string", "enum": ["calm", "loud"]},
            "reasons": {
                "type": "array",
                "items": {"type": "object", "properties": {"position": {"type": "integer"}}},
            },
        },
    }
    prompt = json.dumps({"tracks": [{"position": 3}, {"position": 7}]})
    found = filled_in("", prompt, schema)
    assert found["mood"] == "calm"
    assert found["reasons"] == [{"position": 3}, {"position": 7}]


def test_claude_wants_a_key(upstream, http):
    url = f"{upstream.urls['claude']}/v1/messages"
    assert http.post(url, json={}).status_code == 401
    assert http.post(url, json={}, headers={"x-api-key": "bad-key"}).status_code == 401
    assert http.post(url, json={}, headers={"x-api-key": "k"}).status_code == 400


# --- Limits ----------------------------------------------------------------------------------


def test_a_sliding_second_counts_refused_requests_too():
    limit = SlidingSecond(2)
    assert [limit.count(at).allowed for at in (0.0, 0.5, 0.9, 1.4, 2.5)] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_a_fixed_window_says_when_it_ends():
    limit = FixedWindow(2, 10.0)
    standings = [limit.count(at) for at in (100.0, 101.0, 104.0, 110.0)]
    assert [each.allowed for each in standings] == [True, True, False, True]
    assert (standings[2].remaining, standings[2].reset_in_s) == (0, 6.0)


def test_true_limits_are_enforced_in_each_services_own_way(strict, http):
    lastfm_seen = [lastfm(strict, http, "track.search", track="x") for _ in range(7)]
    assert [each.status_code for each in lastfm_seen] == [200] * 5 + [429] * 2
    assert lastfm_seen[-1].json()["error"] == 29
    url = f"{strict.urls['musicbrainz']}/ws/2/recording"
    seen = [http.get(url, params=MB_JSON | {"query": "recording:(x)"}) for _ in range(2)]
    assert [each.status_code for each in seen] == [200, 503]
    url = f"{strict.urls['listenbrainz']}/1/lb-radio/tags"
    seen = [http.get(url) for _ in range(31)]
    assert [each.status_code for each in seen] == [400] * 30 + [429]
    assert seen[0].headers["X-RateLimit-Remaining"] == "29"
    assert int(seen[-1].headers["Retry-After"]) <= 10
    assert strict.log.busiest_second("lastfm") == 7


def test_the_busiest_second_is_found_anywhere():
    log = Log()
    for at_s in (0.0, 0.9, 1.1, 1.8, 1.9, 5.0):
        log.add("x", Asked("GET", "/"), at_s=at_s, status=200)
    assert log.busiest_second("x") == 4
    assert log.busiest_second("y") == 0


# --- Faults ----------------------------------------------------------------------------------


def test_a_fault_happens_as_often_as_it_is_told_to(upstream, http):
    upstream.inject("lastfm", status=503, retry_after="7", times=2)
    seen = [lastfm(upstream, http, "track.search", track="x") for _ in range(3)]
    assert [each.status_code for each in seen] == [503, 503, 200]
    assert seen[0].headers["Retry-After"] == "7"
    assert upstream.log.statuses("lastfm") == [503, 503, 200]


def test_a_fault_may_be_about_some_requests_only(upstream, http):
    upstream.inject("lastfm", status=500, about="artist.")
    assert lastfm(upstream, http, "track.search", track="x").status_code == 200
    assert lastfm(upstream, http, "artist.getInfo", artist="x").status_code == 500
    upstream.heal()
    assert lastfm(upstream, http, "artist.getInfo", artist="x").status_code == 200


def test_latency_is_real(upstream, http):
    upstream.inject("lastfm", latency_ms=150, times=1)
    began_s = time.monotonic()
    lastfm(upstream, http, "track.search", track="x")
    assert time.monotonic() - began_s >= 0.15


def test_a_cut_connection_ends_half_way(upstream, http):
    upstream.inject("lastfm", Kind.CUT, times=1)
    with pytest.raises(httpx.TransportError):
        lastfm(upstream, http, "track.search", track="a")
    assert lastfm(upstream, http, "track.search", track="a").status_code == 200


def test_malformed_json_is_complete_http(upstream, http):
    upstream.inject("lastfm", Kind.MALFORMED, times=1)
    response = lastfm(upstream, http, "track.search", track="a")
    with pytest.raises(ValueError):
        response.json()


def test_a_web_page_comes_instead_of_json(upstream, http):
    upstream.inject("musicbrainz", Kind.WEB_PAGE)
    url = f"{upstream.urls['musicbrainz']}/ws/2/recording"
    assert "text/html" in http.get(url, params=MB_JSON).headers["Content-Type"]


def test_a_drip_takes_its_time(upstream, http):
    upstream.inject("lastfm", Kind.DRIP, about="tag.")
    with (
        pytest.raises(httpx.ReadTimeout),
        http.stream(
            "GET",
            f"{upstream.urls['lastfm']}/2.0/?method=tag.getTopTracks&tag=no&api_key=k&format=json",
            timeout=httpx.Timeout(30, read=0.02),
        ) as response,
    ):
        response.read()


def test_a_huge_body_is_nine_mebibytes_of_valid_json(upstream, http):
    upstream.inject("listenbrainz", Kind.HUGE)
    response = http.get(f"{upstream.urls['listenbrainz']}/1/lb-radio/tags")
    assert len(response.content) > 8 * 1024 * 1024
    assert "error" in response.json()


def test_a_stranger_gets_what_another_was_answered(upstream, http, world):
    first, second = world.demo.artists[:2]
    mine = lastfm(upstream, http, "artist.getInfo", artist=first).json()
    upstream.inject("lastfm", Kind.STRANGER, times=1)
    assert lastfm(upstream, http, "artist.getInfo", artist=second).json() == mine
    assert lastfm(upstream, http, "artist.getInfo", artist=second).json() != mine


def test_a_service_that_is_down_refuses_and_comes_back_at_its_address(upstream, http):
    lastfm(upstream, http, "track.search", track="x")  # leaves an open connection behind
    before = upstream.urls
    upstream.inject("lastfm", Kind.DOWN)
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            lastfm(upstream, http, "track.search", track="x")
    url = f"{upstream.urls['listenbrainz']}/1/lb-radio/tags"
    assert http.get(url).status_code == 400  # the others are up
    upstream.heal()
    assert upstream.urls == before
    assert lastfm(upstream, http, "track.search", track="x").status_code == 200


# --- Log and control -------------------------------------------------------------------------


def test_the_log_holds_everything_but_keys(upstream, http):
    lastfm(upstream, http, "track.search", track="x", api_key="s3cret")
    [entry] = upstream.log.of("lastfm")
    assert (entry.service, entry.method, entry.path, entry.status) == (
        "lastfm",
        "GET",
        "/2.0/",
        200,
    )
    assert entry.query["method"] == "track.search"
    assert "s3cret" not in str(upstream.log.plain())


def test_a_port_that_is_taken_is_told_at_once(upstream, world):
    taken = int(upstream.urls["lastfm"].rsplit(":", 1)[1])
    with pytest.raises(OSError), Simulators(world=world, first_port=taken):
        pass


def test_bytes_that_are_no_http_harm_nobody(upstream, http):
    port = int(upstream.urls["lastfm"].rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert raw.recv(100) == b""
    assert lastfm(upstream, http, "track.search", track="x").status_code == 200


def test_as_a_process_of_its_own_it_is_steered_over_http(http):
    """For tests in other languages, and for trying things by hand."""
    tests = Path(__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators", "--port", "0", "--tracks", "100"],
        cwd=tests,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
    )
    with process:
        try:
            lines = list(itertools.takewhile(lambda line: line != "\n", process.stdout))
            control = lines[-1].removeprefix("# control: ").strip()
            urls = http.get(control).json()["urls"]
            assert f"export GROVE_LASTFM_URL={urls['lastfm']}/2.0/\n" in lines
            fault = {"status": 500, "times": 1}
            assert http.post(f"{control}/faults/lastfm", json=fault).status_code == 200
            assert http.post(f"{control}/faults/lastfm", json={"kind": "x"}).status_code == 400
            assert http.get(f"{urls['lastfm']}/2.0/").status_code == 500
            assert [each["status"] for each in http.get(f"{control}/log").json()][-1] == 500
            assert http.post(f"{control}/faults/lastfm", json={"kind": "down"}).status_code == 200
            assert http.delete(f"{control}/faults").status_code == 200
            assert http.get(f"{urls['lastfm']}/2.0/").status_code == 403  # no key
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
