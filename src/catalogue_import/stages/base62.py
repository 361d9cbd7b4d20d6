"""Ids by the million: 22 base62 digits to 16 bytes and back, without a Python number each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grovemusic.domain.ids import ALPHABET, DIGITS

Keys = NDArray[np.bytes_]  # S16: 128-bit numbers, big-endian, so that they sort as numbers do
Halves = NDArray[np.uint64]
_LIMBS, _LIMB_BITS = 4, 32
_AT_ONCE = 5  # digits: 62 ** 5 fits into 32 bits
_BAD = 255
_VALUES = np.full(256, _BAD, np.uint8)
_VALUES[np.frombuffer(ALPHABET.encode(), np.uint8)] = np.arange(len(ALPHABET))
_LETTERS = np.frombuffer(ALPHABET.encode(), np.uint8)


def to_keys(texts: Sequence[Any]) -> tuple[Keys, NDArray[np.bool_]]:
    """Keys of some ids, and which of these texts are ids; the others' keys mean nothing.

    Args:
        texts: Strings; anything else is no id.

    Cost: about 0.2 µs each beyond what making an array of the texts takes.
    """
    clean = [each if isinstance(each, str) and len(each) == DIGITS and each.isascii() else ""
             for each in texts]  # fmt: skip
    raw = np.array(clean, dtype=f"S{DIGITS}")
    digits = _VALUES[raw.view(np.uint8).reshape(len(clean), DIGITS)]
    good = (digits != _BAD).all(axis=1)
    limbs = np.zeros((_LIMBS, len(clean)), np.uint64)
    mask, shift = np.uint64((1 << _LIMB_BITS) - 1), np.uint64(_LIMB_BITS)
    for first in range(0, DIGITS, _AT_ONCE):
        some = digits[:, first : first + _AT_ONCE].astype(np.uint64)
        carry = np.zeros(len(clean), np.uint64)
        for column in range(some.shape[1]):
            carry = carry * np.uint64(62) + some[:, column]
        base = np.uint64(62 ** some.shape[1])
        for limb in range(_LIMBS):
            carry += limbs[limb] * base
            limbs[limb] = carry & mask
            carry >>= shift
        good &= carry == 0
    return _packed(limbs[3] << shift | limbs[2], limbs[1] << shift | limbs[0]), good


def to_texts(keys: Keys) -> list[str]:
    """The 22 digits of each key."""
    high, low = halves(keys)
    shift, mask = np.uint64(_LIMB_BITS), np.uint64((1 << _LIMB_BITS) - 1)
    limbs = [high >> shift, high & mask, low >> shift, low & mask]
    out = np.empty((len(keys), DIGITS), np.uint8)
    place = DIGITS
    while place > 0:
        count = min(_AT_ONCE, place)
        base, rest = np.uint64(62**count), np.zeros(len(keys), np.uint64)
        for at, limb in enumerate(limbs):
            value = rest << shift | limb
            limbs[at], rest = value // base, value % base
        for _ in range(count):
            place -= 1
            out[:, place] = _LETTERS[(rest % np.uint64(62)).astype(np.intp)]
            rest //= np.uint64(62)
    text = out.tobytes().decode("ascii")
    return [text[at : at + DIGITS] for at in range(0, len(text), DIGITS)]


def halves(keys: Keys) -> tuple[Halves, Halves]:
    """The upper and the lower 64 bits of each key."""
    both = np.ascontiguousarray(keys).view(">u8").reshape(-1, 2).astype(np.uint64)
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _packed(high: Halves, low: Halves) -> Keys:
    both = np.stack([high, low], axis=1).astype(">u8")
    packed: Keys = both.reshape(-1).view("S16")
    return packed


class Places:
    """Where ids stand in a sorted list without repeats.

    Args:
        keys: Sorted, each once.
    """

    def __init__(self, keys: Keys) -> None:
        self._high, self._low = halves(keys)

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """The place of each key, -1 for one that is not there."""
        if not len(self._high):
            return np.full(len(keys), -1, np.int64)
        high, low = halves(keys)
        at = np.searchsorted(self._high, high)
        last = len(self._high) - 1
        place = np.minimum(at, last)
        while True:  # ids that share their upper half are next to one another, and very rare
            on = (at <= last) & (self._high[place] == high) & (self._low[place] < low)
            if not on.any():
                break
            at = at + on
            place = np.minimum(at, last)
        found = (at <= last) & (self._high[place] == high) & (self._low[place] == low)
        return np.where(found, place, -1)
