"""Our clients over real HTTP: every method gets an answer, and no fault gets through as a crash."""

import asyncio
import logging
import time

import pytest
from fakes import FakeClock

from grovemusic.domain.errors import UpstreamBusy, UpstreamError
from grovemusic.settings import Secret
from simulators import Kind, Simulators
from simulators.asking import WallClock, asking

SCHEMA = {
    "type": "object",
    "properties": {"narrative": {"type": "string"}},
    "required": ["narrative"],
}


def a_track(world):
    """A well known track with everything."""
    tracks = [world.track(number) for number in range(len(world))]
    whole = (each for each in tracks if each.mbid and each.isrc and " feat. " not in each.artist)
    return max(whole, key=lambda each: each.listeners)


def asked_of(clients, service, track):
    """One question to a service, whose answer is never empty."""
    match service:
        case "lastfm":
            return clients.lastfm.artist(track.artist)
        case "musicbrainz":
            return clients.musicbrainz.recording(track.mbid)
        case "listenbrainz":
            return clients.listenbrainz.facts([track.mbid])
        case "claude":
            return clients.claude.write(system="s", prompt="p", schema=SCHEMA)


def is_slow(fault):
    """True for faults that only a time-out ends; it is short, that nobody waits for long."""
    return "latency_ms" in fault or fault.get("kind") is Kind.DRIP


THREE = pytest.mark.parametrize("service", ["lastfm", "musicbrainz", "listenbrainz"])
FOUR = pytest.mark.parametrize("service", ["lastfm", "musicbrainz", "listenbrainz", "claude"])


# --- Every method ----------------------------------------------------------------------------


async def test_every_method_of_lastfm(upstream, world):
    track = a_track(world)
    names = (track.title, track.artist)
    async with asking(upstream.settings(), FakeClock()) as clients:
        api = clients.lastfm
        assert names in {(each.title, each.artist) for each in await api.search(*names[:1])}
        found = await api.track(*names)
        assert (found.listeners, found.album) == (track.listeners, track.album)
        assert list(found.tags) == [tag.name for tag in track.tags]
        similar = await api.similar_tracks(*names, limit=20)
        assert (similar[0].match, len(similar)) == (1.0, 20)
        assert (await api.artist(track.artist)).mbid == track.artist_mbid
        near = [name for name, _ in world.demo.similar_artists(track.artist, 10)]
        assert [each.name for each in await api.similar_artists(track.artist, limit=10)] == near
        top = await api.artist_top_tracks(track.artist)
        assert top[0].playcount >= 1
        assert [each.rank for each in top] == list(range(1, len(top) + 1))
        assert await api.tag_top_tracks(track.tags[0].name)


async def test_every_method_of_musicbrainz(upstream, world):
    track = a_track(world)
    async with asking(upstream.settings(), FakeClock()) as clients:
        api = clients.musicbrainz
        hits = await api.search(track.title, artist=track.artist)
        assert hits[0].score == 100
        assert track.mbid in {each.mbid for each in hits}
        found = await api.recording(track.mbid)
        assert (found.title, found.artist, found.isrcs) == (
            track.title,
            track.artist,
            (track.isrc,),
        )
        assert track.mbid in {each.mbid for each in await api.isrc(track.isrc)}
        assert (await api.artist(track.artist_mbid)).name == track.artist
        release = await api.release(track.album_mbid)
        assert release.title == track.album
        assert (await api.release_group(release.group.mbid)).title == track.album


async def test_every_method_of_listenbrainz(upstream, world):
    track = a_track(world)
    async with asking(upstream.settings(), FakeClock()) as clients:
        api = clients.listenbrainz
        similar = await api.similar_recordings(track.mbid, limit=10)
        assert [each.score for each in similar] == sorted(
            (each.score for each in similar), reverse=True
        )
        mbids = [each.mbid for each in similar]
        assert len(set(mbids)) == 10
        facts = await api.facts([track.mbid, *mbids])
        assert (facts[track.mbid].title, facts[track.mbid].album_year) == (track.title, track.year)
        assert set(mbids) <= set(facts)
        assert (await api.popularity([track.mbid]))[track.mbid].listens > 0
        radio = await api.artist_radio(track.artist_mbid, artists=3)
        assert track.artist_mbid in {each.artist_mbid for each in radio}
        tags = [tag.name for tag in track.tags[:2]]
        assert await api.tag_radio(tags)
        both = await api.tag_radio(tags, all_of_them=True)
        assert {each.mbid for each in both} <= {
            world.track(n).mbid for n in world.demo.tag_tracks(tags[0])
        }


async def test_claude_answers_in_the_schema(upstream):
    upstream.claude.reply = lambda system, prompt, schema: {"narrative": f"{system} {prompt}"}
    async with asking(upstream.settings(), FakeClock()) as clients:
        assert await asked_of(clients, "claude", None) == {"narrative": "s p"}


async def test_names_in_every_script_find_their_way(upstream, world):
    """Encoding is where clients and servers misunderstand each other."""
    foreign = [name for name in world.demo.artists if not name.isascii()]
    assert len(foreign) > 10
    async with asking(upstream.settings(), FakeClock()) as clients:
        found = await asyncio.gather(*(clients.lastfm.artist(name) for name in foreign))
    assert [each.name for each in found] == foreign


@THREE
async def test_unknown_is_empty_everywhere(upstream, service):
    unknown = "00000000-0000-4000-8000-000000000000"
    async with asking(upstream.settings(), FakeClock()) as clients:
        answers = {
            "lastfm": lambda: clients.lastfm.track("no such song", "nobody at all"),
            "musicbrainz": lambda: clients.musicbrainz.recording(unknown),
            "listenbrainz": lambda: clients.listenbrainz.facts([unknown]),
        }
        assert not await answers[service]()
        assert not await answers[service]()
    assert len(upstream.log.of(service)) == 1  # and that is kept, too


# --- Faults that pass ------------------------------------------------------------------------

PASSING = [
    pytest.param({"status": 503}, id="503"),
    pytest.param({"status": 500}, id="500"),
    pytest.param({"status": 429}, id="429"),
    pytest.param({"status": 429, "retry_after": "2"}, id="429 with Retry-After"),
    pytest.param({"kind": Kind.CUT}, id="cut connection"),
]


@THREE
@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_that_passes_costs_only_time(upstream, world, service, fault):
    upstream.inject(service, times=2, **fault)
    clock = FakeClock()
    async with asking(upstream.settings(), clock) as clients:
        assert await asked_of(clients, service, a_track(world))
        assert clients.meter.calls == {service: 3}
    if "retry_after" in fault:
        assert clock.slept_s.count(2.0) == 2


@pytest.mark.parametrize("code", [8, 11, 16, 29])
async def test_lastfm_errors_under_200_that_pass(upstream, world, code):
    upstream.inject("lastfm", Kind.ERROR_200, code=code, times=2)
    async with asking(upstream.settings(), FakeClock()) as clients:
        assert await clients.lastfm.artist(a_track(world).artist)
        assert clients.meter.calls == {"lastfm": 3}


# --- Faults that stay ------------------------------------------------------------------------

STAYING = [
    pytest.param({"status": 503}, "busy|too often|out of order", 3, id="503"),
    pytest.param({"status": 500}, "out of order", 3, id="500"),
    pytest.param({"status": 403}, "refused|out of order", None, id="403"),
    pytest.param({"status": 301}, "refused|out of order", None, id="301 to nowhere"),
    pytest.param({"kind": Kind.CUT}, "could not be reached", 3, id="cut connection"),
    pytest.param({"kind": Kind.MALFORMED}, "unexpected answer", 1, id="malformed JSON"),
    pytest.param({"kind": Kind.WEB_PAGE}, "unexpected answer", 1, id="a web page"),
    pytest.param({"kind": Kind.HUGE}, "8 MiB", 1, id="huge body"),
    pytest.param({"kind": Kind.DRIP}, "did not answer within", 3, id="slow drip"),
    pytest.param({"latency_ms": 60_000}, "did not answer within", 3, id="slow answer"),
    pytest.param({"kind": Kind.ERROR_200}, "unexpected|out of order", None, id="error under 200"),
    pytest.param({"kind": Kind.DOWN}, "could not be reached", None, id="down"),
]


@THREE
@pytest.mark.parametrize(("fault", "says", "requests"), STAYING)
async def test_a_fault_that_stays_is_one_kind_of_error_and_leaves_nothing(
    upstream, world, service, fault, says, requests
):
    """And when it is over the same clients work again: no bad answer, no dead connection kept."""
    upstream.inject(service, **fault)
    slow = is_slow(fault)
    settings = upstream.settings(upstream_timeout_s=0.15 if slow else 8.0)
    async with asking(settings, FakeClock()) as clients:
        with pytest.raises(UpstreamError, match=says) as caught:
            await asked_of(clients, service, a_track(world))
        assert caught.value.service == service
        assert clients.keep.entries == {}
        if slow:  # a try may time out before it was sent; it is a try all the same
            assert clients.meter.calls == {service: requests}
        elif requests:
            assert len(upstream.log.of(service)) == requests
        upstream.heal()
        if not slow:  # 0.15 s may be too short for a good answer, too
            assert await asked_of(clients, service, a_track(world))


@THREE
async def test_asked_for_an_hour_it_gives_up_at_once(upstream, world, service):
    upstream.inject(service, status=429, retry_after="3600")
    clock = FakeClock()
    async with asking(upstream.settings(), clock) as clients:
        with pytest.raises(UpstreamBusy) as caught:
            await asked_of(clients, service, a_track(world))
    assert caught.value.retry_after_s == 3600
    assert (len(upstream.log.of(service)), clock.slept_s) == (1, [])


@pytest.mark.parametrize(("key", "code"), [("bad-key", 10), ("suspended-key", 26)])
async def test_a_refused_key_names_the_setting(upstream, key, code):
    settings = upstream.settings(lastfm_api_key=Secret(key))
    async with asking(settings, FakeClock()) as clients:
        with pytest.raises(UpstreamError, match=rf"LASTFM_API_KEY \(error {code}\)"):
            await clients.lastfm.artist("x")
    assert len(upstream.log.of("lastfm")) == 1


async def test_an_algorithm_that_is_gone_is_an_error(upstream, world):
    settings = upstream.settings(listenbrainz_algorithm="session_based_days_1")
    async with asking(settings, FakeClock()) as clients:
        with pytest.raises(UpstreamError, match="HTTP 400"):
            await clients.listenbrainz.similar_recordings(a_track(world).mbid)


@THREE
async def test_the_answer_to_somebody_elses_question_is_no_crash(upstream, world, service):
    """A recording under another id may be a merged one, so it cannot be told from the right one."""
    async with asking(upstream.settings(), FakeClock()) as clients:
        assert (own := await asked_of(clients, service, world.track(0)))
        upstream.inject(service, Kind.STRANGER)
        assert await asked_of(clients, service, a_track(world)) == own


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param({"kind": Kind.REFUSAL}, "declined", id="refusal"),
        pytest.param({"kind": Kind.CUT_SHORT}, "GROVE_WRITER_MAX_TOKENS", id="cut short"),
        pytest.param({"kind": Kind.MALFORMED}, "unexpected answer", id="malformed JSON"),
        pytest.param({"kind": Kind.WEB_PAGE}, "unexpected answer", id="a web page"),
        pytest.param({"kind": Kind.ERROR_200}, "unexpected answer", id="error under 200"),
        pytest.param({"status": 400}, "HTTP 400", id="400"),
        pytest.param({"status": 401}, "ANTHROPIC_API_KEY", id="401"),
        pytest.param({"latency_ms": 60_000}, "did not answer within", id="slow answer"),
        pytest.param({"kind": Kind.DRIP}, "did not answer within", id="slow drip"),
    ],
)
async def test_a_failing_claude_is_one_kind_of_error(upstream, fault, says):
    upstream.inject("claude", **fault)
    settings = upstream.settings(writer_timeout_s=0.15 if is_slow(fault) else 40.0)
    async with asking(settings, FakeClock()) as clients:
        with pytest.raises(UpstreamError, match=says):
            await asked_of(clients, "claude", None)


async def test_claude_is_tried_once_more(upstream):
    """The SDK pauses for half a second and more between the two."""
    upstream.inject("claude", status=529, times=1)
    async with asking(upstream.settings(), FakeClock()) as clients:
        assert await asked_of(clients, "claude", None)
    assert upstream.log.statuses("claude") == [529, 200]


# --- Together --------------------------------------------------------------------------------


async def test_many_who_ask_the_same_make_one_call(upstream, world):
    upstream.inject("musicbrainz", latency_ms=50)
    track = a_track(world)
    async with asking(upstream.settings(), FakeClock()) as clients:
        ask = clients.musicbrainz.recording
        found = await asyncio.gather(*(ask(track.mbid) for _ in range(30)))
        assert {each.mbid for each in found} == {track.mbid}
        await ask(track.mbid)
        assert clients.meter.calls == {"musicbrainz": 1}


async def test_a_run_keeps_to_its_budget(upstream, world):
    async with asking(upstream.settings(), FakeClock(), budget=5) as clients:
        outcomes = await asyncio.gather(
            *(clients.lastfm.artist(name) for name in world.demo.artists[:12]),
            return_exceptions=True,
        )
    refused = [each for each in outcomes if isinstance(each, UpstreamError)]
    assert {each.reason for each in refused} == {"call budget of this run is used up"}
    assert (len(refused), len(upstream.log.of("lastfm"))) == (7, 5)


async def test_a_cancelled_run_stops_asking(upstream, world):
    upstream.inject("lastfm", latency_ms=60_000)
    async with asking(upstream.settings(), FakeClock()) as clients:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await clients.lastfm.artist(a_track(world).artist)
        upstream.heal()
        assert await clients.lastfm.artist(a_track(world).artist)


async def test_pacing_on_the_wall_clock_is_never_refused(world):
    """Real time, real sockets, all at once; the service's own count is the judge.

    It allows just what we ask for. Our event loop stands still for a while, as on a busy machine:
    the slots of that time are then all due at once, and only the gate keeps them apart.
    """
    with Simulators(world=world, rates={"lastfm": 40}) as upstream:
        settings = upstream.settings(lastfm_rate_per_s=40.0)
        async with asking(settings, WallClock(), gated=True) as clients:
            asyncio.get_running_loop().call_later(0.3, time.sleep, 0.7)
            await asyncio.gather(*(clients.lastfm.artist(each) for each in world.demo.artists[:80]))
    assert upstream.log.statuses("lastfm") == [200] * 80


async def test_true_limits_refuse_those_who_do_not_pace(strict, world):
    """The clock of this run jumps, so its pacing is none; the retries then outlast the limit."""
    async with asking(strict.settings(), FakeClock()) as clients:
        outcomes = await asyncio.gather(
            *(clients.musicbrainz.recording(world.track(n).mbid or "") for n in range(6)),
            return_exceptions=True,
        )
    assert any(isinstance(each, UpstreamBusy) for each in outcomes)
    assert 503 in strict.log.statuses("musicbrainz")


@FOUR
async def test_no_key_in_any_log_whatever_goes_wrong(upstream, world, service, caplog):
    """At every level, of every library on the way."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "anthropic"):
        caplog.set_level(logging.DEBUG, logger=name)
    settings = upstream.settings(listenbrainz_token=Secret("simulated-token"))
    for fault in ({}, {"status": 403}, {"kind": Kind.WEB_PAGE}):
        upstream.heal()
        if fault:
            upstream.inject(service, **fault)
        async with asking(settings, FakeClock()) as clients:
            try:
                await asked_of(clients, service, a_track(world))
            except UpstreamError as error:
                caplog.handler.handle(logging.makeLogRecord({"msg": str(error)}))
    assert upstream.log.of(service)
    for secret in ("simulated-lastfm-key", "simulated-anthropic-key", "simulated-token"):
        assert secret not in caplog.text
