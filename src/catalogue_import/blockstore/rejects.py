"""Rows that could not be used: counted, kept on disk and shown, never dropped."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Reject:
    """A row we could not use.

    Attributes:
        source: The file it came from, as the caller names it.
        position: Its place there, as the caller counts.
        reason: The same text for the same kind of fault, so that they can be counted.
        shown: The value at fault, shortened.
    """

    source: str
    position: int
    reason: str
    shown: str

    def __str__(self) -> str:
        return f"{self.source}, row {self.position:,}: {self.reason} ({self.shown})"


class Rejects:
    """All of them, in a file with one JSON object a line; only the counts are in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: TextIO | None = None
        self.counts: Counter[str] = Counter()  # reason -> rows
        if path.exists():
            self.counts.update(each.reason for each in self)

    @property
    def total(self) -> int:
        return self.counts.total()

    def add(self, reject: Reject) -> None:
        if self._stream is None:
            self._stream = self._path.open("a", encoding="utf-8")
        self._stream.write(json.dumps(asdict(reject)) + "\n")
        self.counts[reject.reason] += 1

    def __iter__(self) -> Iterator[Reject]:
        """Each reject, in the order they were found."""
        self.flush()
        if self._path.exists():
            with self._path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield Reject(**json.loads(line))

    def flush(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def shown(value: object) -> str:
    """A value for a person: its beginning."""
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
