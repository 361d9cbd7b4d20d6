"""Two sorted tables as one: what is said of tracks, with their sound beside it."""

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from catalogue_import.blockstore.cells import DTYPES, Cells
from catalogue_import.blockstore.spill import Sorted, Table
from catalogue_import.stages import tables
from catalogue_import.stages.base62 import Places

_RANGE_ROWS = 1 << 16  # joined at once


def ranges(rows: int) -> Iterator[tuple[int, int]]:
    """All ids in equal parts of about as many rows as are handled at once."""
    parts = max(1, -(-rows // _RANGE_ROWS))
    bounds = [(part << 128) // parts for part in range(parts + 1)]
    yield from pairwise(bounds)


class Joined(Sorted):
    """Rows of `tables.TRACKS`, without writing them a second time.

    Sound of an id that is no track is left out; `strangers` counts it while rows are read.
    """

    def __init__(self, about: Path, sound: Path) -> None:
        self._about = Sorted(about, tables.ABOUT_TRACKS)
        self._sound = Sorted(sound, tables.SOUND_OF_TRACKS)
        self.folder, self.schema, self.rows = about, tables.TRACKS, self._about.rows
        self.rejects = self._about.rejects

    def count(self, first: int, beyond: int) -> int:
        return self._about.count(first, beyond)

    def between(self, first: int, beyond: int) -> Table:
        about, sound = self._about.between(first, beyond), self._sound.between(first, beyond)
        if not len(about.keys):
            return about
        if not len(sound.keys):
            return Table(about.keys, [*about.columns, *_unknown(len(about.keys))])
        at = Places(sound.keys).find(about.keys)
        known, place = at >= 0, np.maximum(at, 0)
        columns = []
        for cells in sound.columns:
            taken = cells.take(place)
            items = tuple(np.where(known & taken.present, each, 0).astype(each.dtype)
                          for each in taken.items)  # fmt: skip
            columns.append(Cells(taken.present & known, items))
        return Table(about.keys, [*about.columns, *columns])

    def content_hash(self) -> str:
        """SHA-256 of all rows, whatever runs they came in."""
        found = hashlib.sha256()
        for first, beyond in ranges(self.rows):
            table = self.between(first, beyond)
            found.update(table.keys.tobytes())
            for cells in table.columns:
                for array in cells.arrays():
                    found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()


def _unknown(rows: int) -> list[Cells]:
    return [
        Cells(np.zeros(rows, np.bool_), (np.zeros(rows, DTYPES[column.kind]),))
        for column in tables.SOUND
    ]
