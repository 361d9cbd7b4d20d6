"""Ask several sources at once; go on without the ones that fail, and remember which."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from grovemusic.domain.errors import StorageFailure, UpstreamError
from grovemusic.domain.music import Missing
from grovemusic.ports import Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gathered(Generic[T]):
    """What the sources answered, in their order, and which of them did not."""

    answers: list[tuple[str, T]]
    missing: tuple[Missing, ...]


async def gather(sources: Sequence[Source], ask: Callable[[Source], Awaitable[T]]) -> Gathered[T]:
    """Call `ask` for every source at once.

    A source that raises `UpstreamError` or `StorageFailure` is noted as missing. Anything else is
    a bug and is raised, after the others have ended.
    """
    results = await asyncio.gather(*(ask(source) for source in sources), return_exceptions=True)
    answers: list[tuple[str, T]] = []
    missing: list[Missing] = []
    for source, result in zip(sources, results, strict=True):
        if isinstance(result, UpstreamError | StorageFailure):
            missing.append(_missing(source, result))
        elif isinstance(result, BaseException):
            raise result
        else:
            answers.append((source.name, result))
    return Gathered(answers, tuple(missing))


def _missing(source: Source, error: UpstreamError | StorageFailure) -> Missing:
    reason = error.reason if isinstance(error, UpstreamError) else str(error)
    later_s = error.retry_after_s if isinstance(error, UpstreamError) else 0.0
    effect = source.effect_when_missing
    return Missing(source=source.name, reason=reason, effect=effect, retry_after_s=later_s)


def without_repeats(missing: Iterable[Missing]) -> tuple[Missing, ...]:
    """One entry a source, the first reason it gave."""
    first: dict[str, Missing] = {}
    for each in missing:
        first.setdefault(each.source, each)
    return tuple(first.values())
