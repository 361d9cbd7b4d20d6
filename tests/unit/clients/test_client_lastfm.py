"""Last.fm: the right question for each method, and its many ways to write the same thing."""

import json

import pytest
from client_fakes import MBID, OTHER_MBID, SETTINGS, Script, answer

from grovemusic.clients import keys
from grovemusic.clients.lastfm import LastFm
from grovemusic.clients.lastfm_answers import (
    FoundTrack,
    TopTrack,
    artist_in,
    artist_matches_in,
    artist_top_tracks_in,
    found_tracks_in,
    tag_top_tracks_in,
    track_in,
    track_matches_in,
)
from grovemusic.domain.errors import UpstreamBusy, UpstreamError
from grovemusic.settings import Settings

UNKNOWN = {"error": 6, "message": "Track not found", "links": []}
EMPTY = {
    "track.search": {"results": {"trackmatches": {"track": []}}},
    "track.getSimilar": {"similartracks": {"track": []}},
    "artist.getSimilar": {"similarartists": {"artist": []}},
    "artist.getTopTracks": {"toptracks": {"track": []}},
    "tag.getTopTracks": {"tracks": {"track": []}},
}
DAY_S, WEEK_S = keys.DAY_S, keys.WEEK_S


def encoded(content):
    return json.dumps(content).encode()


METHODS = [
    pytest.param(
        lambda api: api.search("Jóga", artist="Björk"),
        {"method": "track.search", "track": "Jóga", "artist": "Björk", "limit": "30"},
        f"lastfm:search:{keys.hashed_names('Jóga', 'Björk')}",
        DAY_S,
        id="search",
    ),
    pytest.param(
        lambda api: api.track("Jóga", "Björk", mbid=MBID.upper()),
        {"method": "track.getInfo", "track": "Jóga", "artist": "Björk"},
        f"lastfm:track:{MBID}",
        DAY_S,
        id="track, key by mbid",
    ),
    pytest.param(
        lambda api: api.track("Jóga", "Björk"),
        {"method": "track.getInfo", "track": "Jóga", "artist": "Björk"},
        f"lastfm:track:{keys.hashed_names('Jóga', 'Björk')}",
        DAY_S,
        id="track, key by names",
    ),
    pytest.param(
        lambda api: api.track("", "", mbid=MBID),
        {"method": "track.getInfo", "mbid": MBID},
        f"lastfm:track:{MBID}",
        DAY_S,
        id="track, only an mbid",
    ),
    pytest.param(
        lambda api: api.similar_tracks("Jóga", "Björk", mbid=MBID, limit=5),
        {"method": "track.getSimilar", "track": "Jóga", "artist": "Björk", "limit": "100"},
        f"lastfm:similar:{MBID}",
        WEEK_S,
        id="similar tracks",
    ),
    pytest.param(
        lambda api: api.artist("Björk", mbid=MBID),
        {"method": "artist.getInfo", "artist": "Björk"},
        f"lastfm:artist:{MBID}",
        DAY_S,
        id="artist",
    ),
    pytest.param(
        lambda api: api.similar_artists("Björk", mbid="not an mbid"),
        {"method": "artist.getSimilar", "artist": "Björk", "limit": "100"},
        f"lastfm:similar-artists:{keys.hashed_names('Björk')}",
        WEEK_S,
        id="similar artists",
    ),
    pytest.param(
        lambda api: api.artist_top_tracks("Björk", mbid=MBID),
        {"method": "artist.getTopTracks", "artist": "Björk", "limit": "50"},
        f"lastfm:top-tracks:{MBID}",
        DAY_S,
        id="artist's top tracks",
    ),
    pytest.param(
        lambda api: api.tag_top_tracks("trip-hop"),
        {"method": "tag.getTopTracks", "tag": "trip-hop", "limit": "50"},
        f"lastfm:tag:{keys.hashed_names('trip-hop')}",
        DAY_S,
        id="tag's top tracks",
    ),
]


@pytest.mark.parametrize(("call", "query", "key", "ttl_s"), METHODS)
async def test_what_is_asked_and_where_it_is_kept(call, query, key, ttl_s):
    """The key goes beside the query, never into it or into the name of the cache entry."""
    script = Script(answer(UNKNOWN))
    await call(LastFm(script, SETTINGS))
    [asked] = script.asked
    assert asked.query == {"format": "json", "autocorrect": "1", **query}
    assert (asked.service, asked.url) == ("lastfm", "https://ws.audioscrobbler.com/2.0/")
    assert (asked.cache.key, asked.cache.ttl_s) == (key, ttl_s)
    assert asked.secret == {"api_key": SETTINGS.lastfm_api_key}


@pytest.mark.parametrize(("call", "query", "key", "ttl_s"), METHODS)
@pytest.mark.parametrize(
    "unknown",
    [answer(UNKNOWN), answer(UNKNOWN, 400), answer(UNKNOWN, 404), answer(b"", 404)],
    ids=["200", "400", "404", "404 without a body"],
)
async def test_what_lastfm_does_not_know_is_empty_and_no_error(call, query, key, ttl_s, unknown):
    assert await call(LastFm(Script(unknown), SETTINGS)) in ([], None)


@pytest.mark.parametrize(("call", "query", "key", "ttl_s"), METHODS)
@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        (answer({"error": 10}, 403), UpstreamError, "LASTFM_API_KEY"),
        (answer({"error": "26"}, 200), UpstreamError, "LASTFM_API_KEY"),
        (answer({"error": 17}, 403), UpstreamError, "error 17"),
        (answer({"error": 29}, 200), UpstreamBusy, "too often"),
        (answer({"error": 8}, 200), UpstreamError, "out of order"),
        (answer(b"", 503), UpstreamBusy, "HTTP 503"),
        (answer(b"<html>", 502), UpstreamError, "HTTP 502"),
        (answer(b"<html>", 404), UpstreamError, "HTTP 404"),
        (answer(b"{", 200), UpstreamError, "unexpected answer: it is not JSON"),
        (answer({"surprise": 1}, 200), UpstreamError, "unexpected answer: no "),
    ],
)
async def test_trouble_has_a_name(call, query, key, ttl_s, bad, error, says):
    with pytest.raises(error, match=says):
        await call(LastFm(Script(bad), SETTINGS))


@pytest.mark.parametrize(("call", "query", "key", "ttl_s"), METHODS)
async def test_without_a_key_it_says_so_and_asks_nobody(call, query, key, ttl_s):
    script = Script(answer(UNKNOWN))
    with pytest.raises(UpstreamError, match="LASTFM_API_KEY is not set"):
        await call(LastFm(script, Settings()))
    assert script.asked == []


async def test_nothing_is_asked_about_nothing():
    script = Script(answer(UNKNOWN))
    api = LastFm(script, Settings())
    assert await api.search(" ") == []
    assert await api.track("", "Björk") is None
    assert await api.similar_tracks("Jóga", "") == []
    assert await api.artist("") is None
    assert await api.similar_artists(" ", mbid="") == []
    assert await api.artist_top_tracks("") == []
    assert await api.tag_top_tracks("") == []
    assert script.asked == []


async def test_limits_are_cut_here_so_that_all_share_one_answer():
    rows = [{"name": f"t{n}", "artist": {"name": "a"}, "match": 1 - n / 10} for n in range(10)]
    api = LastFm(Script(answer({"similartracks": {"track": rows}})), SETTINGS)
    found = await api.similar_tracks("t", "a", limit=3)
    assert [each.title for each in found] == ["t0", "t1", "t2"]


@pytest.mark.parametrize(
    "track",
    [
        pytest.param({"name": "A", "artist": "B", "mbid": "", "listeners": "12"}, id="one object"),
        pytest.param([{"name": "A", "artist": {"name": "B"}, "listeners": 12}], id="artist object"),
        pytest.param([{"name": " A ", "artist": {"#text": "B"}, "listeners": "12"}], id="#text"),
        pytest.param(
            [7, None, {"name": ""}, {"name": "x"}, {"name": "A", "artist": "B", "listeners": 12.0}],
            id="among useless entries",
        ),
    ],
)
def test_one_hit_however_it_is_written(track):
    """Its JSON is made from XML: a list of one is no list."""
    body = encoded({"results": {"trackmatches": {"track": track}}})
    assert found_tracks_in(body) == [FoundTrack(title="A", artist="B", listeners=12)]


@pytest.mark.parametrize("nothing", [[], "", "\n  ", None, {"#text": "\n"}])
def test_nothing_however_it_is_written(nothing):
    assert found_tracks_in(encoded({"results": {"trackmatches": nothing}})) == []
    assert track_matches_in(encoded({"similartracks": nothing})) == []
    assert artist_matches_in(encoded({"similarartists": nothing})) == []
    assert artist_top_tracks_in(encoded({"toptracks": nothing})) == []
    assert tag_top_tracks_in(encoded({"tracks": nothing})) == []


def test_lengths_are_milliseconds_wherever_they_come_from():
    """track.getInfo gives milliseconds, the lists give seconds, and 0 means nobody knows."""
    row = {"name": "A", "artist": {"name": "B"}, "duration": "200", "match": "0.5"}
    assert track_in(encoded({"track": row})).duration_ms == 200
    assert track_matches_in(encoded({"similartracks": {"track": row}}))[0].duration_ms == 200_000
    assert tag_top_tracks_in(encoded({"tracks": {"track": row}}))[0].duration_ms == 200_000
    assert track_in(encoded({"track": row | {"duration": "0"}})).duration_ms is None


def test_similar_tracks_come_closest_first_and_unplaced_ones_not_at_all():
    def row(name, match):
        return {"name": name, "artist": {"name": "B", "mbid": MBID}, "match": match}

    rows = [row("far", "0.1"), row("near", 1), row("odd", "x"), row("over", "7"), row("mid", 0.5)]
    found = track_matches_in(encoded({"similartracks": {"track": rows}}))
    assert [(each.title, each.match) for each in found] == [
        ("near", 1.0),
        ("over", 1.0),
        ("mid", 0.5),
        ("far", 0.1),
    ]
    assert {each.artist_mbid for each in found} == {MBID}


def test_ranks_are_places_in_the_list():
    rows = [{"name": n, "artist": {"name": "B"}, "@attr": {"rank": "1"}} for n in ("x", "y")]
    body = encoded({"toptracks": {"track": rows}})
    assert artist_top_tracks_in(body) == [
        TopTrack(title="x", artist="B", rank=1),
        TopTrack(title="y", artist="B", rank=2),
    ]


def test_an_artist_with_everything_and_one_with_a_name():
    full = {
        "name": "A",
        "mbid": OTHER_MBID.upper(),
        "stats": {"listeners": "5", "playcount": "6"},
        "tags": {"tag": {"name": "Pop"}},
        "similar": {"artist": [{"name": "B"}, {"name": "C"}, {"name": "B"}]},
        "url": "javascript:alert(1)",
    }
    found = artist_in(encoded({"artist": full}))
    assert (found.mbid, found.listeners, found.tags) == (OTHER_MBID, 5, ("Pop",))
    assert (found.similar, found.url) == (("B", "C"), None)
    bare = artist_in(encoded({"artist": {"name": "A", "tags": "", "similar": "", "stats": ""}}))
    assert (bare.listeners, bare.tags, bare.similar) == (None, (), ())


@pytest.mark.parametrize("parse", [track_in, artist_in, track_matches_in, tag_top_tracks_in])
def test_an_error_in_a_body_is_read_without_its_status(parse):
    with pytest.raises(UpstreamError, match="LASTFM_API_KEY"):
        parse(encoded({"error": 10, "message": "Invalid API key"}))


def test_an_error_never_quotes_the_answer():
    """A broken proxy echoes the question, with the key in it."""
    with pytest.raises(UpstreamError) as caught:
        track_in(b"<html>GET /2.0/?api_key=s3cret failed</html>")
    assert "s3cret" not in str(caught.value)
