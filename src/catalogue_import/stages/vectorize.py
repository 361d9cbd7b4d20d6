"""Stage 5: vectors of popular tracks in batches to upload, and who sounds like whom.

Tier A is searched in the vector index, tier B is added when it is asked for, tier C stays in the
cold store. Batches are lines of JSON as Vectorize takes them, at most 1,000 each.
"""

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue_import.blockstore.cells import Cells
from catalogue_import.stages import base62, crossreference, transform, vectors
from catalogue_import.stages.joined import ranges
from catalogue_import.stages.manifest import Output, file_output
from catalogue_import.stages.options import BATCH
from catalogue_import.stages.work import Work
from grovemusic.catalogue.features import DIMENSIONS

VERSION = 1
OPTIONS = ("tier_a", "tier_b", "hybrid", "index_capacity", "similar")
SIMILAR_KEPT = 100
_SPARE = 32  # looked at beyond those kept, because 32-bit sums err in the last digit
_SEEDS_AT_ONCE = 256
_LONGEST_TEXT = 300
_GENRES = 5


def run(work: Work) -> None:
    """Write the batches and `similar.npz`."""
    told = work.once("vectors", lambda: _vectors(work))
    similar = work.once("similar", lambda: _similar(work))
    for name, said in {**told["outputs"], **similar["outputs"]}.items():
        work.record.outputs[name] = Output(**said)
    work.record.figures |= {**told["figures"], **similar["figures"]}


def spread(work: Work) -> dict[str, dict[str, float]]:
    """Column -> {"known", "mean", "deviation"} over the whole catalogue."""
    path = work.of("transform") / "spread.json"
    found: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def batches(work: Work) -> list[Path]:
    """The files of the 13 numbers, index by index."""
    return sorted((work.of("vectorize") / "batches").glob("index-*/batch-*.ndjson"))


def similar(work: Work) -> dict[str, NDArray[Any]]:
    """`seed` (n), `other` (n x 100, -1 behind the last) and `score`: numbers of tracks."""
    with np.load(work.of("vectorize") / "similar.npz") as found:
        return {name: found[name] for name in found.files}


class _Batches:
    """Files of 1,000 lines, in a folder for each index."""

    def __init__(self, folder: Path, capacity: int) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._folder, self._capacity = folder, capacity
        self._lines: list[str] = []
        self.written = 0

    def add(self, line: str) -> None:
        self._lines.append(line)
        full = self.written + len(self._lines)
        if len(self._lines) == BATCH or full % self._capacity == 0:
            self.flush()

    def flush(self) -> None:
        if not self._lines:
            return
        index, place = divmod(self.written, self._capacity)
        folder = self._folder / f"index-{index:02d}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"batch-{place // BATCH:06d}.ndjson"
        path.write_text("".join(self._lines), encoding="utf-8")
        self.written += len(self._lines)
        self._lines = []

    def output(self) -> dict[str, Any]:
        self.flush()
        digest, size = hashlib.sha256(), 0
        for path in sorted(self._folder.glob("index-*/batch-*.ndjson")):
            body = path.read_bytes()
            digest.update(body)
            size += len(body)
        return {"rows": self.written, "bytes": size, "sha256": digest.hexdigest()}


def _vectors(work: Work) -> dict[str, Any]:
    rows, options, known = transform.joined(work), work.options, spread(work)
    mbids = crossreference.column(work)
    plain = _Batches(work.folder / "batches", options.index_capacity)
    wide = _Batches(work.folder / "hybrid", options.index_capacity)
    kept: list[NDArray[np.float32]] = []
    numbers: list[NDArray[np.int64]] = []
    tiers = dict.fromkeys("ABC", 0)
    before = 0
    for first, beyond in ranges(rows.rows):
        table = rows.between(first, beyond)
        if not len(table.keys):
            continue
        cells = dict(zip(rows.schema.names, table.columns, strict=True))
        values, good = vectors.thirteen(cells, known)
        fame = np.where(cells["popularity"].present, cells["popularity"].items[0], -1.0)
        tier_a = (fame >= options.tier_a) & good
        tiers["A"] += int(tier_a.sum())
        tiers["B"] += int(((fame >= options.tier_b) & ~tier_a).sum())
        tiers["C"] += int(((fame < options.tier_b) & ~tier_a).sum())
        at = np.flatnonzero(tier_a)
        some = [column.take(at) for column in table.columns]
        about = _Metadata(dict(zip(rows.schema.names, some, strict=True)))
        uuids = mbids["mbid"][before + at]
        ids = base62.to_texts(table.keys[at])
        for row, (id_, vector) in enumerate(zip(ids, values[at], strict=True)):
            metadata = about.of(row, uuids[row])
            line = {"id": id_, "values": vector.tolist(), "metadata": metadata}
            plain.add(json.dumps(line, ensure_ascii=False) + "\n")
            if options.hybrid:
                line["values"] = vectors.hybrid(
                    vector, metadata.get("title", ""), metadata.get("artist", ""),
                    metadata.get("tags", []),
                )  # fmt: skip
                wide.add(json.dumps(line, ensure_ascii=False) + "\n")
        kept.append(values[at].astype(np.float32))
        numbers.append(before + at)
        before += len(table.keys)
        work.progress("vectors", before, rows.rows)
    path = work.folder / "vectors.npz"
    np.savez(
        path,
        values=np.concatenate([np.empty((0, DIMENSIONS), np.float32), *kept]),
        number=np.concatenate([np.empty(0, np.int64), *numbers]),
    )
    outputs = {"batches": plain.output()}
    if options.hybrid:
        outputs["hybrid"] = wide.output()
    indexes = -(-plain.written // options.index_capacity)
    return {"outputs": outputs, "figures": {"tiers": tiers, "indexes": indexes}}


class _Metadata:
    """What a search shows and filters by."""

    def __init__(self, cells: dict[str, Cells]) -> None:
        self._text = {
            name: crossreference.texts(cells[name])
            for name in ("title", "artist", "isrc", "genres")
        }
        self._number = {
            name: [value if known else None for value, known in
                   zip(cells[name].items[0].tolist(), cells[name].present.tolist(), strict=True)]
            for name in ("year", "popularity")
        }  # fmt: skip

    def of(self, row: int, mbid: bytes) -> dict[str, Any]:
        year = self._number["year"][row]
        genres = self._text["genres"][row]
        found = {
            "title": (self._text["title"][row] or "")[:_LONGEST_TEXT],
            "artist": (self._text["artist"][row] or "")[:_LONGEST_TEXT],
            "year": year,
            "decade": None if year is None else year // 10 * 10,
            "popularity": self._number["popularity"][row],
            "isrc": self._text["isrc"][row],
            "mbid": _uuid(mbid) if mbid else None,
            "tags": genres.split(";")[:_GENRES] if genres else None,
        }
        return {name: value for name, value in found.items() if value is not None}


def _uuid(mbid: bytes) -> str:
    return str(uuid.UUID(bytes=bytes(mbid).ljust(16, b"\0")))


def _similar(work: Work) -> dict[str, Any]:
    with np.load(work.folder / "vectors.npz") as found:
        values, number = found["values"], found["number"]
    fame = np.nan_to_num(np.asarray(transform.popularity_column(work))[number], nan=-1.0)
    seeds = np.sort(np.argsort(-fame, kind="stable")[: work.options.similar])
    kept = max(0, min(SIMILAR_KEPT, len(values) - 1))
    other = np.full((len(seeds), SIMILAR_KEPT), -1, np.int64)
    score = np.zeros((len(seeds), SIMILAR_KEPT), np.float32)
    for done, places, scores in nearest(values, seeds, kept):
        other[done : done + len(places), :kept] = number[places]
        score[done : done + len(places), :kept] = scores
        work.progress("similar", done + len(places), len(seeds))
    path = work.folder / "similar.npz"
    np.savez(path, seed=number[seeds], other=other, score=score)
    said = file_output(path, int((other >= 0).sum()))
    content = hashlib.sha256(other.tobytes() + score.tobytes()).hexdigest()
    output = {"rows": said.rows, "bytes": said.bytes, "sha256": content}
    return {"outputs": {"similar": output}, "figures": {"similar seeds": len(seeds)}}


def nearest(
    values: NDArray[np.float32], seeds: NDArray[np.int64], count: int
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
    """The `count` nearest of each seed by cosine, exactly, best first, ties in their order.

    Gives blocks: how many seeds are done, places (rows x count) and cosines. A seed is not its own
    neighbour.

    Cost: seeds times vectors times 13 multiplications, and a partial sort of each row: some 15 ns
    a pair on one core.
    """
    if not count or not len(seeds):
        return
    wide = values.astype(np.float64)
    wide /= np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12)
    short = np.ascontiguousarray(wide.astype(np.float32).T)
    looked = min(len(values), count + 1 + _SPARE)
    for start in range(0, len(seeds), _SEEDS_AT_ONCE):
        some = seeds[start : start + _SEEDS_AT_ONCE]
        rough = short[:, some].T @ short
        candidates = np.argpartition(-rough, looked - 1, axis=1)[:, :looked]
        candidates.sort(axis=1)  # so that ties stay in their order
        exact = np.einsum("ij,ikj->ik", wide[some], wide[candidates])
        exact[candidates == some[:, None]] = -np.inf
        order = np.argsort(-exact, axis=1, kind="stable")[:, :count]
        yield (
            start,
            np.take_along_axis(candidates, order, axis=1),
            np.take_along_axis(exact, order, axis=1),
        )
