"""Rows in any order to runs on disk, and out again in the order of their ids.

An external sort. Rows are checked and turned into arrays in small batches, and sorted and written
as a run when the memory given is used up. Every run is in order, so the rows of any range of ids
are one piece of each run: a shard is read from all of them and sorted once more, in memory.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalogue_import.blockstore.cells import (
    KEYS,
    Array,
    Cells,
    as_key,
    dtypes_of,
    joined,
    sorting,
)
from catalogue_import.blockstore.checking import Faults, checked, id_bytes
from catalogue_import.blockstore.rejects import Reject, Rejects, shown
from grovemusic.catalogue.blocks.layout import IDS
from grovemusic.catalogue.blocks.schema import VARIABLE, Schema

MEMORY_BYTES = 1 << 28
_BATCH_ROWS = 8192
_BATCH_WEIGHT = 1 << 18  # characters and items
_RANGE_ROWS = 1 << 19  # looked at together when duplicates are searched
_SOURCES, _POSITIONS = np.dtype("<u4"), np.dtype("<i8")
_INDEX = "sorted.json"


class _Section(NamedTuple):
    """An array in the file of a run."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _Run:
    """A sorted run: keys, sources, positions, then the arrays of every column."""

    file: str
    rows: int
    sections: list[_Section]


class Table(NamedTuple):
    """Some rows in the order of their ids, no id twice."""

    keys: Array
    columns: list[Cells]


class Spill:
    """Takes rows in any order.

    Args:
        folder: Of its own; what an unfinished spill left there is removed.
        memory_bytes: About how much is held before a run is written.
    """

    def __init__(self, folder: Path, schema: Schema, *, memory_bytes: int = MEMORY_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (_INDEX, "rejects.jsonl", "run-*", "publication-*"):
            for file in folder.glob(old):
                file.unlink(missing_ok=True)
        self._folder, self._schema = folder, schema
        self.rejects = Rejects(folder / "rejects.jsonl")
        self._run_bytes = max(1, memory_bytes // 4)  # sorting a run copies it, and Python has some
        self._variable = [at for at, column in enumerate(schema.columns) if column.kind in VARIABLE]
        self._sources: dict[str, int] = {}
        self._runs: list[_Run] = []
        self._held: list[tuple[list[Array], list[Cells]]] = []
        self._held_bytes = 0
        self._clear()

    def add(self, key: object, values: Sequence[object], *, source: str, position: int) -> None:
        """Take a row. Whether it can be used is found out later; see `rejects`.

        Args:
            key: The id, a number of 128 bits.
            values: One for each column, in order; None where it is not known.
            source: The file it comes from.
            position: Its place in the file.

        Raises:
            ValueError: not as many values as columns: a bug in our caller.
        """
        if len(values) != len(self._schema.columns):
            raise ValueError(f"{len(values)} values for {len(self._schema.columns)} columns")
        self._keys.append(key)
        self._rows.append(values)
        self._from.append(self._sources.setdefault(source, len(self._sources)))
        self._at.append(position)
        with suppress(TypeError):  # of another kind; it will be rejected
            for column in self._variable:
                value: Any = values[column]
                if value is not None:
                    self._weight += len(value)
        if len(self._rows) >= _BATCH_ROWS or self._weight >= _BATCH_WEIGHT:
            self._check()

    def finish(self) -> "Sorted":
        """All rows in order; duplicate ids are found now. Nothing can be added afterwards."""
        self._check()
        self._write_run()
        rows = self._drop_duplicates()
        self.rejects.flush()
        index = {
            "schema": self._schema.as_json(),
            "rows": rows,
            "runs": [asdict(run) for run in self._runs],
        }
        arriving = self._folder / f"{_INDEX}.arriving"
        arriving.write_text(json.dumps(index), encoding="utf-8")
        arriving.rename(self._folder / _INDEX)
        return Sorted(self._folder, self._schema)

    # --- a batch -----------------------------------------------------------------------------

    def _clear(self) -> None:
        self._keys: list[object] = []
        self._rows: list[Sequence[object]] = []
        self._from: list[int] = []
        self._at: list[int] = []
        self._weight = 0

    def _check(self) -> None:
        """The batch to arrays, without the rows at fault."""
        if not self._rows:
            return
        faults: Faults = {}
        keys = []
        for row, key in enumerate(self._keys):
            try:
                keys.append(id_bytes(key))
            except (TypeError, ValueError) as error:
                keys.append(bytes(16))
                faults[row] = (f"id: {error}", shown(key))
        columns = []
        for column, values in zip(self._schema.columns, zip(*self._rows, strict=True), strict=True):
            cells, found = checked(column, values)
            columns.append(cells)
            faults = {**found, **faults}  # the first column at fault is named
        heads: list[Array] = [
            np.frombuffer(b"".join(keys), KEYS),
            np.array(self._from, _SOURCES),
            np.array(self._at, _POSITIONS),
        ]
        if faults:
            self._reject(faults)
            good = np.setdiff1d(np.arange(len(self._rows)), np.array(list(faults)))
            heads = [each[good] for each in heads]
            columns = [each.take(good) for each in columns]
        self._clear()
        if len(heads[0]):
            self._held.append((heads, columns))
            self._held_bytes += sum(each.nbytes for each in heads)
            self._held_bytes += sum(each.nbytes for each in columns)
        if self._held_bytes >= self._run_bytes:
            self._write_run()

    def _reject(self, faults: Faults) -> None:
        names = list(self._sources)
        for row, (reason, what) in sorted(faults.items()):
            self.rejects.add(Reject(names[self._from[row]], self._at[row], reason, what))

    # --- a run -------------------------------------------------------------------------------

    def _write_run(self) -> None:
        if not self._held:
            return
        heads = [np.concatenate(each) for each in zip(*(h for h, _ in self._held), strict=True)]
        per_column = [list(each) for each in zip(*(c for _, c in self._held), strict=True)]
        self._held, self._held_bytes = [], 0
        order = sorting(heads[0])
        path = self._folder / f"run-{len(self._runs):05d}"
        sections = []
        with path.open("wb") as stream:
            for each in heads:
                sections.append(_Section(stream.tell(), len(each)))
                each[order].tofile(stream)
            for at, parts in enumerate(per_column):
                per_column[at] = []  # so that one column at a time is there twice
                for array in joined(parts).take(order).arrays():
                    sections.append(_Section(stream.tell(), len(array)))
                    array.tofile(stream)
        self._runs.append(_Run(path.name, len(order), sections))

    # --- duplicates --------------------------------------------------------------------------

    def _drop_duplicates(self) -> int:
        """Of rows with the same id the first one added stays; how many rows stay."""
        names = list(self._sources)
        keys = [_keys_of(self._folder, run) for run in self._runs]
        kept = [np.ones(run.rows, np.bool_) for run in self._runs]
        rows = sum(run.rows for run in self._runs)
        for cuts in _ranges(keys):
            some = np.concatenate([each[a:b] for each, (a, b) in zip(keys, cuts, strict=True)])
            order = sorting(some)
            in_order = some[order]
            again = np.flatnonzero(in_order[1:] == in_order[:-1]) + 1
            if not len(again):
                continue
            run_of = np.repeat(np.arange(len(cuts)), [b - a for a, b in cuts])
            row_of = np.concatenate([np.arange(a, b) for a, b in cuts])
            firsts = np.flatnonzero(np.r_[True, in_order[1:] != in_order[:-1]])
            for at in again:
                first = order[firsts[np.searchsorted(firsts, at, "right") - 1]]
                place = self._origin(int(run_of[first]), int(row_of[first]))
                run, row = int(run_of[order[at]]), int(row_of[order[at]])
                source, position = self._origin(run, row)
                what = f"first in {names[place[0]]}, row {place[1]:,}"
                self.rejects.add(Reject(names[source], position, "id: twice", what))
                kept[run][row] = False
                rows -= 1
        for run_, flags in zip(self._runs, kept, strict=True):
            flags.tofile(self._folder / f"{run_.file}.kept")
        return rows

    def _origin(self, run: int, row: int) -> tuple[int, int]:
        """Source and position of a row."""
        sections = self._runs[run].sections
        with (self._folder / self._runs[run].file).open("rb") as stream:
            source = _read(stream, sections[1], _SOURCES, row, row + 1)[0]
            return int(source), int(_read(stream, sections[2], _POSITIONS, row, row + 1)[0])


class Sorted:
    """The rows of a finished `Spill`, readable as often as wanted, also by a later process.

    Raises:
        FileNotFoundError: no spill was finished in the folder.
        ValueError: it is of another schema.
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        if Schema.from_json(index["schema"]) != schema:
            raise ValueError(f"{folder / _INDEX}: sorted rows of another schema")
        self.folder, self.schema, self.rows = folder, schema, int(index["rows"])
        self.rejects = Rejects(folder / "rejects.jsonl")
        self._runs = [
            _Run(run["file"], run["rows"], [_Section(*each) for each in run["sections"]])
            for run in index["runs"]
        ]
        self._keys = [_keys_of(folder, run) for run in self._runs]

    def count(self, first: int, beyond: int) -> int:
        """Rows with ids from `first` to before `beyond`, duplicates still counted."""
        return sum(b - a for a, b in self._cuts(first, beyond))

    def between(self, first: int, beyond: int) -> Table:
        """The rows with ids from `first` to before `beyond`, in order; all of them in memory."""
        keys: list[Array] = []
        columns: list[list[Cells]] = [[] for _ in self.schema.columns]
        for run, (a, b) in zip(self._runs, self._cuts(first, beyond), strict=True):
            if a == b:
                continue
            flags = np.fromfile(self.folder / f"{run.file}.kept", np.bool_, count=b - a, offset=a)
            kept = np.flatnonzero(flags)
            with (self.folder / run.file).open("rb") as stream:
                keys.append(_read(stream, run.sections[0], KEYS, a, b)[kept])
                at = 3
                for column, parts in zip(self.schema.columns, columns, strict=True):
                    dtypes = dtypes_of(column)
                    sections = run.sections[at : at + len(dtypes)]
                    at += len(dtypes)
                    arrays = _column(stream, sections, dtypes, a, b, column.kind in VARIABLE)
                    cells = Cells.from_arrays(column, arrays)
                    parts.append(cells if len(kept) == b - a else cells.take(kept))
        if not keys:
            return Table(np.empty(0, KEYS), [])
        together = np.concatenate(keys)
        order = sorting(together)
        return Table(together[order], [joined(parts).take(order) for parts in columns])

    def remove(self) -> None:
        """Give the disk back; the rejects stay."""
        for file in [self.folder / _INDEX, *self.folder.glob("run-*")]:
            file.unlink(missing_ok=True)

    def _cuts(self, first: int, beyond: int) -> list[tuple[int, int]]:
        return [(_cut(keys, first), _cut(keys, beyond)) for keys in self._keys]


def _cut(keys: Array, number: int) -> int:
    """The first row with an id of `number` or more."""
    if number >= IDS:
        return len(keys)
    return int(np.searchsorted(keys, as_key(number))[0])


def _ranges(keys: Sequence[Array]) -> Iterator[list[tuple[int, int]]]:
    """The same range of ids in every run, again and again, about as many rows each time."""
    step = max(1, _RANGE_ROWS // 8)
    if not keys:
        return
    samples = np.sort(np.concatenate([each[::step] for each in keys]))
    before = [0] * len(keys)
    for splitter in np.unique(samples[8::8]):
        cuts = [int(np.searchsorted(each, splitter)) for each in keys]
        yield list(zip(before, cuts, strict=True))
        before = cuts
    yield [(a, len(each)) for a, each in zip(before, keys, strict=True)]


def _keys_of(folder: Path, run: _Run) -> Array:
    section = run.sections[0]
    return np.memmap(folder / run.file, KEYS, "r", offset=section.offset, shape=(section.length,))


def _read(stream: Any, section: _Section, dtype: np.dtype[Any], first: int, last: int) -> Array:
    stream.seek(section.offset + first * dtype.itemsize)
    found: NDArray[Any] = np.fromfile(stream, dtype, last - first)
    if len(found) != last - first:
        raise OSError(f"{stream.name} ends too early")
    return found


def _column(
    stream: Any,
    sections: Sequence[_Section],
    dtypes: Sequence[np.dtype[Any]],
    first: int,
    last: int,
    variable: bool,  # noqa: FBT001
) -> list[Array]:
    present = _read(stream, sections[0], dtypes[0], first, last)
    if not variable:
        return [present, _read(stream, sections[1], dtypes[1], first, last)]
    offsets = _read(stream, sections[1], dtypes[1], first, last + 1)
    start, end = int(offsets[0]), int(offsets[-1])
    rest = zip(sections[2:], dtypes[2:], strict=True)
    return [present, offsets - start, *(_read(stream, s, d, start, end) for s, d in rest)]
