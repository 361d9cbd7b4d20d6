"""ListenBrainz: bulk questions in portions, unsorted answers sorted, nulls survived."""

import json

import pytest
from client_fakes import MBID, OTHER_MBID, SETTINGS, Script, answer

from grovemusic.clients import keys
from grovemusic.clients.listenbrainz import ListenBrainz
from grovemusic.clients.listenbrainz_answers import (
    ArtistRadioTrack,
    Popularity,
    TagRadioTrack,
    TagVotes,
    artist_radio_in,
    popularity_in,
    recording_facts_in,
    similar_recordings_in,
    tag_radio_in,
)
from grovemusic.domain.errors import UpstreamBusy, UpstreamError
from grovemusic.settings import Secret, Settings

ROOT = "https://api.listenbrainz.org/1"
LABS = "https://labs.api.listenbrainz.org"
ALGORITHM = SETTINGS.listenbrainz_algorithm


def encoded(content):
    return json.dumps(content).encode()


METHODS = [
    pytest.param(
        lambda api: api.similar_recordings(MBID),
        f"{LABS}/similar-recordings/json",
        {"recording_mbids": MBID, "algorithm": ALGORITHM},
        None,
        f"lb:similar:{MBID}:{keys.hashed(ALGORITHM)}",
        keys.WEEK_S,
        [],
        id="similar recordings",
    ),
    pytest.param(
        lambda api: api.facts([OTHER_MBID, MBID.upper(), "x", MBID]),
        f"{ROOT}/metadata/recording/",
        {},
        {"recording_mbids": [OTHER_MBID, MBID], "inc": "artist tag release"},
        f"lb:facts:{keys.hashed_set([MBID, OTHER_MBID])}",
        keys.MONTH_S,
        {},
        id="facts",
    ),
    pytest.param(
        lambda api: api.popularity([MBID]),
        f"{ROOT}/popularity/recording",
        {},
        {"recording_mbids": [MBID]},
        f"lb:popularity:{keys.hashed(MBID)}",
        keys.DAY_S,
        [],
        id="popularity",
    ),
    pytest.param(
        lambda api: api.artist_radio(MBID, mode="hard", popularity=(10, 90)),
        f"{ROOT}/lb-radio/artist/{MBID}",
        {
            "mode": "hard",
            "max_similar_artists": "10",
            "max_recordings_per_artist": "5",
            "pop_begin": "10",
            "pop_end": "90",
        },
        None,
        f"lb:artist-radio:{MBID}:{keys.hashed('hard', '10', '5', '10', '90')}",
        keys.DAY_S,
        {},
        id="artist radio",
    ),
    pytest.param(
        lambda api: api.tag_radio(["Trip Hop", "pop", " "], all_of_them=True),
        f"{ROOT}/lb-radio/tags?tag=pop&tag=trip+hop",
        {"operator": "AND", "pop_begin": "0", "pop_end": "100", "count": "100"},
        None,
        f"lb:tag-radio:{keys.hashed('AND', '0', '100', '100', 'pop', 'trip hop')}",
        keys.DAY_S,
        [],
        id="tag radio",
    ),
]


@pytest.mark.parametrize(("call", "url", "query", "body", "key", "ttl_s", "empty"), METHODS)
async def test_what_is_asked_and_where_it_is_kept(call, url, query, body, key, ttl_s, empty):
    script = Script(answer(empty))
    assert not await call(ListenBrainz(script, SETTINGS))
    [asked] = script.asked
    assert (asked.service, asked.url, asked.query) == ("listenbrainz", url, query)
    assert (asked.body, asked.secret) == (body, {})
    assert (asked.cache.key, asked.cache.ttl_s) == (key, ttl_s)


@pytest.mark.parametrize(("call", "url", "query", "body", "key", "ttl_s", "empty"), METHODS)
@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        (answer({"code": 429, "error": "…"}, 429), UpstreamBusy, "busy"),
        (answer({"code": 400, "error": "…"}, 400), UpstreamError, "HTTP 400"),
        (answer({"code": 500, "error": "…"}, 200), UpstreamError, "unexpected answer"),
        (answer("text", 200), UpstreamError, "unexpected answer"),
        (answer(b"", 200), UpstreamError, "not JSON"),
    ],
)
async def test_trouble_has_a_name(call, url, query, body, key, ttl_s, empty, bad, error, says):
    with pytest.raises(error, match=says):
        await call(ListenBrainz(Script(bad), SETTINGS))


async def test_a_token_goes_where_it_is_known_and_nowhere_else():
    """Labs is another server, which knows no tokens."""
    settings = Settings(listenbrainz_token=Secret("t0ken"))
    script = Script(answer([]))
    api = ListenBrainz(script, settings)
    await api.popularity([MBID])
    await api.similar_recordings(MBID)
    assert [each.secret for each in script.asked] == [
        {"header:Authorization": Secret("Token t0ken")},
        {},
    ]


async def test_a_thousand_recordings_a_call_and_no_more():
    mbids = [f"00000000-0000-4000-8000-{n:012x}" for n in range(2001)]
    script = Script(answer({}))
    await ListenBrainz(script, SETTINGS).facts(mbids)
    sent = [each.body["recording_mbids"] for each in script.asked]
    assert [len(each) for each in sent] == [1000, 1000, 1]
    assert [mbid for each in sent for mbid in each] == mbids


@pytest.mark.parametrize(
    "call",
    [
        lambda api: api.similar_recordings("x"),
        lambda api: api.facts([]),
        lambda api: api.popularity(["", "x"]),
        lambda api: api.artist_radio(""),
        lambda api: api.tag_radio([" "]),
    ],
)
async def test_nothing_is_asked_about_nothing(call):
    script = Script(answer([]))
    assert not await call(ListenBrainz(script, SETTINGS))
    assert script.asked == []


def similar(mbid, score, **more):
    row = {"recording_mbid": mbid, "recording_name": "t", "artist_credit_name": "a", "score": score}
    return row | more


def test_similar_recordings_are_sorted_and_each_comes_once():
    """The server does neither (navidrome found out)."""
    rows = [
        similar(MBID, 5),
        similar(OTHER_MBID, 61, **{"[artist_credit_mbids]": [MBID, None]}),
        similar(MBID, 124, artist_credit_mbids=None),
        similar(None, 9),
        similar("11111111-0000-4000-8000-000000000000", None),
        dict.fromkeys(similar(MBID, 5)),
    ]
    found = similar_recordings_in(encoded(rows))
    assert [(each.mbid, each.score) for each in found] == [(MBID, 124), (OTHER_MBID, 61)]
    assert [each.artist_mbids for each in found] == [(), (MBID,)]


async def test_a_recording_is_not_similar_to_itself():
    api = ListenBrainz(Script(answer([similar(MBID, 9), similar(OTHER_MBID, 5)])), SETTINGS)
    assert [each.mbid for each in await api.similar_recordings(MBID)] == [OTHER_MBID]


def test_facts_full_and_bare():
    full = {
        "recording": {
            "name": "Roads",
            "length": 303000,
            "first_release_date": "1994-08-22",
            "isrcs": ["GBAAA9900303"],
            "rels": [],
        },
        "artist": {"name": "Portishead", "artists": [{"artist_mbid": OTHER_MBID}, {"name": "x"}]},
        "release": {"name": "Dummy", "mbid": OTHER_MBID, "release_group_mbid": MBID, "year": 1994},
        "tag": {
            "recording": [{"tag": "trip hop", "count": 3}, {"tag": "Electronic", "count": 8}],
            "artist": [
                {"tag": "trip hop", "count": 1, "artist_mbid": MBID},
                {"tag": "trip hop", "count": 13, "artist_mbid": OTHER_MBID},
            ],
        },
    }
    found = recording_facts_in(encoded({MBID: full, OTHER_MBID: {"recording": {}}, "x": full}))
    assert set(found) == {MBID, OTHER_MBID}
    roads = found[MBID]
    assert (roads.title, roads.artist, roads.artist_mbids) == ("Roads", "Portishead", (OTHER_MBID,))
    assert (roads.duration_ms, roads.first_release, roads.album_year) == (
        303000,
        "1994-08-22",
        1994,
    )
    assert roads.tags == (TagVotes("electronic", 8), TagVotes("trip hop", 3))
    assert roads.artist_tags == (TagVotes("trip hop", 13),)
    assert found[OTHER_MBID].title is None


def test_recordings_nobody_listened_to_have_no_popularity():
    """The server sends nulls for them: unknown, and not zero."""
    rows = [
        {"recording_mbid": MBID, "total_listen_count": 1000, "total_user_count": 10},
        {"recording_mbid": OTHER_MBID, "total_listen_count": None, "total_user_count": None},
    ]
    assert popularity_in(encoded(rows)) == {MBID: Popularity(1000, 10)}


def test_artist_radio_is_flattened():
    row = {
        "recording_mbid": MBID,
        "similar_artist_mbid": OTHER_MBID,
        "similar_artist_name": "Boo Hoo Boys",
        "total_listen_count": 232361,
    }
    assert artist_radio_in(encoded({OTHER_MBID: [row, {}], MBID: []})) == [
        ArtistRadioTrack(mbid=MBID, artist="Boo Hoo Boys", artist_mbid=OTHER_MBID, listens=232361)
    ]


def test_tag_radio_names_each_recording_once():
    """A recording may have the tag itself and through its artist."""
    row = {"recording_mbid": MBID, "tag_count": 7, "percent": 99.5, "source": "artist"}
    assert tag_radio_in(encoded([row, row | {"source": "recording"}])) == [
        TagRadioTrack(mbid=MBID, percent=99.5, votes=7, tagged="artist")
    ]
