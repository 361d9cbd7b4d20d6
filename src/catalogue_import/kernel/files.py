"""Memberships and rows too many for memory: `.npy` files, one a column, written piece by piece.

They are read by mapping, so only what is looked at takes memory. A file that was not finished has
no name that anyone reads.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from catalogue_import.kernel.memberships import Memberships
from catalogue_import.pairs import Neighbours

# Columns of rows: 38 bytes a row.
ROWS: Mapping[str, str] = {
    "item": "<u4",
    "rank": "<u2",
    "other": "<u4",
    "together": "<u4",
    "cosine": "<f8",
    "pmi": "<f8",
    "jaccard": "<f8",
}


def store(
    chunks: Iterable[tuple[NDArray[Any], NDArray[Any]]], folder: Path, *, items: int
) -> Memberships:
    """Memberships from a stream of columns of playlist numbers and item numbers, kept in files.

    Args:
        chunks: Each of any length; playlist numbers never fall, neither within one nor between
            two, so a playlist may go on in the next chunk. Numbers that are left out are no lists.
        folder: Exists; gets `first.npy` (8 bytes a playlist) and `members.npy` (4 a membership).
        items: One more than the highest item number.

    Raises:
        ValueError: a chunk has columns of two lengths, a playlist number falls, or an item is out
            of range; says at which membership, counted from 0 over all chunks.

    Cost: one pass, in memory one chunk.
    """
    last, total = -1, 0
    with (
        _growing(folder / "first.npy", "<i8") as starts,
        _growing(folder / "members.npy", "<u4") as members,
    ):
        for playlist, item in chunks:
            _check(playlist, item, last, total, items)
            if len(playlist):
                new = np.diff(playlist.astype(np.int64), prepend=last) != 0
                starts.add(total + np.flatnonzero(new))
                members.add(item)
                last, total = int(playlist[-1]), total + len(playlist)
        starts.add(np.array([total]))
    return opened(folder, items=items)


def opened(folder: Path, *, items: int) -> Memberships:
    """What `store` wrote there, mapped.

    Raises:
        OSError: it never finished, or is not there.
        ValueError: the files do not fit together.
    """
    return Memberships(_mapped(folder / "first.npy"), _mapped(folder / "members.npy"), items)


def store_rows(found: Iterable[Neighbours], folder: Path) -> int:
    """Write rows as they come, a file for each of `ROWS`; how many there were.

    Cost: in memory one block. The folder exists; what it has of that name is replaced.
    """
    rows = 0
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(_growing(folder / f"{name}.npy", kind))
            for name, kind in ROWS.items()
        }
        for block in found:
            for name, file in files.items():
                file.add(getattr(block, name))
            rows += len(block)
    return rows


def opened_rows(folder: Path) -> dict[str, NDArray[Any]]:
    """The columns that `store_rows` wrote, mapped: in the order of items, the closest first.

    Raises:
        OSError: it never finished, or is not there.
    """
    return {name: _mapped(folder / f"{name}.npy") for name in ROWS}


def _check(playlist: NDArray[Any], item: NDArray[Any], last: int, total: int, items: int) -> None:
    if len(playlist) != len(item):
        raise ValueError(f"want columns of one length, got {len(playlist)} and {len(item)}")
    falls = np.flatnonzero(playlist < np.concatenate([[max(0, last)], playlist[:-1]]))
    if len(falls):
        at = int(falls[0])
        raise ValueError(f"membership {total + at}: playlist {playlist[at]} after a higher number")
    out = np.flatnonzero((item < 0) | (item >= items))
    if len(out):
        at = int(out[0])
        raise ValueError(f"membership {total + at}: item {item[at]}, there are {items} items")


def _mapped(path: Path) -> NDArray[Any]:
    # "c", not "r": machine code would be compiled again for arrays that cannot be written.
    return np.asarray(np.load(path, mmap_mode="c"))


class _Growing:
    """An array of one dimension in a file, of which the length is known at the end only."""

    def __init__(self, file: BinaryIO, kind: str) -> None:
        self._file, self._kind, self._length = file, np.dtype(kind), 0
        self.close()

    def add(self, values: NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(values, dtype=self._kind).data)
        self._length += len(values)

    def close(self) -> None:
        """Write the header, for which numpy takes the same space whatever the length."""
        self._file.seek(0)
        shape = {"descr": self._kind.str, "fortran_order": False, "shape": (self._length,)}
        npy.write_array_header_1_0(self._file, shape)


@contextmanager
def _growing(path: Path, kind: str) -> Iterator[_Growing]:
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            column = _Growing(file, kind)
            yield column
            column.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
