"""Last.fm as a source: what its listeners say, and where each candidate comes from."""

import asyncio
from collections import Counter

import pytest
from builders import tags, track
from source_fakes import BROKEN, SETTINGS, Service, mbid

from grovemusic.clients.lastfm import LastFm
from grovemusic.domain.errors import UpstreamError
from grovemusic.domain.music import Part, Profile, SimilarArtist, Tag
from grovemusic.domain.queries import read_query
from grovemusic.settings import Settings
from grovemusic.sources.lastfm import LastFmSource

SONG = track("Song", "Someone")


def row(title, artist="Someone", **more):
    return {"name": title, "artist": {"name": artist}, **more}


def similar(title, match, artist="Other"):
    return row(title, artist, match=match, url=f"https://www.last.fm/music/x/_/{title}")


INFO = {
    "track": {
        "name": "Song",
        "duration": "201000",
        "listeners": "1234",
        "playcount": "9999",
        "url": "https://www.last.fm/music/Someone/_/Song",
        "artist": {"name": "Someone", "mbid": mbid(9)},
        "album": {"title": "Album"},
        "toptags": {"tag": [{"name": "Soul"}, {"name": "soul"}, {"name": "Neo-Soul"}]},
    }
}
SIMILAR = {"similartracks": {"track": [similar("Far", "0.2"), similar("Near", 1)]}}
ARTISTS = {
    "similarartists": {"artist": [{"name": "Close", "match": "1"}, {"name": "Far", "match": 0.4}]}
}
DESCRIBED = {
    "track.getInfo": INFO,
    "track.getSimilar": SIMILAR,
    "artist.getSimilar": ARTISTS,
}


def source_over(answers):
    service = Service(answers)
    return LastFmSource(LastFm(service, SETTINGS)), service


def run(work):
    return asyncio.run(work)


def top(*titles, artist="Someone"):
    return {"toptracks": {"track": [row(title, artist) for title in titles]}}


def test_a_song_is_searched_for_once_by_its_likeliest_reading():
    found = {
        "results": {
            "trackmatches": {
                "track": [
                    {"name": "Song", "artist": "Someone", "listeners": "500", "mbid": ""},
                    {"name": "Song", "artist": "Somebody Else", "listeners": "9"},
                ]
            }
        }
    }
    source, service = source_over({"track.search": found})
    options = run(source.find(read_query("Song by Someone"), limit=10))
    assert [option.track.artist for option in options] == ["Someone", "Somebody Else"]
    assert options[0].confidence == 1.0 > options[1].confidence
    assert options[0].track.listeners == 500
    assert options[0].track.mbid is None
    assert options[0].track.sources == ("lastfm",)
    assert service.asked == ["track.search"]


@pytest.mark.parametrize("text", [mbid(1), "GBAAA9900001", "https://example.org/x"])
def test_ids_mean_nothing_to_it(text):
    source, service = source_over({})
    assert run(source.find(read_query(text), limit=10)) == []
    assert service.asked == []


def test_an_address_of_a_song_there_is_a_name_like_any_other():
    source, service = source_over({"track.search": {"results": {"trackmatches": {"track": []}}}})
    query = read_query("https://www.last.fm/music/Someone/_/Song")
    assert run(source.find(query, limit=10)) == []
    assert service.asked == ["track.search"]


def test_a_seed_is_described_in_three_calls():
    source, service = source_over(DESCRIBED)
    described = run(source.describe(Profile(track=SONG, weight=0.5)))
    assert Counter(service.asked) == Counter(DESCRIBED.keys())
    song = described.track
    assert (song.id, song.title) == (SONG.id, "Song")
    assert (song.listeners, song.playcount, song.duration_ms) == (1234, 9999, 201_000)
    assert (song.album, song.artist_mbid) == ("Album", mbid(9))
    assert described.weight == 0.5


def test_tags_are_lower_case_once_each_and_fade_in_their_order():
    """Last.fm says which is stronger, not by how much."""
    source, _service = source_over(DESCRIBED)
    found = run(source.describe(Profile(track=SONG))).track.tags
    assert {tag.source for tag in found} == {"lastfm"}
    assert [tag.name for tag in found] == ["soul", "neo-soul"]
    weights = [tag.weight for tag in found]
    assert weights[0] == 1.0
    assert weights == sorted(weights, reverse=True)


def test_similar_tracks_are_candidates_with_the_figure_of_last_fm():
    source, _service = source_over(DESCRIBED)
    candidates = run(source.describe(Profile(track=SONG))).similar
    assert [each.track.title for each in candidates] == ["Near", "Far"]
    (fact,) = candidates[1].evidence
    assert (fact.part, fact.fact, fact.value, fact.rank) == (
        Part.COOCCURRENCE,
        "similar_track",
        0.2,
        2,
    )
    assert fact.url == "https://www.last.fm/music/x/_/Far"


def test_similar_artists_come_closest_first():
    source, _service = source_over(DESCRIBED)
    artists = run(source.describe(Profile(track=SONG))).similar_artists
    assert [(each.name, each.closeness, each.source) for each in artists] == [
        ("Close", 1.0, "lastfm"),
        ("Far", 0.4, "lastfm"),
    ]


def test_a_song_and_artist_unknown_there_add_nothing():
    source, _service = source_over({})
    described = run(source.describe(Profile(track=SONG)))
    assert described.track == SONG
    assert (described.similar, described.similar_artists) == ((), ())


def test_what_others_knew_already_stays():
    source, _service = source_over(DESCRIBED)
    known = track("Song", "Someone", mbid=mbid(1), album="Their Album", duration_ms=1)
    song = run(source.describe(Profile(track=known))).track
    assert (song.mbid, song.album, song.duration_ms) == (mbid(1), "Their Album", 1)


def test_a_guest_in_the_credit_is_not_part_of_the_question():
    asked = []

    def info(request):
        asked.append(request.query["artist"])
        return INFO

    source, _service = source_over({**DESCRIBED, "track.getInfo": info})
    run(source.describe(Profile(track=track("Song", "Someone feat. Guest"))))
    assert asked == ["Someone"]


def seed_with(*, artists=6, tag_names=("soul", "funk", "pop"), weight=1.0):
    return Profile(
        track=track("Song", "Someone", tags=tags(**dict.fromkeys(tag_names, 1.0))),
        weight=weight,
        similar_artists=tuple(
            SimilarArtist(name=f"Close {n}", closeness=1 / (n + 1), source="lastfm")
            for n in range(artists)
        ),
    )


def answering(request):
    who = request.query["artist"]
    return top(*(f"{who} {n}" for n in range(20)), artist=who)


def tagged(request):
    tag = request.query["tag"]
    return {"tracks": {"track": [row(f"{tag} {n}", "Many") for n in range(20)]}}


CANDIDATES = {"artist.getTopTracks": answering, "tag.getTopTracks": tagged}


@pytest.mark.parametrize(
    ("weight", "artists", "tag_calls"), [(1.0, 4, 2), (0.5, 2, 1), (0.2, 1, 1)]
)
def test_a_seed_of_less_weight_makes_fewer_calls(weight, artists, tag_calls):
    source, service = source_over(CANDIDATES)
    run(source.candidates(seed_with(weight=weight), wanted=75, seed_number=0, era=None))
    assert Counter(service.asked) == {
        "artist.getTopTracks": 1 + artists,
        "tag.getTopTracks": tag_calls,
    }


def test_every_candidate_says_by_which_artist_or_tag_it_was_found():
    source, _service = source_over(CANDIDATES)
    found = run(source.candidates(seed_with(), wanted=75, seed_number=3, era=None))
    facts = [each.evidence[0] for each in found]
    kinds = Counter(fact.fact for fact in facts)
    assert kinds == {"by_the_same_artist": 20, "by_a_close_artist": 48, "found_by_tag": 40}
    assert all(fact.seed == 3 and fact.source == "lastfm" and fact.rank >= 1 for fact in facts)
    by_tag = next(each for each in found if each.evidence[0].fact == "found_by_tag")
    assert by_tag.evidence[0].names == ("soul",)
    assert by_tag.track.tags == (Tag(name="soul", weight=0.5, source="lastfm"),)


def test_no_more_than_twice_the_wanted_number_are_given():
    source, _service = source_over(CANDIDATES)
    assert len(run(source.candidates(seed_with(), wanted=10, seed_number=0, era=None))) == 20


def test_only_artists_and_tags_that_last_fm_named_are_asked_about():
    """It need not know what the catalogue calls close."""
    seed = Profile(
        track=track("Song", "Someone", tags=(Tag(name="x", weight=1, source="catalogue"),)),
        similar_artists=(SimilarArtist(name="Close", closeness=1, source="catalogue"),),
    )
    source, service = source_over(CANDIDATES)
    run(source.candidates(seed, wanted=75, seed_number=0, era=None))
    assert service.asked == ["artist.getTopTracks"]


@pytest.mark.parametrize("broken", ["track.getInfo", "track.getSimilar", "artist.getSimilar"])
def test_trouble_is_passed_on(broken):
    source, _service = source_over({**DESCRIBED, broken: BROKEN})
    with pytest.raises(UpstreamError):
        run(source.describe(Profile(track=SONG)))


@pytest.mark.parametrize("broken", CANDIDATES)
def test_trouble_with_candidates_is_passed_on_too(broken):
    source, _service = source_over({**CANDIDATES, broken: BROKEN})
    with pytest.raises(UpstreamError):
        run(source.candidates(seed_with(), wanted=75, seed_number=0, era=None))


def test_without_a_key_it_cannot_be_asked():
    source = LastFmSource(LastFm(Service({}), Settings()))
    with pytest.raises(UpstreamError, match="LASTFM_API_KEY"):
        run(source.find(read_query("Song by Someone"), limit=10))


def test_nothing_is_asked_about_candidates_one_by_one():
    source, service = source_over({})
    assert run(source.details([SONG])) == {}
    assert run(source.relate(Profile(track=SONG), [SONG], seed_number=0)) == {}
    assert service.asked == []
