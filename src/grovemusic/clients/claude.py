"""Claude as a Writer: one question, one answer in a fixed shape.

DeepSeek and Kimi get a module like this beside it; both fit `ports.Writer`, and `schema.misfit`
serves them too.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

from grovemusic.clients.http import keep_addresses_out_of_logs
from grovemusic.clients.reading import load, obj, rows, unexpected
from grovemusic.clients.schema import misfit
from grovemusic.domain.errors import UpstreamBusy, UpstreamError
from grovemusic.ports import Json
from grovemusic.settings import Secret, Settings

if TYPE_CHECKING:
    import anthropic

SERVICE = "claude"
RETRIES = 1  # the template is already written, and every try costs a listener's time
_TOOL = "answer"
_STOPPED = {
    "refusal": "declined to answer",
    "max_tokens": "was cut off: GROVE_WRITER_MAX_TOKENS is too small for this answer",
    "model_context_window_exceeded": "was cut off: the question is too long",
}


class Claude:
    """Answers by calling a tool whose input is the schema, which no chatter can surround.

    Source: https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/overview, tool_choice.
    """

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        """`http` makes the calls, and stays its owner's to close."""
        self.name = settings.anthropic_model
        self._settings, self._http = settings, http
        keep_addresses_out_of_logs()

    async def write(self, *, system: str, prompt: str, schema: Json) -> Json:
        """An answer that fits `schema`, which must describe an object.

        Raises:
            UpstreamError: no key, no connection, no answer in `writer_timeout_s`, a refusal, an
                answer cut short or of another shape. Never with a secret in it.
        """
        key = self._settings.anthropic_api_key
        if key is None:
            raise UpstreamError(SERVICE, "cannot be asked: ANTHROPIC_API_KEY is not set")
        if self._settings.offline:
            raise UpstreamError(SERVICE, "is not asked: GROVE_OFFLINE is set")
        body = await self._post(key, system=system, prompt=prompt, schema=schema)
        answer = answer_in(body)
        if (fault := misfit(answer, schema)) is not None:
            raise unexpected(SERVICE, fault)
        return answer

    async def _post(self, key: Secret, *, system: str, prompt: str, schema: Json) -> bytes:
        # Importing takes 1-2 s, which nobody should pay who has no key. On Workers the entry
        # module imports it too, so that it is part of the memory snapshot.
        import anthropic

        settings = self._settings
        client = anthropic.AsyncAnthropic(
            api_key=key.reveal(),
            base_url=settings.anthropic_url,
            timeout=settings.writer_timeout_s,
            max_retries=RETRIES,
            http_client=self._http,
        )
        try:
            async with asyncio.timeout(settings.writer_timeout_s):
                response = await client.messages.with_raw_response.create(
                    model=settings.anthropic_model,
                    max_tokens=settings.writer_max_tokens,
                    temperature=settings.writer_temperature,
                    system=system,
                    messages=[{"role": "user", "content": prompt}],
                    tools=[
                        {
                            "name": _TOOL,
                            "description": "Gives the answer. Call it once, with all of it.",
                            "input_schema": schema,
                        }
                    ],
                    tool_choice={"type": "tool", "name": _TOOL},
                )
        except (TimeoutError, anthropic.APITimeoutError):
            trouble = UpstreamError(
                SERVICE, f"did not answer within {settings.writer_timeout_s:g} s"
            )
        except anthropic.APIStatusError as error:
            trouble = _of_status(error)
        except (anthropic.AnthropicError, httpx.HTTPError, ValueError) as error:
            trouble = UpstreamError(SERVICE, f"could not be asked ({type(error).__name__})")
        else:
            return response.content
        raise trouble  # out here, where the SDK's error and its request do not hang on to it


def answer_in(body: bytes) -> dict[str, Any]:
    """The tool's input in an answer of the Messages API.

    Raises:
        UpstreamError: a refusal, an answer cut short, or one of another shape.
    """
    message = obj(load(SERVICE, body))
    stopped = message.get("stop_reason")
    if isinstance(stopped, str) and stopped in _STOPPED:
        raise UpstreamError(SERVICE, _STOPPED[stopped])
    for block in rows(SERVICE, message.get("content")):
        if block.get("name") == _TOOL and isinstance(block.get("input"), dict):
            return obj(block["input"])
    raise unexpected(SERVICE, "no answer in it")


def _of_status(error: "anthropic.APIStatusError") -> UpstreamError:
    status = error.status_code
    if status in {401, 403}:
        return UpstreamError(SERVICE, f"refuses the key in ANTHROPIC_API_KEY (HTTP {status})")
    if status in {429, 529}:
        asked = error.response.headers.get("Retry-After", "")
        return UpstreamBusy(
            SERVICE, float(asked) if asked.isdecimal() else 0.0, f"is busy (HTTP {status})"
        )
    return UpstreamError(SERVICE, f"failed (HTTP {status})")
