"""Anthropic's Messages API, as far as one forced tool call goes."""

import re

from simulators.faults import Kind
from simulators.service import Service
from simulators.wire import Answer, as_json

_SENTENCE = "It carries the mood on from the song before."
_POSITION = re.compile(r'"position":\s*(\d+)')
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Claude(Service):
    """Fills in whatever schema it is given.

    Attributes:
        reply: (system, prompt, schema) -> the tool's input; set another for another answer.
    """

    name = "claude"

    def __init__(self, world, limit=None):
        super().__init__(world, limit)
        self.reply = filled_in

    async def answer(self, asked, standing):
        key = asked.headers.get("x-api-key", "")
        if not key or key.startswith("bad"):
            return self.failure(401)
        if (asked.method, asked.path) != ("POST", "/v1/messages"):
            return self.failure(404)
        body = asked.json()
        wanted = {"model", "max_tokens", "messages", "tools"}
        if not isinstance(body, dict) or wanted - body.keys() or not body["tools"]:
            return self.failure(400)
        if "anthropic-version" not in asked.headers:
            return self.failure(400)
        tool = body["tools"][0]
        given = self.reply(
            body.get("system", ""), body["messages"][-1]["content"], tool["input_schema"]
        )
        block = {"type": "tool_use", "id": "toolu_1", "name": tool["name"], "input": given}
        return _message([block], "tool_use", body["model"])

    def failure(self, status, headers=None):
        kind = _KINDS.get(status, "api_error")
        content = {"type": "error", "error": {"type": kind, "message": "simulated"}}
        answer = as_json(content, status)
        return Answer(status, answer.body, {**answer.headers, **(headers or {})})

    def model_fault(self, fault):
        if fault.kind is Kind.REFUSAL:
            return _message([], "refusal")
        half = {"type": "tool_use", "id": "toolu_1", "name": "answer", "input": {}}
        return _message([half], "max_tokens")


def filled_in(system, prompt, schema):
    """An answer that fits `schema`; in lists of numbered things, one for each number asked."""
    positions = [int(each) for each in _POSITION.findall(prompt)]
    return _value(schema, positions)


def _value(schema, positions):
    kind = schema.get("type", "object")
    if "enum" in schema:
        return schema["enum"][0]
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {name: _value(inner, positions) for name, inner in properties.items()}
        case "array":
            inner = schema.get("items", {})
            if "position" in inner.get("properties", {}):
                return [_value(inner, positions) | {"position": each} for each in positions]
            return [_value(inner, positions) for _ in range(max(1, schema.get("minItems", 1)))]
        case "string":
            return _SENTENCE
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    return None


def _message(blocks, stop_reason, model="claude-simulated"):
    return as_json(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": blocks,
            "stop_reason": stop_reason,
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 100},
        }
    )
