"""Writes the demo catalogue as SQL and JSON, for bindings that only a Worker can open.

build/demo/catalogue.sql   statements of at most 90 KB each, one a line, for D1
build/demo/vectors.json    the audio vectors, for a fake of Vectorize
"""

import asyncio
import json
import pathlib
import sqlite3
import sys
import tempfile
from collections.abc import Iterator

from catalogue_import.demo import generate
from catalogue_import.importing import load_demo
from grovemusic.ports import Vector
from grovemusic.runtime.embedded.installation import CATALOGUE_FILE, Installation
from grovemusic.settings import Settings

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "demo"
TRACKS, SEED = 2_000, 1
LONGEST = 90_000  # D1 takes statements of 100,000 bytes
TABLES = (
    "catalogue_tracks", "catalogue_search", "catalogue_tags", "catalogue_playlists",
    "catalogue_playlist_tracks", "spotify_mbid_xref", "spotify_audio_features_cache",
    "playlist_cooccurrence", "artist_cooccurrence", "catalogue_artist_sounds",
    "spotify_artist_genres", "catalogue_facts",
)  # fmt: skip


def main() -> int:
    """Invent the world, load it here, write it down."""
    TARGET.mkdir(parents=True, exist_ok=True)
    vectors: list[Vector] = []
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_prepared(folder))
        catalogue = pathlib.Path(folder) / CATALOGUE_FILE
        load_demo(generate(tracks=TRACKS, seed=SEED), catalogue, upsert=vectors.extend)
        with sqlite3.connect(catalogue) as db:
            lines = [line for table in TABLES for line in statements(db, table)]
        db.close()
    (TARGET / "catalogue.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [{"id": v.id, "values": list(v.values), "metadata": dict(v.metadata)} for v in vectors]
    (TARGET / "vectors.json").write_text(json.dumps(rows), encoding="utf-8")
    print(f"{TRACKS:,} invented tracks: {len(lines)} statements, {len(rows):,} vectors")
    return 0


def statements(db: sqlite3.Connection, table: str) -> Iterator[str]:
    """DELETE, then INSERTs of as many rows as fit, each one line."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    yield f"DELETE FROM {table};"
    head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    some: list[str] = []
    size = len(head)
    for row in db.execute(f"SELECT {', '.join(columns)} FROM {table}"):
        text = f"({', '.join(map(literal, row))})"
        if some and size + len(text.encode()) + 1 > LONGEST:
            yield head + ",".join(some) + ";"
            some, size = [], len(head)
        some.append(text)
        size += len(text.encode()) + 1
    if some:
        yield head + ",".join(some) + ";"


def literal(value: object) -> str:
    """A value as SQL says it, without line breaks."""
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("'", "''").replace("\n", " ").replace("\r", " ")
    return f"'{text}'"


async def _prepared(folder: str) -> None:
    async with Installation(Settings(data=folder, offline=True)):
        pass


if __name__ == "__main__":
    sys.exit(main())
