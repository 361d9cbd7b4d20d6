"""Candidates are gathered, merged and cut: which stay, and whose evidence they carry."""

import asyncio
from dataclasses import replace

from grovemusic.domain.music import Candidate, Evidence, Part, Profile
from grovemusic.pipeline.generate import generate
from grovemusic.sources.silent import Silent
from tests.builders import track

FACT = Evidence(part=Part.TAGS, source="fake", fact="similar_track", rank=1)


class Named(Silent):
    """Names the given tracks, and knows the given years once it is asked for details."""

    name = "fake"
    effect_when_missing = "nothing"

    def __init__(self, tracks, years=None):
        self.tracks, self.years, self.eras = tracks, years or {}, []

    async def candidates(self, seed, *, wanted, seed_number, era):
        self.eras.append(era)
        return [
            Candidate(track=each, evidence=(replace(FACT, rank=rank, seed=seed_number),))
            for rank, each in enumerate(self.tracks, 1)
        ]

    async def details(self, tracks):
        return {
            each.id: replace(each, year=self.years[each.id])
            for each in tracks
            if each.id in self.years
        }


def generated(source, *, seeds=None, wanted=10, era=None):
    seeds = seeds or [Profile(track=track("Seed", "Sower"))]
    return asyncio.run(generate(seeds, [source], wanted=wanted, era=era)).candidates


def test_what_was_said_of_the_second_seed_is_told_of_the_second_seed():
    similar = Candidate(track=track("Alike", "Somebody"), evidence=(FACT,))
    seeds = [
        Profile(track=track("First", "A"), weight=0.5),
        Profile(track=track("Second", "B"), weight=0.5, similar=(similar,)),
    ]
    (only,) = generated(Named([]), seeds=seeds)
    assert [fact.seed for fact in only.evidence] == [1]


def test_a_track_both_seeds_name_carries_both_facts():
    similar = Candidate(track=track("Alike", "Somebody"), evidence=(FACT,))
    seeds = [
        Profile(track=track("First", "A"), weight=0.5, similar=(similar,)),
        Profile(track=track("Second", "B"), weight=0.5, similar=(similar,)),
    ]
    (only,) = generated(Named([]), seeds=seeds)
    assert sorted(fact.seed for fact in only.evidence) == [0, 1]


def test_tracks_of_other_years_make_room_for_tracks_of_the_wished_ones():
    """Also when the years are told only by the details."""
    tracks = [track(f"Song {number}", f"Artist {number}") for number in range(20)]
    years = {each.id: 1990 if number % 2 else 2020 for number, each in enumerate(tracks)}
    source = Named(tracks, years)
    kept = generated(source, wanted=10, era=(1985, 1995))
    assert [each.track.year for each in kept] == [1990] * 10
    assert source.eras == [(1985, 1995)]


def test_tracks_of_unknown_year_may_stay():
    kept = generated(Named([track("Undated", "Somebody")]), era=(1985, 1995))
    assert [each.track.title for each in kept] == ["Undated"]
