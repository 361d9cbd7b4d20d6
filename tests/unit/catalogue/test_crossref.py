"""Which recording of MusicBrainz a track is, asked one by one."""

from dataclasses import dataclass

import pytest

from grovemusic.catalogue.crossref import find, find_each, find_some, isrc_variants
from grovemusic.clients.musicbrainz import MusicBrainz
from grovemusic.clients.musicbrainz_answers import Recording
from grovemusic.domain.errors import UpstreamError
from grovemusic.store.xref import CrossReference, CrossReferences, Method, Unmatched

ISRC = "USRC17607839"


def mbid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


def recording(number, title="Pale Morning", artist="The Lanterns", duration_ms=200_000):
    return Recording(mbid=mbid(number), title=title, artist=artist, duration_ms=duration_ms)


def track(**known):
    row = {
        "spotify_id": "1" * 22, "isrc": ISRC, "title": "Pale Morning", "artist": "The Lanterns",
        "duration_ms": 200_000,
    }  # fmt: skip
    return Unmatched(**row | known)


@dataclass
class Service:
    isrcs: dict
    found: tuple = ()
    fails_at: int | None = None
    asked: int = 0

    async def isrc(self, isrc):
        self._note()
        return self.isrcs.get(isrc, [])

    async def search(self, title, *, artist=""):
        self._note()
        return self.found

    def _note(self):
        self.asked += 1
        if self.asked == self.fails_at:
            raise UpstreamError("musicbrainz", "gone")


async def test_an_isrc_decides_whatever_the_names():
    """The same song is written in another script, say."""
    service = Service({ISRC: [recording(1, title="蒼い朝", artist="提灯")]})
    found = await find(track(), service)
    assert (found.mbid, found.confidence, found.method) == (mbid(1), 1.0, Method.ISRC_EXACT)
    assert service.asked == 1


async def test_of_several_recordings_with_an_isrc_the_most_alike_is_meant():
    several = [recording(1, title="Noon"), recording(2), recording(3, duration_ms=260_000)]
    found = await find(track(), Service({ISRC: several}))
    assert (found.mbid, found.confidence) == (mbid(2), 1.0)


async def test_of_several_that_are_nothing_alike_the_first_is_a_little_less_sure():
    several = [recording(1, title="Noon"), recording(2, title="Night")]
    found = await find(track(), Service({ISRC: several}))
    assert (found.mbid, found.confidence) == (mbid(1), 0.95)


async def test_another_code_of_the_same_country_counts_if_the_names_agree():
    variant = isrc_variants(ISRC)[1]
    assert variant == "QZ" + ISRC[2:]
    found = await find(track(), Service({variant: [recording(1, title="Noon"), recording(2)]}))
    assert (found.mbid, found.confidence, found.method) == (mbid(2), 0.9, Method.ISRC_FUZZY)
    found = await find(track(), Service({variant: [recording(1, title="Noon")]}))
    assert found.method is Method.NO_MATCH


@pytest.mark.parametrize(
    ("other", "confidence"),
    [
        pytest.param({}, 0.97, id="all alike"),
        pytest.param({"duration_ms": 202_000}, 0.93, id="two seconds apart"),
        pytest.param({"duration_ms": 206_000}, 0.0, id="six seconds apart"),
        pytest.param({"duration_ms": None}, 0.86, id="length unknown"),
        pytest.param({"title": "Pale Morning (Live)"}, 0.0, id="a live version"),
        pytest.param({"artist": "Ada Moor"}, 0.0, id="another artist"),
        pytest.param({"title": "Pale Evening"}, 0.0, id="another song"),
    ],
)
async def test_names_and_length_have_to_agree(other, confidence):
    found = await find(track(isrc=None), Service({}, (recording(1, **other),)))
    assert found.confidence == pytest.approx(confidence)
    assert found.method is (Method.METADATA_MATCH if confidence else Method.NO_MATCH)
    assert (found.mbid is None) == (confidence == 0)


def test_variants_are_those_of_the_country():
    assert isrc_variants("GB-AYE-00-00001") == ("UKAYE0000001",)
    assert isrc_variants("DEA450000001") == ()
    assert isrc_variants("nonsense") == ()


def add(desk, numbers):
    for n in numbers:
        spotify_id = f"{n:022d}"
        desk.hot_track(spotify_id, title=f"Song {n}", spotify_id=spotify_id, duration_ms=200_000)


def table_of(desk):
    return CrossReferences(desk.db, desk.clock)


def test_a_search_that_was_cut_off_goes_on_where_it_was(desk):
    add(desk, range(6))
    table = table_of(desk)
    service = Service({}, tuple(recording(n, f"Song {n}", "Someone") for n in range(4)), fails_at=4)
    with pytest.raises(UpstreamError):
        desk.do(find_some(service, table, limit=10))
    report = desk.do(find_some(service, table, limit=10))
    assert (report.looked_for, report.after) == (3, None)
    assert report.by_method[Method.METADATA_MATCH] == 4
    assert report.by_method[Method.NO_MATCH] == 2
    assert report.rates()[Method.METADATA_MATCH] == pytest.approx(4 / 6)
    assert service.asked == 7  # six, and the one that failed


def test_some_at_a_time_are_all_in_the_end(desk):
    add(desk, range(7))
    table, after, runs = table_of(desk), "", 0
    while after is not None:
        after = desk.do(find_some(Service({}), table, limit=3, after=after)).after
        runs += 1
    assert runs == 3
    assert desk.do(table.by_method())[Method.NO_MATCH] == 7


def test_a_service_that_fails_settles_nothing(desk):
    """ "No match" for ever, because of one bad minute, would be a lie."""
    add(desk, [1])
    with pytest.raises(UpstreamError):
        desk.do(find_some(Service({}, fails_at=1), table_of(desk), limit=1))
    assert sum(desk.do(table_of(desk).by_method()).values()) == 0


def test_a_match_gives_way_only_to_a_surer_one(desk):
    def reference(number, confidence, method):
        return CrossReference(
            spotify_id="1" * 22, isrc=ISRC, mbid=mbid(number) if number else None,
            confidence=confidence, method=method,
        )  # fmt: skip

    table = table_of(desk)
    kept = []
    for each in (
        reference(None, 0.0, Method.NO_MATCH),
        reference(1, 0.9, Method.ISRC_FUZZY),
        reference(2, 0.88, Method.METADATA_MATCH),
        reference(None, 0.0, Method.NO_MATCH),
        reference(3, 1.0, Method.ISRC_EXACT),
    ):
        desk.do(table.keep([each]))
        kept.append(desk.do(table.get(["1" * 22]))["1" * 22].mbid)
    assert kept == [None, mbid(1), mbid(1), mbid(1), mbid(3)]


def test_our_client_of_musicbrainz_can_be_asked():
    from grovemusic.catalogue.crossref import Recordings

    client: Recordings = MusicBrainz(None, _Settings())
    assert client is not None


class _Settings:
    musicbrainz_url = "https://example.org"


def test_promoted_tracks_are_looked_for_first_and_invented_ones_never(desk):
    add(desk, range(4))
    desk.hot_track("9" * 22, spotify_id="9" * 22, origin="demo")
    for track_id, vectorized, accesses in (
        (f"{1:022d}", 1, 3), (f"{2:022d}", 1, 8), (f"{3:022d}", 0, 9), ("9" * 22, 1, 5),
    ):  # fmt: skip
        desk.rows(
            "INSERT INTO track_access_log (spotify_id, access_count, vectorized) VALUES (?, ?, ?)",
            track_id,
            accesses,
            vectorized,
        )
    table = table_of(desk)
    wanted = desk.do(table.promoted_unmatched(limit=9))
    assert [int(each.spotify_id) for each in wanted] == [2, 1]
    desk.do(find_each(wanted, Service({}), table))
    assert desk.do(table.promoted_unmatched(limit=9)) == []
