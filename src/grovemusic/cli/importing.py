"""`grove import`: tables into the catalogue, with a progress bar and a ledger at the end."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from catalogue_import.demo import generate
from catalogue_import.errors import RealDataPresent, UnreadableFile
from catalogue_import.importing import Options, import_tables, load_demo
from catalogue_import.ledger import Ledger, TableLedger
from grovemusic.cli import show
from grovemusic.domain.errors import BadAsk
from grovemusic.ports import Vector
from grovemusic.runtime.embedded.installation import CATALOGUE_FILE, Installation, open_vectors
from grovemusic.runtime.embedded.vectors import NumpyVectors
from grovemusic.settings import Settings

Load = Callable[..., Ledger]
DEMO_TRACKS = 5_000


def read_overrides(texts: Sequence[str]) -> dict[str, str]:
    """`field=column` options as a mapping.

    Raises:
        BadAsk: one has no "=".
    """
    found: dict[str, str] = {}
    for text in texts:
        field, equals, column = text.partition("=")
        if not equals or not field.strip():
            raise BadAsk("--column", f"want field=their_column, got {text[:60]!r}")
        found[field.strip()] = column.strip()
    return found


def import_files(
    settings: Settings, files: Sequence[Path], overrides: Mapping[str, str], *, as_json: bool
) -> int:
    """Import tables and show what became of every row; the exit code."""
    for path in files:
        if not path.is_file():
            raise BadAsk(str(path), "is not a file")

    def load(catalogue: Path, **ports: Any) -> Ledger:
        return import_tables(files, catalogue, options=Options(columns=overrides), **ports)

    return _loaded(settings, load, as_json=as_json)


def import_demo(settings: Settings, tracks: int, seed: int, *, as_json: bool) -> int:
    """Invent a world and load it; the exit code."""
    if not 2_000 <= tracks <= 10_000_000:
        raise BadAsk("--tracks", f"2,000 to 10,000,000, got {tracks:,}")

    def load(catalogue: Path, **ports: Any) -> Ledger:
        return load_demo(generate(tracks=tracks, seed=seed), catalogue, **ports)

    return _loaded(settings, load, as_json=as_json)


def ensure_something(settings: Settings) -> None:
    """Fill an empty catalogue with the demo: a first playlist needs nothing from outside."""
    if asyncio.run(_tracks(settings)):
        return
    show.err.print("The catalogue is empty: inventing some artists and songs to play with.")

    def load(catalogue: Path, **ports: Any) -> Ledger:
        return load_demo(generate(tracks=DEMO_TRACKS, seed=1), catalogue, **ports)

    into_catalogue(settings, load, quiet=False)


async def _tracks(settings: Settings) -> int:
    async with Installation(settings) as installation:
        return (await installation.api_services.catalogue.counts()).tracks


def _loaded(settings: Settings, load: Load, *, as_json: bool) -> int:
    try:
        ledger = into_catalogue(settings, load, quiet=as_json)
    except (UnreadableFile, RealDataPresent, ValueError) as error:
        show.trouble(str(error))
        return 1
    if as_json:
        print(json.dumps({**asdict(ledger), "rows": ledger.rows}, default=str))
    else:
        show_ledger(ledger)
    if not ledger.imported + ledger.duplicates:
        show.trouble("nothing in there could be read as tracks or playlists")
        return 1
    return 0


def into_catalogue(settings: Settings, load: Load, *, quiet: bool) -> Ledger:
    """Run `load` on the installation's catalogue file and vector index."""
    with asyncio.Runner() as runner:
        runner.run(_prepared(settings))
        folder = Path(settings.data)
        vectors = open_vectors(folder)
        try:
            with _bars(quiet=quiet) as progress:
                return load(
                    folder / CATALOGUE_FILE,
                    upsert=lambda some: runner.run(_upsert(vectors, some)),
                    forget=lambda ids: runner.run(vectors.delete(ids)),
                    progress=progress,
                )
        finally:
            vectors.close()


async def _upsert(vectors: NumpyVectors, some: list[Vector]) -> None:
    await vectors.upsert(some)


async def _prepared(settings: Settings) -> None:
    """Open the installation once, so that its folder, files and tables exist."""
    async with Installation(settings):
        pass


@contextmanager
def _bars(*, quiet: bool) -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar a phase."""
    with Progress(
        TextColumn("{task.description:<28}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=show.err,
        disable=quiet,
    ) as bars:
        tasks: dict[str, int] = {}

        def progress(phase: str, done: int, total: int | None) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(show.plain(phase).plain[:28], total=total)
            bars.update(bars.task_ids[tasks[phase]], completed=done, total=total)

        yield progress


def show_ledger(ledger: Ledger) -> None:
    """What became of every row."""
    if ledger.demo_removed:
        removed = f"The invented demo catalogue ({ledger.demo_removed:,} songs) made room."
        show.out.print(Text(removed, style="yellow"))
    for table in ledger.tables:
        _show_table(table)
    for name in ledger.skipped:
        show.out.print(Text("skipped ", style="dim") + show.plain(f"{name}: not about music"))
    made = [
        f"{ledger.playlists:,} playlists with {ledger.memberships:,} places",
        f"{ledger.pairs:,} pairs of companions, {ledger.artist_pairs:,} of artists",
        f"{ledger.vectors:,} vectors",
    ]
    show.out.print("New: " + "; ".join(made) + ".")
    took_s = sum(ledger.seconds.values())
    phases = ", ".join(f"{name} {spent_s:.1f} s" for name, spent_s in ledger.seconds.items())
    show.out.print(Text(f"{took_s:.1f} s: {phases}", style="dim"))


def _show_table(table: TableLedger) -> None:
    show.out.print(Text(f"{table.file} {table.table or ''}".strip(), style="bold"))
    columns = ", ".join(f"{ours} ← {theirs}" for ours, theirs in table.columns.items())
    if columns:
        show.out.print(Text("  read as ", style="dim") + show.plain(columns))
    if table.unused:
        show.out.print(Text("  not used ", style="dim") + show.plain(", ".join(table.unused)))
    rows = Table(box=None, show_header=False, padding=(0, 2))
    rows.add_column(justify="right")
    rows.add_column()
    rows.add_row(f"{table.rows:,}", "rows")
    rows.add_row(f"{table.imported:,}", "imported")
    rows.add_row(f"{table.duplicates:,}", "of tracks already there")
    for reason, count in table.rejected.most_common():
        first = ", ".join(str(each.row) for each in table.examples.get(reason, ()))
        rows.add_row(f"{count:,}", show.plain(f"rejected: {reason} (row {first})"))
    for warning, count in table.warnings.most_common():
        rows.add_row(f"{count:,}", show.plain(f"value left unknown: {warning}"))
    show.out.print(rows)
