"""An import in a folder of its own, run here or in a process that kills itself."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from catalogue_import.stages import running
from catalogue_import.stages.options import Demo, Options, Target
from grovemusic.runtime.embedded.clock import SystemClock
from grovemusic.runtime.embedded.installation import (
    CATALOGUE_FILE,
    Installation,
    open_cold_store,
    open_vectors,
)
from grovemusic.runtime.ids import new_id
from grovemusic.settings import Settings

TRACKS, PLAYLISTS = 2_000, 300
TARGET = "desk"


class Desk:
    """A work folder, and a data folder as an installation has it."""

    def __init__(self, folder: Path) -> None:
        self.work, self.data = folder / "work", folder / "data"
        asyncio.run(self._prepare())

    async def _prepare(self) -> None:
        async with Installation(Settings(data=str(self.data), offline=True)):
            pass

    def run(self, options=None, progress=None, only=()):
        return self.with_target(
            lambda target: running.run(
                self.work, options or demo(), target, target_name=TARGET, only=only
            ),
            progress,
        )

    def plan(self, options=None):
        return {each.name: each.why for each in running.plan(self.work, options or demo(), TARGET)}

    def with_target(self, work, progress=None):
        vectors, objects = open_vectors(self.data), open_cold_store(self.data)
        try:
            return work(
                Target(
                    catalogue=self.data / CATALOGUE_FILE,
                    objects=objects,
                    vectors=vectors,
                    clock=SystemClock(),
                    new_id=new_id,
                    progress=progress or (lambda *_: None),
                )
            )
        finally:
            vectors.close()
            objects.close()


def demo(**changes):
    said = {"demo": Demo(tracks=TRACKS, playlists=PLAYLISTS), "engine": "numpy", "hot": 500,
            "hot_neighbours": 100, "similar": 50, "samples": 60}  # fmt: skip
    return Options(**{**said, **changes})


def tables(*paths, **changes):
    return demo(demo=None, sources=tuple(paths), **changes)


def main():
    """Run an import and die, as if of kill -9, at the given progress report of the given stage."""
    folder, stage, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    seen = 0

    def progress(what, _done, _total):
        nonlocal seen
        if what.startswith(f"{stage}:"):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    manifest = Desk(folder).run(progress=progress)
    print(json.dumps({name: each.outputs_hash() for name, each in manifest.stages.items()}))


if __name__ == "__main__":
    main()
