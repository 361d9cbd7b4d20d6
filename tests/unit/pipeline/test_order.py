"""Stage 7: an arc of energy, small steps, and no artist twice within the gap."""

from builders import scored, track
from hypothesis import HealthCheck, given, settings
from pools import pools

from grovemusic.domain import names
from grovemusic.domain.music import AudioFeatures
from grovemusic.domain.playlist import FlowRole
from grovemusic.pipeline.order import arrange, energy, key_distance
from grovemusic.pipeline.spacing import can_be_spread


def song(n, level, artist=None):
    return scored(track(f"S {n}", artist or f"A {n}", features=AudioFeatures(energy=level)))


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(pools(largest=40))
def test_the_gap_holds_whenever_any_order_can_hold_it(pool):
    for gap in (1, 3):
        if can_be_spread([names.artist_key(e.track.artist) for e in pool], gap=gap):
            leads = [names.artist_key(p.track.track.artist) for p in arrange(pool, gap=gap)]
            assert all(lead not in leads[at + 1 : at + 1 + gap] for at, lead in enumerate(leads))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(pools(largest=40))
def test_every_track_is_placed_once(pool):
    placed = arrange(pool, gap=0)
    assert sorted(p.track.track.id for p in placed) == sorted(e.track.id for e in pool)


def test_energy_peaks_in_the_last_third_and_lands_softly():
    placed = arrange([song(n, n / 19) for n in range(20)], gap=2)
    levels = [energy(p.track.track) for p in placed]
    assert 11 <= levels.index(max(levels)) <= 17
    assert levels[-1] < 0.5
    assert placed[0].role is FlowRole.OPENER
    assert placed[-1].role is FlowRole.CLOSER
    assert FlowRole.PEAK in {p.role for p in placed}


def test_one_track_and_none_can_be_arranged():
    assert arrange([], gap=3) == []
    assert [p.role for p in arrange([song(1, 0.5)], gap=3)] == [FlowRole.OPENER]


def test_tags_tell_the_energy_when_no_analysis_does():
    from builders import tags

    assert energy(track(tags=tags(metal=1))) > energy(track(tags=tags(ambient=1)))
    assert energy(track()) is None


def test_keys_a_fifth_apart_are_near_and_a_tritone_is_farthest():
    def in_key(key, mode=1):
        return track(features=AudioFeatures(key=key, mode=mode))

    assert key_distance(in_key(0), in_key(7)) < key_distance(in_key(0), in_key(2))
    assert key_distance(in_key(0), in_key(6)) == 1.0
    assert key_distance(in_key(0), in_key(9, 0)) == 0.0
    assert key_distance(in_key(0), track()) is None
