"""Errors at the edge: each has its status, none tells more than it should."""

import json

import pytest
from grove_client import IN_WORKER

from grovemusic.api.problem import STATUS, explanation, problem
from grovemusic.domain import errors

SONG = "Electric Tide by Azure Valley"
EXAMPLES = [
    errors.BadAsk("playlistSize", "wants 15 to 100 tracks, got 14"),
    errors.NothingFound("nobody here knows 'x'", ("a by b",)),
    errors.UnknownThing("run", "run_x"),
    errors.Conflict("the run is complete"),
    errors.NotEnoughCredits(2, 1),
    errors.TooManyRuns("2 a day", 60.0),
    errors.UpstreamError("lastfm", "broke"),
    errors.UpstreamBusy("lastfm", 30.0),
    errors.PlatformLimit("database", "at most 100 bound values"),
    errors.StorageFailure("database", "disk image is malformed (/home/anna/.grove/grove.db)"),
    errors.StorageBusy("database", "locked (/home/anna/.grove/grove.db)"),
]


def every_kind(kind=errors.GroveError):
    yield kind
    for child in kind.__subclasses__():
        yield from every_kind(child)


def test_every_error_has_a_status_of_its_own():
    """A new error is answered by its parent's status until somebody has thought about it."""
    ours = {kind for kind in every_kind() if kind.__module__ == errors.__name__}
    assert ours == set(STATUS)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_a_problem_is_complete_and_its_type_is_explained(reader, error):
    body = problem(error, instance="/api/x")
    assert body["type"] == f"/problems/{type(error).__name__}"
    assert body["status"] == STATUS[type(error)]
    assert body["instance"] == "/api/x"
    json.dumps(body)
    page = reader.get(body["type"])
    assert page.status_code == 200
    assert page.text == explanation(type(error).__name__)
    assert page.text


def test_what_is_meant_for_the_operator_stays_with_the_operator():
    for error in EXAMPLES:
        assert "/home/anna" not in json.dumps(problem(error, instance="/"))


def test_an_unknown_problem_type_is_not_found(reader):
    assert reader.get("/problems/Nope").status_code == 404


class Failing:
    """A service whose every method raises."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        async def fail(*_arguments, **_named):
            raise self._error

        return fail


@pytest.fixture
def failing(reader):
    """Answers of a GET, of a search if no other is named, while the catalogue raises an error."""
    healthy = reader.services.catalogue

    def asked(error, path="/api/search?q=tide"):
        object.__setattr__(reader.services, "catalogue", Failing(error))
        return reader.get(path)

    yield asked
    object.__setattr__(reader.services, "catalogue", healthy)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_inside_a_route_become_problems(failing, error):
    answer = failing(error)
    assert answer.status_code == STATUS[type(error)]
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/home/anna" not in answer.text


def test_health_says_that_the_catalogue_cannot_be_read(failing):
    error = errors.StorageFailure("database", "no such file (/home/anna/x.db)")
    health = failing(error, "/api/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    assert health.json()["faults"] == ["the catalogue cannot be read"]
    assert "/home/anna" not in health.text


@pytest.mark.parametrize("error", [errors.UpstreamBusy("x", 30.4), errors.TooManyRuns("x", 0.2)])
def test_a_wait_is_told_in_whole_seconds_at_least_one(failing, error):
    wanted = max(1, round(error.retry_after_s))
    assert failing(error).headers["retry-after"] == str(wanted)


@pytest.mark.parametrize("bug", [KeyError("secret-token"), ZeroDivisionError("secret-token")])
def test_a_bug_is_a_500_without_a_word_about_it(failing, bug):
    answer = failing(bug)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret-token" not in answer.text
    assert type(bug).__name__ not in answer.text


@pytest.mark.skipif(IN_WORKER, reason="nobody can make Cloudflare's clocks go faster")
def test_a_bug_in_a_stage_ends_the_run_and_gives_the_credits_back(grove):
    """Whatever breaks in the middle: the listener is told, and pays nothing."""
    before = grove.get("/api/user/credits").json()
    object.__setattr__(grove.installation.platform, "archive", Failing(KeyError("secret-token")))
    run = grove.post("/api/generate", {"query": SONG}).json()["runId"]
    for _ in range(3):  # it is tried again, in case the trouble passes
        grove.settle()
        grove.clock.ahead_ms += 60_000
    state = grove.get(f"/api/generate/{run}").json()
    assert (state["status"], state["errorKind"]) == ("failed", "InternalError")
    assert "secret-token" not in json.dumps(state)
    assert "secret-token" not in grove.get(f"/api/generate/{run}/stream").text
    assert grove.get("/api/user/credits").json() == before
    assert grove.books().playlists == 0
