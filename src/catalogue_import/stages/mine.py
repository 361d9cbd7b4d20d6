"""Stage 8: who stands beside whom, to the cold store and, for popular tracks, to the database."""

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue_import import facts, mining
from catalogue_import.blockstore.checking import items_of
from catalogue_import.blockstore.shard import Shape
from catalogue_import.blockstore.spill import Sorted, Spill
from catalogue_import.database import opened, transaction
from catalogue_import.kernel import engines
from catalogue_import.kernel import files as kernel_files
from catalogue_import.kernel.memberships import Memberships
from catalogue_import.kernel.rules import Room, Rules
from catalogue_import.pairs import SHRINK, USUAL_PRIOR
from catalogue_import.stages import base62, publishing, tables, transform
from catalogue_import.stages.manifest import Output, digest, file_output
from catalogue_import.stages.work import Work

VERSION = 1
OPTIONS = ("hot", "hot_neighbours")
RULES = Rules(shortest=5, longest=500, fewest=3, top=100)
_ROWS_AT_ONCE = 1 << 18


def run(work: Work) -> None:
    """Mine, publish, and put the hot rows into the database.

    Raises:
        MissingEngine: the engine asked for is not installed.
    """
    mined = work.once("mining", lambda: _mine(work))
    work.once("sorted", lambda: _spill(work))
    rows = Sorted(work.folder / "sorted", tables.NEIGHBOURS)
    shape = Shape(rows_per_block=tables.NEIGHBOURS_PER_BLOCK)
    keys = work.manifest.stages["transform"].outputs["keys"].sha256
    content = digest([keys, mined["output"]["sha256"]])
    said = work.once(
        "neighbours",
        lambda: asyncio.run(publishing.publish(work, rows, content=content, shape=shape)),
    )
    hot = work.once("hot", lambda: _hot(work, mined))
    work.record.outputs["pairs"] = Output(**mined["output"])
    work.record.outputs["neighbours"] = Output(**said["output"])
    work.record.figures |= {
        **mined["figures"], "generation": said["generation"], "shards": said["shards"],
        "hot pairs": hot,
    }  # fmt: skip


def memberships(work: Work) -> Memberships:
    """All places, mapped; items are numbers of tracks."""
    folder = work.of("transform")
    return kernel_files.opened(folder / "memberships", items=len(transform.key_column(work)))


def _mine(work: Work) -> dict[str, Any]:
    options = work.options
    found = engines.choose(options.engine)(
        memberships(work),
        RULES,
        Room(memory_bytes=options.memory_bytes, folder=work.folder, threads=options.threads),
    )
    folder = work.folder / "rows"
    folder.mkdir(exist_ok=True)

    def told() -> Iterator[Any]:
        last = len(found.appearances)
        for block in found.neighbours:
            yield block
            if len(block):
                work.progress("mining", int(block.item[-1]) + 1, last)

    rows = kernel_files.store_rows(told(), folder)
    said = [file_output(folder / f"{name}.npy", rows) for name in kernel_files.ROWS]
    return {
        "output": {
            "rows": rows,
            "bytes": sum(each.bytes for each in said),
            "sha256": digest([each.sha256 for each in said]),
        },
        "figures": {
            "lists": found.lists,
            "too short": found.ignored.short,
            "too long": found.ignored.long,
            "repeats": found.ignored.repeats,
            "pairs": rows,
        },
    }


def _groups(item: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """Where the rows of some whole items begin and end, some hundred thousand rows at once."""
    start = 0
    while start < len(item):
        stop = min(len(item), start + _ROWS_AT_ONCE)
        if stop < len(item):
            stop = int(np.searchsorted(item, item[stop], "left"))
        yield start, stop
        start = stop


def _spill(work: Work) -> int:
    """Rows of the cold table, an item each."""
    rows, keys = kernel_files.opened_rows(work.folder / "rows"), transform.key_column(work)
    spill = Spill(
        work.folder / "sorted", tables.NEIGHBOURS, memory_bytes=work.options.memory_bytes // 2
    )
    packed = items_of(tables.NEIGHBOURS.columns[0])
    for start, stop in _groups(rows["item"]):
        near = np.empty(stop - start, packed)
        near["track"] = np.ascontiguousarray(keys[rows["other"][start:stop]]).view("V16")
        for name in ("together", "cosine", "pmi", "jaccard"):
            near[name] = rows[name][start:stop]
        item = np.asarray(rows["item"][start:stop])
        first = np.flatnonzero(np.r_[True, item[1:] != item[:-1]])
        bounds = [*first.tolist(), len(item)]
        bare = np.ascontiguousarray(keys[item[first]]).tobytes()
        for n in range(len(first)):
            key = int.from_bytes(bare[16 * n : 16 * n + 16])
            spill.add(key, (near[bounds[n] : bounds[n + 1]],), source="mining", position=n)
        work.progress("sorting", stop, len(rows["item"]))
    return spill.finish().rows


def _hot(work: Work, mined: dict[str, Any]) -> int:
    """Rows of popular tracks to playlist_cooccurrence, in one transaction; how many."""
    options = work.options
    wanted = np.sort(transform.most_popular(work, min(options.hot, options.hot_neighbours)))
    rows, keys = kernel_files.opened_rows(work.folder / "rows"), transform.key_column(work)
    start = np.searchsorted(rows["item"], wanted, "left")
    stop = np.searchsorted(rows["item"], wanted, "right")

    def blocks() -> Iterator[tuple[Any, ...]]:
        for first in range(0, len(wanted), 1000):
            pieces = [
                np.arange(a, b)
                for a, b in zip(
                    start[first : first + 1000], stop[first : first + 1000], strict=True
                )
            ]
            at = np.concatenate(pieces)
            if len(at):
                yield (
                    _texts(keys[rows["item"][at]]), rows["rank"][at].astype(np.int64),
                    _texts(keys[rows["other"][at]]), rows["together"][at].astype(np.int64),
                    rows["pmi"][at], rows["jaccard"][at], rows["cosine"][at],
                )  # fmt: skip
            work.progress("hot pairs", min(len(wanted), first + 1000), len(wanted))

    with opened(work.target.catalogue) as db, transaction(db):
        stored = mining.replace_rows(db, "playlist_cooccurrence", blocks())
        how = {
            "playlists": mined["figures"]["lists"],
            "fewest_together": RULES.fewest,
            "shrink": SHRINK,
            "pair_prior": USUAL_PRIOR,
            "artist_repeats": None,
        }
        facts.put(db, {facts.MINED: how, "pairs": stored})
    return stored


def _texts(keys: base62.Keys) -> NDArray[np.object_]:
    found = np.empty(len(keys), object)
    found[:] = base62.to_texts(keys)
    return found
