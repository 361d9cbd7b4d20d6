"""What a metadata filter means: pure, one value at a time.

As in Vectorize all conditions must hold, and numbers, texts and booleans are never equal to nor
less than one another. A vector without the field is unlike every value: `$ne` and `$nin` hold for
it, nothing else does. A list is like a missing field, since Vectorize does not index it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grovemusic.domain.errors import PlatformLimit

_PORT = "vectors"
_BYTES_TOO_MANY = 2048  # https://developers.cloudflare.com/vectorize/reference/metadata-filtering/

Condition = Mapping[str, Any]  # operator -> operand


def conditions(where: Mapping[str, Any], filterable: Sequence[str]) -> dict[str, Condition]:
    """Field -> what must hold for it, from the two ways to write that.

    Raises:
        PlatformLimit: an undeclared field, an unknown operator, an operand of the wrong type, or
            too long a filter.
    """
    try:
        size = len(json.dumps(where, allow_nan=False, separators=(",", ":")).encode())
    except (TypeError, ValueError) as error:
        raise PlatformLimit(_PORT, f"a filter is plain JSON: {error}") from error
    if size >= _BYTES_TOO_MANY:
        raise PlatformLimit(_PORT, f"a filter has less than {_BYTES_TOO_MANY} bytes, got {size}")
    return {field: _condition(field, wanted, filterable) for field, wanted in where.items()}


def holds(condition: Condition, value: Any) -> bool:
    """True if `value`, None for a missing one, passes every operator of `condition`."""
    return all(_OPERATORS[operator](value, operand) for operator, operand in condition.items())


def _condition(field: str, wanted: Any, filterable: Sequence[str]) -> Condition:
    if field not in filterable:
        raise PlatformLimit(_PORT, f"no filter on {field!r}: declared are {list(filterable)}")
    condition = wanted if isinstance(wanted, Mapping) else {"$eq": wanted}
    if not condition:
        raise PlatformLimit(_PORT, f"an empty condition on {field!r}")
    for operator, operand in condition.items():
        if operator not in _OPERATORS:
            raise PlatformLimit(_PORT, f"no operator {operator!r}, only {list(_OPERATORS)}")
        operands = operand if operator in {"$in", "$nin"} else [operand]
        if not isinstance(operands, list) or not all(map(_kind, operands)):
            raise PlatformLimit(_PORT, f"{field} {operator}: cannot compare with {operand!r:.80}")
    return condition


def _kind(value: Any) -> str:
    """Which values can be compared with one another; "" for those that never can."""
    if isinstance(value, bool):  # before numbers: in Python True is 1
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else ""


def _same(value: Any, operand: Any) -> bool:
    return _kind(value) == _kind(operand) and bool(value == operand)


def _in(value: Any, operands: Sequence[Any]) -> bool:
    return any(_same(value, operand) for operand in operands)


def _ordered(value: Any, operand: Any, test: Callable[[Any, Any], bool]) -> bool:
    return _kind(value) == _kind(operand) and test(value, operand)


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": _same,
    "$ne": lambda value, operand: not _same(value, operand),
    "$in": _in,
    "$nin": lambda value, operands: not _in(value, operands),
    "$lt": lambda value, operand: _ordered(value, operand, lambda one, other: one < other),
    "$lte": lambda value, operand: _ordered(value, operand, lambda one, other: one <= other),
    "$gt": lambda value, operand: _ordered(value, operand, lambda one, other: one > other),
    "$gte": lambda value, operand: _ordered(value, operand, lambda one, other: one >= other),
}
