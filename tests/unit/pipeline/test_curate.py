"""Stage 6: promises that hold on every playlist, and what gives way when they cannot all hold."""

from collections import Counter
from dataclasses import replace

import pytest
from builders import scored, track
from hypothesis import HealthCheck, given, settings
from pools import SEEDS, asks, pools

from grovemusic.domain import names
from grovemusic.domain.ask import Ask, PopularityBias, SeedQuery
from grovemusic.domain.music import Category
from grovemusic.domain.works import song_keys
from grovemusic.pipeline.curate import (
    CLOSE_ENOUGH_MS,
    Barred,
    credited,
    curate,
    one_a_song,
    quota_counts,
    varied,
)
from grovemusic.pipeline.explain import from_templates
from grovemusic.pipeline.spacing import can_be_spread

ASK = Ask(seeds=(SeedQuery(query="Seed by Sower"),))


def many(count, **known):
    """Candidates by as many artists, best first."""
    return [
        scored(track(f"Song {n} of many", f"Artist {n}", **known), overall=9 - n / 100)
        for n in range(count)
    ]


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(pools(), asks())
def test_every_promise_holds_on_every_playlist(pool, ask):
    curated = curate(pool, SEEDS, ask)
    explained = from_templates(curated.tracks, SEEDS, ask)
    listed = explained.tracks
    chosen = [each.scored for each in listed if not each.is_seed]

    songs = [song_keys(e.track.title, e.track.artist) for e in chosen]
    for at, keys in enumerate(songs):
        assert all(keys.isdisjoint(other) for other in songs[at + 1 :])
        assert keys.isdisjoint(song_keys("Seed", "Sower"))
    blocked = {names.artist_key(name) for name in ask.blocked_artists}
    assert all(blocked.isdisjoint(credited(each)) for each in chosen)
    leads = [names.artist_key(each.scored.track.artist) for each in listed]
    assert max(Counter(leads).values(), default=0) <= ask.max_per_artist
    for at, lead in enumerate(leads):
        assert lead not in leads[at + 1 : at + 1 + ask.artist_gap]
    if ask.era:
        assert all(e.track.year is None or ask.era[0] <= e.track.year <= ask.era[1] for e in chosen)
    if ask.minutes is None:
        assert len(listed) == ask.size or any("only" in note for note in curated.notes)
    assert [each.position for each in listed] == list(range(1, len(listed) + 1))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(pools(smallest=60, largest=80), asks())
def test_quotas_hold_within_one_track_or_a_note_says_so(pool, ask):
    ask = replace(ask, minutes=None, include_seed=False)
    curated = curate(pool, SEEDS, ask)
    counts = Counter(each.category for each in curated.tracks)
    wildcards = counts.pop(None, 0)
    wanted = quota_counts(ask.popularity, len(curated.tracks))
    missed = sum(max(0, wanted[tier] - counts[tier]) for tier in Category)
    assert missed <= wildcards + 1 or curated.notes


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(pools(), asks())
def test_equal_input_gives_equal_output_whatever_its_order(pool, ask):
    assert curate(pool, SEEDS, ask) == curate(list(reversed(pool)), SEEDS, ask)


def test_a_list_in_minutes_comes_within_half_a_minute():
    pool = [
        scored(
            track(f"Song {n} of many", f"Artist {n}", duration_ms=150_000 + 7_919 * n % 200_000),
            overall=9 - n / 100,
            category=Category.DEEP_CUT,
        )
        for n in range(200)
    ]
    for minutes in (30, 47, 60, 90, 120):
        curated = curate(pool, SEEDS, replace(ASK, minutes=minutes))
        total_ms = sum(each.track.duration_ms for each in curated.tracks)
        assert abs(total_ms - minutes * 60_000) <= CLOSE_ENOUGH_MS


def test_too_few_candidates_make_a_shorter_list_and_say_so():
    curated = curate(many(7), SEEDS, ASK)
    assert len(curated.tracks) == 7
    assert any("only 7 of 15" in note for note in curated.notes)


def test_the_studio_version_takes_the_place_of_a_better_ranked_remix():
    remix = scored(track("Song (X Remix)", "A"), overall=9)
    studio = scored(track("Song", "A"), overall=5)
    assert one_a_song([remix, studio]) == [studio]


def test_a_second_song_by_an_artist_must_be_clearly_better_than_one_by_somebody_new():
    first, second = scored(track("A1", "A"), overall=9), scored(track("A2", "A"), overall=8)
    close, far = scored(track("B", "B"), overall=7.8), scored(track("C", "C"), overall=6)
    assert varied([first, second, close, far]) == [first, close, second, far]


def test_a_version_that_took_a_better_place_keeps_it():
    studio, next_ = scored(track("Song", "A"), overall=5), scored(track("Next", "B"), overall=8)
    assert varied([studio, next_]) == [studio, next_]


def test_another_random_seed_gives_another_list_and_the_same_seed_the_same():
    pool = many(60)
    first = curate(pool, SEEDS, replace(ASK, random_seed=1))
    assert first == curate(pool, SEEDS, replace(ASK, random_seed=1))
    assert first != curate(pool, SEEDS, replace(ASK, random_seed=2))


def test_barred_songs_and_artists_stay_out():
    pool = many(20)
    barred = Barred(
        songs=song_keys(pool[0].track.title, pool[0].track.artist),
        artists=frozenset({names.artist_key("Artist 1")}),
    )
    chosen = curate(pool, SEEDS, ASK, barred).tracks
    assert pool[0] not in chosen
    assert pool[1] not in chosen


def test_unknown_years_fill_an_era_only_when_known_ones_do_not_suffice():
    known, unknown = (
        many(10, year=2015),
        [scored(track(f"Odd {n} tune", f"B {n}")) for n in range(9)],
    )
    curated = curate([*known, *unknown], SEEDS, replace(ASK, era=(2010, 2020)))
    assert len(curated.tracks) == 15
    assert any("unknown year" in note for note in curated.notes)


@pytest.mark.parametrize("bias", list(PopularityBias))
@pytest.mark.parametrize("size", [1, 15, 33, 100])
def test_quotas_add_up(bias, size):
    assert sum(quota_counts(bias, size).values()) == size


def test_what_cannot_be_spread_is_known():
    assert can_be_spread(["a", "b", "c", "a"], gap=2)
    assert not can_be_spread(["a", "a", "b"], gap=2)
    assert can_be_spread([], gap=3)
    assert not can_be_spread(["a", "b"], gap=2, before=["a", "b"])
