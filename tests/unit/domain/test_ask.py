"""What may be asked for, and how a bad ask is told which field is wrong."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.domain.ask import Ask, SeedQuery, checked, wanted_tracks
from grovemusic.domain.credits import credits_for
from grovemusic.domain.errors import BadAsk

GOOD = Ask(seeds=(SeedQuery(query="A by B"),))


def test_texts_are_trimmed():
    assert checked(replace(GOOD, seeds=(SeedQuery(query="  A by B "),))).seeds[0].query == "A by B"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seeds": ()}, "query"),
        ({"seeds": (SeedQuery(query="   "),)}, "query"),
        ({"seeds": (SeedQuery(query="x" * 501),)}, "query"),
        ({"seeds": (SeedQuery(query="a\x00b"),)}, "query"),
        ({"seeds": (SeedQuery(query="a\nb"),)}, "query"),
        ({"seeds": (SeedQuery(query="a", weight=0),)}, "seeds.weight"),
        ({"seeds": (SeedQuery(query="a"),) * 6}, "seeds"),
        ({"size": 14}, "playlistSize"),
        ({"size": 101}, "playlistSize"),
        ({"minutes": 5}, "minutes"),
        ({"era": (2020, 2010)}, "preferences.eraRange"),
        ({"era": (12, 2010)}, "preferences.eraRange"),
        ({"max_per_artist": 0}, "preferences.maxPerArtist"),
        ({"artist_gap": -1}, "preferences.artistGap"),
        ({"blocked_artists": ("",)}, "preferences.blockedArtists"),
        ({"random_seed": -1}, "randomSeed"),
    ],
)
def test_a_bad_field_is_named(change, field):
    with pytest.raises(BadAsk) as caught:
        checked(replace(GOOD, **change))
    assert caught.value.field == field


@given(st.text(max_size=600))
def test_any_query_is_either_accepted_or_refused_by_name(text):
    try:
        accepted = checked(replace(GOOD, seeds=(SeedQuery(query=text),))).seeds[0].query
    except BadAsk as bad:
        accepted, refused = "", bad.field
    else:
        refused = ""
    assert bool(accepted) != (refused == "query")


@pytest.mark.parametrize(("tracks", "cost"), [(15, 1), (25, 1), (26, 2), (50, 2), (100, 4)])
def test_a_credit_buys_twenty_five_tracks(tracks, cost):
    assert credits_for(tracks) == cost


def test_minutes_are_turned_into_tracks():
    assert 14 <= wanted_tracks(replace(GOOD, minutes=60)) <= 20
