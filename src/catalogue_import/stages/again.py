"""Verifying an import that is done, as often as wanted, with other samples each time."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from catalogue_import.stages import verify as stage
from catalogue_import.stages.errors import NoSource
from catalogue_import.stages.manifest import Manifest, Stage
from catalogue_import.stages.options import Options, Target
from catalogue_import.stages.work import Work, held

_NEEDED = ("upload", "index", "mine")


def verify(
    folder: Path, target: Target, *, samples: int, seed: str | None = None
) -> tuple[Mapping[str, int], list[dict[str, Any]]]:
    """Layer -> values compared, and the differences; nothing is changed.

    Args:
        seed: The same one takes the same samples; None takes others each time.

    Raises:
        NoSource: there is no finished import in the folder.
        InUse: one is running there.
    """
    manifest = Manifest.load(folder)
    for name in _NEEDED:
        if name not in manifest.stages or manifest.stages[name].finished_at_ms is None:
            raise NoSource(f"{folder}: no import got as far as {name} here")
    options = replace(remembered(manifest), samples=samples)
    record = Stage(version=stage.VERSION, fingerprint=seed or secrets.token_hex(8), started_at_ms=0)
    work = Work(
        root=folder, options=options, target=target, manifest=manifest, stage="verify",
        record=record,
    )  # fmt: skip
    with held(folder):
        checks = asyncio.run(stage.Verification(work).all())
    return dict(checks.compared), [asdict(each) for each in checks.differences]


def remembered(manifest: Manifest) -> Options:
    """The options that decide what is in the layers, as the import had them."""
    return Options(**manifest.options)
