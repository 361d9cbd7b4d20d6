"""One call over HTTP: what leaves, what may come back, and what never shows a key."""

import logging
import sys
import traceback

import httpx
import pytest
from client_fakes import SETTINGS, ask
from fakes import FakeClock

from grovemusic.clients.http import LONGEST_ANSWER_BYTES, http_send
from grovemusic.domain.errors import UpstreamError
from grovemusic.settings import Secret, Settings

KEY = "s3cret-key"
SECRETS = {"api_key": Secret(KEY), "header:Authorization": Secret(f"Token {KEY}")}
NOW = "Wed, 21 Oct 2026 07:28:00 GMT"
LATER = "Wed, 21 Oct 2026 07:28:05 GMT"
NOW_MS = 1_792_567_680_000


def sending(respond, settings=SETTINGS):
    client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    return http_send(client, settings, FakeClock(NOW_MS))


class Server:
    """Answers everything in the same way and remembers what it was asked."""

    def __init__(self, status=200, content=b"{}", headers=None):
        self._answer = (status, content, headers or {})
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        status, content, headers = self._answer
        return httpx.Response(status, content=content, headers=headers)


async def test_a_question_is_a_get_that_says_who_we_are():
    server = Server()
    await sending(server)(ask(query={"q": "Björk & co"}, secret=SECRETS))
    [sent] = server.asked
    assert sent.method == "GET"
    assert dict(sent.url.params) == {"q": "Björk & co", "api_key": KEY}
    assert sent.headers["User-Agent"] == SETTINGS.user_agent
    assert sent.headers["Authorization"] == f"Token {KEY}"
    assert sent.headers["Accept"] == "application/json"


async def test_a_question_with_a_body_is_a_post_of_json():
    server = Server()
    await sending(server)(ask("listenbrainz", body={"recording_mbids": ["é"]}))
    [sent] = server.asked
    assert (sent.method, sent.headers["Content-Type"]) == ("POST", "application/json")
    assert sent.read() == '{"recording_mbids":["é"]}'.encode()


async def test_a_query_in_the_address_is_kept():
    """ListenBrainz wants one name several times, which a mapping cannot say."""
    server = Server()
    send = http_send(
        httpx.AsyncClient(transport=httpx.MockTransport(server)), SETTINGS, FakeClock()
    )
    request = ask("listenbrainz", query={"count": "5"})
    request = type(request)(
        service=request.service, url="http://lb.test/?tag=a&tag=b", query=request.query
    )
    await send(request)
    assert server.asked[0].url.query == b"tag=a&tag=b&count=5"


@pytest.mark.parametrize(
    ("status", "headers", "asked_s"),
    [
        pytest.param(429, {"Retry-After": "7"}, 7.0, id="seconds"),
        pytest.param(503, {"Retry-After": "1.5"}, 1.5, id="with a fraction"),
        pytest.param(429, {"Retry-After": LATER}, 5.0, id="a date, by our clock"),
        pytest.param(
            429, {"Retry-After": LATER, "Date": LATER}, 0.0, id="a date, by the service's clock"
        ),
        pytest.param(429, {"Retry-After": NOW[:-3] + "UTC"}, 0.0, id="another date"),
        pytest.param(429, {"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"}, 0.0, id="long past"),
        pytest.param(429, {"X-RateLimit-Reset-In": "3"}, 3.0, id="as ListenBrainz says it"),
        pytest.param(200, {"X-RateLimit-Reset-In": "3"}, 0.0, id="not a refusal"),
        pytest.param(429, {}, 0.0, id="nothing"),
        *(
            pytest.param(429, {"Retry-After": odd}, 0.0, id=f"nonsense {odd}")
            for odd in ("-1", "soon", "nan", "inf", "1e9", "", "9" * 400, "99 99")
        ),
    ],
)
async def test_how_long_to_wait(status, headers, asked_s):
    """Whatever cannot be read is no wish at all: never a crash, never a wait of years."""
    response = await sending(Server(status, headers=headers))(ask())
    assert response.retry_after_s == asked_s


@pytest.mark.parametrize(
    ("error", "ours", "says"),
    [
        (httpx.ReadTimeout("…"), TimeoutError, "did not answer within 8 s"),
        (httpx.ConnectError("…"), ConnectionError, "could not be reached"),
        (httpx.RemoteProtocolError("…"), ConnectionError, "could not be reached"),
        (httpx.DecodingError("…"), ConnectionError, "could not be reached"),
    ],
)
async def test_trouble_on_the_way_is_an_oserror_without_a_trace_of_the_request(error, ours, says):
    """`retried` tries again after an OSError; a traceback may be printed anywhere."""

    def fail(request):
        error.request = request
        raise error

    with pytest.raises(ours, match=says) as caught:
        await sending(fail)(ask(query={"q": "x"}, secret=SECRETS))
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert KEY not in "".join(traceback.format_exception(caught.value))


async def test_an_answer_of_eight_mebibytes_is_read_and_no_more():
    """A Worker has 128 MB for everything."""
    limit = LONGEST_ANSWER_BYTES
    response = await sending(Server(content=b" " * limit))(ask())
    assert len(response.body) == limit
    with pytest.raises(UpstreamError, match="8 MiB"):
        await sending(Server(content=b" " * (limit + 1)))(ask())


async def test_a_redirect_on_the_same_server_is_followed():
    def respond(request):
        if request.url.path == "/":
            return httpx.Response(301, headers={"Location": "/moved"})
        return httpx.Response(200, content=b"[]")

    assert (await sending(respond)(ask())).body == b"[]"


@pytest.mark.parametrize(
    "elsewhere", ["http://evil.test/", "https://upstream.test/", "http://upstream.test:8080/"]
)
async def test_a_redirect_to_another_server_is_not(elsewhere):
    """It would be handed our headers."""
    server = Server(302, headers={"Location": elsewhere})
    with pytest.raises(UpstreamError, match="another server"):
        await sending(server)(ask(secret=SECRETS))
    assert len(server.asked) == 1


async def test_a_circle_of_redirects_ends():
    with pytest.raises(UpstreamError, match="circles"):
        await sending(Server(302, headers={"Location": "/"}))(ask())


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"secret": {"header:Authorization": Secret("ключ")}}, id="a key in Cyrillic"),
        pytest.param({"query": {"q": "\ud800"}}, id="half a surrogate pair"),
    ],
)
async def test_what_cannot_be_sent_is_an_error_and_not_a_crash(broken):
    with pytest.raises(UpstreamError, match="malformed") as caught:
        await sending(Server())(ask(**broken))
    assert caught.value.__context__ is None


@pytest.mark.skipif(sys.platform == "emscripten", reason="a Worker has fetch and no sockets")
async def test_a_key_with_a_line_break_shows_nowhere():
    """Copied with the end of its line, it is the commonest broken key."""
    secret = {"header:Authorization": Secret(f"{KEY}\r\n")}
    async with httpx.AsyncClient() as client:
        send = http_send(client, SETTINGS, FakeClock())
        request = ask(secret=secret)
        with pytest.raises(OSError, match="could not be reached") as caught:
            await send(
                type(request)(service="musicbrainz", url="http://127.0.0.1:9/", secret=secret)
            )
    assert KEY not in "".join(traceback.format_exception(caught.value))


async def test_offline_nobody_is_asked():
    server = Server()
    with pytest.raises(UpstreamError, match="GROVE_OFFLINE"):
        await sending(server, Settings(offline=True))(ask())
    assert server.asked == []


@pytest.fixture
def talkative(caplog):
    """Loggers as they are before anyone of ours has spoken to them, at their most talkative."""
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore.http11", "")]
    before = [list(each.filters) for each in loggers]
    for each in loggers:
        each.filters.clear()
        caplog.set_level(logging.DEBUG, logger=each.name)
    yield caplog
    for each, filters in zip(loggers, before, strict=True):
        each.filters[:] = filters


async def test_no_log_line_at_any_level_holds_a_key(talkative):
    """httpx logs every address at INFO; a key in it would end up in every log there is."""
    send = sending(Server())
    await send(ask(secret=SECRETS))
    assert KEY not in talkative.text
    assert "HTTP Request" not in talkative.text
    logging.getLogger("httpx").warning("a warning still shows")
    assert "a warning still shows" in talkative.text
