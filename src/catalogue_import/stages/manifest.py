"""What an import did: inputs, stages, outputs, each with counts and hashes; in `manifest.json`.

Written anew and renamed over the old one after every change, so it is always whole.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from catalogue_import.stages.errors import DamagedManifest

FORMAT, VERSION = "grove catalogue import", 1
FILE = "manifest.json"


@dataclass(slots=True, kw_only=True)
class Input:
    """A file that was read.

    Attributes:
        role: What it holds, as recognised: "tracks", "reference", …
        modified_ns: Together with `bytes` tells whether it must be hashed again.
    """

    path: str
    bytes: int
    sha256: str
    role: str = ""
    modified_ns: int = 0


@dataclass(slots=True, kw_only=True)
class Output:
    """Something a stage made: rows, and a hash that is the same for the same content."""

    rows: int
    bytes: int
    sha256: str


@dataclass(slots=True, kw_only=True)
class Stage:
    """What is known about one stage.

    Attributes:
        fingerprint: Of its version, its options and what it read; another one means doing it anew.
        started_at_ms: Unix milliseconds of the first attempt; `finished_at_ms` is None until done.
        attempts: How often it was begun: more than one if it was stopped.
        seconds, cpu_s: Of all attempts that ended or reported.
        rejects: Reason -> rows that could not be used.
        figures: What else a person would like to know.
    """

    version: int
    fingerprint: str
    started_at_ms: int
    finished_at_ms: int | None = None
    attempts: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    outputs: dict[str, Output] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    def outputs_hash(self) -> str:
        """Of all outputs: what later stages depend on."""
        return digest({name: each.sha256 for name, each in sorted(self.outputs.items())})


@dataclass(slots=True, kw_only=True)
class Manifest:
    """All of an import, as far as it has come."""

    options: dict[str, Any] = field(default_factory=dict)  # those that decide what is where
    inputs: dict[str, Input] = field(default_factory=dict)
    stages: dict[str, Stage] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What the folder's manifest says; an empty one where there is none.

        Raises:
            DamagedManifest: it is not one, or of another version.
        """
        path = folder / FILE
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except ValueError as error:
            raise DamagedManifest(f"{path}: not JSON: {error}") from error
        if not isinstance(said, dict) or (said.get("format"), said.get("version")) != (
            FORMAT,
            VERSION,
        ):
            raise DamagedManifest(f"{path}: not a manifest of {FORMAT}, version {VERSION}")
        try:
            return cls(
                options=dict(said["options"]),
                inputs={name: Input(**each) for name, each in said["inputs"].items()},
                stages={name: _stage(each) for name, each in said["stages"].items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise DamagedManifest(f"{path}: incomplete: {error}") from error

    def save(self, folder: Path) -> None:
        """Replace the folder's manifest, at once."""
        said = {"format": FORMAT, "version": VERSION, **asdict(self)}
        write_json(folder / FILE, said)


def _stage(said: Mapping[str, Any]) -> Stage:
    outputs = {name: Output(**each) for name, each in said["outputs"].items()}
    return Stage(**{**said, "outputs": outputs})


def write_json(path: Path, said: object) -> None:
    """A whole file or none: written beside its place, then renamed."""
    arriving = path.with_name(f"{path.name}.arriving")
    with arriving.open("w", encoding="utf-8") as stream:
        json.dump(said, stream, ensure_ascii=False, indent=1)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    arriving.replace(path)


def digest(said: object) -> str:
    """SHA-256 of a value's JSON, in hexadecimal."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def file_output(path: Path, rows: int) -> Output:
    """An output that is one file."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Output(rows=rows, bytes=path.stat().st_size, sha256=sha256)
