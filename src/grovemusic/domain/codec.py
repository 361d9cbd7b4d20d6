"""Values to JSON text and back, checked against their types on the way in.

What a run stores between its stages goes through here, so a changed class shows up as a clear
error and not as a missing attribute ten stages later.
"""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(kind: type[T], value: T) -> str:
    """`value` as JSON text; unknowns (None) and defaults are left out."""
    return _adapter(cast("Hashable", kind)).dump_json(value, exclude_defaults=True).decode()


def plain(kind: type[T], value: T) -> Any:
    """`value` as dicts, lists, strings and numbers, ready for an RPC or a JSON column."""
    return _adapter(cast("Hashable", kind)).dump_python(value, mode="json", exclude_defaults=True)


def load(kind: type[T], text: str | bytes) -> T:
    """The value that `dump` wrote.

    Raises:
        pydantic.ValidationError: the text was written by something else.
    """
    loaded: T = _adapter(cast("Hashable", kind)).validate_json(text)
    return loaded


def parse(kind: type[T], value: Any) -> T:
    """The value that `plain` wrote."""
    parsed: T = _adapter(cast("Hashable", kind)).validate_python(value)
    return parsed
