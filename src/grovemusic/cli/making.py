"""`grove playlist`: start a run, show its progress, ask when the song is unclear, show the list."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn
from rich.prompt import IntPrompt

from grovemusic import exports
from grovemusic.api.routes.playlists import shown
from grovemusic.api.run_document import run_document
from grovemusic.cli import files, show
from grovemusic.domain.ask import Ask
from grovemusic.domain.errors import BadAsk
from grovemusic.domain.run import ENDED, Stage
from grovemusic.pipeline.start import start_run
from grovemusic.runtime.embedded.installation import Installation

WAIT_S = 20.0
UNCLEAR = 3  # exit code when the song is unclear and nobody can be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to show the result, and whether a person can be asked."""

    choose: int | None
    evidence: bool
    save: Path | None
    as_json: bool
    ask_person: bool


async def make(installation: Installation, ask: Ask, options: Options) -> int:
    """Make the playlist and show it; the exit code."""
    services = installation.api_services
    listener = await services.users.ensure_local()
    run = await start_run(
        ask,
        user_id=listener.id,
        request_key=None,
        runs=services.runs,
        actors=services.actors,
        new_id=services.new_id,
    )
    state = await _followed(installation, run.id, options)
    if state["status"] == Stage.NEEDS_CHOICE.value:
        if options.as_json:
            print(json.dumps(state))
        return UNCLEAR
    if state["status"] == Stage.FAILED.value:
        if options.as_json:
            print(json.dumps(state))
        show.trouble(state["error"], state["suggestions"])
        if not (await services.catalogue.counts()).tracks:
            show.err.print("The catalogue is empty: try `grove import tracks FILE`.")
        return 1
    finished = await services.playlists.get(run.playlist_id)
    if options.as_json:
        print(json.dumps(await shown(services, finished)))
    else:
        show.playlist(finished, evidence=options.evidence)
    if options.save is not None:
        files.write(options.save, exports.render(finished, options.save.suffix.lstrip(".")))
    return 0


async def _followed(installation: Installation, run_id: str, options: Options) -> dict[str, Any]:
    """The run's state once it has ended, or waits for a choice nobody here can make."""
    services = installation.api_services
    after = 0
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        console=show.err,
        transient=True,
        disable=options.as_json,
    ) as bar:
        task = bar.add_task("…", total=100)
        while True:
            answer = await services.run(run_id, "events", {"after": after, "wait_s": WAIT_S})
            for event in answer["events"]:
                after = event["number"]
                message = show.plain(event["message"]).plain
                bar.update(task, completed=event["progress"], description=message[:70])
            if answer["stage"] == Stage.NEEDS_CHOICE.value:
                bar.stop()
                state: dict[str, Any] = await services.run(run_id, "state")
                if not await _chosen(installation, run_id, state, options):
                    return run_document(state)
                bar.start()
            elif answer["stage"] in ENDED and not answer["events"]:
                return run_document(await services.run(run_id, "state"))


async def _chosen(
    installation: Installation, run_id: str, state: dict[str, Any], options: Options
) -> bool:
    """Ask which song was meant, or take --choose; False when neither is possible."""
    services = installation.api_services
    for choice in run_document(state)["choices"]:
        number = options.choose
        listed = choice["options"]
        if number is None:
            if not options.as_json:
                show.err.print("Several songs fit; which one did you mean?")
                show.options(listed)
            if options.as_json or not options.ask_person:
                show.trouble("say which with --choose NUMBER")
                return False
            asked = [str(at) for at in range(1, len(listed) + 1)]
            number = IntPrompt.ask("Number", choices=asked, console=show.err)
        if not 1 <= number <= len(listed):
            raise BadAsk("--choose", f"1 to {len(listed)}, got {number}")
        await services.run(run_id, "choose", {"seed": choice["seed"], "option": number - 1})
    return True
