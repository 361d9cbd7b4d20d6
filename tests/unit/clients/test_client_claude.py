"""Claude: an answer in the wished shape, or one kind of error; never a key in it."""

import json
import logging
import traceback

import httpx
import pytest
from client_fakes import SETTINGS

from grovemusic.clients.claude import Claude, answer_in
from grovemusic.domain.errors import UpstreamBusy, UpstreamError
from grovemusic.settings import Secret, Settings

KEY = "claude-key"
SCHEMA = {
    "type": "object",
    "properties": {"narrative": {"type": "string"}},
    "required": ["narrative"],
    "additionalProperties": False,
}
ANSWER = {"narrative": "Quiet first, then louder."}


def message(answer, stop_reason="tool_use", name="answer"):
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5",
        "content": [{"type": "tool_use", "id": "toolu_1", "name": name, "input": answer}],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 10},
    }


class Api:
    """The Messages API: gives its answers in turn, the last one for ever."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


async def write(api, settings=SETTINGS):
    async with httpx.AsyncClient(transport=httpx.MockTransport(api)) as http:
        return await Claude(settings, http).write(system="Be brief.", prompt="Why?", schema=SCHEMA)


async def test_the_answer_is_the_input_of_the_one_tool():
    api = Api(message(ANSWER))
    assert await write(api) == ANSWER
    sent = json.loads(api.asked[0].read())
    assert sent["tool_choice"] == {"type": "tool", "name": "answer"}
    assert [each["input_schema"] for each in sent["tools"]] == [SCHEMA]
    assert (sent["system"], sent["messages"]) == (
        "Be brief.",
        [{"role": "user", "content": "Why?"}],
    )
    assert (sent["model"], sent["max_tokens"]) == (SETTINGS.anthropic_model, 6000)
    assert api.asked[0].headers["x-api-key"] == KEY


def test_the_listener_is_shown_the_model():
    assert Claude(SETTINGS, httpx.AsyncClient()).name == "claude-sonnet-4-5"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(httpx.Response(401, json={}), "ANTHROPIC_API_KEY", id="bad key"),
        pytest.param(httpx.Response(403, json={}), "ANTHROPIC_API_KEY", id="forbidden"),
        pytest.param(httpx.Response(400, json={"error": KEY}), "HTTP 400", id="bad request"),
        pytest.param(httpx.Response(302, headers={"Location": "http://x"}), "302", id="elsewhere"),
        pytest.param(message(ANSWER, "refusal"), "declined", id="refusal"),
        pytest.param(message(ANSWER, "max_tokens"), "MAX_TOKENS", id="cut short"),
        pytest.param(message({}), "answer lacks narrative", id="field missing"),
        pytest.param(message({"narrative": 1}), "narrative is not string", id="wrong type"),
        pytest.param(message("text"), "no answer in it", id="input is no object"),
        pytest.param(message(ANSWER, name="other"), "no answer in it", id="another tool"),
        pytest.param({"content": None}, "no answer in it", id="no content"),
        pytest.param({"content": "text"}, "a list was expected", id="content is text"),
        pytest.param([], "no answer in it", id="a list"),
        pytest.param(httpx.Response(200, content=b"<html>"), "not JSON", id="a web page"),
        pytest.param(httpx.Response(200, content=b""), "not JSON", id="nothing"),
    ],
)
async def test_every_failure_is_an_upstream_error(answer, says):
    with pytest.raises(UpstreamError, match=says) as caught:
        await write(Api(answer))
    assert caught.value.service == "claude"
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("status", [429, 529])
async def test_busy_says_when_to_come_back(status):
    busy = httpx.Response(status, headers={"Retry-After": "30", "x-should-retry": "false"})
    with pytest.raises(UpstreamBusy) as caught:
        await write(Api(busy))
    assert caught.value.retry_after_s == 30


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (httpx.ReadTimeout("…"), "did not answer within"),
        (httpx.ConnectError("…"), "could not be asked"),
    ],
)
async def test_trouble_on_the_way_leaves_no_trace_of_the_request(error, says, no_pauses):
    api = Api(error)
    with pytest.raises(UpstreamError, match=says) as caught:
        await write(api)
    assert caught.value.__context__ is None
    assert len(api.asked) == 2  # one try more, and no third


async def test_a_passing_failure_is_tried_once_more(no_pauses):
    api = Api(httpx.Response(500, json={}), message(ANSWER))
    assert await write(api) == ANSWER


@pytest.fixture
def no_pauses(monkeypatch):
    """The SDK sleeps between tries on a clock of its own, half a second and more."""
    import anthropic._base_client as sdk

    monkeypatch.setattr(sdk, "INITIAL_RETRY_DELAY", 0.0)
    monkeypatch.setattr(sdk, "MAX_RETRY_DELAY", 0.0)


async def test_without_a_key_or_offline_nobody_is_asked():
    api = Api(message(ANSWER))
    with pytest.raises(UpstreamError, match="ANTHROPIC_API_KEY is not set"):
        await write(api, Settings())
    with pytest.raises(UpstreamError, match="GROVE_OFFLINE"):
        await write(api, Settings(offline=True, anthropic_api_key=Secret(KEY)))
    assert api.asked == []


async def test_keys_in_the_environment_are_not_ours_to_use(monkeypatch):
    """Settings are read once, by the composition root; the SDK would read them again."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "another")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another")
    api = Api(message(ANSWER))
    await write(api)
    assert api.asked[0].headers["x-api-key"] == KEY
    assert "Authorization" not in api.asked[0].headers


async def test_no_log_line_holds_the_key(caplog):
    caplog.set_level(logging.DEBUG)
    await write(Api(message(ANSWER)))
    assert KEY not in caplog.text


def test_text_before_the_tool_call_is_passed_over():
    answer = message(ANSWER)
    answer["content"].insert(0, {"type": "text", "text": "Let me think."})
    assert answer_in(json.dumps(answer).encode()) == ANSWER
