"""Tracks against recordings: by ISRC, by ISRC under another country, by names and length.

An ISRC that one recording has decides. The country at its beginning is the registrant's: labels
move and register anew, so the rest under another country is believed where the names agree too.
Docs: docs/decisions/0046-crossreference.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from catalogue_import.crossreference import codes, names
from catalogue_import.crossreference.reference import UNKNOWN_LENGTH, Reference
from grovemusic.domain.works import SAME_LENGTH_MS

Rows = NDArray[np.int64]
Pair = tuple[str | None, str | None]

EXACT, SEVERAL, FUZZY = 1.0, 0.95, 0.9
NAMES_BEST, NAMES_FALL_PER_S, NAMES_ONLY = 0.97, 0.02, 0.86
SURE = 0.85  # spec: a match by names must be surer than that


class Method(IntEnum):
    """How a recording was found."""

    NO_MATCH = 0
    ISRC_EXACT = 1
    ISRC_FUZZY = 2
    METADATA_MATCH = 3

    @property
    def shown(self) -> str:
        """As in the tables."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Found:
    """For each track asked about, in their order.

    Attributes:
        row: Of the reference, -1 for none.
        method: `Method`.
        confidence: 0-1, 0 for none.
    """

    row: Rows
    method: NDArray[np.uint8]
    confidence: NDArray[np.float64]


def match(
    reference: Reference,
    isrcs: Sequence[str | None],
    length_ms: NDArray[np.int64],
    pair_of: Callable[[int], Pair],
) -> Found:
    """The recordings of some tracks.

    Args:
        isrcs: In any spelling; None where unknown.
        length_ms: `UNKNOWN_LENGTH` where it is.
        pair_of: Title and artist of a track; asked only about those an ISRC does not decide.

    Cost: a binary search a track; about 25 µs more for each that needs its names.
    """
    found = Found(
        np.full(len(isrcs), -1, np.int64),
        np.zeros(len(isrcs), np.uint8),
        np.zeros(len(isrcs), np.float64),
    )
    code = codes.codes(isrcs)
    start = np.searchsorted(reference.isrc, code, "left")
    count = np.where(code == 0, 0, np.searchsorted(reference.isrc, code, "right") - start)
    one = count == 1
    found.row[one] = reference.isrc_row[start[one]]
    found.method[one], found.confidence[one] = Method.ISRC_EXACT, EXACT

    open_ = np.flatnonzero(~one)
    named = np.zeros(len(isrcs), np.uint64)
    named[open_] = names.hashes(pair_of(at) for at in open_.tolist())
    for at in np.flatnonzero(count > 1).tolist():
        rows = np.unique(reference.isrc_row[start[at] : start[at] + count[at]])
        _put(found, at, *_one_of(reference, rows, int(named[at]), int(length_ms[at])))

    _by_tail(reference, found, code, named)
    _by_names(reference, found, named, length_ms)
    return found


def _put(found: Found, at: int, row: int, method: Method, confidence: float) -> None:
    found.row[at], found.method[at], found.confidence[at] = row, method, confidence


def _one_of(
    reference: Reference, rows: Rows, named: int, length_ms: int
) -> tuple[int, Method, float]:
    """Of several recordings under one ISRC: that of these names, then the closest in length."""
    agree = rows[reference.names[rows] == named] if named else rows[:0]
    some = agree if len(agree) else rows
    sure = EXACT if len(agree) == 1 or len(rows) == 1 else SEVERAL
    return _closest(reference, some, length_ms)[0], Method.ISRC_EXACT, sure


def _closest(reference: Reference, rows: Rows, length_ms: int) -> tuple[int, int]:
    """The row closest in length, of equal ones the one with the least MBID; and how far it is."""
    lengths = reference.length_ms[rows].astype(np.int64)
    apart = np.abs(lengths - length_ms)
    apart[(lengths == UNKNOWN_LENGTH) | (length_ms == UNKNOWN_LENGTH)] = np.iinfo(np.int64).max
    best = rows[apart == apart.min()]
    first = _least(reference, best)
    return first, int(apart.min())


def _least(reference: Reference, rows: Rows) -> int:
    order = np.argsort(reference.mbid[rows], kind="stable")
    return int(rows[order[0]])


def _by_tail(
    reference: Reference, found: Found, code: codes.Codes, named: NDArray[np.uint64]
) -> None:
    open_ = np.flatnonzero((found.row < 0) & (code != 0) & (named != 0))
    tail = codes.tails(code[open_])
    start = np.searchsorted(reference.tail, tail, "left")
    stop = np.searchsorted(reference.tail, tail, "right")
    for n in np.flatnonzero(stop > start).tolist():
        at = int(open_[n])
        rows = np.unique(reference.tail_row[start[n] : stop[n]])
        agree = rows[reference.names[rows] == named[at]]
        if len(agree):
            _put(found, at, _least(reference, agree), Method.ISRC_FUZZY, FUZZY)


def _by_names(
    reference: Reference, found: Found, named: NDArray[np.uint64], length_ms: NDArray[np.int64]
) -> None:
    open_ = np.flatnonzero((found.row < 0) & (named != 0))
    start = np.searchsorted(reference.named, named[open_], "left")
    stop = np.searchsorted(reference.named, named[open_], "right")
    for n in np.flatnonzero(stop > start).tolist():
        at = int(open_[n])
        rows = np.asarray(reference.named_row[start[n] : stop[n]])
        row, apart_ms = _closest(reference, rows, int(length_ms[at]))
        if apart_ms <= SAME_LENGTH_MS:
            confidence = round(NAMES_BEST - NAMES_FALL_PER_S * apart_ms / 1000, 4)
        elif apart_ms == np.iinfo(np.int64).max and len(np.unique(reference.mbid[rows])) == 1:
            confidence = NAMES_ONLY
        else:
            continue
        if confidence > SURE:
            _put(found, at, row, Method.METADATA_MATCH, confidence)
