"""What people see in a terminal. Song titles are hostile text: no markup, no control characters."""

import unicodedata
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grovemusic.domain.music import PartScore
from grovemusic.domain.playlist import Playlist, PlaylistTrack
from grovemusic.exports.document import PART_NAMES
from grovemusic.pipeline.wording import ORIGIN

_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, halves of characters, line ends
BARS = " ▁▂▃▄▅▆▇█"
INVENTED = "Invented demo data: these artists and songs do not exist."

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def plain(text: str) -> Text:
    """`text` as it is: no markup is read in it, and nothing in it can move the cursor."""
    return Text("".join(c if unicodedata.category(c) not in _UNSHOWN else " " for c in text))


def playlist(shown: Playlist, *, evidence: bool) -> None:
    """The whole list: title, story, one row a track with its reason below, notes at the end."""
    out.print()
    out.print(Text(plain(shown.title).plain, style="bold"))
    if shown.invented:
        out.print(Text(INVENTED, style="yellow"))
    out.print(plain(shown.narrative))
    out.print()
    out.print(_track_table(shown))
    out.print(_legend())
    if evidence:
        for track in shown.tracks:
            out.print(_evidence(track))
    for note in shown.notes:
        out.print(Text("note: ", style="yellow") + plain(note))
    for missing in shown.missing:
        line = f"{ORIGIN.get(missing.source, missing.source)}: {missing.reason} → {missing.effect}"
        out.print(Text("without ", style="yellow") + plain(line))
    out.print(Text(f"{shown.id} · version {shown.version} · {_length(shown)}", style="dim"))


def _track_table(shown: Playlist) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_edge=False, expand=False)
    table.add_column("", justify="right", style="dim", no_wrap=True)
    table.add_column("Track", overflow="fold", ratio=1)
    table.add_column("Year", no_wrap=True)
    table.add_column("Fit", justify="right", no_wrap=True)
    table.add_column("Parts", no_wrap=True)
    for track in shown.tracks:
        about = track.scored.track
        name = Text.assemble(
            (plain(about.title).plain, "bold"), "  ", (plain(about.artist).plain, "")
        )
        reason = Padding(Text(plain(track.reason).plain, style="dim"), (0, 0, 0, 2))
        table.add_row(
            str(track.position),
            Group(name, reason),
            str(about.year or "?"),
            "" if track.is_seed else f"{track.scored.overall:.1f}",
            "" if track.is_seed else _bars(track),
        )
    return table


def _bars(track: PlaylistTrack) -> Text:
    """Six small bars; a dot where a part is unknown."""
    text = Text()
    for part in PART_NAMES:
        text.append(_bar(track.scored.parts[part]))
    return text


def _bar(score: PartScore) -> str:
    if score.value is None:
        return "·"
    return BARS[max(1, min(8, round(score.value * 8)))]


def _legend() -> Text:
    words = ", ".join(name.words for name in PART_NAMES.values())
    return Text(f"Parts, low to high ▁…█, · unknown: {words}", style="dim")


def _evidence(track: PlaylistTrack) -> Group:
    """Every part of a track's score with the facts behind it."""
    about = track.scored.track
    lines = [Text(f"{track.position}. ") + plain(f"{about.title} by {about.artist}")]
    for part, name in PART_NAMES.items():
        score = track.scored.parts[part]
        value = "unknown" if score.value is None else f"{score.value:.2f}"
        facts = "; ".join(
            f"{fact.fact.replace('_', ' ')}"
            + (f" {fact.value:g}" if fact.value is not None else "")
            + (f" ({', '.join(fact.names)})" if fact.names else "")
            + f" [{fact.source}]"
            for fact in score.evidence
        )
        lines.append(plain(f"   {name.words:<11}{value:>8}  {facts}"))
    return Group(*lines)


def _length(shown: Playlist) -> str:
    ms = shown.duration_ms
    return f"{len(shown.tracks)} tracks" + (f" · {round(ms / 60_000)} min" if ms else "")


def options(choices: list[dict[str, Any]]) -> None:
    """Which song was meant?"""
    for number, option in enumerate(choices, 1):
        year = f" ({option['year']})" if option.get("year") else ""
        out.print(plain(f"  {number}. {option['title']} by {option['artist']}{year}"))


def trouble(message: str, hints: list[str] | None = None) -> None:
    """Something did not work, and what might. One line each: others search in them."""
    err.print(Text("grove: ", style="red") + plain(message), soft_wrap=True)
    for hint in hints or []:
        err.print(plain(f"  did you mean: {hint}?"), soft_wrap=True)
