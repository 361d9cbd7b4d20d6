"""Where an id would be: arithmetic that writer and reader must agree on."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.catalogue.blocks import keys
from grovemusic.catalogue.blocks.layout import (
    IDS,
    bucket_of,
    first_of_bucket,
    shard_of,
    shards_for,
)

NUMBERS = st.integers(0, IDS - 1)
COUNTS = st.integers(1, 5000)


@given(NUMBERS, COUNTS, COUNTS)
def test_an_id_lies_between_the_first_of_its_bucket_and_the_first_of_the_next(key, shards, buckets):
    shard, bucket = shard_of(key, shards), bucket_of(key, shards, buckets)
    assert 0 <= shard < shards
    assert 0 <= bucket < buckets
    assert first_of_bucket(shard, bucket, shards, buckets) <= key
    assert key < first_of_bucket(shard, bucket + 1, shards, buckets)


@given(NUMBERS, NUMBERS, COUNTS, COUNTS)
def test_a_larger_id_is_never_in_an_earlier_place(one, other, shards, buckets):
    """Otherwise the blocks would not be in the order of their ids."""

    def place(key):
        return shard_of(key, shards), bucket_of(key, shards, buckets)

    assert place(min(one, other)) <= place(max(one, other))


@pytest.mark.parametrize("key", [-1, IDS])
def test_more_than_128_bits_have_no_shard(key):
    with pytest.raises(ValueError, match="128 bits"):
        shard_of(key, 16)


def test_the_full_catalogue_has_4096_shards_or_hardly_fewer():
    """The design's figure: 62,500 rows a shard."""
    assert 4090 <= shards_for(256_000_000) <= 4096
    assert shards_for(0) == shards_for(62_000) == 1


@given(NUMBERS)
def test_ids_of_services_come_back_from_their_numbers(number):
    assert keys.of_track(keys.track_of(number)) == number
    assert keys.of_uuid(keys.uuid_of(number)) == number
    assert keys.of_uuid(str(uuid.UUID(int=number)).upper()) == number


@pytest.mark.parametrize("text", ["", "7" * 21, "z" * 22, "é" * 22])
def test_what_is_no_id_has_no_number(text):
    with pytest.raises(ValueError, match=r"base62|bits"):
        keys.of_track(text)
    with pytest.raises(ValueError, match="UUID"):
        keys.of_uuid(text)


def test_names_become_numbers_that_are_spread():
    """ISRCs of one year and country lie close together; their numbers must not."""
    shards = {shard_of(keys.of_text(f"GBAYE05{n:05d}"), 16) for n in range(200)}
    assert len(shards) == 16
