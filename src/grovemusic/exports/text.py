"""Names and sentences made fit to stand in a file: one line, nothing hidden, nothing unencodable.

Titles come from services anyone may edit, so they may hold anything. What is removed here has a
meaning to a parser, a terminal or the text direction, and none to a listener.
"""

import re

from grovemusic.domain.music import Track
from grovemusic.domain.playlist import Playlist

# MusicBrainz's own words for a thing without a title and for an artist nobody knows.
UNTITLED = "[untitled]"
UNKNOWN_ARTIST = "[unknown]"
INVENTED = "Invented demo data: songs in this playlist do not exist."

# Control characters and the line breaks of Unicode: `str.splitlines` ends a line at many of them.
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# Direction overrides and isolates reorder what follows them, the byte order mark and the
# non-characters are refused by XML. Marks that letters need (joiners, U+200E, U+200F) stay.
_HIDDEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# One half of a character: json.loads passes it on, and UTF-8 has no way to write it.
_HALVES = re.compile(r"[\ud800-\udfff]")


def encodable(text: str) -> str:
    """`text` with a replacement character for all that UTF-8 cannot write."""
    return _HALVES.sub("\ufffd", text)


def one_line(text: str) -> str:
    """`text` on one line, trimmed, legal in UTF-8 and XML, in its natural direction."""
    return _BREAKS.sub(" ", _HIDDEN.sub("", encodable(text))).strip()


def title_of(titled: Track | Playlist) -> str:
    """The title on one line; never empty."""
    return one_line(titled.title) or UNTITLED


def artist_of(track: Track) -> str:
    """The artist credit on one line; never empty."""
    return one_line(track.artist) or UNKNOWN_ARTIST


def length_of(duration_ms: int) -> str:
    """Playing time for people: 3:07, 1:02:40."""
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
