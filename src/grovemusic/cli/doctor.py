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

# A song everybody's database has; only its being found is looked at.
PROBE = SongQuery(text="Yesterday by The Beatles", readings=(("Yesterday", "The Beatles"),))


async def examine(installation: Installation, *, as_json: bool) -> int:
    """Ask every source one small question; 0 unless the catalogue itself is broken."""
    services = installation.api_services
    counts = await services.catalogue.counts()
    run = services.sources()
    rows = list(await asyncio.gather(*(_asked(source) for source in run.sources)))
    rows += [
        {"source": m.source, "state": "not set up", "note": m.reason, "costs": m.effect}
        for m in run.absent
    ]
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
    colours = {"ready": "green", "not set up": "yellow", "no answer": "red"}
    for row in report["sources"]:
        table.add_row(
            row["source"],
            Text(row["state"], style=colours[row["state"]]),
            row["costs"],
            show.plain(row["note"]),
        )
    show.out.print(table)
    for fault in report["faults"]:
        show.out.print(Text("fault: ", style="red") + show.plain(fault))
