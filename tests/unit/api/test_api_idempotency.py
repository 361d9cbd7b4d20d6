"""The same Idempotency-Key makes one run, however often and however fast it is sent."""

import pytest

BODY = {"query": "Electric Tide by Azure Valley"}
KEY = {"Idempotency-Key": "once"}


def test_a_repeated_request_gives_the_same_run(grove):
    first = grove.post("/api/generate", BODY, headers=KEY).json()
    grove.settle()
    again = grove.post("/api/generate", BODY, headers=KEY).json()
    assert (again["runId"], again["playlistId"]) == (first["runId"], first["playlistId"])
    assert again["status"] == "complete"
    books = grove.books()
    assert (books.runs, books.playlists, books.used, books.pending) == (1, 1, 1, 0)


def test_requests_at_once_make_one_run(grove):
    requests = [("POST", "/api/generate", {"json": BODY, "headers": KEY})] * 8
    answers = grove.at_once(*requests)
    assert {each.status_code for each in answers} == {202}
    assert len({each.json()["runId"] for each in answers}) == 1
    grove.settle()
    books = grove.books()
    assert (books.runs, books.playlists, books.used, books.pending) == (1, 1, 1, 0)


def test_a_key_of_unusual_characters_is_a_key(grove):
    keys = ["k' OR 1=1", "k\u00e9", "k" * 200]
    runs = [
        grove.post("/api/generate", BODY, headers={"Idempotency-Key": key.encode("latin-1")})
        for key in [*keys, *keys]
    ]
    assert len({each.json()["runId"] for each in runs}) == 3
    grove.settle()


@pytest.mark.parametrize(
    "other",
    [{"query": "Wires"}, {**BODY, "playlistSize": 20}, {**BODY, "preferences": {"artistGap": 1}}],
)
def test_a_key_sent_with_another_request_is_refused(grove, other):
    """To answer with the earlier run would give a listener what they did not ask for."""
    grove.post("/api/generate", BODY, headers=KEY)
    answer = grove.post("/api/generate", other, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    grove.settle()
    assert grove.books().runs == 1


def test_the_same_request_spelt_differently_is_the_same(grove):
    """Defaults written out, spaces around the query: what counts is what was asked for."""
    first = grove.post("/api/generate", BODY, headers=KEY).json()
    spelt = {"query": f" {BODY['query']} ", "playlistSize": 15, "preferences": {"maxPerArtist": 2}}
    again = grove.post("/api/generate", spelt, headers=KEY)
    assert again.json()["runId"] == first["runId"]
    grove.settle()


def test_without_a_key_every_request_is_a_run(grove):
    grove.at_once(*[("POST", "/api/generate", {"json": BODY})] * 3)
    grove.settle()
    books = grove.books()
    assert (books.runs, books.playlists, books.used) == (3, 3, 3)


def test_a_refused_request_leaves_its_key_free(grove):
    grove.get("/api/user/me")
    grove.rows("UPDATE users SET credits_available = 0")
    assert grove.post("/api/generate", BODY, headers=KEY).status_code == 402
    grove.rows("UPDATE users SET credits_available = 1")
    assert grove.post("/api/generate", BODY, headers=KEY).status_code == 202
    grove.settle()
