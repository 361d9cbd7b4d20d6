"""A model's sentence may say only what the evidence says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.pipeline.grounding import facts_from, fault

FACTS = facts_from(
    [
        "Pink + White",
        "Frank Ocean",
        "Super Rich Kids",
        "first released in 2012",
        "tags: neo-soul, rnb",
        "Last.fm finds it 83 % similar to “Pink + White”",
    ]
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Another neo-soul reverie by Frank Ocean, from 2012.",
        "Last.fm finds it 83 % similar to “Pink + White”, and you can hear why.",
        "A slow, tender drift that keeps the evening going.",
    ],
)
def test_sentences_within_the_facts_pass(sentence):
    assert fault(sentence, FACTS) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Released in 2013, it follows on.",
        "Produced by Pharrell Williams.",
        "It won a grammy.",
        "A jazz number in disguise.",
        "It reminds of Stevie Wonder.",
        "“Nikes” is its sister song.",
        "Its piano and strings glow.",
        "See https://example.com for more.",
        "<b>Bold</b> words.",
        "",
        "x" * 500,
        "It was his debut.",
        "Two more of these and you float.",
    ],
)
def test_sentences_beyond_the_facts_are_refused(sentence):
    assert fault(sentence, FACTS)


@given(st.text(max_size=600))
def test_any_text_gets_a_verdict(text):
    assert fault(text, FACTS) is None or fault(text, FACTS)
