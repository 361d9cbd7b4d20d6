"""Ids are 128-bit numbers in 22 base62 digits, whoever made them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.domain import ids


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_every_128_bit_number_survives_the_round_trip(number):
    text = ids.to_base62(number)
    assert len(text) == 22
    assert ids.from_base62(text) == number


@pytest.mark.parametrize("text", ["", "short", "Z" * 22, "0" * 21 + "-", "0" * 23, "0" * 22 + "\n"])
def test_what_is_no_id_is_refused(text):
    with pytest.raises(ValueError):
        ids.from_base62(text)
    assert not ids.is_base62(text)


@pytest.mark.parametrize("number", [-1, 2**128])
def test_numbers_beyond_128_bits_are_refused(number):
    with pytest.raises(ValueError):
        ids.to_base62(number)


def test_a_spotify_id_is_kept_as_it_is():
    spotify = ids.to_base62(12345)
    assert ids.track_id(title="A", artist="B", spotify_id=spotify) == spotify


def test_without_other_ids_equal_names_give_equal_ids():
    one = ids.track_id(title="Pink + White", artist="Frank Ocean")
    assert one == ids.track_id(title="pink & white", artist="FRANK OCEAN")
    assert one != ids.track_id(title="Pink Matter", artist="Frank Ocean")


def test_an_empty_mbid_as_last_fm_sends_it_is_none():
    assert ids.clean_mbid("") is None
    assert ids.clean_mbid("not-an-id") is None


@pytest.mark.parametrize("text", ["us-rc1-76-07839", "USRC17607839"])
def test_isrcs_are_cleaned(text):
    assert ids.clean_isrc(text) == "USRC17607839"
