"""`grove doctor`: what is reachable, what is missing, and what that costs the playlists."""

import asyncio
import json
from typing import Any

from rich.table import Table
from rich.text import Text

from grovemusic.cli import show
from grovemusic.domain.errors import UpstreamError
from grovemusic.domain.queries import SongQuery
from grovemusic.ports import Source
from grovemusic.runtime.embedded.installation import Installation
from grovemusic.settings import Settings
from grovemusic.sources.catalogue import CatalogueSource

# A song everybody's database has; only its being found is looked at.
PROBE = SongQuery(text="Yesterday by The Beatles", readings=(("Yesterday", "The Beatles"),))


async def examine(installation: Installation, *, as_json: bool) -> int:
    """Ask every source one small question; 0 unless the catalogue itself is broken."""
    services = installation.api_services
    counts = await services.catalogue.counts()
    run = services.sources()
    rows = list(await asyncio.gather(*(_asked(source) for source in run.sources)))
    if not counts.tracks:
        rows = [_empty(row) if row["source"] == CatalogueSource.name else row for row in rows]
    rows += [
        {"source": m.source, "state": "not set up", "note": m.reason, "costs": m.effect}
        for m in run.absent
    ]
    rows.append(_writer(services.settings))
    listener = await services.users.ensure_local()
    report: dict[str, Any] = {
        "data": str(installation.folder),
        "catalogue": {
            "tracks": counts.tracks,
            "playlists": counts.playlists,
            "invented": counts.invented,
        },
        "credits": listener.credits_available,
        "sources": rows,
        "faults": await services.faults(),
    }
    if as_json:
        print(json.dumps(report))
    else:
        _show(report)
    return 1 if report["faults"] else 0


async def _asked(source: Source) -> dict[str, str]:
    try:
        await source.find(PROBE, limit=1)
    except UpstreamError as error:
        return {
            "source": source.name,
            "state": "no answer",
            "note": error.reason,
            "costs": source.effect_when_missing,
        }
    return {"source": source.name, "state": "ready", "note": "", "costs": ""}


def _empty(row: dict[str, str]) -> dict[str, str]:
    return {
        **row,
        "state": "empty",
        "note": "nothing was imported: try `grove import tracks FILE` or `grove import demo`",
        "costs": CatalogueSource.effect_when_missing,
    }


def _writer(settings: Settings) -> dict[str, str]:
    """The language model, which is not asked here: that would cost money."""
    reasons = {
        "GROVE_OFFLINE is set": settings.offline,
        "GROVE_WRITER is none": settings.writer == "none",
        "ANTHROPIC_API_KEY is not set": settings.anthropic_api_key is None,
    }
    note = next((reason for reason, holds in reasons.items() if holds), "")
    return {
        "source": settings.anthropic_model,
        "state": "not set up" if note else "key is set",
        "note": note,
        "costs": "reasons are written from templates" if note else "",
    }


def _show(report: dict[str, Any]) -> None:
    counts = report["catalogue"]
    invented = f", {counts['invented']:,} of them invented" if counts["invented"] else ""
    show.out.print(
        show.plain(
            f"Data in {report['data']}: {counts['tracks']:,} tracks{invented}, "
            f"{counts['playlists']:,} playlists. Credits left: {report['credits']:,}."
        )
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("Source", "State", "What that costs", "Why"):
        table.add_column(name)
    colours = {"ready": "green", "key is set": "green", "no answer": "red"}
    for row in report["sources"]:
        table.add_row(
            row["source"],
            Text(row["state"], style=colours.get(row["state"], "yellow")),
            row["costs"],
            show.plain(row["note"]),
        )
    show.out.print(table)
    for fault in report["faults"]:
        show.out.print(Text("fault: ", style="red") + show.plain(fault))
