"""One run of the pipeline: its stages, its numbered events, what can be asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from grovemusic.domain.music import Track


class Stage(StrEnum):
    """Where a run is. The first eight are the pipeline in order; the last three are ends."""

    PENDING = "pending"
    RESOLVING = "resolving"
    ENRICHING = "enriching"
    GENERATING = "generating"
    SCORING = "scoring"
    CURATING = "curating"
    EXPLAINING = "explaining"
    STORING = "storing"
    NEEDS_CHOICE = "needs_choice"
    COMPLETE = "complete"
    FAILED = "failed"


WORKING = (
    Stage.PENDING,
    Stage.RESOLVING,
    Stage.ENRICHING,
    Stage.GENERATING,
    Stage.SCORING,
    Stage.CURATING,
    Stage.EXPLAINING,
    Stage.STORING,
)
ENDED = frozenset({Stage.COMPLETE, Stage.FAILED})
PROGRESS: Mapping[Stage, int] = {
    Stage.PENDING: 0,
    Stage.RESOLVING: 5,
    Stage.ENRICHING: 15,
    Stage.GENERATING: 30,
    Stage.SCORING: 65,
    Stage.CURATING: 75,
    Stage.EXPLAINING: 80,
    Stage.STORING: 95,
    Stage.NEEDS_CHOICE: 10,
    Stage.COMPLETE: 100,
    Stage.FAILED: 100,
}


def status_of(stage: Stage) -> str:
    """The coarse status a client switches on: processing, needs_choice, complete or failed."""
    return stage.value if stage in ENDED or stage is Stage.NEEDS_CHOICE else "processing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a waiting listener is told. Numbers start at 1 and have no gaps.

    Attributes:
        progress: 0-100, never going down.
        message: A sentence for people.
        data: The same for programs: counts, names of sources, milliseconds.
    """

    number: int
    at_ms: int
    stage: Stage
    progress: int
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to "which song did you mean?". `confidence` is 0-1."""

    track: Track
    confidence: float
