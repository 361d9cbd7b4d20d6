"""Our own track id: a 128-bit number, written as 22 base62 digits.

A Spotify id is such a number, a MusicBrainz id (UUID) is one too, and for a track with neither
we hash its names. Whatever gave the number, the id is only a name: the table of external ids
says which services know the track under which of their names.
"""

import hashlib
import re
import string
import uuid

from grovemusic.domain import names
from grovemusic.domain.music import TrackId

ALPHABET = string.digits + string.ascii_lowercase + string.ascii_uppercase  # Spotify's order
DIGITS = 22
_VALUE = {digit: value for value, digit in enumerate(ALPHABET)}
_SPOTIFY = re.compile(r"[0-9A-Za-z]{22}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")


def to_base62(number: int) -> str:
    """22 digits for a number of 128 bits.

    Raises:
        ValueError: the number is negative or needs more than 128 bits.
    """
    if not 0 <= number < 1 << 128:
        raise ValueError(f"want a number of 128 bits, got {number}")
    digits = []
    for _ in range(DIGITS):
        number, rest = divmod(number, 62)
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))


def from_base62(text: str) -> int:
    """The number behind 22 base62 digits.

    Raises:
        ValueError: not 22 such digits, or more than 128 bits.
    """
    if not _SPOTIFY.fullmatch(text):
        raise ValueError(f"want 22 base62 digits, got {text[:40]!r}")
    number = 0
    for digit in text:
        number = number * 62 + _VALUE[digit]
    if number >> 128:
        raise ValueError(f"{text} is more than 128 bits")
    return number


def is_base62(text: str) -> bool:
    """True if `text` could be a Spotify id or one of ours."""
    try:
        from_base62(text)
    except ValueError:
        return False
    return True


def clean_mbid(text: str | None) -> str | None:
    """A MusicBrainz id in lower case; None for anything else (Last.fm sends "")."""
    folded = (text or "").strip().lower()
    return folded if _UUID.fullmatch(folded) else None


def clean_isrc(text: str | None) -> str | None:
    """An ISRC without hyphens, in upper case; None for anything else."""
    folded = (text or "").replace("-", "").replace(" ", "").upper()
    return folded if _ISRC.fullmatch(folded) else None


def track_id(
    *, title: str, artist: str, spotify_id: str | None = None, mbid: str | None = None
) -> TrackId:
    """The same recording described in the same way always gets the same id."""
    if spotify_id and is_base62(spotify_id):
        return TrackId(spotify_id)
    if mbid and (clean := clean_mbid(mbid)):
        return TrackId(to_base62(uuid.UUID(clean).int))
    named = f"{names.key(title)}\0{names.key(artist)}".encode()
    return TrackId(to_base62(int.from_bytes(hashlib.blake2b(named, digest_size=16).digest())))
