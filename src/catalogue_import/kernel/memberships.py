"""Which items stand in which lists (tracks in playlists), as arrays, and where they come from."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Numbers = NDArray[np.uint32]

_MOST_ITEMS = (1 << 32) - 1

_SIZES = """
SELECT count(*) FROM catalogue_playlist_tracks GROUP BY playlist_id ORDER BY playlist_id
"""
_MEMBERS = "SELECT track_id FROM catalogue_playlist_tracks ORDER BY playlist_id"
_TRACKS = "SELECT DISTINCT track_id FROM catalogue_playlist_tracks ORDER BY track_id"


@dataclass(frozen=True, slots=True)
class Memberships:
    """Lists of items, one behind the other.

    Attributes:
        first: Where each list begins in `members`; one entry more than lists.
        members: Item numbers, in any order; an item that is there twice counts once.
        items: How many items there are; their numbers are 0 to `items` - 1.

    Both may be mapped from files (`files.py`).

    Raises:
        ValueError: the arrays do not fit together, or a number is out of range.
    """

    first: Ints
    members: Numbers
    items: int

    def __post_init__(self) -> None:
        if self.first.dtype != np.int64 or self.members.dtype != np.uint32:
            raise ValueError(f"want int64, uint32, got {self.first.dtype}, {self.members.dtype}")
        if not 0 <= self.items <= _MOST_ITEMS:
            raise ValueError(f"want 0 to {_MOST_ITEMS} items, got {self.items}")
        ends = (int(self.first[0]), int(self.first[-1])) if len(self.first) else (-1, -1)
        if ends != (0, len(self.members)) or (np.diff(self.first) < 0).any():
            raise ValueError(f"want lists over all {len(self.members)} members, got ends {ends}")
        if len(self.members) and int(self.members.max()) >= self.items:
            at = int(self.members.argmax())
            raise ValueError(f"member {at} is {self.members[at]}, there are {self.items} items")

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Memberships and the ids behind the item numbers, which are in the order of the ids."""

    memberships: Memberships
    ids: Sequence[str]


def from_pairs(playlist: NDArray[Any], item: NDArray[Any], items: int) -> Memberships:
    """Memberships from two columns of numbers, in any order. Playlist numbers may have gaps.

    Cost: linear when the playlists are in order, as they are in every dump; else a sort.

    Raises:
        ValueError: a number is negative or out of range, or the columns differ in length.
    """
    if len(playlist) != len(item):
        raise ValueError(f"want columns of one length, got {len(playlist)} and {len(item)}")
    for name, column in (("playlist", playlist), ("item", item)):
        if len(column) and int(column.min()) < 0:
            at = int(column.argmin())
            raise ValueError(f"{name} {at} is {column[at]}, want 0 or more")
    if len(playlist) and (playlist[1:] < playlist[:-1]).any():
        order = np.argsort(playlist, kind="stable")
        playlist, item = playlist[order], item[order]
    if len(item) and int(item.max()) >= items:
        at = int(item.argmax())
        raise ValueError(f"item {at} is {item[at]}, there are {items} items")
    begins = np.flatnonzero(playlist[1:] != playlist[:-1]) + 1
    ends = [0, len(playlist)] if len(playlist) else [0]
    first = np.insert(np.array(ends, dtype=np.int64), 1, begins)
    return Memberships(first, item.astype(np.uint32, copy=False), items)


def from_sqlite(db: sqlite3.Connection) -> Named:
    """All of the catalogue's playlists; items are the tracks in them, in the order of ids."""
    ids = [row[0] for row in db.execute(_TRACKS)]
    number = {id_: n for n, id_ in enumerate(ids)}
    sizes = np.fromiter((row[0] for row in db.execute(_SIZES)), dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    found = (number[row[0]] for row in db.execute(_MEMBERS))
    members = np.fromiter(found, dtype=np.uint32, count=int(first[-1]))
    return Named(memberships=Memberships(first, members, len(ids)), ids=ids)


def from_parquet(path: Path, *, playlist: str, track: str) -> Named:
    """The memberships in two columns of a Parquet file, of numbers or of text.

    Cost: 8 bytes a membership, and each distinct id once.

    Raises:
        ValueError: a cell is empty.
    """
    import pyarrow.compute
    import pyarrow.parquet

    columns = [playlist, track]
    table = pyarrow.parquet.read_table(path, columns=columns, read_dictionary=columns)
    numbers, ids = [], []
    for name in columns:
        column = table[name]
        if column.null_count:
            raise ValueError(f"{path.name}: {column.null_count} rows have no {name}")
        coded = column.dictionary_encode().unify_dictionaries().combine_chunks()
        order = pyarrow.compute.sort_indices(coded.dictionary).to_numpy()
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        numbers.append(place[coded.indices.to_numpy()])
        ids.append([str(each) for each in coded.dictionary.take(order).to_pylist()])
    found = from_pairs(numbers[0], numbers[1], len(ids[1]))
    return Named(memberships=found, ids=ids[1])
