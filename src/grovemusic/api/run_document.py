"""A run that has no playlist yet, as the API and `grove --json` tell about it."""

from typing import Any

from grovemusic.domain import codec
from grovemusic.domain.run import Option, Stage
from grovemusic.exports.document import track_document


def run_document(state: dict[str, Any]) -> dict[str, Any]:
    """A run's state, its options in the shape tracks have everywhere; errors only if it failed."""
    choices = [
        {
            "seed": choice["seed"],
            "options": [option_document(codec.parse(Option, each)) for each in choice["options"]],
        }
        for choice in state["choices"]
    ]
    document = {**state, "choices": choices}
    if state["stage"] != Stage.FAILED.value:
        for name in ("error", "errorKind", "suggestions"):
            document.pop(name)
    return document


def option_document(option: Option) -> dict[str, Any]:
    """A song that may be meant, and how sure we are, 0-1."""
    return {**track_document(option.track), "confidence": round(option.confidence, 3)}
