"""Whether a model's answer fits: a wrong one must not reach the playlist."""

import pytest

from grovemusic.clients.schema import misfit

SCHEMA = {
    "type": "object",
    "properties": {
        "role": {"type": "string", "enum": ["opener", "closer"]},
        "tracks": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "object",
                "properties": {
                    "position": {"type": "integer"},
                    "why": {"type": ["string", "null"]},
                },
                "required": ["position"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["tracks"],
}


@pytest.mark.parametrize(
    "answer",
    [
        {"tracks": [{"position": 1, "why": "…"}]},
        {"tracks": [{"position": 1, "why": None}, {"position": 2.0}], "role": "opener"},
        {"tracks": [{"position": 1}], "something": "else"},
    ],
)
def test_an_answer_that_fits(answer):
    assert misfit(answer, SCHEMA) is None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([], "answer is not object"),
        ({}, "answer lacks tracks"),
        ({"tracks": {}}, "answer.tracks is not array"),
        ({"tracks": []}, "answer.tracks has 0 entries"),
        ({"tracks": [{"position": 1}] * 3}, "answer.tracks has 3 entries"),
        ({"tracks": [{"position": "1"}]}, "answer.tracks[0].position is not integer"),
        ({"tracks": [{"position": True}]}, "answer.tracks[0].position is not integer"),
        ({"tracks": [{"position": 1.5}]}, "answer.tracks[0].position is not integer"),
        ({"tracks": [{"position": 1}, {}]}, "answer.tracks[1] lacks position"),
        ({"tracks": [{"position": 1, "x": 1}]}, "answer.tracks[0] has a field too many"),
        ({"tracks": [{"position": 1, "why": 5}]}, "answer.tracks[0].why is not string or null"),
        ({"tracks": [{"position": 1}], "role": "x"}, "answer.role is none of the allowed values"),
    ],
)
def test_an_answer_that_does_not_fit_says_where(answer, says):
    assert misfit(answer, SCHEMA) == says
