"""The structured log: one JSON object a line on standard error."""

import json
import sys
from typing import Any, TextIO

from grovemusic.ports import Clock


class JsonLines:
    """Writes events; `quiet` keeps only those that tell of trouble."""

    def __init__(self, clock: Clock, *, quiet: bool = False, out: TextIO | None = None) -> None:
        self._clock, self._quiet, self._out = clock, quiet, out

    def __call__(self, event: str, /, **fields: Any) -> None:
        if self._quiet and not event.endswith(("crashed", "failed")):
            return
        line = {"at_ms": self._clock.now_ms(), "event": event, **fields}
        print(json.dumps(line, default=str, ensure_ascii=False), file=self._out or sys.stderr)
