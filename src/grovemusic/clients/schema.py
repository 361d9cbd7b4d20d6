"""Whether a model's answer fits what was asked for: the part of JSON Schema that we use."""

from collections.abc import Mapping
from typing import Any

from grovemusic.ports import Json

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def misfit(value: Json, schema: Mapping[str, Any], at: str = "answer") -> str | None:
    """Where `value` first breaks `schema`, in words, and None if it fits.

    Knows `type` (one or a list), `enum`, `properties`, `required`, `additionalProperties: false`,
    `items`, `minItems` and `maxItems`. Other keywords are not checked. Never quotes `value`.

    Source: https://json-schema.org/draft/2020-12/json-schema-validation
    """
    if "type" in schema and not _is_one_of(value, schema["type"]):
        return f"{at} is not {_kinds(schema['type'])}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{at} is none of the allowed values"
    if isinstance(value, dict):
        return _object_misfit(value, schema, at)
    if isinstance(value, list):
        return _array_misfit(value, schema, at)
    return None


def _object_misfit(value: dict[str, Any], schema: Mapping[str, Any], at: str) -> str | None:
    known: Mapping[str, Any] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            return f"{at} lacks {name}"
    if schema.get("additionalProperties") is False and value.keys() - known.keys():
        return f"{at} has a field too many"
    found = (misfit(value[n], inner, f"{at}.{n}") for n, inner in known.items() if n in value)
    return next(filter(None, found), None)


def _array_misfit(value: list[Any], schema: Mapping[str, Any], at: str) -> str | None:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return f"{at} has {len(value)} entries"
    inner = schema.get("items", {})
    found = (misfit(each, inner, f"{at}[{n}]") for n, each in enumerate(value))
    return next(filter(None, found), None)


def _is_one_of(value: Json, kinds: str | list[str]) -> bool:
    """In Python True is a whole number and 2.0 is none; in JSON it is the other way round."""
    names = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return "boolean" in names
    if isinstance(value, float) and value.is_integer() and "integer" in names:
        return True
    return any(isinstance(value, _TYPES[name]) for name in names)


def _kinds(kinds: str | list[str]) -> str:
    return kinds if isinstance(kinds, str) else " or ".join(kinds)
