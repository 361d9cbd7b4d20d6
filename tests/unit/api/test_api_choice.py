"""When several songs have the name: a question, nothing held meanwhile, and the answer counts."""

import pytest

SHARED = "Wires"  # Heavy Room Cottage and MC Rohismov both have one


def waiting(grove, **body):
    run = grove.start(**({"query": SHARED} | body))
    state = grove.get(f"/api/generate/{run}").json()
    assert state["status"] == "needs_choice"
    return run, state


def test_the_question_names_the_songs_best_first(grove):
    _run, state = waiting(grove)
    (choice,) = state["choices"]
    assert choice["seed"] == 0
    assert {"Heavy Room Cottage", "MC Rohismov feat. MC Pethiaviask"} <= {
        option["artist"] for option in choice["options"]
    }
    confidences = [option["confidence"] for option in choice["options"]]
    assert confidences == sorted(confidences, reverse=True)
    assert {"error", "errorKind", "suggestions"}.isdisjoint(state)


def test_nothing_is_charged_or_held_while_a_question_is_open(grove):
    before = grove.get("/api/user/credits").json()
    waiting(grove)
    assert grove.get("/api/user/credits").json() == before
    books = grove.books()
    assert books.moved == books.available


@pytest.mark.parametrize("option", [0, 1])
def test_the_chosen_song_is_the_one_the_list_is_made_from(grove, option):
    run, state = waiting(grove)
    wanted = state["choices"][0]["options"][option]
    chosen = grove.post(f"/api/generate/{run}/choice", {"seed": 0, "option": option})
    assert chosen.json()["status"] == "processing"
    assert grove.books().pending == 1  # held again
    grove.settle()
    document = grove.get(f"/api/generate/{run}").json()
    assert document["status"] == "complete"
    assert document["seedTrack"]["id"] == wanted["id"]
    books = grove.books()
    assert (books.pending, books.used) == (0, 1)
    assert books.moved == books.available


def test_an_option_that_was_not_offered_is_not_found_and_the_question_stays(grove):
    run, _state = waiting(grove)
    for body in ({"option": 50}, {"option": 0, "seed": 1}):
        assert grove.post(f"/api/generate/{run}/choice", body).status_code == 404
    assert grove.get(f"/api/generate/{run}").json()["status"] == "needs_choice"
    assert grove.books().pending == 0


def test_a_run_that_asks_nothing_takes_no_answer(played):
    grove, document = played
    answer = grove.post(f"/api/generate/{document['runId']}/choice", {"option": 0})
    assert answer.status_code == 409
    assert "complete" in answer.json()["detail"]


def test_an_answer_given_twice_counts_once(grove):
    run, _state = waiting(grove)
    path = f"/api/generate/{run}/choice"
    answers = grove.at_once(*[("POST", path, {"json": {"option": 0}})] * 3)
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    grove.settle()
    books = grove.books()
    assert (books.pending, books.used) == (0, 1)


def test_credits_spent_meanwhile_are_not_lent(grove):
    """402, and the question can still be answered once there are credits."""
    run, _state = waiting(grove)
    grove.rows("UPDATE users SET credits_available = 0")
    path = f"/api/generate/{run}/choice"
    assert grove.post(path, {"option": 0}).status_code == 402
    assert grove.get(f"/api/generate/{run}").json()["status"] == "needs_choice"
    grove.rows("UPDATE users SET credits_available = 10")
    assert grove.post(path, {"option": 0}).status_code == 200
    grove.settle()
    assert grove.get(f"/api/generate/{run}").json()["status"] == "complete"


def test_of_several_songs_only_the_unclear_ones_are_asked_about(grove):
    songs = ["Electric Tide by Azure Valley", SHARED, "Comet Lion"]
    seeds = [{"query": song} for song in songs]
    run, state = waiting(grove, query=None, seeds=seeds)
    assert [choice["seed"] for choice in state["choices"]] == [1, 2]
    path = f"/api/generate/{run}/choice"
    half = grove.post(path, {"seed": 1, "option": 0}).json()
    assert half["status"] == "needs_choice"
    assert [choice["seed"] for choice in half["choices"]] == [2]
    assert grove.books().pending == 0
    grove.post(path, {"seed": 2, "option": 1})
    grove.settle()
    document = grove.get(f"/api/generate/{run}").json()
    titles = [seed["title"] for seed in document["seedTracks"]]
    assert titles == ["Electric Tide", "Wires", "Comet Lion"]
