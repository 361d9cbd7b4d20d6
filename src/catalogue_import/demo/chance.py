"""Randomness that is the same on every platform, in any order, for any row alone.

A number depends only on the seed, a label ("tempo") and an index, so a column can be drawn at
once and a single name an hour later. Nothing here or in its users goes through `exp`, `log`,
`pow` or BLAS, whose last bit differs between processors: bits, `+ - * /` and `sqrt` do not.

Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
(the SplitMix64 finaliser, used as a counter-based generator).
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]

_STEP = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_ALL = (1 << 64) - 1


class Chance:
    """All the randomness of one world; `seed` is any text that names the world."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._starts: dict[str, int] = {}

    def number(self, label: str, index: int) -> int:
        """64 random bits, as one number."""
        bits = (self._start(label) + _STEP * (index + 1)) & _ALL
        bits = ((bits ^ (bits >> 30)) * _FIRST) & _ALL
        bits = ((bits ^ (bits >> 27)) * _SECOND) & _ALL
        return bits ^ (bits >> 31)

    def bits(self, label: str, index: ArrayLike) -> Bits:
        """As `number`, for many indexes at once."""
        bits = np.array(index, dtype=np.uint64, ndmin=1) + np.uint64(1)
        bits *= np.uint64(_STEP)
        bits += np.uint64(self._start(label))
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(_FIRST)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(_SECOND)
        return bits ^ (bits >> np.uint64(31))

    def uniform(self, label: str, index: ArrayLike) -> Floats:
        """Evenly spread over 0 (included) to 1 (not)."""
        return (self.bits(label, index) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def bell(self, label: str, index: ArrayLike) -> Floats:
        """Mean 0, deviation 1, never beyond 3.5: the sum of four 16-bit uniforms."""
        bits = self.bits(label, index)
        total = np.zeros(bits.shape, dtype=np.float64)
        for shift in (0, 16, 32, 48):
            total += ((bits >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.float64)
        return (total * 2.0**-16 - 2.0) * 1.7320508075688772

    def below(self, label: str, index: ArrayLike, bound: ArrayLike) -> Ints:
        """Whole numbers, evenly spread over 0 to `bound` - 1; 0 where `bound` is 0."""
        bounds = np.asarray(bound, dtype=np.float64)
        return (self.uniform(label, index) * bounds).astype(np.int64)

    def pick(self, label: str, index: ArrayLike, weights: ArrayLike) -> Ints:
        """Positions in `weights` (whole numbers), each as often as its weight says."""
        sums = np.cumsum(np.asarray(weights, dtype=np.int64))
        draw = self.below(label, index, sums[-1])
        found: Ints = sums.searchsorted(draw, side="right")
        return found

    def choice(self, label: str, index: int, options: Sequence[str]) -> str:
        """One of `options`."""
        return options[self.number(label, index) % len(options)]

    def _start(self, label: str) -> int:
        if label not in self._starts:
            digest = hashlib.blake2b(f"{self._seed}/{label}".encode(), digest_size=8).digest()
            self._starts[label] = int.from_bytes(digest)
        return self._starts[label]


def power_of_two(exponents: Floats) -> Floats:
    """2 ** `exponents` to about 0.02 %, in arithmetic that is exact on every platform."""
    whole = np.floor(exponents)
    rest = exponents - whole
    # Cubic through the right values and slopes at both ends of [0, 1].
    smooth = 1 + rest * (0.6951 + rest * (0.2262 + rest * 0.0787))
    return np.ldexp(smooth, whole.astype(np.int32))
