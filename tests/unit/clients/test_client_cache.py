"""Kept answers: asked once, right for as long as they are kept, never in the way."""

import pytest
from client_fakes import BrokenCache, DictCache, Script, answer, ask
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.clients.cache import cached, pack, unpack
from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import Response

OK = answer({"recordings": []})
DAY_S = 86_400


async def test_the_second_time_the_service_is_not_asked():
    script = Script(OK)
    send = cached(script, DictCache())
    assert [await send(ask()), await send(ask())] == [OK, OK]
    assert len(script.asked) == 1


async def test_without_a_rule_nothing_is_kept():
    script, keep = Script(OK), DictCache()
    send = cached(script, keep)
    await send(ask(key=None))
    await send(ask(key=None))
    assert (len(script.asked), keep.entries) == (2, {})


@pytest.mark.parametrize(("asked_s", "kept_s"), [(3600, 3600), (1, 60), (0, 60), (-5, 60)])
async def test_no_entry_lives_less_than_a_minute(asked_s, kept_s):
    """Cloudflare KV refuses shorter ones."""
    keep = DictCache()
    await cached(Script(OK), keep)(ask(ttl_s=asked_s))
    assert keep.ttl_s == {"k": kept_s}


@pytest.mark.parametrize(
    ("service", "unknown"),
    [
        pytest.param("musicbrainz", answer({"error": "Not Found"}, 404), id="404"),
        pytest.param("lastfm", answer({"error": 6, "message": "…"}, 200), id="error 6 under 200"),
        pytest.param("lastfm", answer({"error": 6, "message": "…"}, 400), id="error 6 under 400"),
    ],
)
async def test_unknown_is_an_answer_too_but_not_for_a_month(service, unknown):
    """What nobody knows today may be known tomorrow."""
    keep, script = DictCache(), Script(unknown)
    send = cached(script, keep)
    request = ask(service, ttl_s=30 * DAY_S)
    assert [await send(request), await send(request)] == [unknown, unknown]
    assert (len(script.asked), keep.ttl_s) == (1, {"k": DAY_S})


@pytest.mark.parametrize(
    ("service", "bad"),
    [
        pytest.param("musicbrainz", answer(b'{"recordings": [', 200), id="cut off"),
        pytest.param("musicbrainz", answer(b"<html>maintenance</html>", 200), id="a web page"),
        pytest.param("musicbrainz", answer({"error": "overloaded"}, 200), id="an error under 200"),
        pytest.param("listenbrainz", answer(b"[" * 100_000, 200), id="nested too deeply"),
        pytest.param("lastfm", answer({"error": 10}, 403), id="bad key"),
        pytest.param("musicbrainz", answer({}, 400), id="400"),
        pytest.param("musicbrainz", answer(b"<html>", 404), id="404 as a web page"),
        pytest.param("musicbrainz", answer({}, 204), id="204"),
        pytest.param("musicbrainz", answer(b"7", 200), id="a number"),
    ],
)
async def test_a_bad_moment_is_passed_on_but_never_kept(service, bad):
    """One broken proxy must not last a month here."""
    keep = DictCache()
    assert await cached(Script(bad), keep)(ask(service)) == bad
    assert keep.entries == {}


async def test_errors_pass_and_leave_nothing():
    keep = DictCache()
    with pytest.raises(UpstreamError):
        await cached(Script(UpstreamError("x", "down")), keep)(ask())
    assert keep.entries == {}


async def test_a_broken_cache_never_fails_the_call():
    """The listener gets the answer, the operator a line in the log."""
    told = []
    send = cached(Script(OK), BrokenCache(), log=lambda event, **fields: told.append(event))
    assert await send(ask()) == OK
    assert told == ["cache_read_failed", "cache_write_failed"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"null",
        b'{"recordings": []}',
        b"200 00000000\n{}",
        b"200 zzzzzzzz\n{}",
        pack(OK)[:-1],
        pack(OK) + b" ",
        b"\xff\xfe\x00",
    ],
)
async def test_damaged_entries_are_ignored_and_replaced(damaged):
    keep, script = DictCache({"k": damaged}), Script(OK)
    assert await cached(script, keep)(ask()) == OK
    assert keep.entries == {"k": pack(OK)}


@given(st.integers(100, 599), st.binary(max_size=200))
def test_an_entry_gives_back_what_it_was_given(status, body):
    response = Response(status=status, body=body)
    assert unpack(pack(response)) == response


@given(st.binary(max_size=60))
def test_whatever_is_stored_can_be_unpacked_or_ignored(stored):
    """Another program may use the same cache."""
    found = unpack(stored)
    assert found is None or pack(found) == stored


def test_entries_are_text_as_get_many_requires():
    assert pack(answer({"title": "Björk"})).decode("utf-8").startswith("200 ")
