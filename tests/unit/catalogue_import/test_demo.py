"""The invented catalogue: the same for everyone, and enough like music to try the service on."""

import hashlib
from collections import Counter
from itertools import pairwise
from statistics import mean, median

import numpy as np
import pytest

from catalogue_import.demo import generate
from catalogue_import.demo.chance import Chance, power_of_two
from grovemusic.domain import ids
from grovemusic.domain.names import artist_key
from grovemusic.domain.works import Version, split_version, work_key

WORLD = generate(6000, seed=1)
TRACKS = [WORLD.track(index) for index in range(len(WORLD))]
PLAYLISTS = list(WORLD.playlists())


def fingerprint(world):
    """Everything about a world that anyone can see, in 16 digits."""
    seen = hashlib.blake2b(digest_size=8)
    for index in range(len(world)):
        seen.update(repr(world.track(index)).encode())
    for playlist in world.playlists():
        seen.update(repr(playlist).encode())
    return seen.hexdigest()


def test_same_arguments_give_the_same_world():
    """Simulators, tests and screenshots speak about the same songs on every machine."""
    assert fingerprint(generate(300, seed=5)) == fingerprint(generate(300, seed=5))


def test_the_world_does_not_change_unnoticed():
    """A new fingerprint is fine when the generator was meant to change: then write it here."""
    assert fingerprint(generate(300, seed=1)) == "f25bdb464ae80fe4"


def test_another_seed_gives_another_world():
    assert generate(300, seed=1).artists != generate(300, seed=2).artists


@pytest.mark.parametrize(("tracks", "playlists"), [(99, 1), (100, -1)])
def test_impossible_sizes_are_refused(tracks, playlists):
    with pytest.raises(ValueError, match="want"):
        generate(tracks, playlists=playlists)


def test_one_number_and_a_column_of_numbers_are_the_same_chance():
    """Names are drawn one by one, features as columns: both must mean the same world."""
    chance = Chance("3")
    column = chance.bits("label", np.arange(50))
    assert [chance.number("label", n) for n in range(50)] == [int(each) for each in column]


def test_power_of_two_is_close():
    exponents = np.linspace(-3, 12, 400)
    assert np.allclose(power_of_two(exponents), 2.0**exponents, rtol=3e-4)


def test_bell_has_mean_zero_and_deviation_one():
    draw = Chance("1").bell("x", np.arange(20_000))
    assert abs(draw.mean()) < 0.03
    assert abs(draw.std() - 1) < 0.03


def test_every_track_says_that_it_is_invented():
    assert all(track.invented and track.sources == ("catalogue",) for track in TRACKS)


def test_ids_are_unique_and_spread_over_all_shards():
    """The block store finds a track by its id as a number: it must be uniform."""
    numbers = [ids.from_base62(track.id) for track in TRACKS]
    assert len(set(numbers)) == len(numbers)
    tenths = Counter(number * 10 >> 128 for number in numbers)
    assert min(tenths.values()) > 0.8 * len(TRACKS) / 10


def test_external_ids_are_well_formed_unique_and_sometimes_missing():
    mbids = [track.mbid for track in TRACKS if track.mbid]
    assert all(ids.clean_mbid(mbid) == mbid for mbid in mbids)
    assert len(set(mbids)) == len(mbids) < len(TRACKS)
    assert all(ids.clean_isrc(t.isrc) == t.isrc for t in TRACKS if t.isrc)
    assert 0.02 < mean(track.isrc is None for track in TRACKS) < 0.12


def test_an_isrc_is_shared_only_by_a_recording_and_its_reissue():
    same = Counter(track.isrc for track in TRACKS if track.isrc)
    shared = [isrc for isrc, count in same.items() if count > 1]
    assert shared
    for isrc in shared:
        assert len({(t.title, artist_key(t.artist)) for t in TRACKS if t.isrc == isrc}) == 1


def test_artists_can_be_told_apart():
    assert len({artist_key(name) for name in WORLD.artists}) == len(WORLD.artists)


def test_an_artist_never_uses_a_title_twice_except_for_versions():
    """Otherwise different songs would be merged as versions of one."""
    plain = [
        t for t in TRACKS if split_version(t.title)[1] is Version.STUDIO and "aster" not in t.title
    ]
    works = Counter((work_key(t.title, t.artist), t.isrc) for t in plain)
    repeated = [work for work, count in Counter(work for work, _isrc in works).items() if count > 1]
    assert len(repeated) < 0.02 * len(TRACKS)  # reissues without an ISRC, single edits


def test_a_few_percent_are_versions_and_covers():
    kinds = Counter(split_version(track.title)[1] for track in TRACKS)
    for kind in (Version.LIVE, Version.REMIX, Version.SINGLE_EDIT):
        assert 0.003 < kinds[kind] / len(TRACKS) < 0.08
    assert 0.005 < mean("feat." in t.title or "feat." in t.artist for t in TRACKS) < 0.12


def test_several_scripts_are_there():
    text = "".join(name for name in WORLD.artists)
    for low, high in (("а", "я"), ("ا", "ی"), ("가", "힣"), ("一", "鿿")):
        assert any(low <= char <= high for char in text)


def test_popularity_has_a_heavy_tail():
    """Deep cuts and hidden gems exist only where most music is little known."""
    popularity = [track.popularity for track in TRACKS]
    assert median(popularity) < 25
    assert max(popularity) > 75
    assert max(t.listeners for t in TRACKS) > 50 * median(t.listeners for t in TRACKS)


def test_numbers_are_those_of_music():
    for track in TRACKS:
        assert 1950 <= track.year <= 2025
        assert 24_000 <= track.duration_ms <= 2_000_000
        if track.features is not None:
            assert track.features.tempo_bpm is None or 40 <= track.features.tempo_bpm <= 220
            assert -50 <= track.features.loudness_db <= 0
            assert 0 <= track.features.energy <= 1
            assert track.features.key in {None, *range(12)}
    assert 0.01 < mean(track.features is None for track in TRACKS) < 0.1


def test_genres_sound_different():
    def energy(tag):
        return mean(
            t.features.energy for t in TRACKS if t.features and t.tags and t.tags[0].name == tag
        )

    assert energy("metal") > energy("pop") > energy("folk") > energy("ambient")


def test_tags_are_sorted_and_the_strongest_weighs_one():
    for track in TRACKS:
        weights = [tag.weight for tag in track.tags]
        assert weights == sorted(weights, reverse=True)
        assert not weights or weights[0] == 1.0
        assert len({tag.name for tag in track.tags}) == len(track.tags)
    assert any(not track.tags for track in TRACKS)


def test_playlists_have_the_asked_shape():
    assert len(PLAYLISTS) == 600
    assert len({name_id for name_id, _name, _members in PLAYLISTS}) == 600
    for _id, name, members in PLAYLISTS:
        assert name
        assert 5 <= len(members) <= 500
        assert len(set(members)) == len(members)


def test_a_track_knows_in_how_many_playlists_it_stands():
    counted = Counter(index for _id, _name, members in PLAYLISTS for index in members)
    assert [track.playlists for track in TRACKS] == [counted[n] for n in range(len(TRACKS))]


def test_playlists_belong_together():
    """Two tracks of one list are closer than two of different lists, as in real ones."""

    def same_genre(pairs):
        return mean(
            bool({t.name for t in TRACKS[a].tags[:2]} & {t.name for t in TRACKS[b].tags[:2]})
            for a, b in pairs
        )

    within = [(members[0], members[-1]) for _id, _name, members in PLAYLISTS]
    across = [(PLAYLISTS[n][2][0], PLAYLISTS[n - 1][2][-1]) for n in range(len(PLAYLISTS))]
    assert same_genre(within) > 3 * same_genre(across)


def test_some_playlists_run_through_albums():
    runs = [
        sum(b == a + 1 for a, b in pairwise(members)) / len(members)
        for _id, _name, members in PLAYLISTS
    ]
    assert 0.04 < mean(run > 0.25 for run in runs) < 0.3


def test_no_artist_fills_a_playlist_that_is_not_about_artists():
    """A list of one voice only would teach the co-occurrence nothing."""
    shares = [
        max(Counter(artist_key(TRACKS[n].artist) for n in members).values()) / len(members)
        for _id, _name, members in PLAYLISTS
        if len(members) >= 20
    ]
    assert median(shares) < 0.25


def test_neighbours_come_closest_first_without_the_track_itself():
    near = WORLD.neighbours(10, 50)
    assert len(near) == 50
    assert 10 not in dict(near)
    closeness = [each for _index, each in near]
    assert closeness == sorted(closeness, reverse=True)
    assert all(0 < each <= 1 for each in closeness)
    assert near[:5] == WORLD.neighbours(10, 5)


def test_asking_for_more_neighbours_than_there_are_gives_all():
    small = generate(100)
    assert len(small.neighbours(0, 1000)) == 99
    assert small.neighbours(0, 0) == []


def test_a_track_outside_the_world_is_refused():
    with pytest.raises(IndexError, match="want a track"):
        WORLD.track(len(WORLD))


def test_similar_artists_know_a_credit_with_guests():
    name = WORLD.artists[3]
    assert WORLD.similar_artists(f"{name} feat. Somebody", 5) == WORLD.similar_artists(name, 5)
    assert name not in dict(WORLD.similar_artists(name, 20))
    assert WORLD.similar_artists("nobody at all", 5) == []


def test_artist_tracks_come_most_popular_first():
    name = WORLD.artists[3]
    listeners = [TRACKS[n].listeners for n in WORLD.artist_tracks(name)]
    assert listeners == sorted(listeners, reverse=True)
    assert all(artist_key(TRACKS[n].artist) == artist_key(name) for n in WORLD.artist_tracks(name))
    assert WORLD.artist_tracks("nobody at all") == []


def test_tag_tracks_come_strongest_first():
    found = WORLD.tag_tracks("jazz")
    weights = [next(t.weight for t in TRACKS[n].tags if t.name == "jazz") for n in found]
    assert weights == sorted(weights, reverse=True)
    assert len(found) == sum(any(t.name == "jazz" for t in track.tags) for track in TRACKS)
    assert WORLD.tag_tracks("no such tag") == []
