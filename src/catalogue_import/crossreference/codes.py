"""ISRCs as numbers: 12 letters and digits in base 36 fit into 64 bits, so equal means equal."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grovemusic.domain import ids

Codes = NDArray[np.uint64]
_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = np.zeros(256, np.uint64)
_VALUES[np.frombuffer(_DIGITS, np.uint8)] = np.arange(len(_DIGITS))
_LENGTH = 12
_COUNTRY = np.uint64(36**10)  # the first two letters are above it


def codes(texts: Sequence[str | None]) -> Codes:
    """Of ISRCs in any spelling (case, hyphens, spaces); 0 for what is none."""
    clean = [ids.clean_isrc(text) or "" if text else "" for text in texts]
    letters = np.array(clean, dtype=f"S{_LENGTH}").view(np.uint8).reshape(len(clean), _LENGTH)
    found = np.zeros(len(clean), np.uint64)
    for column in range(_LENGTH):
        found = found * np.uint64(36) + _VALUES[letters[:, column]]
    return found


def tails(found: Codes) -> Codes:
    """ISRCs without their country: registrant, year and number."""
    return found % _COUNTRY
