"""The commands of `grove` and their options. What they do is in the modules beside this one."""

import asyncio
import io
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from grovemusic import VERSION, exports
from grovemusic.api.run_document import option_document
from grovemusic.cli import catalogue, files, importing, making, show
from grovemusic.cli import doctor as doctoring
from grovemusic.domain.ask import Ask, Mood, PopularityBias, SeedQuery, checked, clean_text
from grovemusic.domain.errors import BadAsk, GroveError, NothingFound
from grovemusic.domain.queries import read_query
from grovemusic.pipeline.resolve import find
from grovemusic.runtime.embedded.installation import Installation
from grovemusic.settings import BadSettings, Settings

T = TypeVar("T")
MOST_PORTS = 65_536

app = typer.Typer(
    help="One song in, a playlist out, with a reason for every track that you can check.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
import_app = typer.Typer(help="Fill the catalogue.", no_args_is_help=True)
app.add_typer(import_app, name="import")
app.add_typer(catalogue.app, name="catalogue")

JsonFlag = Annotated[bool, typer.Option("--json", help="JSON for programs instead of a table.")]


# What the fields of an ask are called here.
_OPTIONS = {
    "query": "song",
    "seeds": "songs",
    "seeds.weight": "--weight",
    "playlistSize": "--size",
    "minutes": "--minutes",
    "preferences.eraRange": "--era",
    "preferences.maxPerArtist": "--max-per-artist",
    "preferences.artistGap": "--gap",
    "preferences.blockedArtists": "--block",
    "randomSeed": "--random-seed",
    "title": "--title",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors that are not our bug become one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a title its encoding lacks is no reason to stop
    try:
        app(args=arguments, standalone_mode=True)
    except BadSettings as error:
        show.trouble(f"settings: {error}")
        sys.exit(2)
    except NothingFound as error:
        show.trouble(str(error), list(error.suggestions))
        sys.exit(1)
    except BadAsk as error:
        show.trouble(f"{_OPTIONS.get(error.field, error.field)}: {error.problem}")
        sys.exit(1)
    except GroveError as error:
        show.trouble(str(error))
        sys.exit(1)


def settings(**changes: object) -> Settings:
    """The settings from the environment, with what the command line changes."""
    read = Settings.read(os.environ)
    return Settings(
        **{name: getattr(read, name) for name in Settings.__dataclass_fields__}
        | {name: value for name, value in changes.items() if value is not None}
    )


def with_installation(
    work: Callable[[Installation], Awaitable[T]], chosen: Settings | None = None
) -> T:
    """Run `work` with an open installation, and close it whatever happens."""

    async def inner() -> T:
        async with Installation(chosen or settings()) as installation:
            return await work(installation)

    return asyncio.run(inner())


@app.command()
def playlist(
    query: Annotated[list[str], typer.Argument(help='"Song by Artist"; several songs mix.')],
    size: Annotated[int | None, typer.Option(help="Tracks, 15 to 100.")] = None,
    minutes: Annotated[int | None, typer.Option(help="Length instead of a size.")] = None,
    era: Annotated[str | None, typer.Option(help="Years, for example 2010-2024.")] = None,
    mood: Annotated[Mood | None, typer.Option(help="What the list should lean to.")] = None,
    popularity: Annotated[
        PopularityBias, typer.Option(help="How well known the tracks should be.")
    ] = PopularityBias.BALANCED,
    max_per_artist: Annotated[int, typer.Option(help="Never more tracks of one artist.")] = 2,
    gap: Annotated[int, typer.Option(help="Other tracks between two of one artist.")] = 3,
    block: Annotated[list[str] | None, typer.Option(help="An artist to leave out.")] = None,
    weight: Annotated[
        list[float] | None, typer.Option(help="Share of each song, in their order.")
    ] = None,
    include_seed: Annotated[bool, typer.Option(help="Put your song first.")] = False,
    random_seed: Annotated[int, typer.Option(help="0 is the best list, others differ.")] = 0,
    title: Annotated[str | None, typer.Option(help="A name for the list.")] = None,
    choose: Annotated[
        int | None,
        typer.Option(min=1, help="Which option, 1 the first, when the song is unclear."),
    ] = None,
    evidence: Annotated[bool, typer.Option(help="Show the facts behind every score.")] = False,
    save: Annotated[
        Path | None, typer.Option(help="Also write it to a file; the ending is the format.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a playlist from a song."""
    ask = checked(
        Ask(
            seeds=_seeds(query, weight or []),
            size=size if size is not None else 15,
            minutes=minutes,
            era=_era(era),
            mood=mood,
            popularity=popularity,
            max_per_artist=max_per_artist,
            artist_gap=gap,
            blocked_artists=tuple(block or ()),
            include_seed=include_seed,
            random_seed=random_seed,
            title=title,
        )
    )
    if size is not None and minutes is not None:
        raise BadAsk("--minutes", "give either --minutes or --size")
    if save is not None:
        files.check(save)
    options = making.Options(
        choose=choose, evidence=evidence, save=save, as_json=as_json, ask_person=sys.stdin.isatty()
    )
    code = with_installation(lambda installation: making.make(installation, ask, options))
    raise typer.Exit(code)


@app.command()
def resolve(
    query: Annotated[str, typer.Argument(help="A song, an ISRC, an MBID or an address.")],
    as_json: JsonFlag = False,
) -> None:
    """Show which songs a text may mean."""
    text = clean_text("query", query)

    async def work(installation: Installation) -> int:
        services = installation.api_services
        options, missing = await find(read_query(text), services.sources().sources)
        found = [option_document(each) for each in options[:10]]
        if as_json:
            gone = [{"source": m.source, "reason": m.reason} for m in missing]
            print(json.dumps({"query": text, "options": found, "missing": gone}))
        elif found:
            show.options(found)
        else:
            show.trouble(f"nobody here knows {text!r}")
        return 0 if found else 1

    raise typer.Exit(with_installation(work))


@app.command()
def export(
    playlist_id: Annotated[str, typer.Argument(help="As shown below a playlist: pl_….")],
    format_name: Annotated[str, typer.Argument(help="json, md, jspf, xspf, m3u8 or csv.")],
    output: Annotated[
        Path | None, typer.Option(help="A file; without it, standard output.")
    ] = None,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
) -> None:
    """Write a playlist in a format other programs read."""

    async def work(installation: Installation) -> None:
        found = await installation.api_services.playlists.get(playlist_id, version)
        text = exports.render(found, format_name)
        if output is None:
            sys.stdout.write(text)
        else:
            files.write(output, text)

    exports.format_named(format_name)
    with_installation(work)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the page and the API."""
    from grovemusic.runtime.embedded.server import serve as run_server  # uvicorn takes a moment

    chosen = settings(host=host, port=port)
    if not 0 < chosen.port < MOST_PORTS:
        raise BadAsk("--port", f"wants 1 to {MOST_PORTS - 1}, got {chosen.port}")
    importing.ensure_something(chosen)
    show.err.print(f"GroveMusic at http://{chosen.host}:{chosen.port}, API docs at /docs")
    run_server(chosen)


@app.command()
def evaluate(
    datasets: Annotated[
        list[str] | None,
        typer.Argument(help="Files or folders of playlists; without any, those that are known."),
    ] = None,
    lists: Annotated[int | None, typer.Option(help="Lists tested a split, at most.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Test every list: for data nothing was tuned on.")
    ] = False,
) -> None:
    """Measure how good the playlists are on real ones, beside every baseline."""
    try:
        from quality.__main__ import main as measure
    except ModuleNotFoundError as error:
        show.err.print(f"{error.name} is not installed: `make quality` installs what this needs")
        raise typer.Exit(1) from None
    options = [*(datasets or ()), *(["--lists", str(lists)] if lists else [])]
    raise typer.Exit(measure([*options, *(["--all"] if every else [])]))


@app.command()
def doctor(as_json: JsonFlag = False) -> None:
    """Say what is reachable, which keys are set, and what that costs the playlists."""
    raise typer.Exit(with_installation(lambda each: doctoring.examine(each, as_json=as_json)))


@app.command()
def version() -> None:
    """Say which version this is."""
    print(VERSION)


@import_app.command("tracks")
def import_tracks(
    tables: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV, TSV, .gz, Parquet or SQLite.")
    ],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="Override a recognised column: field=their_column."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Read tables of tracks and playlists into the catalogue."""
    overrides = importing.read_overrides(column or [])
    code = importing.import_files(settings(), tables, overrides, as_json=as_json)
    raise typer.Exit(code)


@import_app.command("demo")
def import_demo(
    tracks: Annotated[int, typer.Option(help="How many songs to invent.")] = 5_000,
    seed: Annotated[int, typer.Option(help="Another number, another world.")] = 1,
    as_json: JsonFlag = False,
) -> None:
    """Fill the catalogue with invented artists and songs."""
    raise typer.Exit(importing.import_demo(settings(), tracks, seed, as_json=as_json))


def _seeds(queries: list[str], weights: list[float]) -> tuple[SeedQuery, ...]:
    if weights and len(weights) != len(queries):
        raise BadAsk("--weight", f"one for each of the {len(queries)} songs, got {len(weights)}")
    shares = weights or [1.0] * len(queries)
    return tuple(
        SeedQuery(query=text, weight=share) for text, share in zip(queries, shares, strict=True)
    )


def _era(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    years = text.replace("–", "-").split("-")
    if len(years) != 2 or not all(_is_year(year.strip()) for year in years):
        raise BadAsk("--era", f"two years like 2010-2024, got {text[:40]!r}")
    return int(years[0]), int(years[1])


def _is_year(text: str) -> bool:
    return text.isdecimal() and len(text) <= 4
