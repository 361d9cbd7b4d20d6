"""Whatever a service answers: a value or an UpstreamError, never another exception.

Three kinds of answers are tried: any bytes, any JSON, and answers of the right shape in which
something has gone wrong somewhere.
"""

import json

import pytest
from client_fakes import MBID, OTHER_MBID
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.clients import lastfm_answers, listenbrainz_answers, musicbrainz_answers
from grovemusic.clients.cache import sound
from grovemusic.clients.claude import answer_in
from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import Response

LASTFM_TRACK = {
    "name": "A",
    "artist": {"name": "B", "mbid": MBID},
    "mbid": "",
    "duration": "200",
    "playcount": "5",
    "listeners": "5",
    "match": "0.5",
    "url": "https://www.last.fm/",
    "album": {"title": "C", "mbid": MBID},
    "toptags": {"tag": [{"name": "rock"}]},
}
LASTFM_ARTIST = {
    "name": "B",
    "mbid": MBID,
    "match": "1",
    "stats": {"listeners": "5", "playcount": "6"},
    "tags": {"tag": [{"name": "rock"}]},
    "similar": {"artist": [{"name": "C"}]},
}
GROUP = {
    "id": MBID,
    "title": "D",
    "primary-type": "Album",
    "secondary-types": ["Live"],
    "first-release-date": "",
    "tags": [{"name": "rock", "count": 1}],
    "relations": [{"type": "streaming", "url": {"resource": "https://x.test"}}],
}
CREDIT = [{"name": "B", "joinphrase": "", "artist": {"id": MBID, "name": "B"}}]
RELEASE = {
    "id": MBID,
    "title": "D",
    "date": "1999",
    "artist-credit": CREDIT,
    "release-group": GROUP,
}
RECORDING = {
    "id": MBID,
    "title": "A",
    "length": 1000,
    "score": 100,
    "isrcs": ["GBAAA9900303"],
    "artist-credit": CREDIT,
    "releases": [RELEASE],
    "first-release-date": "1999-01-01",
}
SIMILAR = {
    "recording_mbid": MBID,
    "recording_name": "A",
    "artist_credit_name": "B",
    "artist_credit_mbids": [MBID],
    "release_name": "D",
    "release_mbid": MBID,
    "score": 5,
    "reference_mbid": MBID,
}
FACTS = {
    "recording": {"name": "A", "length": 1, "first_release_date": "1999-01-01", "isrcs": ["x"]},
    "artist": {"name": "B", "artists": [{"artist_mbid": MBID}]},
    "release": {"name": "D", "mbid": MBID, "year": 1999},
    "tag": {"recording": [{"tag": "rock", "count": 1}], "artist": [], "release_group": []},
}
RADIO = {
    "recording_mbid": MBID,
    "similar_artist_mbid": MBID,
    "similar_artist_name": "B",
    "total_listen_count": 5,
    "total_user_count": 2,
    "tag_count": 1,
    "percent": 5.5,
    "source": "artist",
}
MESSAGE = {
    "stop_reason": "tool_use",
    "content": [{"type": "tool_use", "name": "answer", "input": {"narrative": "x"}}],
}
SAMPLES = {
    lastfm_answers.found_tracks_in: {"results": {"trackmatches": {"track": [LASTFM_TRACK]}}},
    lastfm_answers.track_in: {"track": LASTFM_TRACK},
    lastfm_answers.track_matches_in: {"similartracks": {"track": [LASTFM_TRACK]}},
    lastfm_answers.artist_in: {"artist": LASTFM_ARTIST},
    lastfm_answers.artist_matches_in: {"similarartists": {"artist": [LASTFM_ARTIST]}},
    lastfm_answers.artist_top_tracks_in: {"toptracks": {"track": [LASTFM_TRACK]}},
    lastfm_answers.tag_top_tracks_in: {"tracks": {"track": [LASTFM_TRACK]}},
    musicbrainz_answers.recordings_in: {"recordings": [RECORDING]},
    musicbrainz_answers.recording_in: RECORDING,
    musicbrainz_answers.isrc_in: {"isrc": "GBAAA9900303", "recordings": [RECORDING]},
    musicbrainz_answers.artist_in: {"id": MBID, "name": "B", "life-span": {"begin": "1970"}},
    musicbrainz_answers.release_in: RELEASE,
    musicbrainz_answers.release_group_in: GROUP,
    listenbrainz_answers.similar_recordings_in: [SIMILAR],
    listenbrainz_answers.recording_facts_in: {MBID: FACTS},
    listenbrainz_answers.popularity_in: [RADIO],
    listenbrainz_answers.artist_radio_in: {OTHER_MBID: [RADIO]},
    listenbrainz_answers.tag_radio_in: [RADIO],
    answer_in: MESSAGE,
}
PARSERS = pytest.mark.parametrize("parse", SAMPLES, ids=lambda parse: parse.__qualname__)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "0", "-1", "nan", "1e999", MBID, "9" * 400, 10**400, -0.0, "\ud800"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


def survives(parse, body):
    """Whether it is read, or refused in a sentence too short to quote the answer."""
    try:
        parse(body)
    except UpstreamError as error:
        return 0 < len(error.reason) < 120
    return True


@PARSERS
def test_the_samples_below_are_read(parse):
    """Otherwise the wrong ones made of them would prove nothing."""
    assert parse(json.dumps(SAMPLES[parse]).encode())


@PARSERS
@settings(max_examples=15)
@given(body=st.binary(max_size=40))
def test_any_bytes(parse, body):
    assert survives(parse, body)


@PARSERS
@settings(max_examples=15)
@given(content=anything)
def test_any_json(parse, content):
    assert survives(parse, json.dumps(content).encode())


@st.composite
def damaged(draw, content):
    """`content` with one of its values, at any depth, replaced, removed or doubled."""
    if not isinstance(content, dict | list) or not content or draw(st.integers(0, 5)) == 0:
        return draw(anything)
    at = draw(
        st.sampled_from(sorted(content) if isinstance(content, dict) else range(len(content)))
    )
    copy = dict(content) if isinstance(content, dict) else list(content)
    match draw(st.integers(0, 8)):
        case 0:
            del copy[at]
        case 1:
            copy[at] = [content[at], content[at]]
        case _:
            copy[at] = draw(damaged(content[at]))
    return copy


@PARSERS
@settings(max_examples=25)
@given(data=st.data())
def test_answers_with_something_wrong_in_them(parse, data):
    assert survives(parse, json.dumps(data.draw(damaged(SAMPLES[parse]))).encode())


@PARSERS
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"9" * 5000,
        b"NaN",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'{"error": 6}',
        b'{"error": [6]}',
        b'{"error": null}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_known_nasty_bodies(parse, body):
    assert survives(parse, body)
    sound(Response(status=200, body=body))
