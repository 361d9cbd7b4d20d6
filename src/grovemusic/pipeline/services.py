"""Everything a run needs from the world, in one frozen object made by the composition root."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Missing
from grovemusic.ports import Clock, ObjectStore, Source, Writer
from grovemusic.settings import Settings
from grovemusic.store.playlists import Playlists
from grovemusic.store.runs import Runs
from grovemusic.store.tracks import Tracks


@dataclass(frozen=True, slots=True)
class RunSources:
    """The sources of one run, sharing one budget of upstream calls.

    Attributes:
        absent: Sources that are not set up at all, so that the run can say so.
        calls: Service -> upstream calls made so far in this life of the run's actor.
    """

    sources: Sequence[Source]
    absent: Sequence[Missing]
    calls: Callable[[], Mapping[str, int]]


class Log(Protocol):
    """Structured log: one line an event, fields as keywords. Never given a secret."""

    def __call__(self, event: str, /, **fields: Any) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the run actor and the editor of playlists work with.

    Attributes:
        accessed: Tells the catalogue which tracks were asked for; never fails, never delays.
    """

    settings: Settings
    clock: Clock
    runs: Runs
    playlists: Playlists
    tracks: Tracks
    archive: ObjectStore
    sources: Callable[[], RunSources]
    corpus: Callable[[Iterable[str], Iterable[str]], Awaitable[Corpus]]
    accessed: Callable[[Sequence[str]], Awaitable[None]]
    writer: Writer | None
    log: Log
