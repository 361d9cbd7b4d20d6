"""Depth is told without reading, of whole texts and of texts in pieces."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.domain.json_depth import DEEPEST, Depth, too_deep

texts = st.text(alphabet='[]{}"\\ab', max_size=6)
documents = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


def depth_of(value):
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


def wrapped(value, levels):
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


@given(documents, st.integers(0, 40), st.data())
def test_both_ways_find_the_depth_of_any_document(document, levels, data):
    document = wrapped(document, levels)
    body = json.dumps(document).encode()
    cut = data.draw(st.integers(0, len(body)))
    pieces = Depth()
    pieces.after(body[:cut])
    assert pieces.after(body[cut:]) == depth_of(document)
    assert too_deep(body) == (depth_of(document) > DEEPEST)


@pytest.mark.parametrize("body", [b"[" * 33, b'{"a":' * 33, b"[" * 100_000, b"[]" * 40 + b"[" * 33])
def test_what_is_never_closed_is_deep_too(body):
    assert too_deep(body)


@pytest.mark.parametrize("body", [b"", b"]", b"[" * 32, b'"[[[', b"[]" * 1000, b"\\", b'"\\"'])
def test_what_is_no_json_is_left_to_its_reader(body):
    assert not too_deep(body)
