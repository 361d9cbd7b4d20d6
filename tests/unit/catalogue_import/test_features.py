"""The layout of a vector: thirteen numbers of 0-1, unknown ones in nobody's corner."""

import pytest

from grovemusic.catalogue.features import DIMENSIONS, audio_vector
from grovemusic.domain.corpus import USUAL_SPREAD, Spread
from grovemusic.domain.music import AudioFeatures

LOW = AudioFeatures(
    tempo_bpm=60, energy=0, danceability=0, valence=0, acousticness=0, instrumentalness=0,
    speechiness=0, liveness=0, loudness_db=-60, key=0, mode=0, time_signature=3,
)  # fmt: skip
HIGH = AudioFeatures(
    tempo_bpm=200, energy=1, danceability=1, valence=1, acousticness=1, instrumentalness=1,
    speechiness=1, liveness=1, loudness_db=0, key=11, mode=1, time_signature=7,
)  # fmt: skip


@pytest.mark.parametrize(
    ("features", "popularity", "want"),
    [
        pytest.param(LOW, 0, 0.0, id="lowest"),
        pytest.param(HIGH, 100, 1.0, id="highest"),
    ],
)
def test_every_number_spans_0_to_1(features, popularity, want):
    assert audio_vector(features, popularity) == (want,) * DIMENSIONS


def test_numbers_beyond_the_scale_are_held_inside():
    """Some drum and bass is faster than 200, some masters are louder than 0 dB."""
    beyond = audio_vector(AudioFeatures(tempo_bpm=230, loudness_db=1.5, time_signature=1), 50)
    assert (beyond[0], beyond[8], beyond[11]) == (1.0, 1.0, 0.0)


def test_the_order_is_that_of_the_specification():
    features = AudioFeatures(
        tempo_bpm=130, energy=0.1, danceability=0.2, valence=0.3, acousticness=0.4,
        instrumentalness=0.5, speechiness=0.6, liveness=0.7, loudness_db=-12, key=11, mode=1,
        time_signature=5,
    )  # fmt: skip
    want = (0.5, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.0, 0.5, 0.25)
    assert audio_vector(features, 25) == pytest.approx(want)


def test_an_unknown_number_takes_the_mean_of_the_catalogue():
    spread = {"energy": Spread(mean=0.7, deviation=0.1), "popularity": Spread(mean=20, deviation=9)}
    found = audio_vector(AudioFeatures(valence=0.9), None, spread)
    assert (found[1], found[3], found[12]) == (0.7, 0.9, 0.2)


def test_an_unknown_key_and_what_nobody_knows_stand_in_the_middle():
    assert audio_vector(AudioFeatures(), None, {}) == (0.5,) * DIMENSIONS
    assert audio_vector(AudioFeatures(), None, USUAL_SPREAD)[9] == 0.5
