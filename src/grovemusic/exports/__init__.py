"""A playlist as text, in every format it may leave in. Pure functions, no I/O.

json      json_document: the API's answer as a file; document shapes it for both
md        markdown: to read and post
jspf      jspf: for ListenBrainz
xspf      xspf: the same as XML, for players
m3u8      m3u8: for players and Music Assistant
csv       csv_table: for spreadsheets and transfer tools

text, identifiers and file_names decide for all formats what a name, an id and a file may look
like. A playlist from the demo catalogue says in every format that it is invented, and none of
its ids are exported: they would lead to somebody else's song.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grovemusic.domain.errors import BadAsk
from grovemusic.domain.playlist import Playlist
from grovemusic.exports import csv_table, json_document, jspf, m3u8, markdown, xspf
from grovemusic.exports.file_names import file_name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write a playlist down.

    Attributes:
        extension: Without the dot.
        about: What it is good for, in a line.
        render: The text, to be sent or stored as UTF-8.
    """

    name: str
    media_type: str
    extension: str
    about: str
    render: Callable[[Playlist], str]


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="json",
            media_type="application/json",
            extension="json",
            about="Everything we know, with scores and evidence",
            render=json_document.render,
        ),
        Format(
            name="md",
            media_type="text/markdown; charset=utf-8",
            extension="md",
            about="A page to read, print or post",
            render=markdown.render,
        ),
        Format(
            name="jspf",
            media_type="application/jspf+json",
            extension="jspf",
            about="For ListenBrainz and tools that know MusicBrainz",
            render=jspf.render,
        ),
        Format(
            name="xspf",
            media_type="application/xspf+xml",
            extension="xspf",
            about="The same as XML, for players that find songs by name",
            render=xspf.render,
        ),
        Format(
            name="m3u8",
            media_type="audio/x-mpegurl",
            extension="m3u8",
            about="For players and Music Assistant, with ISRC and MBID",
            render=m3u8.render,
        ),
        Format(
            name="csv",
            media_type="text/csv; charset=utf-8; header=present",
            extension="csv",
            about="For spreadsheets and tools that move playlists between services",
            render=csv_table.render,
        ),
    )
}


def format_named(name: str) -> Format:
    """The format called `name`.

    Raises:
        BadAsk: there is none.
    """
    if name not in FORMATS:
        raise BadAsk("format", f"wants one of {', '.join(FORMATS)}, got {name[:40]!r}")
    return FORMATS[name]


def render(playlist: Playlist, format_name: str) -> str:
    """`playlist` in the format called `format_name`, to be sent or stored as UTF-8."""
    return format_named(format_name).render(playlist)


def file_name(playlist: Playlist, format_name: str) -> str:
    """What to call the file: the title made safe for every operating system, at most 120 bytes."""
    return file_name_of(playlist.title, format_named(format_name).extension)
