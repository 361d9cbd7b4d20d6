"""MusicBrainz: the right question for each method, dates as they are, busy is not unknown."""

import json

import pytest
from client_fakes import MBID, OTHER_MBID, SETTINGS, Script, answer

from grovemusic.clients import keys
from grovemusic.clients.musicbrainz import MusicBrainz, escape, search_query
from grovemusic.clients.musicbrainz_answers import (
    TagCount,
    isrc_in,
    recording_in,
    recordings_in,
    release_group_in,
    year_of,
)
from grovemusic.domain.errors import UpstreamBusy, UpstreamError

NOT_FOUND = answer({"error": "Not Found", "help": "…"}, 404)
RECORDING = {"id": MBID, "title": "Jóga"}
ROOT = "https://musicbrainz.org/ws/2"


def encoded(content):
    return json.dumps(content).encode()


METHODS = [
    pytest.param(
        lambda api: api.search("Jóga", artist="Björk"),
        "/recording",
        {"query": "recording:(jóga) AND artist:(björk)", "limit": "25"},
        f"mb:search:{keys.hashed_names('Jóga', 'Björk')}",
        keys.DAY_S,
        id="search",
    ),
    pytest.param(
        lambda api: api.recording(MBID.upper()),
        f"/recording/{MBID}",
        {"inc": "artist-credits isrcs releases release-groups tags url-rels"},
        f"mb:recording:{MBID}",
        keys.MONTH_S,
        id="recording",
    ),
    pytest.param(
        lambda api: api.isrc("gb-aaa-99-00303"),
        "/isrc/GBAAA9900303",
        {"inc": "artist-credits releases release-groups"},
        "mb:isrc:GBAAA9900303",
        keys.MONTH_S,
        id="isrc",
    ),
    pytest.param(
        lambda api: api.artist(MBID),
        f"/artist/{MBID}",
        {"inc": "tags url-rels"},
        f"mb:artist:{MBID}",
        keys.MONTH_S,
        id="artist",
    ),
    pytest.param(
        lambda api: api.release(MBID),
        f"/release/{MBID}",
        {"inc": "artist-credits release-groups tags url-rels"},
        f"mb:release:{MBID}",
        keys.MONTH_S,
        id="release",
    ),
    pytest.param(
        lambda api: api.release_group(MBID),
        f"/release-group/{MBID}",
        {"inc": "artist-credits tags url-rels"},
        f"mb:release-group:{MBID}",
        keys.MONTH_S,
        id="release group",
    ),
]


@pytest.mark.parametrize(("call", "path", "query", "key", "ttl_s"), METHODS)
async def test_what_is_asked_and_where_it_is_kept(call, path, query, key, ttl_s):
    script = Script(NOT_FOUND)
    assert await call(MusicBrainz(script, SETTINGS)) in ([], None)
    [asked] = script.asked
    assert (asked.service, asked.url) == ("musicbrainz", ROOT + path)
    assert asked.query == {"fmt": "json", **query}
    assert (asked.cache.key, asked.cache.ttl_s) == (key, ttl_s)


@pytest.mark.parametrize(("call", "path", "query", "key", "ttl_s"), METHODS)
@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        (answer({"error": "exceeding"}, 503), UpstreamBusy, "busy"),
        (answer({"error": "…"}, 400), UpstreamError, "HTTP 400"),
        (answer(b"<html>", 404), UpstreamError, "HTTP 404"),
        (answer(b"", 200), UpstreamError, "not JSON"),
        (answer([], 200), UpstreamError, "unexpected answer"),
        (answer({"error": "…"}, 200), UpstreamError, "unexpected answer"),
        (answer({"id": None, "title": None}, 200), UpstreamError, "unexpected answer"),
    ],
)
async def test_trouble_is_never_not_found(call, path, query, key, ttl_s, bad, error, says):
    """A busy MusicBrainz that looked like an unknown song would send the run astray."""
    with pytest.raises(error, match=says):
        await call(MusicBrainz(Script(bad), SETTINGS))


@pytest.mark.parametrize(
    ("call", "nothing"),
    [
        (lambda api: api.search("  "), []),
        (lambda api: api.isrc("not an isrc"), []),
        (lambda api: api.recording("../../artist"), None),
        (lambda api: api.artist(""), None),
    ],
)
async def test_what_is_no_id_is_not_asked_for(call, nothing):
    script = Script(NOT_FOUND)
    assert await call(MusicBrainz(script, SETTINGS)) == nothing
    assert script.asked == []


def test_exactly_the_operators_of_lucene_are_escaped():
    """The server's own list; a letter too many finds nothing, one too few finds nonsense."""
    assert escape(r'+-&|!(){}[]^"~*?:\/') == "".join(f"\\{c}" for c in r'+-&|!(){}[]^"~*?:\/')
    untouched = "AC.DC $,;%#@'_=<>é漢 09"
    assert escape(untouched) == untouched


@pytest.mark.parametrize(
    ("title", "artist", "query"),
    [
        ("Stairway to Heaven", "", "recording:(stairway to heaven)"),
        ("DO OR DIE", "NOT", "recording:(do or die) AND artist:(not)"),
        ("What?", "AC/DC", r"recording:(what\?) AND artist:(ac\/dc)"),
        ("  ", "Björk", ""),
    ],
)
def test_search_query(title, artist, query):
    """Capitals would make operators of ordinary words."""
    assert search_query(title, artist) == query


def test_hits_come_best_first():
    rows = [
        RECORDING | {"score": 80},
        RECORDING | {"id": OTHER_MBID, "score": "100"},
        {"id": "x", "title": "no id"},
        {"id": MBID},
    ]
    assert [each.score for each in recordings_in(encoded({"recordings": rows}))] == [100, 80]


def test_a_credit_reads_as_printed():
    credit = [
        {"name": "Queen", "joinphrase": " & ", "artist": {"id": MBID, "name": "Queen"}},
        {"name": "D. Bowie", "artist": {"id": OTHER_MBID, "name": "David Bowie"}},
    ]
    found = recording_in(encoded(RECORDING | {"artist-credit": credit}))
    assert found.artist == "Queen & D. Bowie"
    assert found.artist_mbids == (MBID, OTHER_MBID)


@pytest.mark.parametrize(
    ("date", "kept", "year"),
    [
        ("1997", "1997", 1997),
        ("1997-09", "1997-09", 1997),
        ("1997-09-22", "1997-09-22", 1997),
        ("", None, None),
        (None, None, None),
        ("????-09", None, None),
        ("97", None, None),
        (1997, "1997", 1997),
    ],
)
def test_dates_are_as_exact_as_they_are_known(date, kept, year):
    found = recording_in(encoded(RECORDING | {"first-release-date": date}))
    assert found.first_release == kept
    assert year_of(found.first_release) == year


def test_a_recording_without_a_date_lacks_the_key():
    assert recording_in(encoded(RECORDING)).first_release is None


def test_isrcs_are_clean_and_the_asked_one_is_filled_in():
    body = {"isrc": "GBAAA9900303", "recordings": [RECORDING, RECORDING | {"isrcs": ["x"]}]}
    assert [each.isrcs for each in isrc_in(encoded(body))] == [("GBAAA9900303",)] * 2


def test_tags_and_links():
    content = {
        "id": MBID,
        "title": "Homogenic",
        "secondary-types": ["Live", None],
        "tags": [{"name": "Pop", "count": 1}, {"name": "trip hop", "count": 7}, {"count": 3}],
        "relations": [
            {"type": "streaming", "url": {"resource": "https://x.test/1"}},
            {"type": "streaming", "url": {"resource": "ftp://x.test/1"}},
            {"type": "member of band", "artist": {}},
        ],
    }
    found = release_group_in(encoded(content))
    assert found.tags == (TagCount("trip hop", 7), TagCount("pop", 1))
    assert [(each.kind, each.url) for each in found.links] == [("streaming", "https://x.test/1")]
    assert found.secondary_types == ("Live",)
