"""Stage 4: tracks and MusicBrainz recordings brought together, range by range of ids."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue_import.blockstore.cells import Cells
from catalogue_import.blockstore.spill import Sorted, Spill, Table
from catalogue_import.crossreference import reference
from catalogue_import.crossreference.matching import Method, match
from catalogue_import.crossreference.reference import UNKNOWN_LENGTH, Reference
from catalogue_import.stages import acquire, base62, tables, transform
from catalogue_import.stages.joined import ranges
from catalogue_import.stages.manifest import Output, file_output
from catalogue_import.stages.work import Work

VERSION = 1
OPTIONS = ()
_AT_ONCE = 50_000


def run(work: Work) -> None:
    """Match every track; the manifest gets how many were found by which method.

    Raises:
        WrongSchema, UnreadableFile: of a dump.
    """
    dumps = acquire.files(work, acquire.REFERENCE)
    folder = work.folder / "reference"

    def build() -> dict[str, Any]:
        return reference.build(reference.dumps(dumps), folder, work.progress)

    known = work.once("reference", build)
    rows = transform.joined(work)
    recordings = Reference.opened(folder)
    parts = list(ranges(rows.rows))
    methods: Counter[str] = Counter()
    for number, (first, beyond) in enumerate(parts):
        path = work.folder / f"part-{number:05d}.npz"
        told = work.once(
            path.name,
            lambda: _part(rows.between(first, beyond), recordings, path),  # noqa: B023
        )
        methods.update(told)
        work.progress("matching", number + 1, len(parts))
    rows_matched = work.once("sorted", lambda: _sorted(work, len(parts)))
    columns = work.once("column", lambda: _column(work, len(parts)))
    work.record.outputs["mbid"] = Output(**columns)
    total = max(1, methods.total())
    work.record.rejects = known["faults"]
    work.record.figures |= {
        "recordings": known["recordings"],
        "matched": rows_matched,
        "by method": dict(methods),
        "match rate by method": {name: round(count / total, 4) for name, count in methods.items()},
    }


def matched(work: Work) -> Sorted:
    """Rows of `tables.CROSSREFERENCE`, in the order of ids; only tracks that were found."""
    return Sorted(work.of("crossreference") / "sorted", tables.CROSSREFERENCE)


def column(work: Work) -> dict[str, NDArray[Any]]:
    """`mbid` (16 bytes), `method` and `confidence` by number of track."""
    with np.load(work.of("crossreference") / "column.npz") as found:
        return {name: found[name] for name in found.files}


def _part(table: Table, recordings: Reference, path: Path) -> dict[str, int]:
    cells = dict(zip(tables.TRACKS.names, table.columns, strict=bool(len(table.keys))))
    if not len(table.keys):
        cells = {}
    isrcs = texts(cells["isrc"]) if cells else []
    title, artist = (_Texts(cells[name]) if cells else None for name in ("title", "artist"))
    length = cells["duration_ms"] if cells else None
    lengths = (
        np.where(length.present, length.items[0].astype(np.int64), UNKNOWN_LENGTH)
        if length is not None
        else np.empty(0, np.int64)
    )

    def pair_of(at: int) -> tuple[str | None, str | None]:
        assert title is not None  # noqa: S101  # there are rows, or nobody would ask
        assert artist is not None  # noqa: S101
        return title[at], artist[at]

    found = match(recordings, isrcs, lengths, pair_of)
    mbid = np.zeros(len(isrcs), "S16")
    has = found.row >= 0
    mbid[has] = recordings.mbid[found.row[has]]
    code = np.array([each or "" for each in isrcs], "S12")
    with path.open("wb") as stream:
        np.savez(
            stream, keys=table.keys, isrc=code, mbid=mbid, method=found.method,
            confidence=found.confidence,
        )  # fmt: skip
    counts = np.bincount(found.method, minlength=len(Method)).tolist()
    return {method.shown: counts[method] for method in Method}


def _parts(work: Work, count: int) -> Any:
    for number in range(count):
        with np.load(work.folder / f"part-{number:05d}.npz") as part:
            yield {name: part[name] for name in part.files}


def _sorted(work: Work, count: int) -> int:
    folder = work.folder / "sorted"
    spill = Spill(folder, tables.CROSSREFERENCE, memory_bytes=work.options.memory_bytes // 2)
    for number, part in enumerate(_parts(work, count)):
        has = np.flatnonzero(part["method"])
        keys = [int.from_bytes(each) for each in _raw(part["keys"][has])]
        mbids = [int.from_bytes(each) for each in _raw(part["mbid"][has])]
        isrcs = [each.decode() or None for each in part["isrc"][has].tolist()]
        names = [Method(each).shown for each in part["method"][has].tolist()]
        sure = part["confidence"][has].tolist()
        for row in zip(keys, isrcs, mbids, names, sure, strict=True):
            spill.add(row[0], row[1:], source="crossreference", position=0)
        work.progress("sorting", number + 1, count)
    return spill.finish().rows


def _raw(keys: base62.Keys) -> list[bytes]:
    """16 bytes each; numpy's own bytes lose the zeros at their end."""
    bare = np.ascontiguousarray(keys).tobytes()
    return [bare[at : at + 16] for at in range(0, len(bare), 16)]


def _column(work: Work, count: int) -> dict[str, Any]:
    parts = list(_parts(work, count))
    path = work.folder / "column.npz"
    whole = {
        name: np.concatenate([part[name] for part in parts])
        for name in ("mbid", "method", "confidence")
    }
    np.savez(path, mbid=whole["mbid"], method=whole["method"], confidence=whole["confidence"])
    said = file_output(path, len(whole["method"]))
    found = hashlib.sha256()
    for each in whole.values():  # a zip file has times in it
        found.update(each.tobytes())
    return {"rows": said.rows, "bytes": said.bytes, "sha256": found.hexdigest()}


class _Texts:
    """Texts of a column, decoded when asked for."""

    def __init__(self, cells: Cells) -> None:
        assert cells.offsets is not None  # noqa: S101  # it is a column of texts
        self._bytes, self._offsets = cells.items[0].tobytes(), cells.offsets.tolist()
        self._present = cells.present.tolist()

    def __getitem__(self, at: int) -> str | None:
        if not self._present[at]:
            return None
        return self._bytes[self._offsets[at] : self._offsets[at + 1]].decode()

    def __len__(self) -> int:
        return len(self._present)


def texts(cells: Cells) -> list[str | None]:
    """All texts of a column."""
    found = _Texts(cells)
    return [found[at] for at in range(len(found))]
