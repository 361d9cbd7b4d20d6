"""What a listener typed, read: an identifier, an address, or a title and perhaps an artist."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

from grovemusic.domain import ids

_BY = re.compile(r"\s+(?:by|von|par|de|por)\s+", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—~|:]\s+|\s*[–—|]\s*")
_QUOTED = re.compile(r"^[\"“”„«»']+(.+?)[\"“”„«»']+\s*(.*)$")
_URI = re.compile(r"^spotify:track:([0-9A-Za-z]{22})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SongQuery:
    """A song as asked for: exactly one of the ids, or names.

    Attributes:
        text: As typed.
        readings: Ways to split it into (title, artist), most likely first; artist "" when the
            whole text may be a title.
    """

    text: str
    mbid: str | None = None
    isrc: str | None = None
    spotify_id: str | None = None
    readings: tuple[tuple[str, str], ...] = ()


def read_query(text: str) -> SongQuery:
    """Understand "Song by Artist", "Artist - Song", an ISRC, an MBID, or a song's address.

    Addresses are only read, never opened: MusicBrainz recordings, Spotify tracks (also URIs),
    Last.fm track pages. Anything else is taken as names, in every way it can be split.
    """
    text = text.strip()
    if uri := _URI.match(text):
        return SongQuery(text=text, spotify_id=uri[1])
    if text.lower().startswith(("http://", "https://")):
        return _read_address(text)
    if mbid := ids.clean_mbid(text):
        return SongQuery(text=text, mbid=mbid)
    if (isrc := ids.clean_isrc(text)) and text.upper() == text and any(c.isdigit() for c in text):
        return SongQuery(text=text, isrc=isrc)
    if ids.is_base62(text) and any(c.isdigit() for c in text):
        return SongQuery(text=text, spotify_id=text, readings=((text, ""),))
    return SongQuery(text=text, readings=tuple(_readings(text)))


def _read_address(text: str) -> SongQuery:
    parts = urlsplit(text)
    host = (parts.hostname or "").removeprefix("www.")
    steps = [step for step in parts.path.split("/") if step]
    if host.endswith("musicbrainz.org") and "recording" in steps:
        mbid = ids.clean_mbid(steps[-1])
        if mbid:
            return SongQuery(text=text, mbid=mbid)
    if host == "open.spotify.com" and "track" in steps and ids.is_base62(steps[-1]):
        return SongQuery(text=text, spotify_id=steps[-1])
    if host.endswith("last.fm") and "music" in steps and "_" in steps:
        at = steps.index("music")
        if len(steps) >= at + 4 and steps[at + 2] == "_":
            artist, title = unquote_plus(steps[at + 1]), unquote_plus(steps[at + 3])
            return SongQuery(text=text, readings=((title, artist),))
    return SongQuery(text=text)


def _readings(text: str) -> dict[tuple[str, str], None]:
    """Every plausible (title, artist), most likely first, without repeats.

    "Stand by Me by Ben E. King" splits at the last "by" first; "Killed by Death" is also a
    title on its own; "A - B" may be either way round, and the dash may belong to the title
    ("Song - Live").
    """
    found: dict[tuple[str, str], None] = {}
    if (quoted := _QUOTED.match(text)) and quoted[2]:
        rest = _BY.sub(" ", f" {quoted[2]}").strip(" -–—,")
        found[quoted[1], rest] = None
    for match in reversed(list(_BY.finditer(text))):
        found[text[: match.start()].strip(), text[match.end() :].strip()] = None
    for match in _DASH.finditer(text):
        left, right = text[: match.start()].strip(), text[match.end() :].strip()
        if left and right:
            found[right, left] = None
            found[left, right] = None
    found[text, ""] = None
    return {pair: None for pair in found if pair[0]}
