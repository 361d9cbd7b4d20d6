"""A cold look-up: column blocks beside the specification's whole-partition SQLite, on one data.

62,500 invented tracks are one shard at full size (256 M tracks, 4,096 shards). The rival is the
specification's plan: fetch the partition, open it with SQLite in memory, select. Then the
writer: a million tracks, its speed and memory. With Node.js and Pyodide at hand, the same reader
in Pyodide.
"""

import asyncio
import hashlib
import json
import sqlite3
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks import blocks_in_pyodide
from benchmarks.blocks_in_pyodide import OneFolder
from benchmarks.measuring import in_own_process, peak_mb, table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

TRACKS, WRITTEN, LOOK_UPS, RIVAL_LOOK_UPS = 62_500, 1_000_000, 2_000, 10
FULL_SIZE = 256_000_000
WRITER_MEMORY_MB = 256
PREFIX = "cat/songs"


def main() -> None:
    """Measure each in a process of its own and print them side by side."""
    with tempfile.TemporaryDirectory() as folder:
        made = in_own_process("benchmarks.blocks", "made", folder)
        ours = in_own_process("benchmarks.blocks", "ours", folder)
        spec = in_own_process("benchmarks.blocks", "spec", folder)
        in_pyodide = blocks_in_pyodide.measured(Path(folder))
    table(
        [f"one look-up in {TRACKS:,} tracks", "stored B/track", "reads", "bytes", "most",
         "CPU hit µs", "CPU miss µs", "memory MB"],
        [
            _line("blocks, nothing cached", made["blocks_bytes"], ours["cold"]),
            _line("blocks, header cached", made["blocks_bytes"], ours["warm"]),
            _line("rival: whole-partition SQLite", made["sqlite_bytes"], spec["cold"]),
        ],
    )  # fmt: skip
    cold, rival = ours["cold"], spec["cold"]
    print(
        f"against the rival: {rival['bytes'] / cold['bytes']:,.0f} times fewer bytes,"
        f" {rival['hit_us'] / cold['hit_us']:,.0f} times less CPU,"
        f" {rival['memory_mb'] / cold['memory_mb']:,.0f} times less memory"
    )
    gigabytes = made["blocks_bytes"] / TRACKS * FULL_SIZE / 1e9
    print(f"{FULL_SIZE / 1e6:.0f} M tracks would be {gigabytes:.1f} GB in 4,096 shards")
    if in_pyodide is None:
        print("in Pyodide: not measured, there is no Node.js with Pyodide here")
    else:
        print(
            f"in Pyodide: hit {in_pyodide['cold']['hit_us']:.0f} µs cold,"
            f" {in_pyodide['warm']['hit_us']:.0f} µs with the header cached;"
            f" miss {in_pyodide['cold']['miss_us']:.0f} and {in_pyodide['warm']['miss_us']:.0f}"
        )
    with tempfile.TemporaryDirectory() as folder:
        wrote = in_own_process("benchmarks.blocks", "wrote", folder)
    print(
        f"writer: {WRITTEN:,} tracks sorted in {wrote['sort_s']:.0f} s ({wrote['runs']} runs),"
        f" {wrote['shards']} shards written and read back in {wrote['publish_s']:.0f} s,"
        f" {wrote['peak_mb']:.0f} MB at most ({wrote['before_mb']:.0f} before the first row,"
        f" {WRITER_MEMORY_MB} allowed for runs)"
    )


def _line(name: str, stored: int, one: dict[str, float]) -> list[str]:
    return [
        name,
        f"{stored / TRACKS:.1f}",
        f"{one['reads']:.2f}",
        f"{one['bytes']:,.0f}",
        f"{one['most_bytes']:,.0f}",
        f"{one['hit_us']:,.0f}",
        f"{one['miss_us']:,.0f}",
        f"{one['memory_mb']:.2f}",
    ]


def schema() -> Any:
    """What the specification keeps of a track: its metadata and its audio features."""
    from grovemusic.catalogue.blocks.schema import Column, Kind, Schema

    texts = ("title", "artist", "album", "isrc")
    features = (
        "tempo_bpm", "energy", "danceability", "valence", "acousticness", "instrumentalness",
        "speechiness", "liveness", "loudness_db",
    )  # fmt: skip
    small = ("key", "mode", "time_signature", "popularity", "explicit")
    return Schema(
        "songs",
        (
            *(Column(name, Kind.TEXT) for name in texts),
            *(Column(name, Kind.F64) for name in features),
            *(Column(name, Kind.U8) for name in small),
            Column("year", Kind.U16),
            Column("duration_ms", Kind.U32),
        ),
    )


def songs(count: int) -> dict[int, tuple[Any, ...]]:
    """Invented tracks: id -> values in the order of the schema."""
    from catalogue_import import demo
    from grovemusic.domain.ids import from_base62

    names, world = schema().names, demo.generate(count, seed=1, playlists=0)
    rows = {}
    for index in range(count):
        track = world.track(index)
        known = {
            **{name: getattr(track.features, name, None) for name in names},
            "title": track.title,
            "artist": track.artist,
            "album": track.album,
            "isrc": track.isrc,
            "popularity": round(track.popularity or 0),
            "explicit": int(world.explicit(index)),
            "year": track.year,
            "duration_ms": track.duration_ms,
        }
        rows[from_base62(track.id)] = tuple(known[name] for name in names)
    return rows


def made(folder: Path) -> dict[str, Any]:
    """Both stores, filled with the same tracks."""
    rows = songs(TRACKS)
    manifest = asyncio.run(_published(folder, rows.items()))["manifest"]
    keys = sorted(rows)[:: len(rows) // LOOK_UPS][:LOOK_UPS]
    (folder / "keys.json").write_text(json.dumps([str(key) for key in keys]))
    return {
        "blocks_bytes": manifest.stored_bytes,
        "sqlite_bytes": _sqlite(folder / "partition.sqlite", rows),
    }


async def _published(folder: Path, rows: Any) -> dict[str, Any]:
    from catalogue_import.blockstore.publish import Publication
    from catalogue_import.blockstore.spill import Spill
    from grovemusic.runtime.embedded.clock import SystemClock

    began = time.perf_counter()
    spill = Spill(folder / "spill", schema(), memory_bytes=WRITER_MEMORY_MB << 20)
    for position, (key, values) in enumerate(rows):
        spill.add(key, values, source="invented", position=position)
    in_order = spill.finish()
    sort_s = time.perf_counter() - began
    assert not in_order.rejects.total
    publication = Publication(
        in_order,
        OneFolder(folder / "objects"),
        PREFIX,
        generation="g1",
        clock=SystemClock(),
        new_id=lambda prefix: f"{prefix}benchmark",
    )
    began = time.perf_counter()
    return {
        "manifest": await publication.publish(),
        "sort_s": sort_s,
        "publish_s": time.perf_counter() - began,
        "runs": len(list((folder / "spill").glob("run-*[0-9]"))),
    }


def _sqlite(path: Path, rows: dict[int, tuple[Any, ...]]) -> int:
    """A partition as the specification has it: the source's two tables, ids as text."""
    from grovemusic.domain.ids import to_base62

    names = schema().names
    split = names.index("tempo_bpm"), names.index("popularity")
    metadata, features = (*names[: split[0]], *names[split[1] :]), names[slice(*split)]
    with sqlite3.connect(path) as partition:
        for name, columns in (("tracks", metadata), ("audio_features", features)):
            partition.execute(f"CREATE TABLE {name} (id TEXT PRIMARY KEY, {', '.join(columns)})")
            marks = ", ".join("?" * (len(columns) + 1))
            at = [names.index(column) for column in columns]
            partition.executemany(
                f"INSERT INTO {name} VALUES ({marks})",  # noqa: S608  # our own names
                ((to_base62(key), *(row[n] for n in at)) for key, row in sorted(rows.items())),
            )
    partition.close()
    return path.stat().st_size


def ours(folder: Path) -> dict[str, Any]:
    """Look-ups in the column blocks."""
    return asyncio.run(blocks_in_pyodide.look_ups(folder, memory=_traced_mb))


async def _traced_mb(work: Callable[[], Awaitable[object]]) -> float:
    """The most memory that Python held for some work, besides what it had."""
    tracemalloc.start()
    await work()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def spec(folder: Path) -> dict[str, Any]:
    """The specification's look-up: the whole partition, opened in memory."""
    from grovemusic.domain.ids import to_base62

    keys = [int(key) for key in json.loads((folder / "keys.json").read_text())]
    size = (folder / "partition.sqlite").stat().st_size
    before_mb = peak_mb()

    def found(key: int) -> bool:
        partition = sqlite3.connect(":memory:")
        partition.deserialize((folder / "partition.sqlite").read_bytes())
        row = partition.execute(
            "SELECT * FROM tracks JOIN audio_features USING (id) WHERE id = ?", (to_base62(key),)
        ).fetchone()
        partition.close()
        return row is not None

    def taken_us(some: list[int], *, there: bool) -> float:
        least = float("inf")
        for key in some:
            began = time.process_time()
            assert found(key) is there
            least = min(least, time.process_time() - began)
        return least * 1e6

    some = keys[:: len(keys) // RIVAL_LOOK_UPS][:RIVAL_LOOK_UPS]
    hit_us = taken_us(some, there=True)
    return {
        "cold": {
            "reads": 1,
            "bytes": size,
            "most_bytes": size,
            "hit_us": hit_us,
            "miss_us": taken_us([key + 1 for key in some], there=False),
            "memory_mb": peak_mb() - before_mb,
        }
    }


def wrote(folder: Path) -> dict[str, Any]:
    """A million tracks through the writer; their words repeat, their ids do not."""
    words = list(songs(10_000).values())

    def rows() -> Any:
        for number in range(WRITTEN):
            digest = hashlib.blake2b(b"%d" % number, digest_size=16).digest()
            yield int.from_bytes(digest), words[number % len(words)]

    before_mb = peak_mb()
    report = asyncio.run(_published(folder, rows()))
    manifest = report.pop("manifest")
    return {**report, "shards": manifest.shards, "before_mb": before_mb, "peak_mb": peak_mb()}


if __name__ == "__main__":
    work = {"made": made, "ours": ours, "spec": spec, "wrote": wrote}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]))))
