"""The document at /api/openapi.json: complete, true, and readable without a network."""

import re

import pytest
from grove_client import GroveClient

from grovemusic.api.schemas import ChoiceBody, GenerateBody, RefineBody, ResolveBody, Started

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(reader):
    return reader.get("/api/openapi.json").json()


def operations(document):
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def references(value):
    match value:
        case dict():
            if "$ref" in value:
                yield value["$ref"]
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def test_every_route_is_in_it(document):
    assert {name for name, _operation in operations(document)} == {
        "GET /api/health",
        "GET /api/search",
        "POST /api/track/resolve",
        "POST /api/generate",
        "GET /api/generate/{run_id}",
        "POST /api/generate/{run_id}/choice",
        "GET /api/generate/{run_id}/stream",
        "GET /api/playlist/{playlist_id}",
        "GET /api/playlist/{playlist_id}/versions",
        "GET /api/playlist/{playlist_id}/export/{format_name}",
        "POST /api/playlist/{playlist_id}/refine",
        "GET /api/user/me",
        "GET /api/user/credits",
        "GET /api/user/history",
        "GET /api/metrics",
    }


def test_its_frame_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "GroveMusic"
    assert document["info"]["version"]
    names = [operation["operationId"] for _name, operation in operations(document)]
    assert len(names) == len(set(names))


def test_nothing_it_refers_to_is_missing(document):
    named = set(references(document))
    assert named
    for reference in named:
        where = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in where, reference
            where = where[step]


def test_every_operation_says_what_it_does_and_what_it_answers(document):
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"].strip(), name
        assert operation["tags"], name
        assert any(status.startswith("2") for status in operation["responses"]), name
        assert all(answer["description"] for answer in operation["responses"].values()), name


def test_every_path_parameter_is_declared(document):
    for name, operation in operations(document):
        declared = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", name)), name
        assert all(p["schema"] for p in operation.get("parameters", ())), name


def test_every_error_is_a_problem(document):
    """FastAPI's own shape of a 422 is not what we send, so it must not stand there."""
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                assert list(answer["content"]) == ["application/problem+json"], (name, status)
        takes_input = operation.get("requestBody") or operation.get("parameters")
        assert not takes_input or "422" in operation["responses"], name


@pytest.mark.parametrize("kind", [GenerateBody, ChoiceBody, ResolveBody, RefineBody])
def test_every_body_has_examples_that_are_valid(document, kind):
    examples = document["components"]["schemas"][kind.__name__]["examples"]
    for example in examples:
        kind.model_validate(example)
    assert examples


def test_the_example_of_generate_passes_all_checks():
    for example in GenerateBody.model_json_schema()["examples"]:
        assert GenerateBody.model_validate(example).ask().seeds


def test_the_answer_of_generate_has_an_example_of_its_true_shape(reader, document):
    (example,) = document["components"]["schemas"][Started.__name__]["examples"]
    run = reader.start("Wires")  # asks which one, so nothing is used up
    assert run
    answer = reader.post("/api/generate", {"query": "zzzz qqqq"}).json()
    reader.settle()
    assert set(answer) == set(example)


def test_unknown_fields_are_declared_as_refused(document):
    schemas = document["components"]["schemas"]
    for name in ("GenerateBody", "Preferences", "Seed", "ChoiceBody", "ResolveBody", "RefineBody"):
        assert schemas[name]["additionalProperties"] is False


def test_the_page_asks_no_other_host(reader):
    """Without a network, and without telling anyone who reads our documentation."""
    answer = reader.get("/docs")
    assert answer.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links
    assert all(link.startswith("/") and not link.startswith("//") for link in links)
    assert "http" not in answer.text
    assert "<script>" not in answer.text  # its policy would forbid it
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy


def test_the_page_describes_the_api_to_people_without_scripts(reader):
    assert 'href="/api/openapi.json"' in reader.get("/docs").text
    assert isinstance(reader, GroveClient)
