"""How much there is in every layer."""

import asyncio
import sqlite3
from typing import Any

from catalogue_import.database import opened
from catalogue_import.stages import publishing, tables
from catalogue_import.stages.options import Target

_HOT = (
    "catalogue_tracks", "spotify_audio_features_cache", "spotify_mbid_xref",
    "playlist_cooccurrence", "precomputed_similar", "spotify_artist_genres", "track_access_log",
)  # fmt: skip


def stats(target: Target) -> list[dict[str, Any]]:
    """A row a table: layer, what, rows, bytes (None where nobody counts them).

    Raises:
        BlockError: a manifest of the cold store is damaged.
    """
    found: list[dict[str, Any]] = []
    with opened(target.catalogue) as db:
        found += [
            {"layer": "database", "what": name, "rows": _count(db, name), "bytes": None}
            for name in _HOT
        ]
    return found + asyncio.run(_rest(target))


async def _rest(target: Target) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if target.vectors is not None and hasattr(target.vectors, "count"):
        count = await target.vectors.count()
        found.append({"layer": "vectors", "what": "13 numbers", "rows": count, "bytes": None})
    for name, prefix in tables.PREFIXES.items():
        manifest = await publishing.serving(target.objects, prefix)
        if manifest is not None:
            found.append(
                {
                    "layer": "cold store", "what": f"{name} ({manifest.generation})",
                    "rows": manifest.rows, "bytes": manifest.stored_bytes,
                }
            )  # fmt: skip
    return found


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
