"""A sorted table to the cold store as a generation whose name follows from what it holds."""

import hashlib
import json
from typing import Any

from catalogue_import.blockstore.errors import GenerationTaken
from catalogue_import.blockstore.publish import Publication
from catalogue_import.blockstore.shard import Shape
from catalogue_import.blockstore.spill import Sorted
from catalogue_import.stages import tables
from catalogue_import.stages.manifest import digest
from catalogue_import.stages.work import Work
from grovemusic.catalogue.blocks.errors import MissingObject
from grovemusic.catalogue.blocks.manifest import Manifest, load, shard_key
from grovemusic.ports import ObjectStore

_ATTEMPTS = 8


async def publish(
    work: Work, rows: Sorted, *, content: str, shape: Shape | None = None
) -> dict[str, Any]:
    """Publish, unless this very table serves already; what the manifest says of it.

    Args:
        content: Hash of what the rows hold; names the generation.

    A stopped publication goes on with the next shard. A name that another work folder claimed and
    left is passed over.
    """
    prefix, objects = tables.PREFIXES[rows.schema.table], work.target.objects
    name = digest([rows.schema.as_json(), content])[:16]
    for attempt in range(_ATTEMPTS):
        generation = name if attempt == 0 else f"{name}-{attempt + 1}"
        now, etag = await _serving(objects, prefix)
        if now is not None and now.generation == generation:
            return await _said(objects, prefix, now)
        if _is_stale(rows, generation, etag):
            continue
        publication = Publication(
            rows, objects, prefix, generation=generation, clock=work.target.clock,
            new_id=work.target.new_id, shape=shape, progress=work.progress,
        )  # fmt: skip
        try:
            return await _said(objects, prefix, await publication.publish())
        except GenerationTaken:
            continue
    raise GenerationTaken(f"{prefix}: {name} is taken {_ATTEMPTS} times")


async def serving(objects: ObjectStore, prefix: str) -> Manifest | None:
    """The generation that serves; None if nothing was published."""
    return (await _serving(objects, prefix))[0]


async def _serving(objects: ObjectStore, prefix: str) -> tuple[Manifest | None, str | None]:
    try:
        return await load(objects, prefix)
    except MissingObject:
        return None, None


def _is_stale(rows: Sorted, generation: str, etag: str | None) -> bool:
    """Whether this generation was begun over another state of the store.

    It served once and was replaced, by an import with other options for example, or another was
    published since it was begun. Its name is used up.
    """
    try:
        text = (rows.folder / f"publication-{generation}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return bool(json.loads(text)["etag"] != etag)


async def _said(objects: ObjectStore, prefix: str, manifest: Manifest) -> dict[str, Any]:
    found = hashlib.sha256()
    for shard in range(manifest.shards):
        head = await objects.head(shard_key(prefix, manifest.generation, shard))
        found.update((head.etag if head else "").encode())
    return {
        "output": {
            "rows": manifest.rows, "bytes": manifest.stored_bytes, "sha256": found.hexdigest(),
        },
        "generation": manifest.generation,
        "shards": manifest.shards,
    }  # fmt: skip
