"""MusicBrainz as a source: which recording, which ids, and above all which year."""

import asyncio

import pytest
from builders import track
from source_fakes import BROKEN, SETTINGS, Service, mbid

from grovemusic.clients.musicbrainz import MusicBrainz
from grovemusic.clients.musicbrainz_answers import recording_in
from grovemusic.domain.errors import UpstreamError
from grovemusic.domain.music import Profile
from grovemusic.domain.queries import read_query
from grovemusic.sources.musicbrainz import MusicBrainzSource, as_track, first_year

ID, OTHER = mbid(1), mbid(2)


def credit(name="Someone"):
    return [{"name": name, "joinphrase": "", "artist": {"id": mbid(9), "name": name}}]


def recording(**known):
    usual = {"id": ID, "title": "Song", "length": 200_000, "artist-credit": credit()}
    return usual | {name.replace("_", "-"): value for name, value in known.items()}


def release(number=1, date=None, *, kind="Album", also=(), status="Official", group_date=None):
    """A release of a group; both dates may be unknown, "" as the server says it."""
    return {
        "id": mbid(100 + number),
        "title": f"Release {number}",
        "status": status,
        "date": date or "",
        "release-group": {
            "id": mbid(200 + number),
            "title": f"Release {number}",
            "primary-type": kind,
            "secondary-types": list(also),
            "first-release-date": group_date or "",
        },
    }


def read(**known):
    import json

    return recording_in(json.dumps(recording(**known)).encode())


def source_over(**answers):
    service = Service({f"ws/2/{name}".replace("__", "/"): each for name, each in answers.items()})
    return MusicBrainzSource(MusicBrainz(service, SETTINGS)), service


def run(work):
    return asyncio.run(work)


@pytest.mark.parametrize(
    ("own", "releases", "year"),
    [
        pytest.param("1969-09-26", [], 1969, id="its own date"),
        pytest.param("2009", [release(group_date="1969-09-26")], 1969, id="entered again later"),
        pytest.param("1969", [release(group_date="1973")], 1969, id="its own is earlier"),
        pytest.param(None, [release(group_date="1999-05")], 1999, id="only the album knows"),
        pytest.param(
            "1969", [release(group_date="1962", also=["Compilation"])], 1969, id="a compilation"
        ),
        pytest.param("1969", [release(group_date="1955", also=["Live"])], 1969, id="a live album"),
        pytest.param("1969", [release(group_date="1955", also=["Remix"])], 1969, id="remixes"),
        pytest.param("1969", [release(group_date="1955", also=["DJ-mix"])], 1969, id="a DJ's mix"),
        pytest.param(
            "2000",
            [release(1, group_date="1990", also=["Compilation"]), release(2, group_date="1995")],
            1995,
            id="the earliest of those that count",
        ),
        pytest.param(None, [release(group_date=None)], None, id="nobody knows"),
        pytest.param(None, [], None, id="no releases at all"),
        pytest.param("", [], None, id="an empty date"),
        pytest.param("199?", [], None, id="half a date"),
    ],
)
def test_the_year_is_the_earliest_that_says_something_about_the_song(own, releases, year):
    found = read(first_release_date=own, releases=releases)
    assert first_year(found) == year
    song = as_track(found)
    assert song.year == year
    assert song.year_source == ("musicbrainz" if year else None)


@pytest.mark.parametrize(
    ("releases", "album"),
    [
        ([release(1, "1990"), release(2, "1980")], "Release 2"),
        ([release(1, "1980", also=["Compilation"]), release(2, "1990")], "Release 2"),
        ([release(1, "1980", kind="Single"), release(2, "1990")], "Release 2"),
        ([release(1, "1980", status="Bootleg"), release(2, "1990")], "Release 2"),
        ([release(1, "1980", status="Promotion"), release(2, "1990")], "Release 2"),
        ([release(1, None), release(2, "1990")], "Release 2"),
        ([release(1, "1980", status="Bootleg")], "Release 1"),
        ([release(1, "1980", status=None)], "Release 1"),
        ([], None),
    ],
)
def test_the_album_is_the_earliest_official_one(releases, album):
    assert as_track(read(releases=releases)).album == album


def test_tags_are_relative_to_the_strongest_and_those_voted_down_are_left_out():
    tags = [
        {"name": "Soul", "count": 4},
        {"name": "funk", "count": 1},
        {"name": "polka", "count": 0},
        {"name": "noise", "count": -1},
    ]
    found = as_track(read(tags=tags)).tags
    assert [(tag.name, tag.weight) for tag in found] == [("soul", 1.0), ("funk", 0.25)]


def test_a_recording_of_which_little_is_known_is_still_a_track():
    """None where nothing was said: no zero, no empty text."""
    song = as_track(recording_in(b'{"id": "%s", "title": "Song"}' % ID.encode()))
    assert (song.title, song.artist, song.mbid) == ("Song", "", ID)
    unknown = (song.year, song.duration_ms, song.album, song.isrc, song.artist_mbid)
    assert unknown == (None,) * 5


def test_an_mbid_is_one_call_and_certain():
    source, service = source_over(**{f"recording__{ID}": recording()})
    (option,) = run(source.find(read_query(ID), limit=10))
    assert (option.track.mbid, option.confidence) == (ID, 1.0)
    assert service.asked == [f"ws/2/recording/{ID}"]


def test_an_mbid_that_was_merged_into_another_is_as_certain():
    """MusicBrainz answers under the new id; the listener's address is still the right song."""
    source, _service = source_over(**{f"recording__{ID}": recording(id=OTHER)})
    (option,) = run(source.find(read_query(f"https://musicbrainz.org/recording/{ID}"), limit=10))
    assert (option.track.mbid, option.confidence) == (OTHER, 1.0)


def test_an_isrc_may_be_carried_by_several_recordings():
    answer = {"isrc": "GBAAA9900001", "recordings": [recording(), recording(id=OTHER)]}
    source, service = source_over(isrc__GBAAA9900001=answer)
    options = run(source.find(read_query("GB-AAA-99-00001".replace("-", "")), limit=10))
    assert [option.track.mbid for option in options] == [ID, OTHER]
    assert {option.track.isrc for option in options} == {"GBAAA9900001"}
    assert {option.confidence for option in options} == {1.0}
    assert len(service.asked) == 1


def test_unknown_ids_find_nothing():
    source, _service = source_over(**{f"recording__{ID}": None, "isrc__GBAAA9900001": None})
    assert run(source.find(read_query(ID), limit=10)) == []
    assert run(source.find(read_query("GBAAA9900001"), limit=10)) == []


def test_names_are_one_search_sorted_by_likeness_without_videos():
    found = [
        recording(title="Another Song", score=100),
        recording(id=OTHER, title="Song", score=90),
        recording(id=mbid(3), title="Song", score=95, video=True),
    ]
    source, service = source_over(recording={"recordings": found})
    options = run(source.find(read_query("Song by Someone"), limit=10))
    assert [option.track.title for option in options] == ["Song", "Another Song"]
    assert options[0].track.mbid == OTHER
    assert options[0].confidence > 0.95 > options[1].confidence
    assert all(option.confidence <= 1.0 for option in options)
    assert service.asked == ["ws/2/recording"]
    assert len(run(source.find(read_query("Song by Someone"), limit=1))) == 1


def test_an_address_of_nothing_we_know_is_not_asked_about():
    source, service = source_over()
    assert run(source.find(read_query("https://example.org/song"), limit=10)) == []
    assert service.asked == []


def test_a_seed_with_an_mbid_is_described_in_one_call():
    whole = recording(isrcs=["GBAAA9900001"], releases=[release(1, "1990", group_date="1990")])
    source, service = source_over(**{f"recording__{ID}": whole})
    seed = Profile(track=track("Song", "Someone", mbid=ID), weight=0.5)
    described = run(source.describe(seed))
    assert (described.track.isrc, described.track.year) == ("GBAAA9900001", 1990)
    assert described.weight == 0.5
    assert len(service.asked) == 1


def test_a_seed_without_an_mbid_is_searched_for_and_only_its_own_recording_taken():
    found = [
        recording(id=OTHER, title="Song (live)"),
        recording(id=mbid(3), length=300_000),
        recording(),
    ]
    source, service = source_over(recording={"recordings": found})
    seed = Profile(track=track("Song", "Someone", duration_ms=201_000))
    assert run(source.describe(seed)).track.mbid == ID
    assert len(service.asked) == 1


def test_a_seed_musicbrainz_does_not_know_stays_as_it_is():
    source, _service = source_over(**{f"recording__{ID}": None, "recording": {"recordings": []}})
    for song in (track("Song", "Someone", mbid=ID), track("Song", "Someone")):
        assert run(source.describe(Profile(track=song))).track == song


@pytest.mark.parametrize("text", [ID, "GBAAA9900001", "Song by Someone"])
def test_trouble_is_passed_on(text):
    """The run then goes on without MusicBrainz and says so."""
    answers = {f"recording__{ID}": BROKEN, "isrc__GBAAA9900001": BROKEN, "recording": BROKEN}
    source, _service = source_over(**answers)
    with pytest.raises(UpstreamError):
        run(source.find(read_query(text), limit=10))
    with pytest.raises(UpstreamError):
        run(source.describe(Profile(track=track("Song", "Someone", mbid=ID))))


@pytest.mark.parametrize("answer", [[], "text", {"recordings": "text"}, {}])
def test_an_answer_of_another_shape_is_trouble_too(answer):
    source, _service = source_over(recording=answer)
    with pytest.raises(UpstreamError):
        run(source.find(read_query("Song by Someone"), limit=10))


def test_nothing_is_asked_about_candidates():
    """One call a second is all MusicBrainz allows."""
    source, service = source_over()
    seed = Profile(track=track("Song", "Someone", mbid=ID))
    assert run(source.candidates(seed, wanted=75, seed_number=0, era=None)) == []
    assert run(source.details([seed.track])) == {}
    assert run(source.relate(seed, [seed.track], seed_number=0)) == {}
    assert service.asked == []
