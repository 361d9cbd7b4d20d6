"""What a listener typed is read in every way that makes sense."""

import pytest

from grovemusic.domain.ids import track_id
from grovemusic.domain.matching import confidence
from grovemusic.domain.music import Track
from grovemusic.domain.queries import read_query


def track(title, artist):
    return Track(id=track_id(title=title, artist=artist), title=title, artist=artist)


def test_song_by_artist_splits_at_the_last_by():
    assert read_query("Stand by Me by Ben E. King").readings[0] == ("Stand by Me", "Ben E. King")


def test_a_dash_is_read_both_ways():
    readings = read_query("Frank Ocean - Pink + White").readings
    assert ("Pink + White", "Frank Ocean") in readings
    assert ("Frank Ocean", "Pink + White") in readings


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("USRC17607839", "isrc", "USRC17607839"),
        ("9980309D-3480-4e7e-89ce-fce971a452be", "mbid", "9980309d-3480-4e7e-89ce-fce971a452be"),
        (
            "https://musicbrainz.org/recording/9980309d-3480-4e7e-89ce-fce971a452be",
            "mbid",
            "9980309d-3480-4e7e-89ce-fce971a452be",
        ),
        ("spotify:track:3xKsf9qdS1CyvXSMEid6g8", "spotify_id", "3xKsf9qdS1CyvXSMEid6g8"),
        (
            "https://open.spotify.com/intl-de/track/3xKsf9qdS1CyvXSMEid6g8?si=1",
            "spotify_id",
            "3xKsf9qdS1CyvXSMEid6g8",
        ),
    ],
)
def test_identifiers_and_addresses_are_recognised(text, field, value):
    assert getattr(read_query(text), field) == value


def test_a_last_fm_address_gives_names():
    query = read_query("https://www.last.fm/music/Frank+Ocean/_/Pink+%2B+White")
    assert query.readings == (("Pink + White", "Frank Ocean"),)


def test_a_foreign_address_is_not_opened_and_means_nothing():
    query = read_query("http://169.254.169.254/latest/meta-data")
    assert not query.readings
    assert not query.mbid


@pytest.mark.parametrize(
    "text",
    [
        "Pink + White by Frank Ocean",
        "frank ocean - pink and white",
        "FRANK OCEAN PINK WHITE",
        "pink white frank ocean",
        '"Pink + White" Frank Ocean',
    ],
)
def test_every_usual_way_to_name_a_song_is_a_sure_match(text):
    assert confidence(read_query(text), track("Pink + White", "Frank Ocean")) >= 0.9


def test_another_song_by_the_same_artist_is_no_match():
    found = confidence(
        read_query("Pink Matter by Frank Ocean"), track("Pink + White", "Frank Ocean")
    )
    assert found < 0.7


def test_the_studio_version_is_surer_than_the_live_one_unless_asked_for():
    query = read_query("Hello by Adele")
    live = track("Hello - Live", "Adele")
    assert confidence(query, track("Hello", "Adele")) > confidence(query, live)
    assert confidence(read_query("Hello live by Adele"), live) > confidence(query, live) - 0.2
