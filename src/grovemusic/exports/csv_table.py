"""CSV (RFC 4180) for spreadsheets and for the tools that move playlists between services."""

import csv
import io
import re

from grovemusic.domain.playlist import Playlist, PlaylistTrack
from grovemusic.exports.document import PART_NAMES, overall_score, part_score
from grovemusic.exports.identifiers import identifiers
from grovemusic.exports.text import artist_of, one_line, title_of

# Excel on Windows takes a file without it for its local code page and garbles every accent. A
# reader that does not know it garbles the name of the first column only, so that is `position`,
# which no transfer tool asks for.
BYTE_ORDER_MARK = "\ufeff"
COLUMNS = (
    "position", "title", "artist", "album", "year", "duration_ms", "isrc", "mbid", "spotify_id",
    "score", *(name.column for name in PART_NAMES.values()), "reason", "invented",
)  # fmt: skip

# What makes a spreadsheet compute a cell. A semicolon ends a cell where the decimal comma is used.
_FORMULA = re.compile(r"((?:^|;)[\s\"]*)(?=[=+\-@＝＋－＠])")


def render(playlist: Playlist) -> str:
    """`playlist` as CSV with a header row and a byte order mark; unknown is an empty cell."""
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows(_row(each) for each in playlist.tracks)
    return BYTE_ORDER_MARK + file.getvalue()


def _row(track: PlaylistTrack) -> list[str | float | None]:
    about, known = track.scored.track, identifiers(track.scored.track)
    return [
        track.position,
        guarded(title_of(about)),
        guarded(artist_of(about)),
        guarded(about.album or ""),
        about.year,
        about.duration_ms,
        known.isrc,
        known.mbid,
        known.spotify_id,
        overall_score(track),
        *(part_score(track.scored, part) for part in PART_NAMES),
        guarded(track.reason),
        "yes" if about.invented else "no",
    ]


def guarded(text: str) -> str:
    """`text` that no spreadsheet takes for a formula: an apostrophe says "this is text"."""
    return _FORMULA.sub(r"\1'", one_line(text))
