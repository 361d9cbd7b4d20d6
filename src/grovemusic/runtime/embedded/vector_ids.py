"""Which row has which id: exact, and small enough for millions.

A dict would take some 200 bytes an id. Most ids are in one sorted array instead, 8 bytes and as
many as the longest id each, and only the latest in a dict; when that has grown it is merged in.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_GONE = -1


class Ids:
    """Id -> row. An id is text without the character NUL, which numpy cannot tell from nothing.

    Args:
        most_latest: The dict is merged in when it has more, and more than a 16th of the array.
    """

    def __init__(self, *, most_latest: int = 20_000) -> None:
        self._most_latest = most_latest
        self._names: NDArray[np.bytes_] = np.empty(0, "S1")  # ascending
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._latest: dict[bytes, int] = {}

    def rows_of(self, ids: Sequence[str]) -> list[int | None]:
        """The row of each, None for an unknown one."""
        names = [each.encode() for each in ids]
        settled = self._settled(names)
        rows = [
            self._latest.get(name, row) for name, row in zip(names, settled.tolist(), strict=True)
        ]
        return [None if row == _GONE else row for row in rows]

    def put(self, ids: Sequence[str], rows: Sequence[int]) -> list[int]:
        """Say where `ids` are now; gives the rows where some of them were before."""
        before = self.rows_of(ids)
        self._latest.update(zip((each.encode() for each in ids), rows, strict=True))
        if len(self._latest) > max(self._most_latest, len(self._rows) // 16):
            self._settle()
        return [row for row in before if row is not None]

    def remove(self, ids: Sequence[str]) -> list[int]:
        """Forget `ids`; gives the rows where they were."""
        return self.put(ids, [_GONE] * len(ids))

    def _settled(self, names: Sequence[bytes]) -> NDArray[np.int64]:
        """The rows in the sorted array, _GONE for names that are not there."""
        rows = np.full(len(names), _GONE)
        if not len(self._names) or not names:
            return rows
        wanted = np.array(names, "S")
        # Cut to the array's width, else numpy would copy the whole array to the wider type. A
        # name that was cut cannot be there, and the comparison below says so.
        places = np.searchsorted(self._names, wanted.astype(self._names.dtype))
        places[places == len(self._names)] = 0
        there = self._names[places] == wanted
        rows[there] = self._rows[places[there]]
        return rows

    def _settle(self) -> None:
        """Merge the latest into the sorted array, the forgotten out of it."""
        names = np.array(sorted(self._latest), "S")
        rows = np.array([self._latest[name] for name in names.tolist()], np.int64)
        self._latest = {}
        width = np.promote_types(self._names.dtype, names.dtype)
        old_names, old_rows = self._names.astype(width, copy=False), self._rows
        stays = ~np.isin(np.arange(len(old_rows)), _places_of(names.astype(width), old_names))
        old_names, old_rows = old_names[stays], old_rows[stays]
        names, rows = names[rows != _GONE], rows[rows != _GONE]
        places = np.searchsorted(old_names, names.astype(width))
        self._names = np.insert(old_names, places, names)
        self._rows = np.insert(old_rows, places, rows)


def _places_of(names: NDArray[np.bytes_], among: NDArray[np.bytes_]) -> NDArray[np.intp]:
    """Places in the sorted `among` at which one of `names` is."""
    places = np.searchsorted(among, names)
    inside = places < len(among)
    places, names = places[inside], names[inside]
    found: NDArray[np.intp] = places[among[places] == names]
    return found
