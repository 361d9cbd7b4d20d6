"""The examples of the OpenAPI document have the shape of real answers."""

import pytest

from grovemusic.api import examples


def shape(value):
    """Names of objects all the way down; lists by their first entry; None fits everything."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None


def agrees(real, shown):
    """Whether both have the same names wherever both say something."""
    if isinstance(real, dict) and isinstance(shown, dict):
        return real.keys() == shown.keys() and all(agrees(real[k], shown[k]) for k in real)
    if isinstance(real, list) and isinstance(shown, list):
        return not real or not shown or agrees(real[0], shown[0])
    return not (isinstance(real, list) ^ isinstance(shown, list)) or real is None or shown is None


@pytest.fixture(scope="module")
def answers(reader):
    """Name of an example -> a real answer of its kind."""
    run = reader.get("/api/user/history").json()["runs"][0]
    playlist = f"/api/playlist/{run['playlistId']}"
    return {
        "HEALTH": reader.get("/api/health").json(),
        "SEARCH": reader.get("/api/search?q=electric").json(),
        "RESOLVED": reader.post("/api/track/resolve", {"query": "Electric Tide"}).json(),
        "PLAYLIST": reader.get(playlist).json(),
        "VERSIONS": reader.get(f"{playlist}/versions").json(),
        "METRICS": reader.get("/api/metrics").json(),
    }


@pytest.mark.parametrize(
    "name", ["HEALTH", "SEARCH", "RESOLVED", "PLAYLIST", "VERSIONS", "METRICS"]
)
def test_an_example_has_the_shape_of_a_real_answer(answers, name):
    assert agrees(shape(answers[name]), shape(getattr(examples, name))), answers[name]


def test_the_example_of_a_run_under_way_is_what_a_waiting_run_shows(grove):
    run = grove.post("/api/generate", {"query": "Electric Tide by Azure Valley"}).json()["runId"]
    real = grove.get(f"/api/generate/{run}").json()
    if real["status"] == "processing":
        assert real.keys() == examples.WORKING.keys()
    else:
        assert real.keys() == examples.PLAYLIST.keys()


def test_every_json_route_shows_an_example(reader):
    paths = reader.get("/api/openapi.json").json()["paths"]
    without = [
        path
        for path, methods in paths.items()
        for method in methods.values()
        for media in [method["responses"].get("200", {}).get("content", {}).get("application/json")]
        if media is not None and "examples" not in media and "/user/" not in path
    ]
    assert without == []
