"""Last.fm's recorded answers: every method, from JSON where three exist, else from XML too."""

import pytest
from recorded_answers import case, recorded

from grovemusic.clients.lastfm_answers import (
    artist_in,
    artist_matches_in,
    artist_top_tracks_in,
    found_tracks_in,
    tag_top_tracks_in,
    track_in,
    track_matches_in,
)


def having(found, field):
    """How many of the rows say something about `field`."""
    return sum(getattr(each, field) is not None for each in found)


@pytest.mark.parametrize(
    ("name", "tracks", "with_mbid"),
    [
        case("lastfm_docs/track.search.1.json", 3, 3),
        case("lastfm_docs/track.search.2.json", 0, 0),
        case("lastfm_pylast_xml/track.search.1.xml", 30, 7),
        case("lastfm_pylast_xml/track.search.2.xml", 30, 7),
    ],
)
def test_track_search(name, tracks, with_mbid):
    found = found_tracks_in(recorded(name))
    assert len(found) == tracks
    assert having(found, "mbid") == with_mbid
    assert having(found, "listeners") == having(found, "url") == tracks


@pytest.mark.parametrize(
    ("name", "tags", "seconds", "mbids"),
    [
        case("lastfm_docs/track.getInfo.1.json", 5, 157, 3),
        case("lastfm_docs/track.getInfo.2.json", 5, 157, 3),
        case("lastfm_docs/track.getInfo.3.json", 0, None, 0),
        case("lastfm_pylast_xml/track.getInfo.1.xml", 0, 25, 0),
        case("lastfm_pylast_xml/track.getInfo.2.xml", 5, 238, 2),
        case("lastfm_pylast_xml/track.getInfo.4.xml", 5, 311, 2),
        case("lastfm_pylast_xml/track.getInfo.5.xml", 5, 232, 2),
        case("lastfm_pylast_xml/track.getInfo.7.xml", 0, 235, 0),
        case("lastfm_pylast_xml/track.getInfo.8.xml", 0, 384, 2),
    ],
)
def test_track_get_info(name, tags, seconds, mbids):
    """Lengths are milliseconds here, and 0 where nobody knows."""
    found = track_in(recorded(name))
    assert len(found.tags) == tags
    assert found.duration_ms == (None if seconds is None else seconds * 1000)
    assert sum(map(bool, (found.mbid, found.artist_mbid, found.album_mbid))) == mbids
    assert found.playcount >= found.listeners > 0


@pytest.mark.parametrize(
    ("name", "tracks", "with_mbid", "with_length"),
    [
        case("lastfm_docs/track.getSimilar.1.json", 3, 3, 3),
        case("lastfm_docs/track.getSimilar.2.json", 0, 0, 0),
        case("navidrome/lastfm.track.getsimilar.json", 5, 3, 0),
        case("navidrome/lastfm.track.getsimilar.unknown.json", 0, 0, 0),
        case("lastfm_pylast_xml/track.getSimilar.1.xml", 100, 54, 98),
        case("lastfm_pylast_xml/track.getSimilar.3.xml", 10, 7, 10),
        case("gonic_lastfm_xml/track_get_similar_response.xml", 2, 2, 2),
    ],
)
def test_track_get_similar(name, tracks, with_mbid, with_length):
    """Lengths are seconds here: a song of five minutes must not become one of 0.3 s."""
    found = track_matches_in(recorded(name))
    assert len(found) == tracks
    assert having(found, "mbid") == with_mbid
    assert having(found, "duration_ms") == with_length
    assert all(10_000 < each.duration_ms < 3_600_000 for each in found if each.duration_ms)
    assert [each.match for each in found] == sorted((each.match for each in found), reverse=True)
    assert [each.match for each in found][:1] in ([], [1.0])


@pytest.mark.parametrize(
    ("name", "tags", "similar"),
    [
        case("lastfm_docs/artist.getInfo.1.json", 5, 5),
        case("lastfm_docs/artist.getInfo.2.json", 5, 5),
        case("lastfm_inflatable/ArtistApi.ArtistGetInfoSuccess.json", 5, 5),
        case("navidrome/lastfm.artist.getinfo.json", 5, 5),
        case("navidrome/lastfm.artist.getinfo.en.json", 5, 5),
        case("navidrome/lastfm.artist.getinfo.empty.json", 5, 5),
        case("navidrome/lastfm.artist.getinfo.unknown.json", 5, 0),
        case("gonic_lastfm_xml/artist_get_info_response.xml", 1, 1),
        case("lastfm_pylast_xml/artist.getInfo.5.xml", 0, 0),
    ],
)
def test_artist_get_info(name, tags, similar):
    found = artist_in(recorded(name))
    assert (len(found.tags), len(found.similar)) == (tags, similar)
    assert found.playcount >= found.listeners > 0


@pytest.mark.parametrize(
    ("name", "artists"),
    [
        case("lastfm_docs/artist.getSimilar.1.json", 3),
        case("navidrome/lastfm.artist.getsimilar.json", 2),
        case("navidrome/lastfm.artist.getsimilar.unknown.json", 0),
        case("lastfm_pylast_xml/artist.getSimilar.1.xml", 2),
        case("gonic_lastfm_xml/artist_get_similar_response.xml", 2),
    ],
)
def test_artist_get_similar(name, artists):
    found = artist_matches_in(recorded(name))
    assert having(found, "mbid") == len(found) == artists
    assert [each.match for each in found][:1] in ([], [1.0])
    assert all(0 < each.match < 1 for each in found[1:])


@pytest.mark.parametrize(
    ("name", "tracks", "with_mbid"),
    [
        case("lastfm_docs/artist.getTopTracks.1.json", 50, 39),
        case("navidrome/lastfm.artist.gettoptracks.json", 2, 2),
        case("navidrome/lastfm.artist.gettoptracks.unknown.json", 50, 2),
        case("lastfm_pylast_xml/artist.getTopTracks.1.xml", 2, 1),
        case("lastfm_pylast_xml/artist.getTopTracks.2.xml", 50, 0),
        case("gonic_lastfm_xml/artist_get_top_tracks_response.xml", 2, 2),
    ],
)
def test_artist_get_top_tracks(name, tracks, with_mbid):
    found = artist_top_tracks_in(recorded(name))
    assert [each.rank for each in found] == list(range(1, tracks + 1))
    assert having(found, "mbid") == with_mbid
    assert having(found, "playcount") == having(found, "listeners") == tracks


@pytest.mark.parametrize(
    ("name", "tracks", "with_artist_mbid"),
    [
        case("lastfm_docs/tag.getTopTracks.1.json", 3, 3),
        case("lastfm_docs/tag.getTopTracks.2.json", 0, 0),
        case("lastfm_pylast_xml/tag.getTopTracks.1.xml", 2, 1),
    ],
)
def test_tag_get_top_tracks(name, tracks, with_artist_mbid):
    found = tag_top_tracks_in(recorded(name))
    assert [each.rank for each in found] == list(range(1, tracks + 1))
    assert having(found, "artist_mbid") == with_artist_mbid
    assert all(60_000 < each.duration_ms < 600_000 for each in found)


@pytest.mark.parametrize(
    ("name", "parse", "nothing"),
    [
        case("lastfm_docs/artist.getInfo.3.json", artist_in, None),
        case("lastfm_inflatable/ArtistApi.ArtistGetInfoMissing.json", artist_in, None),
        case("lastfm_docs/artist.getSimilar.2.json", artist_matches_in, []),
        case("lastfm_docs/artist.getTopTracks.2.json", artist_top_tracks_in, []),
    ],
)
def test_error_6_is_nothing_found(name, parse, nothing):
    """Recorded with HTTP 200: only the body says that it is an error."""
    assert parse(recorded(name)) == nothing
