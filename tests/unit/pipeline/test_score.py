"""Stage 5: six parts, unknown is not zero, thin evidence stays near the middle."""

import math
from dataclasses import replace

import pytest
from builders import evidence, tags, track

from grovemusic.domain.ask import Ask, Mood, PopularityBias, SeedQuery
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import (
    AudioFeatures,
    Candidate,
    Category,
    Part,
    PartScore,
    Profile,
    SimilarArtist,
)
from grovemusic.domain.percentiles import Percentiles
from grovemusic.pipeline import mood
from grovemusic.pipeline.parts.audio import COMPARED, OF_ARTISTS
from grovemusic.pipeline.parts.popularity import STRANGERS
from grovemusic.pipeline.score import PARTS, fame_ranks, overall, score
from grovemusic.pipeline.weights import WEIGHTS

ASK = Ask(seeds=(SeedQuery(query="Seed by Sower"),))
LOUD = AudioFeatures(
    energy=0.9, danceability=0.7, valence=0.8, acousticness=0.1, loudness_db=-4, tempo_bpm=128
)
QUIET = AudioFeatures(
    energy=0.2, danceability=0.3, valence=0.2, acousticness=0.9, loudness_db=-16, tempo_bpm=80
)


def one(candidate, seed, ask=ASK, corpus=None):
    return score([candidate], [seed], ask, corpus or Corpus())[0]


def seed(**known):
    artists = known.pop("similar_artists", ())
    return Profile(track=track("Seed", "Sower", **known), similar_artists=artists)


def candidate(*facts, **known):
    return Candidate(track=track("Other", known.pop("artist", "Else"), **known), evidence=facts)


def test_a_track_nobody_knows_anything_about_scores_the_middle():
    result = one(candidate(), seed())
    assert all(part.value is None for part in result.parts.values())
    assert result.overall == 5.0
    assert result.confidence == 0.0


def test_thin_evidence_is_pulled_to_the_middle_and_full_evidence_is_not():
    full = {part: PartScore(value=1.0) for part in PARTS}
    thin = {part: PartScore(value=1.0 if part is Part.TIME else None) for part in PARTS}
    assert overall(full, WEIGHTS)[0] > 9
    assert 5 < overall(thin, WEIGHTS)[0] < 8


def test_the_weights_add_up_to_one():
    assert sum(WEIGHTS.parts.values()) == pytest.approx(1.0)


def test_a_rare_tag_in_common_says_more_than_a_common_one():
    corpus = Corpus(tagged=1000, tag_counts={"rock": 900, "zydeco": 3, "pop": 900, "ska": 3})
    rare = one(
        candidate(tags=tags(zydeco=1, pop=1)), seed(tags=tags(zydeco=1, rock=1)), ASK, corpus
    )
    common = one(
        candidate(tags=tags(rock=1, ska=1)), seed(tags=tags(zydeco=1, rock=1)), ASK, corpus
    )
    assert rare.parts[Part.TAGS].value > common.parts[Part.TAGS].value
    assert rare.parts[Part.TAGS].evidence[0].names == ("zydeco",)


def test_tracks_that_sound_alike_score_higher_than_ones_that_do_not():
    near = one(candidate(features=LOUD), seed(features=LOUD)).parts[Part.AUDIO].value
    far = one(candidate(features=QUIET), seed(features=LOUD)).parts[Part.AUDIO].value
    assert near == 1.0
    assert far < 0.1


def test_a_difference_counts_by_how_many_tracks_lie_between():
    """0.1 of instrumentalness is much where nearly all tracks have none, and little above."""
    scales = {name: Percentiles((0.0, 0.5, 1.0)) for name in COMPARED}
    crowded = {**scales, "energy": Percentiles((0.0, 0.79, 0.8, 0.81, 0.9))}
    other = replace(LOUD, energy=0.75)
    values = [
        one(candidate(features=other), seed(features=LOUD), corpus=Corpus(percentiles=each))
        .parts[Part.AUDIO]
        .value
        for each in ({**scales, "year": Percentiles((1990.0,))}, crowded)
    ]
    assert values[0] > values[1]


def test_years_count_by_the_music_that_came_out_between_as_well():
    def value(points):
        corpus = Corpus(percentiles={"year": Percentiles(points)})
        result = one(candidate(year=2010), seed(year=2014), corpus=corpus)
        return result.parts[Part.TIME].value

    assert value((1960.0, 1970.0, 1980.0, 2020.0)) > value((2009.0, 2011.0, 2012.0, 2013.0))
    assert value((2000.0,)) == pytest.approx((math.exp(-4 / 5) + 1) / 2)


def test_too_few_numbers_in_common_leave_the_sound_unknown():
    thin = AudioFeatures(energy=0.5, tempo_bpm=100)
    assert one(candidate(features=thin), seed(features=LOUD)).parts[Part.AUDIO].value is None


def test_never_together_is_zero_only_when_both_are_known_to_playlists():
    known = one(candidate(playlists=3), seed(playlists=5)).parts[Part.COOCCURRENCE]
    unknown = one(candidate(), seed(playlists=5)).parts[Part.COOCCURRENCE]
    assert known.value == 0.0
    assert known.evidence[0].fact == "never_together"
    assert unknown.value is None


def test_more_playlists_in_common_are_believed_more():
    def value(together):
        facts = (
            evidence(
                Part.COOCCURRENCE, "together_in_playlists", value=together, source="catalogue"
            ),
            evidence(Part.COOCCURRENCE, "playlist_closeness", value=0.2, source="catalogue"),
        )
        return one(candidate(*facts), seed()).parts[Part.COOCCURRENCE].value

    assert 0 < value(1) < value(3) < value(30) <= 1


def with_playlists(count, number=0):
    facts = (evidence(Part.COOCCURRENCE, "together_in_playlists", value=count, source="catalogue"),)
    known = track(f"Other {number}", f"Else {number}", playlists=10)
    return Candidate(track=known, evidence=facts)


def test_the_best_companion_of_the_pool_says_what_the_others_are_worth():
    pool = [with_playlists(10, 1), with_playlists(5, 2)]
    first, second = score(pool, [seed(playlists=20)], ASK, Corpus(pair_prior=5))
    values = [each.parts[Part.COOCCURRENCE].value for each in (first, second)]
    assert values == [pytest.approx(20 / 30), pytest.approx(10 / 30)]


def test_where_playlists_are_all_but_shuffled_company_says_little():
    def value(prior):
        result = one(with_playlists(10), seed(playlists=20), corpus=Corpus(pair_prior=prior))
        return result.parts[Part.COOCCURRENCE].value

    assert value(5) > 5 * value(400)


def test_of_many_seeds_the_companions_of_everything_say_less():
    seeds = [Profile(track=track(f"S{n}", f"By {n}", playlists=20), weight=0.5) for n in (0, 1)]

    def with_all(playlists, name):
        facts = tuple(
            evidence(Part.COOCCURRENCE, "together_in_playlists", value=4, seed=number)
            for number in (0, 1)
        )
        known = track(f"Other {name}", f"Else {name}", playlists=playlists)
        return Candidate(track=known, evidence=facts)

    pool = [with_all(500, 1), with_all(20, 2)]
    rare, common = score(pool, seeds, ASK, Corpus(pair_prior=5))
    assert rare.track.playlists == 20
    assert rare.parts[Part.COOCCURRENCE].value > common.parts[Part.COOCCURRENCE].value


def test_fame_by_playlists_counts_only_as_far_as_the_seeds_playlists_say_nothing_better():
    def value(seed_playlists):
        corpus = Corpus(playlists=1000, pair_prior=5)
        result = one(candidate(playlists=900), seed(playlists=seed_playlists), corpus=corpus)
        return result.parts[Part.POPULARITY].value

    assert value(0) > value(10) > value(10_000) > WEIGHTS.usual[Part.POPULARITY]
    assert WEIGHTS.usual[Part.POPULARITY] == STRANGERS


def test_how_the_artists_usually_sound_is_most_of_how_alike_two_tracks_are():
    artists = {"sower": dict.fromkeys(COMPARED, 0.9), "else": dict.fromkeys(COMPARED, 0.1)}
    alone = one(candidate(features=LOUD), seed(features=LOUD))
    apart = one(candidate(features=LOUD), seed(features=LOUD), corpus=Corpus(artist_sounds=artists))
    assert alone.parts[Part.AUDIO].value == 1.0
    assert 1 - OF_ARTISTS < apart.parts[Part.AUDIO].value < 0.5
    assert [fact.fact for fact in apart.parts[Part.AUDIO].evidence] == [
        "sounds_alike", "artists_sound_alike",
    ]  # fmt: skip


def test_numbers_that_playlists_do_not_go_by_hardly_count():
    other = replace(LOUD, tempo_bpm=60)
    by_tempo = Corpus(coherence=dict.fromkeys(COMPARED, 0.0) | {"tempo_bpm": 1.0})
    by_energy = Corpus(coherence=dict.fromkeys(COMPARED, 0.0) | {"energy": 1.0})
    values = [
        one(candidate(features=other), seed(features=LOUD), corpus=each).parts[Part.AUDIO].value
        for each in (by_tempo, by_energy)
    ]
    assert values[0] < 0.2
    assert values[1] > 0.9


def test_the_same_artist_beats_a_similar_one_beats_a_stranger():
    likes = (SimilarArtist(name="Near", closeness=0.9, source="lastfm"),)
    values = [
        one(candidate(artist=name), seed(similar_artists=likes)).parts[Part.ARTIST].value
        for name in ("Sower", "Near", "Stranger")
    ]
    assert values[0] == 1.0 > values[1] > values[2] == 0.0


def test_without_similar_artists_a_stranger_is_unknown_not_zero():
    assert one(candidate(artist="Stranger"), seed()).parts[Part.ARTIST].value is None


def test_years_decay_and_unknown_years_do_not():
    same = one(candidate(year=2016), seed(year=2016)).parts[Part.TIME].value
    far = one(candidate(year=1986), seed(year=2016)).parts[Part.TIME].value
    assert same == 1.0 > far
    assert one(candidate(), seed(year=2016)).parts[Part.TIME].value is None


def test_categories_are_tiers_of_the_pool_and_unknown_fame_has_none():
    pool = [Candidate(track=track(f"T {n}", f"A {n}", popularity=float(n))) for n in range(20)] + [
        candidate()
    ]
    result = {each.track.title: each.category for each in score(pool, [seed()], ASK, Corpus())}
    assert result["T 19"] is Category.POPULAR
    assert result["T 10"] is Category.DEEP_CUT
    assert result["T 0"] is Category.HIDDEN_GEM
    assert result["Other"] is None


def test_the_popularity_wish_turns_the_part_around():
    pool = [Candidate(track=track(f"T {n}", f"A {n}", popularity=n * 10.0)) for n in range(10)]

    def best(bias):
        wish = Ask(seeds=ASK.seeds, popularity=bias)
        ranked = score(pool, [seed()], wish, Corpus())
        return max(ranked, key=lambda each: each.parts[Part.POPULARITY].value).track.title

    assert best(PopularityBias.POPULAR) == "T 9"
    assert best(PopularityBias.HIDDEN_GEMS) == "T 0"
    assert best(PopularityBias.DEEP_CUTS) == "T 4"


def test_moods_are_read_from_sound_and_from_tags():
    loud, quiet = track(features=LOUD), track(features=QUIET)
    assert mood.fit(Mood.ENERGETIC, loud) > 0 > mood.fit(Mood.ENERGETIC, quiet)
    assert mood.fit(Mood.CHILL, quiet) > 0 > mood.fit(Mood.CHILL, loud)
    assert mood.fit(Mood.MELANCHOLY, track(tags=tags(sad=1))) > 0
    assert mood.fit(Mood.UPBEAT, track()) is None


def test_several_seeds_count_by_their_weight():
    seeds = [
        Profile(track=track("One", "A", year=2000), weight=0.75),
        Profile(track=track("Two", "B", year=2020), weight=0.25),
    ]
    old, new = candidate(year=2000), candidate(year=2020, artist="Neu")
    ranked = score([old, new], seeds, ASK, Corpus())
    assert ranked[0].track.year == 2000


def test_fame_ranks_lie_strictly_between_zero_and_one():
    pool = [Candidate(track=track(f"T {n}", popularity=n)) for n in range(3)]
    assert sorted(fame_ranks(pool).values()) == pytest.approx([1 / 6, 0.5, 5 / 6])
