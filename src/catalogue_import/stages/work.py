"""One import on its way: its folder, its steps, its manifest.

A stage is made of steps. A step that has ended is remembered in the stage's folder with what it
said, and is not done again; one that was cut off is done again from its beginning.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue_import.stages.errors import InUse
from catalogue_import.stages.manifest import Manifest, Stage, write_json
from catalogue_import.stages.options import Options, Target

_STEPS = "steps.json"


@dataclass(slots=True, kw_only=True)
class Work:
    """What a stage is given.

    Attributes:
        root: The import's folder.
        stage: Name of the stage that runs.
        record: What the manifest says of it; the stage adds outputs, rejects and figures.
    """

    root: Path
    options: Options
    target: Target
    manifest: Manifest
    stage: str = ""
    record: Stage

    @property
    def folder(self) -> Path:
        """The running stage's own."""
        return self.root / self.stage

    def of(self, stage: str) -> Path:
        """Another stage's folder."""
        return self.root / stage

    def progress(self, phase: str, done: int, total: int | None) -> None:
        self.target.progress(f"{self.stage}: {phase}", done, total)

    def once(self, step: str, work: Callable[[], Any]) -> Any:
        """What `work` gives, as JSON; from memory if the step has been done.

        Whatever `work` leaves on disk must be complete when it returns.
        """
        known = steps(self.folder, self.record.fingerprint)
        if step in known:
            return known[step]
        self.progress(step, 0, None)
        known[step] = json.loads(json.dumps(work()))
        write_json(self.folder / _STEPS, {"fingerprint": self.record.fingerprint, "steps": known})
        return known[step]

    def clear(self) -> None:
        """Make room for a stage that is done anew."""
        if self.folder.exists() and steps(self.folder, self.record.fingerprint) == {}:
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)


def steps(folder: Path, fingerprint: str) -> dict[str, Any]:
    """Steps that were done for this fingerprint -> what they said."""
    try:
        said = json.loads((folder / _STEPS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if said["fingerprint"] != fingerprint:
        return {}
    found: dict[str, Any] = said["steps"]
    return found


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder for one import alone; the system lets go of it when the process ends.

    Raises:
        InUse: another process has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise InUse(f"{folder}: process {lock.read().strip() or '?'} works here") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
