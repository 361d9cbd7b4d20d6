"""Stage 2: sure when it is clear, a question when it is not, suggestions when nobody knows."""

import pytest
from builders import track

from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.domain.errors import NothingFound, UpstreamError
from grovemusic.domain.matching import confidence
from grovemusic.domain.queries import read_query
from grovemusic.domain.run import Option
from grovemusic.pipeline.resolve import choose, find, merged, resolve
from grovemusic.sources.silent import Silent


class Knows(Silent):
    """A source that knows some tracks by heart."""

    def __init__(self, name, *tracks):
        self.name, self.tracks, self.asked = name, tracks, 0

    async def find(self, query, *, limit):
        self.asked += 1
        options = [Option(track=t, confidence=confidence(query, t)) for t in self.tracks]
        return sorted(options, key=lambda o: -o.confidence)[:limit]


class Down(Silent):
    name = "lastfm"
    effect_when_missing = "no tags"
    is_ours = False

    async def find(self, query, *, limit):
        raise UpstreamError("lastfm", "down")


def ask(*queries):
    return Ask(seeds=tuple(SeedQuery(query=q) for q in queries))


HELLO = [track("Hello", "Adele", popularity=80), track("Hello", "Lionel Richie", popularity=75)]


async def test_a_clear_song_is_taken():
    source = Knows("catalogue", track("Pink + White", "Frank Ocean"), *HELLO)
    resolved = await resolve(ask("pink + white by frank ocean"), [source], sure=0.85, chosen={})
    assert resolved.seeds[0].track.title == "Pink + White"
    assert not resolved.choices


async def test_a_title_two_artists_share_is_asked_back_with_both():
    resolved = await resolve(ask("Hello"), [Knows("catalogue", *HELLO)], sure=0.85, chosen={})
    assert [o.track.artist for o in resolved.choices[0]] == ["Adele", "Lionel Richie"]
    assert not resolved.seeds


async def test_a_far_better_known_song_of_the_same_name_is_meant():
    source = Knows("catalogue", HELLO[0], track("Hello", "Nobody", popularity=5))
    resolved = await resolve(ask("Hello"), [source], sure=0.85, chosen={})
    assert resolved.seeds[0].track.artist == "Adele"


async def test_a_chosen_track_is_not_looked_up_again():
    source = Knows("catalogue", *HELLO)
    resolved = await resolve(ask("Hello"), [source], sure=0.85, chosen={0: HELLO[1]})
    assert resolved.seeds[0].track.artist == "Lionel Richie"
    assert source.asked == 0


async def test_a_song_nobody_knows_fails_with_near_names():
    source = Knows("catalogue", track("Pink Matter", "Frank Ocean"))
    with pytest.raises(NothingFound) as caught:
        await resolve(ask("Zzyzx Qwxk"), [source], sure=0.85, chosen={})
    assert caught.value.suggestions == ("Pink Matter by Frank Ocean",)


async def test_a_source_that_is_down_is_noted_and_the_others_answer():
    source = Knows("catalogue", track("Pink + White", "Frank Ocean"))
    resolved = await resolve(
        ask("Pink + White by Frank Ocean"), [source, Down()], sure=0.85, chosen={}
    )
    assert resolved.seeds
    assert [m.source for m in resolved.missing] == ["lastfm"]


async def test_an_invented_song_bothers_nobody_else():
    other = Knows("musicbrainz")
    invented = track("Made Up", "Nobody Real", invented=True, sources=("catalogue",))
    options, _missing = await find(
        read_query("Made Up by Nobody Real"), [Knows("catalogue", invented), other]
    )
    assert options[0].track.invented
    assert other.asked == 0


def test_two_sources_that_know_one_song_become_one_option_with_both_names():
    one = track("Song", "A", sources=("catalogue",))
    two = track("Song", "A", sources=("musicbrainz",), mbid="0" * 8 + "-0000-0000-0000-" + "0" * 12)
    options = merged([Option(track=one, confidence=1.0), Option(track=two, confidence=1.0)])
    assert len(options) == 1
    assert options[0].track.sources == ("catalogue", "musicbrainz")
    assert options[0].track.mbid


def test_the_studio_version_is_chosen_among_versions_of_one_song():
    query = read_query("Song by A")
    options = merged(
        Option(track=t, confidence=confidence(query, t))
        for t in (track("Song - Live", "A", popularity=90), track("Song", "A", popularity=10))
    )
    assert choose(options, query, sure=0.85).title == "Song"


async def test_weights_of_several_seeds_add_up_to_one():
    source = Knows("catalogue", track("One Song", "A"), track("Two Song", "B"))
    two = Ask(seeds=(SeedQuery(query="One Song by A", weight=3), SeedQuery(query="Two Song by B")))
    resolved = await resolve(two, [source], sure=0.85, chosen={})
    assert [seed.weight for seed in resolved.seeds] == [0.75, 0.25]
