"""What nobody can serve: a 4xx problem that names the field, and nothing charged or left behind."""

import json

import pytest

from grovemusic.api.guard import LARGEST_BODY
from grovemusic.domain.json_depth import Depth

SONG = "Electric Tide by Azure Valley"
TOO_LONG = "x" * 10_000
HUGE = 10**30


def assert_problem(answer, *, status=None):
    """RFC 9457, complete, without a word of Python in it; the parsed body."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert answer.status_code == problem["status"]
    assert 400 <= problem["status"] < 500
    assert {"type", "title", "status", "detail", "instance"} <= set(problem)
    assert "Traceback" not in answer.text
    if status is not None:
        assert problem["status"] == status
    return problem


def assert_refused(reader, path, body, *fields):
    """422, every one of `fields` named, and the books as before."""
    before = reader.books()
    problem = assert_problem(reader.post(path, body), status=422)
    assert {each["field"] for each in problem["errors"]} == set(fields)
    assert all(each["problem"] for each in problem["errors"])
    assert all(field in problem["detail"] for field in fields)
    assert reader.books() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"query": ""}, "query", id="empty"),
        pytest.param({"query": " \t "}, "query", id="blank"),
        pytest.param({"query": "\u3000\u200a"}, "query", id="blank in other scripts"),
        pytest.param({"query": TOO_LONG}, "query", id="10,000 characters"),
        pytest.param({"query": "x" * 501}, "query", id="a character too many"),
        pytest.param({"query": "Electric\x00Tide"}, "query", id="NUL"),
        pytest.param({"query": "Electric\x1b[31mTide"}, "query", id="an escape sequence"),
        pytest.param({"query": "Electric\nTide"}, "query", id="a line break"),
        pytest.param({"query": "Electric\x7fTide"}, "query", id="delete"),
        pytest.param({"query": None}, "query", id="null"),
        pytest.param({}, "query", id="nothing"),
        pytest.param({"query": 5}, "query", id="a number"),
        pytest.param({"query": [SONG]}, "query", id="a list"),
        pytest.param({"query": SONG, "seeds": [{"query": SONG}]}, "query", id="query and seeds"),
        pytest.param({"seeds": []}, "query", id="no seeds"),
        pytest.param({"seeds": [{"query": SONG}] * 6}, "seeds", id="six seeds"),
        pytest.param({"seeds": {"query": SONG}}, "seeds", id="seeds that are no list"),
        pytest.param({"seeds": [SONG]}, "seeds.0", id="a seed that is no object"),
        pytest.param({"seeds": [{}]}, "seeds.0.query", id="a seed without a song"),
        pytest.param({"seeds": [{"query": ""}]}, "query", id="an empty seed"),
    ],
)
def test_a_song_must_be_a_short_clean_text(reader, body, field):
    assert_refused(reader, "/api/generate", body, field)


@pytest.mark.parametrize("weight", [0, -1, 100.5, "1", True, None, [1], HUGE])
def test_a_weight_is_a_number_above_0_and_at_most_100(reader, weight):
    seeds = [{"query": SONG, "weight": weight}]
    assert_refused(reader, "/api/generate", {"seeds": seeds}, "seeds.0.weight")


@pytest.mark.parametrize(
    "size", [14, 101, 0, -15, "ten", "20", 20.5, 20.0, None, True, [20], {}, HUGE, -HUGE]
)
def test_a_size_is_a_whole_number_from_15_to_100(reader, size):
    assert_refused(reader, "/api/generate", {"query": SONG, "playlistSize": size}, "playlistSize")


@pytest.mark.parametrize("minutes", [29, 481, 0, "60", 60.5, True, HUGE])
def test_minutes_are_a_whole_number_from_30_to_480(reader, minutes):
    assert_refused(reader, "/api/generate", {"query": SONG, "minutes": minutes}, "minutes")


def test_either_minutes_or_a_size(reader):
    body = {"query": SONG, "minutes": 60, "playlistSize": 20}
    assert_refused(reader, "/api/generate", body, "minutes")


@pytest.mark.parametrize(
    ("preferences", "field"),
    [
        ({"eraRange": [2010]}, "preferences.eraRange.1"),
        ({"eraRange": [2010, 2020, 2024]}, "preferences.eraRange"),
        ({"eraRange": [2024, 2010]}, "preferences.eraRange"),
        ({"eraRange": [1859, 2010]}, "preferences.eraRange"),
        ({"eraRange": [2010, HUGE]}, "preferences.eraRange"),
        ({"eraRange": "2010-2024"}, "preferences.eraRange"),
        ({"eraRange": ["2010", 2024]}, "preferences.eraRange.0"),
        ({"moodBias": "sad"}, "preferences.moodBias"),
        ({"moodBias": 1}, "preferences.moodBias"),
        ({"popularityBias": "viral"}, "preferences.popularityBias"),
        ({"popularityBias": None}, "preferences.popularityBias"),
        ({"maxPerArtist": 0}, "preferences.maxPerArtist"),
        ({"maxPerArtist": 101}, "preferences.maxPerArtist"),
        ({"artistGap": -1}, "preferences.artistGap"),
        ({"artistGap": 21}, "preferences.artistGap"),
        ({"blockedArtists": "Ragouk"}, "preferences.blockedArtists"),
        ({"blockedArtists": ["x"] * 201}, "preferences.blockedArtists"),
        ({"blockedArtists": [""]}, "preferences.blockedArtists"),
        ({"blockedArtists": [None]}, "preferences.blockedArtists.0"),
        ({"blockedArtists": ["\x1b"]}, "preferences.blockedArtists"),
        ([], "preferences"),
        (None, "preferences"),
    ],
    ids=str,
)
def test_a_preference_out_of_range_is_named(reader, preferences, field):
    assert_refused(reader, "/api/generate", {"query": SONG, "preferences": preferences}, field)


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"randomSeed": -1}, "randomSeed"),
        ({"randomSeed": 2**31}, "randomSeed"),
        ({"randomSeed": "1"}, "randomSeed"),
        ({"includeSeed": 1}, "includeSeed"),
        ({"includeSeed": "yes"}, "includeSeed"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "\x07"}, "title"),
        ({"title": 5}, "title"),
    ],
    ids=str,
)
def test_every_other_field_is_checked_too(reader, extra, field):
    assert_refused(reader, "/api/generate", {"query": SONG, **extra}, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": SONG, "size": 20}, "size"),
        ({"query": SONG, "playlist_size": 20}, "playlist_size"),
        ({"query": SONG, "preferences": {"era": [2010, 2024]}}, "preferences.era"),
        ({"seeds": [{"query": SONG, "wieght": 1}]}, "seeds.0.wieght"),
        ({"query": SONG, "__proto__": {}}, "__proto__"),
    ],
    ids=str,
)
def test_unknown_fields_are_refused_at_every_level(reader, body, field):
    """A misspelt wish that is silently dropped is worse than an error."""
    assert_refused(reader, "/api/generate", body, field)


def test_all_faults_are_named_at_once(reader):
    body = {"query": 1, "playlistSize": "x", "preferences": {"moodBias": "x"}, "foo": 1}
    fields = ("query", "playlistSize", "preferences.moodBias", "foo")
    assert_refused(reader, "/api/generate", body, *fields)


def test_a_body_of_a_thousand_faults_gets_a_short_answer(reader):
    """A quarter of a megabyte sent must not cost ten to answer."""
    for body in ({"seeds": [0] * 60_000}, {f"field{number}": 1 for number in range(10_000)}):
        answer = reader.post("/api/generate", body)
        assert len(assert_problem(answer, status=422)["errors"]) == 20
        assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    "text",
    [
        '{"query": ',
        "{'query': 'x'}",
        '{"query": "x",}',
        "query=x",
        '{"query": "' + "\x01" + '"}',
        b"\xff\xfe\x00",
        b'{"query": "\xff"}',
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"playlistSize": ' + "9" * 5_000 + "}",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_not_json_is_a_bad_request(reader, text):
    before = reader.books()
    problem = assert_problem(reader.send("/api/generate", text), status=400)
    assert "JSON" in problem["detail"]
    assert reader.books() == before


@pytest.mark.parametrize(
    "text",
    ["", "null", "true", "5", '"a song"', "[]", '["query"]', "[" * 32 + "]" * 32],
    ids=lambda text: repr(text[:20]),
)
def test_json_of_another_shape_is_told_what_is_wanted(reader, text):
    problem = assert_problem(reader.send("/api/generate", text), status=422)
    (fault,) = problem["errors"]
    assert fault["field"] == "body"
    assert fault["problem"] in {"must be a JSON object", "is required"}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"query": "\\ud800"}', "query"),
        ('{"query": "x", "title": "\\udfff"}', "title"),
        ('{"query": "x", "preferences": {"blockedArtists": ["\\ud800"]}}', "preferences.blocked"),
        ('{"query": "x", "\\ud800": 1}', "body"),
        ('{"query": "x", "seeds": NaN}', "seeds"),
        ('{"seeds": [{"query": "x", "weight": NaN}]}', "seeds.0.weight"),
        ('{"seeds": [{"query": "x", "weight": Infinity}]}', "seeds.0.weight"),
        ('{"query": "x", "playlistSize": 1e400}', "playlistSize"),
    ],
)
def test_json_that_only_python_understands_is_refused_with_its_field(reader, text, field):
    problem = assert_problem(reader.send("/api/generate", text), status=422)
    assert problem["errors"][0]["field"].startswith(field)


def test_deep_nesting_in_an_unknown_field_is_only_an_unknown_field(reader):
    text = '{"query": "x", "deep": ' + "[" * 31 + "]" * 31 + "}"
    problem = assert_problem(reader.send("/api/generate", text), status=422)
    assert problem["errors"] == [{"field": "deep", "problem": "there is no such field"}]


@pytest.mark.parametrize("levels", [32, 400, 100_000])
def test_json_too_deep_for_a_small_stack_is_refused_unread(reader, levels):
    for opening, closing in ["[]", ('{"a":', "}")]:
        text = '{"query": "x", "deep": ' + opening * levels + closing * levels + "}"
        if len(text) < LARGEST_BODY:
            problem = assert_problem(reader.send("/api/generate", text), status=400)
            assert problem["detail"] == "JSON may be nested 32 levels deep"


def test_brackets_in_a_text_nest_nothing(reader):
    text = json.dumps({"query": "x", "deep": "[" * 400 + '"[' * 100 + "\\"})
    problem = assert_problem(reader.send("/api/generate", text), status=422)
    assert problem["errors"] == [{"field": "deep", "problem": "there is no such field"}]


def test_depth_is_counted_across_pieces_of_a_body():
    """Wherever they are cut."""
    text = json.dumps({"a": ["[[[", '"[', "\\", {"b": ["]"]}]}).encode()
    whole = Depth()
    assert whole.after(text) == 4
    for cut in range(len(text)):
        pieces = Depth()
        pieces.after(text[:cut])
        assert pieces.after(text[cut:]) == 4


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/generate"),
        ("DELETE", "/api/generate"),
        ("PUT", "/api/generate"),
        ("POST", "/api/health"),
        ("PATCH", "/api/playlist/pl_x"),
        ("GET", "/api/playlist/pl_x/refine"),
        ("HEAD", "/api/health"),
        ("OPTIONS", "/api/generate"),
    ],
)
def test_the_wrong_method_is_refused_with_the_right_ones(reader, method, path):
    """Also without a content type, except for POST: a stranger's page may send that one."""
    as_json = {"content-type": "application/json"}
    for headers in [as_json] if method == "POST" else [as_json, {}]:
        answer = reader.request(method, path, headers=headers)
        assert answer.status_code == 405
        assert answer.headers["content-type"] == "application/problem+json"
        allowed = answer.headers["allow"]
        assert allowed
        if method != "HEAD":
            assert answer.json()["detail"] == f"this address takes {allowed}"


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "text/json",
    ],
)
def test_only_json_is_taken(reader, kind):
    """The content types a page on another site may send without asking are not among it."""
    before = reader.books()
    headers = {} if kind is None else {"content-type": kind}
    content = json.dumps({"query": SONG}).encode()
    answer = reader.request("POST", "/api/generate", content=content, headers=headers)
    assert_problem(answer, status=415)
    assert reader.books() == before


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_say_its_charset(reader, kind):
    answer = reader.send("/api/track/resolve", json.dumps({"query": SONG}), content_type=kind)
    assert answer.status_code == 200


STRANGE_IDS = [
    "run_unknown",
    "'",
    '"',
    "' OR 1=1 --",
    "%00",
    "%0A",
    "%FF",
    "%F0%9F%8E%B5",
    "..%2F..%2Fetc%2Fpasswd",
    "%3Fq=1",
    "%23",
    "null",
    "-1",
    "x" * 5_000,
    "%27" * 1_000,
]


@pytest.mark.parametrize("name", STRANGE_IDS, ids=lambda name: name[:20])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/generate/{}"),
        ("GET", "/api/generate/{}/stream"),
        ("POST", "/api/generate/{}/choice"),
        ("GET", "/api/playlist/{}"),
        ("GET", "/api/playlist/{}/versions"),
        ("GET", "/api/playlist/{}/export/csv"),
        ("POST", "/api/playlist/{}/refine"),
    ],
)
def test_unknown_ids_are_not_found_however_they_are_written(reader, method, path, name):
    body = {"option": 0} if path.endswith("choice") else {"kind": "undo", "version": 1}
    more = {"json": body} if method == "POST" else {}
    assert_problem(reader.request(method, path.format(name), **more), status=404)


@pytest.mark.parametrize("path", ["/", "/api", "/api/", "/api/health/", "/api//health", "/docs/x"])
def test_an_unknown_path_is_not_found(reader, path):
    assert_problem(reader.get(path), status=404)


@pytest.mark.parametrize("name", ["", "doc", "JSON", "json%00", "md;x", "x" * 2_000])
def test_an_unknown_format_is_refused(reader, name):
    (run,) = reader.get("/api/user/history").json()["runs"]
    answer = reader.get(f"/api/playlist/{run['playlistId']}/export/{name}")
    assert_problem(answer, status=422 if name else 404)


@pytest.mark.parametrize("version", ["0", "-1", "x", "1.5", str(HUGE), "9" * 5_000, ""])
def test_a_version_is_a_small_whole_number(reader, version):
    (run,) = reader.get("/api/user/history").json()["runs"]
    path = f"/api/playlist/{run['playlistId']}"
    problem = assert_problem(reader.get(path, params={"version": version}), status=422)
    assert problem["errors"][0]["field"] == "version"


def test_a_version_that_was_never_made_is_not_found(reader):
    (run,) = reader.get("/api/user/history").json()["runs"]
    answer = reader.get(f"/api/playlist/{run['playlistId']}", params={"version": 2})
    assert_problem(answer, status=404)


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("/api/search", {}, "q"),
        ("/api/search", {"q": ""}, "q"),
        ("/api/search", {"q": "   "}, "q"),
        ("/api/search", {"q": "x" * 501}, "q"),
        ("/api/search", {"q": "a\x00b"}, "q"),
        ("/api/search", {"q": "x", "limit": 0}, "limit"),
        ("/api/search", {"q": "x", "limit": 26}, "limit"),
        ("/api/search", {"q": "x", "limit": "many"}, "limit"),
        ("/api/search", {"q": "x", "limit": HUGE}, "limit"),
        ("/api/user/history", {"limit": 0}, "limit"),
        ("/api/user/history", {"limit": 101}, "limit"),
        ("/api/user/history", {"before": "x" * 201}, "before"),
    ],
)
def test_a_parameter_out_of_range_is_named(reader, path, params, field):
    problem = assert_problem(reader.get(path, params=params), status=422)
    assert [each["field"] for each in problem["errors"]] == [field]


def test_history_before_an_unknown_run_is_not_found(reader):
    assert_problem(reader.get("/api/user/history", params={"before": "run_x"}), status=404)


@pytest.mark.parametrize(
    "q", ['"', '""""', "AND OR NOT", "NEAR(a b)", "title:x", "a*", "^a", "{a b}", "(", "-", "'; --"]
)
def test_search_takes_operators_of_its_database_as_words(reader, q):
    assert reader.get("/api/search", params={"q": q}).status_code == 200


@pytest.mark.parametrize("query", ["", " ", "x" * 501, "\x00", TOO_LONG])
def test_resolve_checks_its_query(reader, query):
    assert_refused(reader, "/api/track/resolve", {"query": query}, "query")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "option"),
        ({"option": -1}, "option"),
        ({"option": 51}, "option"),
        ({"option": "0"}, "option"),
        ({"option": 0, "seed": 5}, "seed"),
        ({"option": 0, "seed": -1}, "seed"),
        ({"option": 0, "song": 1}, "song"),
    ],
    ids=str,
)
def test_a_choice_names_its_bad_field(reader, body, field):
    (run,) = reader.get("/api/user/history").json()["runs"]
    assert_refused(reader, f"/api/generate/{run['runId']}/choice", body, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": 1}, "kind"),
        ({"kind": "shuffle", "version": 1}, "kind"),
        ({"kind": "undo"}, "version"),
        ({"kind": "undo", "version": 0}, "version"),
        ({"kind": "undo", "version": HUGE}, "version"),
        ({"kind": "undo", "version": "1"}, "version"),
        ({"kind": "lock", "version": 1}, "positions"),
        ({"kind": "lock", "positions": [], "version": 1}, "positions"),
        ({"kind": "lock", "positions": [0], "version": 1}, "positions"),
        ({"kind": "lock", "positions": [16], "version": 1}, "positions"),
        ({"kind": "lock", "positions": [HUGE], "version": 1}, "positions"),
        ({"kind": "lock", "positions": [-1], "version": 1}, "positions"),
        ({"kind": "lock", "positions": [1, 1], "version": 1}, "positions"),
        ({"kind": "lock", "positions": list(range(1, 102)), "version": 1}, "positions"),
        ({"kind": "lock", "positions": 1, "version": 1}, "positions"),
        ({"kind": "lock", "positions": ["1"], "version": 1}, "positions.0"),
        ({"kind": "move", "positions": [1], "version": 1}, "to"),
        ({"kind": "move", "positions": [1], "to": 0, "version": 1}, "to"),
        ({"kind": "move", "positions": [1], "to": 16, "version": 1}, "to"),
        ({"kind": "move", "positions": [1, 2], "to": 3, "version": 1}, "positions"),
        ({"kind": "more_like", "positions": [1, 2], "version": 1}, "positions"),
        ({"kind": "less_like", "positions": [], "version": 1}, "positions"),
        ({"kind": "undo", "version": 1, "position": 1}, "position"),
    ],
    ids=str,
)
def test_an_edit_names_its_bad_field(reader, body, field):
    (run,) = reader.get("/api/user/history").json()["runs"]
    assert_refused(reader, f"/api/playlist/{run['playlistId']}/refine", body, field)


@pytest.mark.parametrize("key", ["", " ", "k" * 201])
def test_an_idempotency_key_is_1_to_200_characters(reader, key):
    before = reader.books()
    answer = reader.post("/api/generate", {"query": SONG}, headers={"Idempotency-Key": key})
    problem = assert_problem(answer, status=422)
    assert problem["errors"][0]["field"].lower() == "idempotency-key"
    assert reader.books() == before
