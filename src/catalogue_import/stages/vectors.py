"""The thirteen numbers of many tracks at once, as `grovemusic.catalogue.features` gives them."""

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from catalogue_import.blockstore.cells import Cells
from grovemusic.catalogue.features import (
    DIMENSIONS,
    FEWEST_KNOWN,
    HYBRID_DIMENSIONS,
    UNKNOWN,
    hybrid_vector,
)
from grovemusic.domain import names

Floats = NDArray[np.float64]

_DIGITS = 6  # of what is sent: a vector index keeps 32-bit floats
# Column of the store -> name in spreads, value at 0, value at 1. In the order of the vector.
_SCALES = {
    "tempo": (60, 200), "energy": (0, 1), "danceability": (0, 1), "valence": (0, 1),
    "acousticness": (0, 1), "instrumentalness": (0, 1), "speechiness": (0, 1), "liveness": (0, 1),
    "loudness": (-60, 0), "key": (0, 11), "mode": (0, 1), "time_signature": (3, 7),
    "popularity": (0, 100),
}  # fmt: skip


def thirteen(
    cells: Mapping[str, Cells], spread: Mapping[str, Mapping[str, float]]
) -> tuple[Floats, NDArray[np.bool_]]:
    """A row a track, and whether enough of it is known to be searched by.

    Args:
        cells: Columns of `tables.TRACKS`.
        spread: Column -> {"mean": …}: what an unknown number becomes; key becomes 0.5.

    Returns:
        0-1, rounded to six digits; the second array says which rows have four of the twelve numbers
        and a direction.
    """
    rows = len(cells["tempo"])
    found = np.empty((rows, DIMENSIONS), np.float64)
    known = np.zeros(rows, np.int64)
    for at, (name, (low, high)) in enumerate(_SCALES.items()):
        column = cells[name]
        value = column.items[0].astype(np.float64)
        scaled = np.minimum(1.0, np.maximum(0.0, (value - low) / (high - low)))
        unknown = UNKNOWN
        if name != "key" and name in spread:
            unknown = min(1.0, max(0.0, (spread[name]["mean"] - low) / (high - low)))
        found[:, at] = np.where(column.present, scaled, unknown)
        if name != "popularity":
            known += column.present
    found = found.round(_DIGITS)
    return found, (known >= FEWEST_KNOWN) & found.any(axis=1)


def hybrid(audio: Floats, title: str, artist: str, genres: list[str]) -> list[float]:
    """1,536 numbers: the thirteen, then "{artist} - {title} [{genres}]" hashed into 1,523.

    The text part is feature hashing of words and of three letters in a row, with signs. It needs
    no model and is the same everywhere; a model's embedding can take its place.

    Source: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.
    """
    text = np.zeros(HYBRID_DIMENSIONS - DIMENSIONS, np.float64)
    said = f"{artist} - {title} [{', '.join(genres)}]"
    for word in names.words(said):
        marked = f"<{word}>"
        for piece in (marked, *(marked[at : at + 3] for at in range(len(marked) - 2))):
            number = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest())
            text[(number >> 1) % len(text)] += 1.0 if number & 1 else -1.0
    return [round(each, _DIGITS) for each in hybrid_vector(audio.tolist(), text.tolist())]
