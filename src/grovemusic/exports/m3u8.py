"""Extended M3U in UTF-8, with the ids that let another player find the same recordings.

ISRC and MBID stand in `#EXTMA`, the artist in `#EXTARTIST`, as Music Assistant writes and reads
them (music-assistant/server, music_assistant/helpers/playlists.py, since pull request 3387); its
import matches by ISRC, then MBID, then names. Other players skip lines that begin with "#".
`#EXTALB` is not written: some players take it for all tracks that follow.
"""

import re

from grovemusic.domain.music import Track
from grovemusic.domain.playlist import Playlist
from grovemusic.exports.file_names import file_stem
from grovemusic.exports.identifiers import identifiers
from grovemusic.exports.text import INVENTED, artist_of, one_line, title_of

UNKNOWN_LENGTH = -1
SEPARATOR = "||"

# A dash between spaces ends the artist in "artist - title".
_DASH = re.compile(r"(?:(?<= )|^)-(?= |$)")
_BAR = re.compile(r"\|(?=\||$)")


def render(playlist: Playlist) -> str:
    """`playlist` as an M3U8 file without a byte order mark."""
    lines = ["#EXTM3U", f"#PLAYLIST:{harmless(title_of(playlist))}"]
    if playlist.invented:
        lines.append(f"# {INVENTED}")
    for each in playlist.tracks:
        lines += _entry(each.scored.track)
    return "\n".join(lines) + "\n"


def _entry(track: Track) -> list[str]:
    title, artist = harmless(title_of(track)), harmless(artist_of(track))
    known = identifiers(track)
    facts = {
        "media_type": "track",
        "name": title,
        "album": harmless(one_line(track.album or "")),
        "isrc": known.isrc,
        "mbid": known.mbid,
    }
    length_s = round(track.duration_ms / 1000) if track.duration_ms else UNKNOWN_LENGTH
    return [
        "#EXTMA:" + SEPARATOR.join(f"{name}={field(fact)}" for name, fact in facts.items() if fact),
        "#EXTARTIST:" + SEPARATOR.join([field(artist), "", "", ""]),
        f"#EXTINF:{length_s},{_DASH.sub('–', artist)} - {title}",
        known.spotify_uri or _relative_name(title, artist),
    ]


def _relative_name(title: str, artist: str) -> str:
    """The name of a file nobody has, which players report as missing and then match by ids.

    Not the recording's page at MusicBrainz: players take a web address for a stream, and Music
    Assistant then does not look for the track anywhere else (`match_imported_playlist_tracks` in
    its builtin provider).
    """
    return file_stem(f"{artist} - {title}").lstrip("# ")


def harmless(text: str) -> str:
    """`text` without the beginning of a tag: some readers look for tags within lines."""
    return text.replace("#EXT", "# EXT")


def field(text: str) -> str:
    """`text` that neither holds the separator nor makes one with what follows."""
    return _BAR.sub("¦", text)
