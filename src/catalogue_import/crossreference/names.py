"""Titles and artists as numbers that are equal when the names mean the same."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from grovemusic.domain import names

_MANY = 1 << 16


def hashes(pairs: Iterable[tuple[str | None, str | None]]) -> NDArray[np.uint64]:
    """64 bits of (title, artist), folded; 0 where one is missing.

    Guests count neither in the title nor in the artist; "live" and "remix" do: another version
    is another recording. Cost: about 20 µs each, artists are remembered.
    """
    return np.fromiter(map(_hash, pairs), np.uint64)


def _hash(pair: tuple[str | None, str | None]) -> int:
    title, artist = pair
    if not title or not artist:
        return 0
    bare = names.split_featured(title)[0]
    text = f"{names.key(bare)}\0{_artist(artist)}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


@lru_cache(_MANY)
def _artist(credit: str) -> str:
    return names.artist_key(credit)
