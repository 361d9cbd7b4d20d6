"""Which ids of a track may leave the house, and the addresses made from them.

Links are built here, from ids that were checked. The one address passed on as it came, where
to check a piece of evidence, has to look like one.
"""

import re
from dataclasses import dataclass

from grovemusic.domain import ids
from grovemusic.domain.music import Track

MUSICBRAINZ = "https://musicbrainz.org"
RECORDING = f"{MUSICBRAINZ}/recording/"

# Host, port, path: no user name (https://musicbrainz.org@elsewhere), nothing HTML has to quote.
_ADDRESS = re.compile(r"https?://[\w.\-]+(?::\d+)?(?:[/?#][^\s\"<>\\^`{|}]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """The ids others know a track by; None where there is none, or none that is well-formed."""

    mbid: str | None = None
    artist_mbid: str | None = None
    isrc: str | None = None
    spotify_id: str | None = None

    @property
    def recording_url(self) -> str | None:
        return f"{RECORDING}{self.mbid}" if self.mbid else None

    @property
    def artist_url(self) -> str | None:
        return f"{MUSICBRAINZ}/artist/{self.artist_mbid}" if self.artist_mbid else None

    @property
    def spotify_uri(self) -> str | None:
        return f"spotify:track:{self.spotify_id}" if self.spotify_id else None

    @property
    def uris(self) -> list[str]:
        """All as URIs, MusicBrainz first: ListenBrainz looks at the first one only."""
        isrc = f"urn:isrc:{self.isrc}" if self.isrc else None
        spotify = f"https://open.spotify.com/track/{self.spotify_id}" if self.spotify_id else None
        return [uri for uri in (self.recording_url, isrc, spotify) if uri]


def identifiers(track: Track) -> Identifiers:
    """The ids to export. An invented track has none: its ids would name somebody else's song."""
    if track.invented:
        return Identifiers()
    spotify_id = track.spotify_id or ""
    return Identifiers(
        mbid=ids.clean_mbid(track.mbid),
        artist_mbid=ids.clean_mbid(track.artist_mbid),
        isrc=ids.clean_isrc(track.isrc),
        spotify_id=spotify_id if ids.is_base62(spotify_id) else None,
    )


def web_address(url: str | None) -> str | None:
    """`url` if a browser may follow it; None for scripts, files and what is no address."""
    return url if url and url.isprintable() and _ADDRESS.fullmatch(url) else None
