"""Names of cache entries: the same for the same question, and short enough for KV."""

from hypothesis import given
from hypothesis import strategies as st

from grovemusic.clients import keys


def test_names_that_differ_only_in_writing_share_an_entry():
    assert keys.hashed_names("Jóga", "BJÖRK") == keys.hashed_names("joga", "bjork")


def test_the_division_between_names_counts():
    assert keys.hashed_names("ab", "c") != keys.hashed_names("a", "bc")
    assert keys.hashed_names("a", "") != keys.hashed_names("a")


def test_a_set_has_no_order():
    assert keys.hashed_set(["b", "a"]) == keys.hashed_set(["a", "b"])


@given(st.lists(st.text(), max_size=5))
def test_any_text_gives_a_short_key(parts):
    """Keys of KV have 512 bytes at most; listeners type anything, half a surrogate pair too."""
    rule = keys.rule("lastfm:similar-artists", keys.hashed_names(*parts, "\ud800"), keys.WEEK_S)
    assert len(rule.key.encode()) < 100
