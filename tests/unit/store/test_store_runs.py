"""Credits: held, given back, used up, and never counted twice whatever is repeated when."""

import itertools

import pytest
from builders import track
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.domain.errors import NotEnoughCredits, UnknownThing

USER = "user_1"
SEED = track("Seed", "Sower", mbid="11111111-2222-4333-8444-555555555555")


def ask(size=15, query="Seed by Sower"):
    return Ask(seeds=(SeedQuery(query=query),), size=size)


def created(desk, run_id="run_1", *, size=15, user_id=USER, key=None):
    return desk.do(
        desk.runs.create(
            run_id=run_id,
            playlist_id=f"pl_{run_id}",
            user_id=user_id,
            ask=ask(size),
            request_key=key,
        )
    )


def completed(desk, run_id="run_1", *, tracks=15):
    done = desk.runs.complete(
        run_id, tracks=tracks, seeds=[SEED], archive_key="runs/x.json", upstream_calls=0
    )
    desk.do(done)


def failed(desk, run_id="run_1"):
    desk.do(desk.runs.fail(run_id, kind="NothingFound", message="nobody knows it"))


def credits_of(desk, user_id=USER):
    user = desk.do(desk.users.get(user_id))
    return user.credits_available, user.credits_pending, user.credits_used_total


def moves(desk, run_id="run_1"):
    sql = "SELECT type, amount FROM credit_transactions WHERE run_id = ? ORDER BY rowid"
    return [(row["type"], row["amount"]) for row in desk.rows(sql, run_id)]


@pytest.fixture
def funded(desk):
    desk.add_user(USER, 10)
    return desk


def test_the_local_listener_is_made_once_with_a_grant(desk):
    one, other = desk.at_once(desk.users.ensure_local(), desk.users.ensure_local())
    assert one == other == desk.do(desk.users.ensure_local())
    (grant,) = desk.rows("SELECT amount, type FROM credit_transactions")
    assert grant == {"amount": one.credits_available, "type": "grant"}


def test_an_unknown_listener_is_unknown(desk):
    with pytest.raises(UnknownThing, match="listener"):
        desk.do(desk.users.get("nobody"))


def test_a_run_holds_what_it_may_cost(funded):
    run, new = created(funded, size=60)
    assert new
    assert (run.status, run.credits_reserved, run.credits_used) == ("processing", 3, 0)
    assert run.ask == ask(60)
    assert credits_of(funded) == (7, 3, 0)
    assert moves(funded) == [("reserve", -3)]


@pytest.mark.parametrize(
    ("tracks", "used"), [(60, 3), (51, 3), (50, 2), (25, 1), (1, 1), (0, 0), (100, 3)]
)
def test_a_finished_run_costs_what_it_gave_and_never_more_than_it_held(funded, tracks, used):
    created(funded, size=60)
    completed(funded, tracks=tracks)
    assert credits_of(funded) == (10 - used, 0, used)
    run = funded.do(funded.runs.get("run_1"))
    assert (run.status, run.credits_used, run.credits_reserved) == ("complete", used, 0)
    assert (run.seed_title, run.seed_artist, run.track_count) == ("Seed", "Sower", tracks)
    assert moves(funded) == [("reserve", -3), ("use", 3 - used)]


def test_a_movement_is_described_in_whole_credits(funded):
    created(funded)
    completed(funded)
    (row,) = funded.rows("SELECT description FROM credit_transactions WHERE type = 'use'")
    assert row["description"] == "used 1"


def test_a_failed_run_costs_nothing(funded):
    created(funded, size=60)
    failed(funded)
    assert credits_of(funded) == (10, 0, 0)
    run = funded.do(funded.runs.get("run_1"))
    assert (run.status, run.error_kind) == ("failed", "NothingFound")
    assert moves(funded) == [("reserve", -3), ("refund", 3)]


def test_a_very_long_error_is_cut(funded):
    created(funded)
    funded.do(funded.runs.fail("run_1", kind="X", message="é" * 10_000))
    assert len(funded.do(funded.runs.get("run_1")).error_message) == 500


def test_a_waiting_run_holds_nothing_and_a_resumed_one_holds_again(funded):
    created(funded, size=60)
    funded.do(funded.runs.wait_for_choice("run_1"))
    assert credits_of(funded) == (10, 0, 0)
    assert funded.do(funded.runs.get("run_1")).status == "needs_choice"
    funded.do(funded.runs.resume("run_1"))
    assert credits_of(funded) == (7, 3, 0)
    assert funded.do(funded.runs.get("run_1")).status == "processing"
    completed(funded, tracks=60)
    assert credits_of(funded) == (7, 0, 3)
    assert moves(funded) == [("reserve", -3), ("refund", 3), ("reserve", -3), ("use", 0)]


def test_a_run_is_not_resumed_on_credits_that_are_gone(funded):
    created(funded, size=60)
    funded.do(funded.runs.wait_for_choice("run_1"))
    funded.rows("UPDATE users SET credits_available = 2")
    with pytest.raises(NotEnoughCredits, match="costs 3 credits, 2 are left"):
        funded.do(funded.runs.resume("run_1"))
    assert credits_of(funded) == (2, 0, 0)
    assert funded.do(funded.runs.get("run_1")).status == "needs_choice"


def test_a_run_too_dear_is_not_made(funded):
    with pytest.raises(NotEnoughCredits) as refused:
        created(funded, size=100, user_id=_poor(funded))
    assert (refused.value.needed, refused.value.available) == (4, 3)
    assert funded.rows("SELECT * FROM runs") == []
    assert credits_of(funded, "poor") == (3, 0, 0)


def _poor(desk):
    desk.add_user("poor", 3)
    return "poor"


def test_nobody_has_no_credits(desk):
    with pytest.raises(NotEnoughCredits):
        created(desk, user_id="nobody")


STEPS = {
    "create": created,
    "wait": lambda desk: desk.do(desk.runs.wait_for_choice("run_1")),
    "resume": lambda desk: desk.do(desk.runs.resume("run_1")),
    "complete": completed,
    "fail": failed,
}
WAYS = [
    ("create", "complete"),
    ("create", "fail"),
    ("create", "wait", "resume", "complete"),
    ("create", "wait", "resume", "fail"),
    ("create", "wait", "fail"),
    ("create", "wait", "resume", "wait", "resume", "complete"),
]


def books(desk):
    return (
        credits_of(desk),
        moves(desk),
        desk.rows("SELECT status, credits_reserved, credits_used, settled_at FROM runs"),
    )


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_every_step_repeated_at_once_changes_nothing(funded, way):
    """A process may die after the database has done its work and before anyone has heard of it."""
    for name in way:
        STEPS[name](funded)
        once = books(funded)
        STEPS[name](funded)
        assert books(funded) == once
    available, pending, used = credits_of(funded)
    assert (available + used, pending) == (10, 0)


@pytest.mark.parametrize("late", STEPS)
@pytest.mark.parametrize("end", ["complete", "fail"])
def test_nothing_moves_once_a_run_is_settled(funded, end, late):
    created(funded)
    STEPS[end](funded)
    before = books(funded)
    STEPS[late](funded)
    assert books(funded) == before


def test_the_same_key_gives_the_same_run(funded):
    first, new = created(funded, "run_1", key="k")
    again, repeated = created(funded, "run_2", key="k")
    assert (new, repeated) == (True, False)
    assert again.id == first.id
    assert credits_of(funded) == (9, 1, 0)


def test_the_same_key_of_another_listener_is_another_run(funded):
    funded.add_user("user_2", 10)
    created(funded, "run_1", key="k")
    run, new = created(funded, "run_2", key="k", user_id="user_2")
    assert new
    assert run.id == "run_2"


def test_creating_at_once_with_one_key_makes_one_run(funded):
    made = funded.at_once(
        *(
            funded.runs.create(
                run_id=f"run_{n}", playlist_id=f"pl_{n}", user_id=USER, ask=ask(), request_key="k"
            )
            for n in range(8)
        )
    )
    assert len({run.id for run, _new in made}) == 1
    assert [new for _run, new in made].count(True) == 1
    assert credits_of(funded) == (9, 1, 0)


def test_creating_at_once_never_spends_more_than_there_is(funded):
    made = funded.at_once(
        *(
            funded.runs.create(
                run_id=f"run_{n}", playlist_id=f"pl_{n}", user_id=USER, ask=ask(), request_key=None
            )
            for n in range(15)
        )
    )
    refused = [each for each in made if isinstance(each, NotEnoughCredits)]
    assert len(refused) == 5
    assert credits_of(funded) == (0, 10, 0)


def test_resuming_at_once_holds_once(funded):
    created(funded)
    funded.do(funded.runs.wait_for_choice("run_1"))
    assert funded.at_once(*(funded.runs.resume("run_1") for _ in range(4))) == [None] * 4
    assert credits_of(funded) == (9, 1, 0)


@pytest.mark.parametrize("method", ["get", "resume"])
def test_an_unknown_run_is_unknown(desk, method):
    with pytest.raises(UnknownThing, match="there is no run 'run_x'"):
        desk.do(getattr(desk.runs, method)("run_x"))


def test_history_is_newest_first_and_the_listeners_own(funded):
    funded.add_user("user_2", 10)
    for number in range(6):
        created(funded, f"run_{number}", user_id=USER if number % 2 else "user_2")
        funded.clock.advance(1)
    assert [run.id for run in funded.do(funded.runs.history(USER, limit=10))] == [
        "run_5",
        "run_3",
        "run_1",
    ]


@given(gaps=st.lists(st.sampled_from([0, 0, 1]), min_size=1, max_size=9), limit=st.integers(1, 4))
@settings(max_examples=25)
def test_pages_of_history_hold_every_run_once(shared_desk, gaps, limit):
    """Also runs that began within one millisecond, on either side of a page's end."""
    user_id = f"pages_{next(COUNTER)}"
    shared_desk.add_user(user_id, 100)
    made = []
    for gap in gaps:
        shared_desk.clock.advance(gap)
        made.append(f"run_{next(COUNTER)}")
        created(shared_desk, made[-1], user_id=user_id)
    shown, before = [], None
    while page := shared_desk.do(shared_desk.runs.history(user_id, before=before, limit=limit)):
        shown += page
        before = page[-1].id
    assert sorted(run.id for run in shown) == sorted(made)
    times = [run.created_at_ms for run in shown]
    assert times == sorted(times, reverse=True)


def test_history_before_somebody_elses_run_is_unknown(funded):
    funded.add_user("user_2", 10)
    created(funded, "theirs", user_id="user_2")
    with pytest.raises(UnknownThing):
        funded.do(funded.runs.history(USER, before="theirs", limit=5))


def test_stuck_runs_are_those_that_neither_ended_nor_wait(funded):
    for number, step in enumerate([None, "wait", "complete", "fail", None]):
        created(funded, f"run_{number}")
        match step:
            case "wait":
                funded.do(funded.runs.wait_for_choice(f"run_{number}"))
            case "complete":
                completed(funded, f"run_{number}")
            case "fail":
                failed(funded, f"run_{number}")
        funded.clock.advance(1)
    now_ms = funded.clock.now_ms()
    assert funded.do(funded.runs.stuck(since_ms=now_ms)) == ["run_0", "run_4"]
    assert funded.do(funded.runs.stuck(since_ms=now_ms - 1_000)) == ["run_0"]


COUNTER = itertools.count()
RANDOM_STEPS = st.lists(
    st.tuples(
        st.sampled_from([*STEPS]),
        st.integers(0, 2),  # which run
        st.sampled_from([15, 30, 100]),  # its size
        st.integers(1, 3),  # how often the step is done
    ),
    max_size=10,
)


@given(steps=RANDOM_STEPS, granted=st.integers(0, 9))
@settings(max_examples=50)
def test_credits_add_up_after_any_steps_in_any_order(shared_desk, steps, granted):
    """Never negative; available + pending + used is what was granted; the movements sum up; what
    is pending is what the runs hold.
    """
    user_id = f"any_{next(COUNTER)}"
    shared_desk.add_user(user_id, granted)
    made = set()
    for name, number, size, times in steps:
        for _ in range(times):
            _step(shared_desk, name, f"{user_id}_{number}", size, user_id, made)
            (found,) = shared_desk.rows(BOOKS, user_id)
            assert min(found["available"], found["pending"], found["used"]) >= 0
            assert found["available"] + found["pending"] + found["used"] == granted
            assert found["moved"] == found["available"]
            assert found["held"] == found["pending"]


BOOKS = """
SELECT credits_available AS available, credits_pending AS pending, credits_used_total AS used,
  (SELECT sum(amount) FROM credit_transactions WHERE user_id = users.id) AS moved,
  (SELECT coalesce(sum(credits_reserved), 0) FROM runs WHERE user_id = users.id) AS held
FROM users WHERE id = ?
"""


def _step(desk, name, run_id, size, user_id, made):
    """One step of one run; before it was made there is nothing to do."""
    try:
        match name:
            case "create":
                created(desk, run_id, size=size, user_id=user_id)
                made.add(run_id)
            case _ if run_id not in made:
                pass
            case "wait":
                desk.do(desk.runs.wait_for_choice(run_id))
            case "resume":
                desk.do(desk.runs.resume(run_id))
            case "complete":
                completed(desk, run_id, tracks=size)
            case "fail":
                failed(desk, run_id)
    except NotEnoughCredits:
        assert name in {"create", "resume"}
