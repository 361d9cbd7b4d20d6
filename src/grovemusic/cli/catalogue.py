"""`grove catalogue`: the nine stages, what they left, whether it is right, what it costs."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from catalogue_import.kernel.engines import NAMES, MissingEngine
from catalogue_import.ledger import Progress as Told
from catalogue_import.stages import costs, estimate, running
from catalogue_import.stages import stats as counting
from catalogue_import.stages.errors import Differs
from catalogue_import.stages.manifest import Manifest
from catalogue_import.stages.options import Demo, Options, Target
from grovemusic.cli import show
from grovemusic.domain.errors import BadAsk
from grovemusic.runtime.embedded.clock import SystemClock
from grovemusic.runtime.embedded.installation import (
    CATALOGUE_FILE,
    Installation,
    open_cold_store,
    open_vectors,
)
from grovemusic.runtime.ids import new_id
from grovemusic.settings import Settings

app = typer.Typer(help="A large catalogue: import, check, count, price.", no_args_is_help=True)

WORK, DEMO_LISTS = "import", 10  # folder in the data folder; tracks a playlist in a demo
FEWEST, MOST = 2_000, 10_000_000
_MB = 1 << 20
JsonFlag = Annotated[bool, typer.Option("--json", help="JSON for programs instead of a table.")]
WorkOption = Annotated[
    Path | None, typer.Option(help="The work folder; without it, a folder in the data folder.")
]


@app.command("import")
def import_(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE|FOLDER]...", help="Databases, CSV, Parquet, MPD slices."),
    ] = None,
    reference: Annotated[
        list[Path] | None, typer.Option(help="A table of MusicBrainz recordings.")
    ] = None,
    demo: Annotated[int | None, typer.Option(help="Invent so many tracks as the source.")] = None,
    demo_playlists: Annotated[
        int | None, typer.Option(help="… and so many playlists; one per ten tracks.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number, another world.")] = 1,
    work: WorkOption = None,
    hot: Annotated[int, typer.Option(help="Popular tracks for the database.")] = 100_000,
    hot_neighbours: Annotated[
        int, typer.Option(help="How many of them take their neighbours along.")
    ] = 10_000,
    similar: Annotated[int, typer.Option(help="Tracks with a list of similar ones.")] = 10_000,
    tier_a: Annotated[float, typer.Option(help="Popularity from which a track has a vector.")] = 30,
    tier_b: Annotated[float, typer.Option(help="… and from which it may get one.")] = 10,
    hybrid: Annotated[bool, typer.Option("--hybrid", help="Vectors of 1,536 numbers too.")] = False,
    engine: Annotated[str | None, typer.Option(help=f"Of mining: {', '.join(NAMES)}.")] = None,
    memory_mb: Annotated[int, typer.Option(help="About how much memory to use.")] = 1024,
    until: Annotated[str | None, typer.Option(help="Stop behind this stage.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Import a catalogue in nine stages; stopped, the same command goes on."""
    from grovemusic.cli.commands import settings

    chosen = settings()
    options = _options(
        sources=tuple(sources or ()), references=tuple(reference or ()),
        demo=_demo(demo, demo_playlists, seed), hot=hot, hot_neighbours=hot_neighbours,
        similar=similar, tier_a=tier_a, tier_b=tier_b, hybrid=hybrid, engine=_engine(engine),
        memory_bytes=memory_mb * _MB,
    )  # fmt: skip
    if until is not None and until not in running.STAGES:
        raise BadAsk("--until", f"one of {', '.join(running.STAGES)}, got {until[:40]!r}")
    folder = work or Path(chosen.data) / WORK
    if dry_run:
        _show_plan(folder, options, chosen, as_json=as_json)
        return
    only = (until,) if until else ()
    manifest = _with_target(
        chosen,
        lambda target: running.run(
            folder, options, target, target_name=_target_name(chosen), only=only
        ),
        quiet=as_json,
    )
    if as_json:
        print(json.dumps(asdict(manifest), default=str))
    else:
        _show_manifest(manifest)


@app.command()
def verify(work: WorkOption = None, samples: int = 200, as_json: JsonFlag = False) -> None:
    """Compare samples of every layer with the source; exit code 1 if something differs."""
    from catalogue_import.stages import again
    from grovemusic.cli.commands import settings

    chosen = settings()
    folder = work or Path(chosen.data) / WORK
    compared, differences = _with_target(
        chosen, lambda target: again.verify(folder, target, samples=samples), quiet=as_json
    )
    if as_json:
        print(json.dumps({"compared": compared, "differences": differences}, default=str))
    else:
        for layer, count in compared.items():
            show.out.print(show.plain(f"{count:>8,} {layer}"))
        for each in differences[:20]:
            show.trouble(
                f"{each['layer']}, {each['id']}, {each['what']}: the source says"
                f" {each['source']!r}, found {each['found']!r}"
            )
        show.out.print(show.plain(f"{len(differences):,} differences"))
    raise typer.Exit(1 if differences else 0)


@app.command()
def stats(work: WorkOption = None, as_json: JsonFlag = False) -> None:
    """What is in every layer, and what the last import did."""
    from grovemusic.cli.commands import settings

    chosen = settings()
    folder = work or Path(chosen.data) / WORK
    found = _with_target(chosen, counting.stats, quiet=True)
    manifest = Manifest.load(folder)
    if as_json:
        print(json.dumps({"layers": found, "import": asdict(manifest)}, default=str))
        return
    table = Table(box=None, padding=(0, 2))
    for name in ("layer", "what", "rows", "MB"):
        table.add_column(name, justify="right" if name in {"rows", "MB"} else "left")
    for each in found:
        size = "" if each["bytes"] is None else f"{each['bytes'] / 1e6:,.1f}"
        table.add_row(each["layer"], each["what"], f"{each['rows']:,}", size)
    show.out.print(table)
    if manifest.stages:
        _show_manifest(manifest)


@app.command()
def cost(
    tracks: Annotated[int, typer.Option(help="In the catalogue.")] = costs.FULL_SIZE,
    popular: Annotated[float, typer.Option(help="Share of them with vectors, 0-1.")] = 15 / 256,
    hot: Annotated[int, typer.Option(help="Tracks in the database.")] = 1_000_000,
    hot_pairs: Annotated[int, typer.Option(help="Pairs in the database.")] = 10_000_000,
    similar: Annotated[int, typer.Option(help="Similar tracks in the database.")] = 1_000_000,
    searches: Annotated[int, typer.Option(help="Vector searches a month.")] = 1_000_000,
    cold_reads: Annotated[int, typer.Option(help="Cold look-ups a month.")] = 5_000_000,
    hybrid: Annotated[bool, typer.Option("--hybrid", help="Vectors of 1,536 numbers.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """What a catalogue of a size costs on Cloudflare, a month and once."""
    try:
        size = costs.Size(
            tracks=tracks, popular=popular, hot=hot, hot_pairs=hot_pairs, similar=similar,
            searches=searches, cold_reads=cold_reads, dimensions=1536 if hybrid else 13,
        )  # fmt: skip
    except ValueError as error:
        raise BadAsk("cost", str(error)) from error
    lines = costs.bill(size)
    monthly, once = costs.total(lines)
    if as_json:
        said = [asdict(each) for each in lines]
        print(json.dumps({"lines": said, "monthly": monthly, "once": once}))
        return
    table = Table(box=None, padding=(0, 2), show_footer=True)
    table.add_column(f"{tracks:,} tracks", footer="all together")
    table.add_column("how")
    table.add_column("$ a month", footer=f"{monthly:,.2f}", justify="right")
    table.add_column("$ once", footer=f"{once:,.2f}", justify="right")
    for each in lines:
        table.add_row(each.what, each.how, f"{each.monthly:,.2f}", f"{each.once:,.2f}")
    show.out.print(table)


# --- options ---------------------------------------------------------------------------------


def _options(**said: Any) -> Options:
    if said["demo"] is None and not said["sources"]:
        raise BadAsk("FILE", "give a file, a folder or --demo")
    if said["demo"] is not None and (said["sources"] or said["references"]):
        raise BadAsk("--demo", "invents its own source: give files or --demo")
    try:
        return Options(**said)
    except ValueError as error:
        raise BadAsk("import", str(error)) from error


def _demo(tracks: int | None, playlists: int | None, seed: int) -> Demo | None:
    if tracks is None:
        return None
    if not FEWEST <= tracks <= MOST:
        raise BadAsk("--demo", f"{FEWEST:,} to {MOST:,}, got {tracks:,}")
    lists = tracks // DEMO_LISTS if playlists is None else playlists
    if lists < 0:
        raise BadAsk("--demo-playlists", f"0 or more, got {lists:,}")
    return Demo(tracks=tracks, playlists=lists, seed=seed)


def _engine(name: str | None) -> str | None:
    if name is not None and name not in NAMES:
        raise BadAsk("--engine", f"one of {', '.join(NAMES)}, got {name[:40]!r}")
    return name


def _target_name(settings: Settings) -> str:
    return str(Path(settings.data).resolve())


def _with_target(settings: Settings, work: Callable[[Target], Any], *, quiet: bool) -> Any:
    """Run `work` on the installation's catalogue, cold store and vector index."""

    async def prepared() -> None:
        async with Installation(settings):
            pass

    asyncio.run(prepared())
    folder = Path(settings.data)
    vectors, objects = open_vectors(folder), open_cold_store(folder)
    try:
        with _bars(quiet=quiet) as progress:
            return work(
                Target(
                    catalogue=folder / CATALOGUE_FILE,
                    objects=objects,
                    vectors=vectors,
                    clock=SystemClock(),
                    new_id=new_id,
                    progress=progress,
                )
            )
    except MissingEngine as error:
        raise BadAsk("--engine", str(error)) from error
    except Differs as error:
        show.trouble(str(error))
        raise typer.Exit(1) from error
    finally:
        vectors.close()
        objects.close()


# --- what people see -------------------------------------------------------------------------


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if not speed else f"{speed:,.0f}/s", style="dim")


@contextmanager
def _bars(*, quiet: bool) -> Iterator[Told]:
    """A bar a step, with rate and time left."""
    with Progress(
        TextColumn("{task.description:<44}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=show.err,
        disable=quiet,
        refresh_per_second=4,
    ) as bars:
        tasks: dict[str, Any] = {}

        def progress(phase: str, done: int, total: int | None) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(show.plain(phase).plain[:44], total=total)
            bars.update(tasks[phase], completed=done, total=total)

        yield progress


def _show_plan(folder: Path, options: Options, settings: Settings, *, as_json: bool) -> None:
    planned = running.plan(folder, options, _target_name(settings))
    names = [each.name for each in planned if each.why is not None]
    told = estimate.estimates(options, names) if names else {}
    size = estimate.extent(options)
    monthly, once = costs.total(
        costs.bill(
            costs.Size(
                tracks=max(1, size.tracks),
                hot=min(options.hot, size.tracks),
                hot_pairs=min(options.hot_neighbours, size.tracks) * 100,
                similar=min(options.similar, size.tracks) * 100,
                dimensions=1536 if options.hybrid else 13,
            )
        )
    )
    if as_json:
        print(json.dumps({
            "stages": [asdict(each) for each in planned],
            "estimates": {name: asdict(each) for name, each in told.items()},
            "tracks": size.tracks, "places": size.places,
            "dollars_a_month": monthly, "dollars_once": once,
        }))  # fmt: skip
        return
    table = Table(box=None, padding=(0, 2))
    for name in ("stage", "why", "about", "disk"):
        table.add_column(name, justify="right" if name in {"about", "disk"} else "left")
    for each in planned:
        if each.why is None:
            table.add_row(each.name, Text("done", style="dim"), "", "")
            continue
        why = each.why + (f", {each.steps_done} steps are done" if each.steps_done else "")
        need = told[each.name]
        table.add_row(each.name, why, _time(need.seconds), f"{need.disk_bytes / 1e6:,.0f} MB")
    show.out.print(table)
    seconds = sum(each.seconds for each in told.values())
    disk = sum(each.disk_bytes for each in told.values())
    show.out.print(show.plain(
        f"{size.tracks:,} tracks, {size.places:,} places in playlists: about {_time(seconds)} on"
        f" one core, {disk / 1e9:,.1f} GB on disk; on Cloudflare ${monthly:,.2f} a month and"
        f" ${once:,.2f} once. Nothing was done."
    ))  # fmt: skip


def _show_manifest(manifest: Manifest) -> None:
    table = Table(box=None, padding=(0, 2))
    for name in ("stage", "seconds", "rows", "rejected", "hash"):
        table.add_column(name, justify="left" if name in {"stage", "hash"} else "right")
    for name, each in manifest.stages.items():
        state = "" if each.finished_at_ms is not None else " (not finished)"
        rows = sum(output.rows for output in each.outputs.values())
        rejected = sum(each.rejects.values())
        table.add_row(
            name + state, f"{each.seconds:,.1f}", f"{rows:,}", f"{rejected:,}",
            each.outputs_hash()[:12],
        )  # fmt: skip
    show.out.print(table)
    for name, each in manifest.stages.items():
        for reason, count in each.rejects.items():
            show.out.print(show.plain(f"{name}: {count:,} rejected: {reason}"))
    if found := manifest.stages.get("crossreference"):
        rates = found.figures.get("match rate by method", {})
        shown = ", ".join(f"{name} {rate:.1%}" for name, rate in rates.items())
        show.out.print(show.plain(f"cross-reference: {shown}"))


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = seconds / 60
    return f"{minutes:,.0f} min" if minutes < 90 else f"{minutes / 60:,.1f} h"
