"""A table to an object store: shard by shard, then the switch to the new generation at once.

Objects of a generation are written once and never changed. Readers see what the manifest names,
and it is replaced, by a conditional put, only when everything of the new generation has been read
back. So whatever stops a writer, and wherever, the old generation goes on serving.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue_import.blockstore.errors import (
    GenerationTaken,
    LostRace,
    StillServing,
    TooSkewed,
)
from catalogue_import.blockstore.shard import Shape, Shard, encode
from catalogue_import.blockstore.spill import Sorted
from catalogue_import.blockstore.verifying import verify
from catalogue_import.ledger import Progress, silent
from grovemusic.catalogue.blocks.errors import BlockError, MissingObject
from grovemusic.catalogue.blocks.layout import MOST_SHARDS, first_of_bucket, shards_for
from grovemusic.catalogue.blocks.manifest import (
    Manifest,
    dump,
    identity_of,
    load,
    manifest_key,
    shard_key,
)
from grovemusic.ports import Clock, NewId, ObjectStore

MOST_ROWS_PER_SHARD = 1 << 20  # held in memory to be encoded


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a writer decided at the beginning, kept beside its sorted rows."""

    generation: str
    owner: str
    shards: int
    etag: str | None  # of the manifest that served then
    previous: str | None


class Publication:
    """One new generation of a table.

    Made again over the same folder after a stop, it goes on where it was: shards already stored
    are not encoded again.

    Args:
        rows: The whole table, sorted.
        prefix: Of the table's keys in the store: "catalogue/features".
        generation: A name never used before under the prefix.
        new_id: Makes the name by which this writer knows its own work again.
        shards: How many; by default as many as keep headers at 4 KB.
    """

    def __init__(
        self,
        rows: Sorted,
        objects: ObjectStore,
        prefix: str,
        *,
        generation: str,
        clock: Clock,
        new_id: NewId,
        shape: Shape | None = None,
        shards: int | None = None,
        progress: Progress = silent,
    ) -> None:
        if not generation or "/" in generation or generation == "manifest.json":
            raise ValueError(f"a generation cannot be called {generation!r}")
        self._shape = shape or Shape()
        self._shards = shards or shards_for(rows.rows, self._shape.rows_per_block)
        if not 1 <= self._shards <= MOST_SHARDS:
            raise ValueError(f"want 1 to {MOST_SHARDS:,} shards, got {self._shards}")
        self._rows, self._objects, self._prefix = rows, objects, prefix
        self._generation, self._clock, self._new_id = generation, clock, new_id
        self._progress = progress
        self._state = rows.folder / f"publication-{generation}.json"
        self._done = rows.folder / f"publication-{generation}.done"

    async def publish(self) -> Manifest:
        """Write, read back, switch; the manifest that serves now.

        Doing it again is doing nothing.

        Raises:
            GenerationTaken: the name is not free. Nothing was written.
            LostRace: somebody else published since this publication began.
            TooSkewed: see `MOST_ROWS_PER_SHARD`.
            BlockError: what was read back is not what was written.
            StorageFailure: the store could not answer. In all these cases the old generation
                serves, and after the last one the same call goes on.
        """
        begun = await self._begin()
        serving, _ = await _serving(self._objects, self._prefix)
        if serving is not None and serving.generation == begun.generation:
            return serving
        manifest = self._manifest(begun, await self._write(begun))
        self._progress("verify", 0, manifest.shards)
        try:
            await verify(self._objects, self._prefix, manifest)
        except BlockError:
            self._done.unlink()  # so that the next attempt writes all of it again
            raise
        self._progress("verify", manifest.shards, manifest.shards)
        return await self._switch(begun, manifest)

    async def _begin(self) -> _Begun:
        """Claim the name, and remember what served then."""
        if self._state.exists():
            begun = _Begun(**json.loads(self._state.read_text(encoding="utf-8")))
            if begun.shards != self._shards:
                raise ValueError(f"it was begun with {begun.shards} shards, not {self._shards}")
        else:
            serving, etag = await _serving(self._objects, self._prefix)
            begun = _Begun(
                self._generation,
                self._new_id("writer_"),
                self._shards,
                etag,
                serving.generation if serving else None,
            )
            said = {name: getattr(begun, name) for name in _Begun.__slots__}
            _store(self._state, json.dumps(said))
        claim = f"{self._prefix}/{begun.generation}/claim"
        body = begun.owner.encode()
        if await self._objects.put(claim, body, if_absent=True) is None:
            found = await self._objects.get(claim)
            if found is None or found.body != body:
                self._state.unlink()
                raise GenerationTaken(f"{claim}: another writer has taken this name")
        return begun

    async def _write(self, begun: _Begun) -> list[dict[str, int]]:
        """Store the shards that are not stored yet; what is known of each."""
        done = self._known()
        with self._done.open("a", encoding="utf-8") as log:
            for shard in range(begun.shards):
                self._progress("shards", shard, begun.shards)
                if shard in done:
                    continue
                made = self._encode(begun, shard)
                key = shard_key(self._prefix, begun.generation, shard)
                await self._objects.put(key, made.body)
                done[shard] = {
                    "shard": shard,
                    "rows": made.rows,
                    "bytes": len(made.body),
                    "header": made.header_bytes,
                    "block": made.block_bytes,
                }
                log.write(json.dumps(done[shard]) + "\n")
                log.flush()
        self._progress("shards", begun.shards, begun.shards)
        return list(done.values())

    def _known(self) -> dict[int, dict[str, int]]:
        """Shards that an earlier attempt stored."""
        done: dict[int, dict[str, int]] = {}
        if self._done.exists():
            for line in self._done.read_text(encoding="utf-8").splitlines():
                try:
                    said: dict[str, int] = json.loads(line)
                except ValueError:
                    continue  # the line it was stopped in; a new one begins after it
                done[said["shard"]] = said
            with self._done.open("a", encoding="utf-8") as log:
                log.write("\n")
        return done

    def _encode(self, begun: _Begun, shard: int) -> Shard:
        first = first_of_bucket(shard, 0, begun.shards, 1)
        beyond = first_of_bucket(shard, 1, begun.shards, 1)
        count = self._rows.count(first, beyond)
        if count > MOST_ROWS_PER_SHARD:
            raise TooSkewed(
                f"{self._prefix}, shard {shard} of {begun.shards}: {count:,} of"
                f" {self._rows.rows:,} rows; the most is {MOST_ROWS_PER_SHARD:,}"
            )
        identity = identity_of(
            self._rows.schema, begun.generation, shard=shard, shards=begun.shards
        )
        return encode(self._rows.between(first, beyond), self._rows.schema, identity, self._shape)

    def _manifest(self, begun: _Begun, done: list[dict[str, int]]) -> Manifest:
        return Manifest(
            schema=self._rows.schema,
            generation=begun.generation,
            previous=begun.previous,
            shards=begun.shards,
            rows=self._rows.rows,
            stored_bytes=sum(each["bytes"] for each in done),
            header_bytes=max(each["header"] for each in done),
            block_bytes=max(each["block"] for each in done),
            rows_per_block=self._shape.rows_per_block,
            made_at_ms=self._clock.now_ms(),
        )

    async def _switch(self, begun: _Begun, manifest: Manifest) -> Manifest:
        key = manifest_key(self._prefix)
        etag = begun.etag
        if await self._objects.put(key, dump(manifest), if_etag=etag, if_absent=etag is None):
            return manifest
        serving, _ = await _serving(self._objects, self._prefix)
        if serving is not None and serving.generation == begun.generation:
            return serving  # an earlier attempt of ours did it, and was not told
        winner = "nothing" if serving is None else serving.generation
        raise LostRace(
            f"{key}: {winner} was published while {begun.generation} was written;"
            f" {begun.generation} does not serve"
        )


async def retire(objects: ObjectStore, prefix: str, generation: str) -> int:
    """Remove the objects of a generation that does not serve; how many there were.

    Readers that still have its manifest read the new one when they miss an object.

    Raises:
        StillServing: it is the one that serves.
    """
    serving, _ = await _serving(objects, prefix)
    if serving is not None and serving.generation == generation:
        raise StillServing(f"{prefix}: {generation} serves")
    removed = 0
    async for keys in _pages(objects, f"{prefix}/{generation}/"):
        await objects.delete(keys)
        removed += len(keys)
    return removed


async def generations(objects: ObjectStore, prefix: str) -> list[str]:
    """All there are objects of, in order: the one that serves, old ones, unfinished ones."""
    found: set[str] = set()
    async for keys in _pages(objects, f"{prefix}/"):
        found |= {rest.split("/")[0] for key in keys if "/" in (rest := key[len(prefix) + 1 :])}
    return sorted(found)


async def _pages(objects: ObjectStore, prefix: str) -> AsyncIterator[list[str]]:
    cursor: Any = None
    while True:
        page = await objects.keys(prefix, cursor=cursor)
        if page.keys:
            yield page.keys
        if page.cursor is None:
            return
        cursor = page.cursor


async def _serving(objects: ObjectStore, prefix: str) -> tuple[Manifest | None, str | None]:
    try:
        return await load(objects, prefix)
    except MissingObject:
        return None, None


def _store(path: Path, text: str) -> None:
    arriving = path.with_suffix(".arriving")
    arriving.write_text(text, encoding="utf-8")
    arriving.rename(path)
