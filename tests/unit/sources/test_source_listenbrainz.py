"""ListenBrainz as a source: sittings, radio, and facts about many recordings in few calls."""

import asyncio

import pytest
from builders import track
from source_fakes import BROKEN, SETTINGS, Service, mbid, several

from grovemusic.clients.listenbrainz import ListenBrainz
from grovemusic.domain.errors import UpstreamError
from grovemusic.domain.music import Part, Profile, Tag
from grovemusic.domain.queries import read_query
from grovemusic.sources.listenbrainz import ListenBrainzSource

ID = mbid(1)
FACTS, POPULARITY = "1/metadata/recording", "1/popularity/recording"
SIMILAR, TAG_RADIO = "similar-recordings/json", "1/lb-radio/tags"
ARTIST_RADIO = f"1/lb-radio/artist/{mbid(9)}"
SONG = track("Song", "Someone", mbid=ID)


def facts(title="Song", *, date=None, year=None, length=200_000, tag=None, isrcs=()):
    return {
        "recording": {
            "name": title,
            "length": length,
            "first_release_date": date,
            "isrcs": list(isrcs),
        },
        "artist": {"name": "Someone", "artists": [{"artist_mbid": mbid(9)}]},
        "release": {"name": "Album", "mbid": mbid(8), "year": year},
        "tag": tag or {},
    }


def everything(request):
    """Facts about whatever is asked for."""
    return {each: facts(f"Song {each[:8]}") for each in request.body["recording_mbids"]}


def source_over(answers):
    service = Service(answers)
    return ListenBrainzSource(ListenBrainz(service, SETTINGS)), service


def run(work):
    return asyncio.run(work)


def row(number, score):
    return {
        "recording_mbid": mbid(number),
        "recording_name": f"Song {number}",
        "artist_credit_name": "Other",
        "score": score,
    }


DESCRIBED = {
    FACTS: {ID: facts(date="1999-05-01", year=2011, isrcs=["GBAAA9900001"])},
    POPULARITY: [{"recording_mbid": ID, "total_listen_count": 77, "total_user_count": 5}],
    SIMILAR: [row(2, 10), row(3, 40)],
}


def test_a_seed_is_described_in_three_calls():
    source, service = source_over(DESCRIBED)
    song = run(source.describe(Profile(track=SONG))).track
    assert sorted(service.asked) == sorted(DESCRIBED)
    assert (song.id, song.listens, song.isrc) == (SONG.id, 77, "GBAAA9900001")
    assert (song.album, song.album_mbid, song.artist_mbid) == ("Album", mbid(8), mbid(9))
    assert "listenbrainz" in song.sources


def test_what_is_played_in_one_sitting_becomes_candidates_most_often_first():
    source, _service = source_over(DESCRIBED)
    similar = run(source.describe(Profile(track=SONG))).similar
    assert [each.track.title for each in similar] == ["Song 3", "Song 2"]
    (fact,) = similar[0].evidence
    assert (fact.part, fact.fact, fact.value, fact.rank) == (
        Part.COOCCURRENCE,
        "listened_together",
        40.0,
        1,
    )
    assert fact.url == f"https://listenbrainz.org/track/{mbid(3)}"


@pytest.mark.parametrize(
    ("date", "album_year", "year"),
    [
        ("1999-05-01", 2011, 1999),
        ("2011-05-01", 1999, 1999),
        (None, 1999, 1999),
        ("1999-05-01", None, 1999),
        ("1999", None, 1999),
        (None, None, None),
        ("", 0, None),
        ("sometime", None, None),
    ],
)
def test_the_year_is_the_earlier_of_the_recordings_and_its_albums(date, album_year, year):
    source, _service = source_over({**DESCRIBED, FACTS: {ID: facts(date=date, year=album_year)}})
    song = run(source.describe(Profile(track=SONG))).track
    assert song.year == year
    assert song.year_source == ("listenbrainz" if year else None)


def test_a_year_somebody_else_found_is_not_lost():
    source, _service = source_over({**DESCRIBED, FACTS: {ID: facts()}})
    known = track("Song", "Someone", mbid=ID, year=1998, year_source="musicbrainz")
    song = run(source.describe(Profile(track=known))).track
    assert (song.year, song.year_source) == (1998, "musicbrainz")


def test_tags_of_the_recording_count_more_than_those_of_its_album_and_artist():
    given = {
        "recording": [{"tag": "soul", "count": 2}, {"tag": "funk", "count": 1}],
        "release_group": [{"tag": "album tag", "count": 9}],
        "artist": [{"tag": "artist tag", "count": 9}, {"tag": "soul", "count": 9}],
    }
    source, _service = source_over({**DESCRIBED, FACTS: {ID: facts(tag=given)}})
    found = run(source.describe(Profile(track=SONG))).track.tags
    assert {tag.name: tag.weight for tag in found} == {
        "soul": 1.0,
        "album tag": 0.7,
        "funk": 0.5,
        "artist tag": 0.5,
    }


def test_without_a_musicbrainz_id_there_is_nothing_to_ask():
    source, service = source_over(DESCRIBED)
    bare = Profile(track=track("Song", "Someone"))
    assert run(source.describe(bare)) == bare
    assert run(source.candidates(bare, wanted=75, seed_number=0, era=None)) == []
    assert run(source.details([bare.track])) == {}
    assert run(source.find(read_query("Song by Someone"), limit=10)) == []
    assert service.asked == []


def test_a_recording_it_does_not_know_stays_as_it_is():
    source, _service = source_over({FACTS: {}, POPULARITY: [], SIMILAR: []})
    described = run(source.describe(Profile(track=SONG)))
    assert described.track == SONG
    assert described.similar == ()


RADIO = {
    ARTIST_RADIO: {
        mbid(9): [
            {
                "recording_mbid": mbid(number),
                "similar_artist_mbid": mbid(9),
                "similar_artist_name": "Someone",
            }
            for number in (2, 3)
        ]
    },
    TAG_RADIO: [{"recording_mbid": mbid(number), "percent": 50} for number in (3, 4)],
    FACTS: everything,
}
SEED = Profile(
    track=track(
        "Song",
        "Someone",
        mbid=ID,
        artist_mbid=mbid(9),
        tags=tuple(Tag(name=name, weight=1, source="lastfm") for name in ("a", "b", "c")),
    )
)


def test_radio_names_candidates_in_three_calls_each_with_its_evidence():
    source, service = source_over(RADIO)
    found = run(source.candidates(SEED, wanted=75, seed_number=2, era=None))
    assert sorted(service.asked) == sorted([ARTIST_RADIO, TAG_RADIO, FACTS])
    evidence = {
        each.track.mbid: [(fact.fact, fact.rank) for fact in each.evidence] for each in found
    }
    assert evidence == {
        mbid(2): [("artist_radio", 1)],
        mbid(3): [("artist_radio", 2), ("tag_radio", 1)],
        mbid(4): [("tag_radio", 2)],
    }
    assert all(each.track.title and each.track.artist for each in found)
    assert {fact.seed for each in found for fact in each.evidence} == {2}


def test_the_two_strongest_tags_are_asked_for():
    asked = []

    def tag_radio(request):
        asked.extend(several(request, "tag"))
        return []

    source, _service = source_over({**RADIO, TAG_RADIO: tag_radio})
    run(source.candidates(SEED, wanted=75, seed_number=0, era=None))
    assert asked == ["a", "b"]


def test_a_recording_without_a_name_is_no_candidate():
    source, _service = source_over({**RADIO, FACTS: {mbid(2): facts(title=""), mbid(3): facts()}})
    found = run(source.candidates(SEED, wanted=75, seed_number=0, era=None))
    assert [each.track.mbid for each in found] == [mbid(3)]


def test_details_of_hundreds_are_two_calls():
    source, service = source_over(
        {FACTS: everything, POPULARITY: [{"recording_mbid": mbid(5), "total_listen_count": 3}]}
    )
    many = [track(f"Song {n}", "Someone", mbid=mbid(n)) for n in range(1, 400)]
    found = run(source.details([*many, track("No Id", "Someone")]))
    assert len(service.asked) == 2
    assert set(found) == {each.id for each in many}
    assert found[many[4].id].listens == 3
    assert found[many[5].id].listens is None
    assert all(found[each.id].title == each.title for each in many)


def test_invented_songs_are_nobodys_business():
    source, service = source_over({FACTS: everything})
    assert run(source.details([track("Song", "Someone", mbid=ID, invented=True)])) == {}
    assert service.asked == []


def test_details_of_what_it_does_not_know_are_left_out():
    source, _service = source_over({FACTS: {}, POPULARITY: []})
    assert run(source.details([SONG])) == {}


@pytest.mark.parametrize("broken", DESCRIBED)
def test_trouble_is_passed_on(broken):
    source, _service = source_over({**DESCRIBED, broken: BROKEN})
    with pytest.raises(UpstreamError):
        run(source.describe(Profile(track=SONG)))


@pytest.mark.parametrize("broken", RADIO)
def test_trouble_with_candidates_is_passed_on_too(broken):
    source, _service = source_over({**RADIO, broken: BROKEN})
    with pytest.raises(UpstreamError):
        run(source.candidates(SEED, wanted=75, seed_number=0, era=None))


@pytest.mark.parametrize("broken", [FACTS, POPULARITY])
def test_trouble_with_details_is_passed_on_too(broken):
    answers = {FACTS: everything, POPULARITY: [], broken: BROKEN}
    source, _service = source_over(answers)
    with pytest.raises(UpstreamError):
        run(source.details([SONG]))
