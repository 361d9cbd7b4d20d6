"""What features alone tell: vectors, faults, genres, decades, tiers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.catalogue import tiers
from grovemusic.catalogue.decades import decade_label, decade_of, decades_between
from grovemusic.catalogue.features import (
    DIMENSIONS,
    HYBRID_DIMENSIONS,
    audio_vector,
    fault_in,
    hybrid_vector,
)
from grovemusic.catalogue.genres import PROFILES, genre_hints, profile_likeness
from grovemusic.domain.music import AudioFeatures

KNOWN = {"tempo_bpm": 128.0, "energy": 0.85, "danceability": 0.75, "acousticness": 0.05}
ANY = st.none() | st.floats(allow_nan=False, allow_infinity=False)


def test_sounds_are_like_the_genre_whose_numbers_they_have():
    assert genre_hints(AudioFeatures(**KNOWN))[0] == ("edm", 1.0)
    folk = AudioFeatures(energy=0.3, acousticness=0.9, instrumentalness=0.25, speechiness=0.03)
    assert genre_hints(folk)[0].genre == "acoustic-folk"


def test_without_numbers_there_is_no_hint():
    assert genre_hints(AudioFeatures()) == ()
    assert genre_hints(AudioFeatures(energy=0.95, acousticness=math.nan, loudness_db=-5)) == ()


@given(st.tuples(*[ANY] * 9))
def test_hints_are_three_at_most_and_in_order(numbers):
    names = (
        "tempo_bpm energy danceability valence acousticness instrumentalness speechiness "
        "liveness loudness_db"
    ).split()
    features = AudioFeatures(**dict(zip(names, numbers, strict=True)))
    hints = genre_hints(features)
    assert len(hints) <= 3
    assert all(0.7 < hint.likeness <= 1 for hint in hints)
    assert list(hints) == sorted(hints, key=lambda hint: (-hint.likeness, hint.genre))
    assert all(0 <= profile_likeness(features, genre) <= 1 for genre in PROFILES)


@pytest.mark.parametrize(
    ("year", "decade"),
    [(1990, 1990), (1999, 1990), (2000, 2000), (None, None), (0, None), (1859, None), (2100, None)],
)
def test_a_year_is_in_its_decade(year, decade):
    assert decade_of(year) == decade


def test_an_era_lies_in_its_decades():
    assert decades_between(1987, 2003) == [1980, 1990, 2000]
    assert decades_between(1990, 1989) == []
    assert decades_between(1, 1869) == [1860]
    assert [decade_label(each) for each in decades_between(1994, 1996)] == ["1990s"]


@pytest.mark.parametrize(
    ("popularity", "tier"),
    [(100, "A"), (30, "A"), (29.9, "B"), (10, "B"), (9, "C"), (0, "C"), (None, "C"), (-1, "C")],
)
def test_tiers_are_by_popularity(popularity, tier):
    assert tiers.tier_of(popularity).name == tier


def test_features_without_fault_make_a_vector():
    assert fault_in(AudioFeatures(**KNOWN), None) is None
    assert fault_in(AudioFeatures(**KNOWN | {"tempo_bpm": 10_000.0}), 130.0) is None


@pytest.mark.parametrize(
    ("numbers", "popularity", "reason"),
    [
        ({"tempo_bpm": math.nan}, 1, "tempo_bpm is nan"),
        ({"energy": math.inf}, 1, "energy is inf"),
        ({"energy": "loud"}, 1, "energy is 'loud'"),
        ({"mode": True}, 1, "mode is True"),
        ({}, -math.inf, "popularity is -inf"),
        ({"tempo_bpm": None}, 1, "only 3"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_fault_is_named(numbers, popularity, reason):
    assert reason in fault_in(AudioFeatures(**KNOWN | numbers), popularity)


@given(st.lists(ANY, min_size=12, max_size=12), ANY)
def test_whatever_the_numbers_a_vector_has_thirteen_between_0_and_1(numbers, popularity):
    names = [*AudioFeatures.__dataclass_fields__]
    features = AudioFeatures(**dict(zip(names, numbers, strict=True)))
    values = audio_vector(features, popularity)
    assert len(values) == DIMENSIONS
    assert all(0 <= value <= 1 for value in values)


def test_sound_and_words_weigh_the_same_in_a_hybrid():
    audio = audio_vector(AudioFeatures(**KNOWN), 50)
    vector = hybrid_vector(audio, [3.0] * 1523)
    assert len(vector) == HYBRID_DIMENSIONS
    assert math.hypot(*vector[:13]) == pytest.approx(math.hypot(*vector[13:])) == pytest.approx(1)
    assert set(hybrid_vector(audio, [0.0] * 1523)[13:]) == {0.0}
    with pytest.raises(ValueError, match="1,523"):
        hybrid_vector(audio, [1.0])
