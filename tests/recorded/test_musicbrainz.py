"""MusicBrainz's recorded answers, and what its own tests expect it to answer.

Of recording searches and of ISRC look-ups only one answer each was recorded. Browse answers hold
their recordings as a search does and are read in the same way, so they stand in for more.
"""

import json

import pytest
from recorded_answers import case, recorded

from grovemusic.clients.musicbrainz_answers import (
    artist_in,
    isrc_in,
    recording_in,
    recordings_in,
    release_group_in,
    release_in,
    year_of,
)
from grovemusic.domain.errors import UpstreamError

MB = "musicbrainz"
EXPECTED = f"{MB}/server_expected"


@pytest.mark.parametrize(
    ("name", "recordings", "scored"),
    [
        case(f"{MB}/ws2_recording-search.json", 9, True),
        case(f"{MB}/ws2_recording-browse.json", 19, False),
        case(f"{EXPECTED}/BrowseRecordings.1.json", 3, False),
        case(f"{EXPECTED}/BrowseRecordings.2.json", 3, False),
        case(f"{EXPECTED}/BrowseRecordings.3.json", 4, False),
    ],
)
def test_recordings(name, recordings, scored):
    found = recordings_in(recorded(name))
    assert len(found) == recordings
    assert all((each.score is not None) == scored for each in found)
    assert all(year_of(each.first_release) > 1900 for each in found)


def test_search_hits_have_credits_and_release_groups():
    found = recordings_in(recorded(f"{MB}/ws2_recording-search.json"))
    assert found[0].score == 100
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(each.artist and each.artist_mbids and each.releases for each in found)
    assert all(release.group.mbid for each in found for release in each.releases)


@pytest.mark.parametrize(("name", "recordings"), [case(f"{EXPECTED}/LookupISRC.1.json", 1)])
def test_isrc(name, recordings):
    found = isrc_in(recorded(name))
    assert len(found) == recordings
    assert {each.isrcs for each in found} == {("GBAAA9900303",)}


@pytest.mark.parametrize(
    ("name", "people", "releases", "isrcs"),
    [
        case(f"{EXPECTED}/LookupRecording.1.json", 0, 0, 0),
        case(f"{EXPECTED}/LookupRecording.3.json", 0, 2, 0),
        case(f"{EXPECTED}/LookupRecording.4.json", 1, 2, 0),
        case(f"{EXPECTED}/LookupRecording.5.json", 0, 1, 0),
        case(f"{EXPECTED}/LookupRecording.7.json", 2, 0, 0),
        case(f"{EXPECTED}/LookupRecording.8.json", 0, 0, 1),
        case(f"{EXPECTED}/LookupRecording.9.json", 1, 0, 0),
        case(f"{EXPECTED}/LookupRecording.11.json", 0, 0, 0),
        case(f"{EXPECTED}/LookupRecording.12.json", 0, 0, 0),
        case(f"{MB}/ws2_recording-get.json", 1, 11, 0),
        case(f"{MB}/picard/recording.json", 1, 0, 1),
        case(f"{MB}/picard/recording_artist_aliases.json", 1, 0, 0),
        case(f"{MB}/picard/recording_composer.json", 1, 0, 0),
        case(f"{MB}/picard/recording_instrumental.json", 0, 0, 0),
        case(f"{MB}/picard/recording_multi_artists_1.json", 3, 0, 0),
        case(f"{MB}/picard/recording_video_null.json", 1, 1, 0),
    ],
)
def test_recording(name, people, releases, isrcs):
    body = recorded(name)
    found = recording_in(body)
    assert found.mbid == json.loads(body)["id"]
    assert len(found.artist_mbids) == people
    assert bool(found.artist) == bool(people)
    assert (len(found.releases), len(found.isrcs)) == (releases, isrcs)


def test_the_printed_credit_keeps_its_joining_words():
    found = recording_in(recorded(f"{MB}/picard/recording_multi_artists_1.json"))
    assert " feat. " in found.artist
    assert " & " in found.artist


@pytest.mark.parametrize(
    ("name", "characters"),
    [
        case(f"{EXPECTED}/LookupRecording.12.json", 0),
        case(f"{MB}/picard/recording_credits.json", 0),
        case(f"{MB}/picard/recording_artist_name_change.json", len("YYYY")),
        case(f"{MB}/picard/recording.json", len("YYYY-MM-DD")),
    ],
)
def test_dates_of_recordings_are_as_exact_as_sent(name, characters):
    """A recording without a date lacks the key."""
    assert len(recording_in(recorded(name)).first_release or "") == characters


def test_a_video_says_so_and_links_elsewhere():
    found = recording_in(recorded(f"{MB}/picard/recording_video.json"))
    assert (found.video, len(found.links)) == (True, 2)


@pytest.mark.parametrize(
    ("name", "links", "ended"),
    [
        case(f"{MB}/ws2_artist-get.json", 50, False),
        case(f"{MB}/picard/artist.json", 0, False),
        case(f"{MB}/picard/artist_arabic.json", 0, False),
        case(f"{MB}/picard/artist_ended.json", 0, True),
    ],
)
def test_artist(name, links, ended):
    found = artist_in(recorded(name))
    assert found.kind == "Person"
    assert len(found.country) == 2
    assert year_of(found.began) > 1900
    assert (len(found.links), found.ended is not None) == (links, ended)


@pytest.mark.parametrize(
    ("name", "people", "date"),
    [
        case(f"{MB}/ws2_release-get.json", 1, "YYYY-MM-DD"),
        case(f"{MB}/picard/release.json", 1, "YYYY-MM-DD"),
        case(f"{MB}/picard/release_5medias.json", 1, "YYYY-MM-DD"),
        case(f"{MB}/picard/release_no_type.json", 1, "YYYY-MM-DD"),
        case(f"{MB}/picard/release_djmix.json", 0, "YYYY-MM-DD"),
        case(f"{MB}/picard/country.json", 0, "YYYY-MM"),
    ],
)
def test_release(name, people, date):
    found = release_in(recorded(name))
    assert len(found.artist_mbids) == people
    assert len(found.date) == len(date)
    assert found.status == "Official"


@pytest.mark.parametrize(
    ("name", "kind", "also"),
    [
        case(f"{EXPECTED}/LookupReleaseGroup.1.json", "Single", 0),
        case(f"{EXPECTED}/LookupReleaseGroup.2.json", "Album", 0),
        case(f"{EXPECTED}/LookupReleaseGroup.3.json", "Album", 1),
        case(f"{EXPECTED}/LookupReleaseGroup.4.json", "Album", 1),
        case(f"{EXPECTED}/LookupReleaseGroup.5.json", "Single", 0),
        case(f"{EXPECTED}/LookupReleaseGroup.6.json", "Single", 0),
        case(f"{MB}/ws2_releasegroup-get.json", "Album", 0),
        case(f"{MB}/picard/release_group.json", "Album", 0),
    ],
)
def test_release_group(name, kind, also):
    found = release_group_in(recorded(name))
    assert (found.primary_type, len(found.secondary_types)) == (kind, also)
    assert year_of(found.first_release) > 1900


@pytest.mark.parametrize(
    ("name", "parse"),
    [
        case(f"{MB}/picard/recording_null.json", recording_in),
        case(f"{MB}/picard/artist_null.json", artist_in),
        case(f"{MB}/picard/release_null.json", release_in),
        case(f"{MB}/picard/release_group_null.json", release_group_in),
        case(f"{MB}/picard/acoustid_no_metadata.json", recording_in),
    ],
)
def test_nulls_everywhere_are_an_error_of_ours(name, parse):
    """Picard keeps these to see what breaks."""
    with pytest.raises(UpstreamError, match="unexpected answer"):
        parse(recorded(name))
