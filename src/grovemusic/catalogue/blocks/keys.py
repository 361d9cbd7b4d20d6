"""Ids of services as the 128-bit numbers the cold store is sorted by."""

import hashlib
import uuid

from grovemusic.domain import ids


def of_track(track_id: str) -> int:
    """The number behind 22 base62 digits: a Spotify id, or our own track id.

    Raises:
        ValueError: it is not such an id.
    """
    return ids.from_base62(track_id)


def track_of(key: int) -> str:
    """The 22 base62 digits of a number; the opposite of `of_track`."""
    return ids.to_base62(key)


def of_uuid(mbid: str) -> int:
    """The number behind a MusicBrainz id.

    Raises:
        ValueError: it is not a UUID in its usual form, in lower or upper case.
    """
    clean = ids.clean_mbid(mbid)
    if clean is None:
        raise ValueError(f"want a UUID, got {mbid[:40]!r}")
    return uuid.UUID(clean).int


def uuid_of(key: int) -> str:
    """The UUID of a number, in lower case; the opposite of `of_uuid`."""
    return str(uuid.UUID(int=key))


def of_text(text: str) -> int:
    """An evenly spread number for a name that is none, such as an ISRC: its BLAKE2b of 16 bytes.

    One way only: a table looked up like this keeps the name in a column, and its reader compares.
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())
