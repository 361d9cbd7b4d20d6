"""Whatever bytes, JSON or text arrive: an answer that says what is wrong, never a crash."""

import json
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.domain.ask import Mood, PopularityBias
from grovemusic.domain.playlist import EditKind

FUZZED = settings(max_examples=60)
NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40),
    st.integers(-5, 120),
    st.floats(),
    st.sampled_from([2**53, 1e308]),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=40))
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=12,
)


def nearly(**fields):
    """Objects with some of these fields, right or wrong, and now and then one nobody knows."""
    either = {name: st.one_of(right, JSON) for name, right in fields.items()}
    return st.one_of(
        st.fixed_dictionaries({}, optional=either),
        st.fixed_dictionaries({}, optional={**either, "surprise": JSON}),
    )


PREFERENCES = nearly(
    eraRange=st.tuples(st.integers(1850, 2110), st.integers(1850, 2110)),
    moodBias=st.sampled_from([mood.value for mood in Mood]),
    popularityBias=st.sampled_from([bias.value for bias in PopularityBias]),
    maxPerArtist=st.integers(-1, 102),
    artistGap=st.integers(-1, 22),
    blockedArtists=st.lists(st.text(max_size=8), max_size=3),
)
GENERATE = nearly(
    query=st.text(max_size=30),
    seeds=st.lists(nearly(query=st.text(max_size=9), weight=NUMBERS), max_size=6),
    playlistSize=st.integers(13, 102),
    minutes=st.integers(28, 482),
    preferences=PREFERENCES,
    includeSeed=st.booleans(),
    randomSeed=st.integers(-1, 2**31),
    title=st.text(max_size=12),
)
REFINE = nearly(
    kind=st.sampled_from([kind.value for kind in EditKind]),
    positions=st.lists(st.integers(-1, 17), max_size=4),
    to=st.integers(-1, 17),
    version=st.integers(0, 4),
)
CHOICE = nearly(seed=st.integers(-1, 6), option=st.integers(-1, 52))
# A header or path is text of a byte a character.
LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30)


def assert_answered(answer):
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


def playlist_id(reader):
    runs = reader.get("/api/user/history", params={"limit": 100}).json()["runs"]
    return next(run["playlistId"] for run in runs if run["playlistId"])


def test_any_body_of_a_new_playlist_gets_an_answer(reader):
    @FUZZED
    @given(GENERATE)
    def ask(body):
        assert_answered(reader.send("/api/generate", json.dumps(body)))

    ask()
    reader.settle()
    books = reader.books()
    assert books.pending == 0
    assert books.moved == books.available


def test_any_body_of_an_edit_gets_an_answer(reader):
    path = f"/api/playlist/{playlist_id(reader)}/refine"

    @FUZZED
    @given(REFINE)
    def ask(body):
        assert_answered(reader.send(path, json.dumps(body)))

    ask()


@FUZZED
@given(body=st.one_of(CHOICE, JSON))
def test_any_body_of_a_choice_gets_an_answer(reader, body):
    assert_answered(reader.send("/api/generate/run_x/choice", json.dumps(body)))


@FUZZED
@given(body=st.one_of(nearly(query=st.text(max_size=60)), JSON))
def test_any_body_of_a_look_up_gets_an_answer(reader, body):
    assert_answered(reader.send("/api/track/resolve", json.dumps(body)))


@FUZZED
@given(content=st.binary(max_size=200))
def test_any_bytes_get_an_answer(reader, content):
    answer = reader.send("/api/generate", content)
    assert answer.status_code in {400, 422}
    assert_answered(answer)


@FUZZED
@given(
    q=st.text(max_size=80),
    limit=st.one_of(st.integers(-3, 30), st.text(max_size=4)),
)
def test_any_search_gets_an_answer(reader, q, limit):
    params = {"q": q.encode("utf-8", "replace"), "limit": limit}
    assert_answered(reader.get("/api/search", params=params))


@FUZZED
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_id_gets_an_answer(reader, name):
    for path in ("/api/generate/{}", "/api/playlist/{}", "/problems/{}"):
        assert_answered(reader.get(path.format(quote(name, safe=""))))


@FUZZED
@given(last=LATIN, key=LATIN, host=LATIN, length=LATIN)
def test_any_headers_get_an_answer(reader, last, key, host, length):
    latin = {name: text.encode("latin-1") for name, text in {"k": key, "l": last}.items()}
    runs = reader.get("/api/user/history").json()["runs"]
    path = f"/api/generate/{runs[-1]['runId']}/stream"
    assert_answered(reader.get(path, headers={"Last-Event-ID": latin["l"]}))
    assert_answered(reader.get("/api/health", headers={"host": host.encode("latin-1")}))
    named = {"Idempotency-Key": latin["k"], "content-length": length.encode("latin-1")}
    assert_answered(reader.send("/api/generate", b'{"query": ""}', **named))
