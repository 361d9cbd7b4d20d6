"""The nine stages in order: what has to run, why, how long it will take; and running it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from catalogue_import.stages import (
    acquire,
    crossreference,
    index,
    mine,
    transform,
    upload,
    validate,
    vectorize,
    verify,
)
from catalogue_import.stages.manifest import Manifest, Stage, digest
from catalogue_import.stages.options import Options, Target
from catalogue_import.stages.work import Work, held, steps


@dataclass(frozen=True, slots=True)
class Kind:
    """A stage: its module, and the stages whose outputs it reads."""

    module: ModuleType
    reads: tuple[str, ...]

    @property
    def version(self) -> int:
        version: int = self.module.VERSION
        return version

    @property
    def options(self) -> tuple[str, ...]:
        options: tuple[str, ...] = self.module.OPTIONS
        return options

    @property
    def run(self) -> Callable[[Work], None]:
        run: Callable[[Work], None] = self.module.run
        return run


STAGES: dict[str, Kind] = {
    "acquire": Kind(acquire, ()),
    "validate": Kind(validate, ("acquire",)),
    "transform": Kind(transform, ("acquire", "validate")),
    "crossreference": Kind(crossreference, ("acquire", "transform")),
    "vectorize": Kind(vectorize, ("transform", "crossreference")),
    "upload": Kind(upload, ("transform", "crossreference", "vectorize")),
    "index": Kind(index, ("transform", "crossreference", "vectorize")),
    "mine": Kind(mine, ("transform", "index")),
    "verify": Kind(verify, ("acquire", "upload", "index", "mine")),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """What a stage would do.

    Attributes:
        why: None if it is done and nothing it depends on has changed.
        steps_done: Of one that was stopped.
    """

    name: str
    why: str | None
    steps_done: int = 0


def plan(folder: Path, options: Options, target_name: str) -> list[Planned]:
    """Which stages would run, and why; nothing is changed.

    Raises:
        NoSource: an input is not there.
        DamagedManifest: see `manifest`.
    """
    manifest = Manifest.load(folder)
    acquire.seen(options)  # a file that is not there is said now
    found: list[Planned] = []
    doing: set[str] = set()
    for name, kind in STAGES.items():
        behind = [each for each in kind.reads if each in doing]
        record = manifest.stages.get(name)
        if behind:
            why: str | None = f"{behind[0]} comes before it"
        elif record is None:
            why = "never done"
        else:
            why = _why(record, kind, fingerprint(name, options, manifest, target_name))
        done = len(steps(folder / name, record.fingerprint)) if record and why else 0
        if why is not None:
            doing.add(name)
        found.append(Planned(name, why, done if why == _STOPPED else 0))
    return found


_STOPPED = "was stopped"


def _why(record: Stage, kind: Kind, now: str) -> str | None:
    if record.version != kind.version:
        return f"version {kind.version} is new, it was done by {record.version}"
    if record.fingerprint != now:
        return "its input or an option has changed"
    return None if record.finished_at_ms is not None else _STOPPED


def fingerprint(name: str, options: Options, manifest: Manifest, target_name: str) -> str:
    """What decides whether a stage has to be done again."""
    kind = STAGES[name]
    said: dict[str, Any] = {
        "stage": name,
        "version": kind.version,
        "options": options.shown(*kind.options),
        "reads": {each: manifest.stages[each].outputs_hash() for each in kind.reads},
    }
    if name == "acquire":
        said["inputs"] = acquire.seen(options)
    if name in {"upload", "index", "mine", "verify"}:
        said["target"] = target_name
    return digest(said)


def run(
    folder: Path,
    options: Options,
    target: Target,
    *,
    target_name: str = "",
    only: Sequence[str] = (),
) -> Manifest:
    """Do what is to be done, stage by stage; a stopped import goes on where it was.

    Args:
        folder: The work folder.
        target_name: Tells targets apart: another one gets everything again from `upload` on.
        only: Stages to stop behind; empty for all. Those before them run if they have to.

    Raises:
        InUse: another process works in this folder.
        GroveError: a stage could not be done; what was finished stays, the same call goes on.
    """
    with held(folder):
        manifest = Manifest.load(folder)
        manifest.options = options.shown(
            "hot", "hot_neighbours", "similar", "tier_a", "tier_b", "hybrid", "index_capacity"
        )
        last = max((list(STAGES).index(name) for name in only), default=len(STAGES) - 1)
        for name in list(STAGES)[: last + 1]:
            _stage(name, folder, options, target, manifest, target_name)
        return manifest


def _stage(
    name: str, folder: Path, options: Options, target: Target, manifest: Manifest, target_name: str
) -> None:
    kind, now = STAGES[name], fingerprint(name, options, manifest, target_name)
    record = manifest.stages.get(name)
    if record is not None and _why(record, kind, now) is None:
        return
    if record is None or record.fingerprint != now or record.version != kind.version:
        record = Stage(version=kind.version, fingerprint=now, started_at_ms=target.clock.now_ms())
    record.attempts += 1
    record.outputs, record.figures, record.rejects = {}, {}, {}
    manifest.stages[name] = record
    manifest.save(folder)
    work = Work(
        root=folder, options=options, target=target, manifest=manifest, stage=name, record=record
    )
    work.clear()
    began_s, cpu_s = time.perf_counter(), target.cpu_s()
    try:
        kind.run(work)
        record.finished_at_ms = target.clock.now_ms()
    finally:
        record.seconds = round(record.seconds + time.perf_counter() - began_s, 3)
        record.cpu_s = round(record.cpu_s + target.cpu_s() - cpu_s, 3)
        manifest.save(folder)
    target.progress(f"{name}: done", 1, 1)
