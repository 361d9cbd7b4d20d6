"""Markdown (CommonMark): the playlist to read, print or post."""

import re

from grovemusic.domain.music import Track
from grovemusic.domain.playlist import Playlist, PlaylistTrack
from grovemusic.exports.document import PART_NAMES, part_score
from grovemusic.exports.identifiers import identifiers
from grovemusic.exports.text import INVENTED, artist_of, length_of, one_line, title_of

# Characters that mean something anywhere in a line, and the two beginnings of a bare link. What
# means something at the start of a line only ("-", "1.") is left alone: no line begins with a name.
_MEANING = re.compile(r"[\\`*_{}\[\]#|~$^]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def render(playlist: Playlist) -> str:
    """`playlist` as a page: what it grew from, the tracks with reasons, and what was missing."""
    paragraphs = [
        f"# {escaped(title_of(playlist))}",
        f"**{INVENTED}**" if playlist.invented else "",
        _grown_from(playlist),
        f"*{narrative}*" if (narrative := escaped(playlist.narrative)) else "",
        "\n".join(_item(each) for each in playlist.tracks),
        *_section("Notes", [f"Note: {escaped(note)}" for note in playlist.notes]),
        *_section(
            "Missing sources",
            [
                f"Without {escaped(each.source)} ({escaped(each.reason)}): {escaped(each.effect)}"
                for each in playlist.missing
            ],
        ),
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, shown as it is by any Markdown reader."""
    return _MEANING.sub(r"\\\g<0>", one_line(text)).translate(_HTML)


def _grown_from(playlist: Playlist) -> str:
    seeds = [f"{_link(seed)} by {escaped(artist_of(seed))}" for seed in playlist.seeds]
    length_ms = playlist.duration_ms
    length = "length unknown" if length_ms is None else length_of(length_ms)
    count = len(playlist.tracks)
    size = f"{count} {'track' if count == 1 else 'tracks'}, {length}."
    return f"Grown from {', '.join(seeds)}. {size}" if seeds else size


def _item(track: PlaylistTrack) -> str:
    about = track.scored.track
    marker = f"{track.position}. "
    year = str(about.year) if about.year is not None else "year unknown"
    length = "length unknown" if about.duration_ms is None else length_of(about.duration_ms)
    invented = ", invented" if about.invented else ""
    reason = escaped(track.reason)
    details = [f"Why: {reason}" if reason else "", "" if track.is_seed else _score_line(track)]
    return "\n".join(
        [
            f"{marker}{_link(about)} by {escaped(artist_of(about))} ({year}, {length}{invented})",
            *(f"{' ' * len(marker)}- {detail}" for detail in details if detail),
        ]
    )


def _score_line(track: PlaylistTrack) -> str:
    parts = []
    for part, name in PART_NAMES.items():
        value = part_score(track.scored, part)
        parts.append(f"{name.words} {'unknown' if value is None else f'{value:.2f}'}")
    return f"Score {track.scored.overall:.1f} of 10: {', '.join(parts)}"


def _link(track: Track) -> str:
    title, url = escaped(title_of(track)), identifiers(track).recording_url
    return f"**[{title}]({url})**" if url else f"**{title}**"


def _section(heading: str, items: list[str]) -> list[str]:
    return [f"## {heading}", "\n".join(f"- {item}" for item in items)] if items else []
