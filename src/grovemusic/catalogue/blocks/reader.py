"""Look-ups in the cold store: an id to its row, with one or two range reads.

Runs unchanged on CPython and in Pyodide: nothing but the standard library and an `ObjectStore`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from grovemusic.catalogue.blocks.block import Block, Row, open_block
from grovemusic.catalogue.blocks.cache import HeaderCache
from grovemusic.catalogue.blocks.errors import (
    BlockError,
    MissingObject,
    Place,
    Truncated,
    WrongSchema,
)
from grovemusic.catalogue.blocks.header import Header, Identity, Span, block_seed, parse
from grovemusic.catalogue.blocks.layout import shard_of
from grovemusic.catalogue.blocks.manifest import Manifest, load, manifest_key, shard_key
from grovemusic.catalogue.blocks.schema import Schema
from grovemusic.catalogue.blocks.values import Decoder
from grovemusic.domain.errors import StorageFailure
from grovemusic.ports import ObjectStore

AT_ONCE = 6  # reads in flight: a Worker has six connections, a seventh waits
_In = TypeVar("_In")
_Out = TypeVar("_Out")


class _Serving(NamedTuple):
    """A generation, and what every look-up in it needs."""

    manifest: Manifest
    identity: Identity  # of shard 0
    decoder: Decoder


class BlockReader:
    """One table of the cold store.

    The manifest is read once, and again when the generation it names has been retired (or when
    `refresh` says so). A look-up then costs one read of the shard's header, unless that is in the
    cache, and one of a block; a miss costs the same or less.

    Args:
        schema: The columns the caller relies on: another table's or an older one's is refused.
        cache: Headers kept in memory; may be shared by readers of several tables.
        manifest: Of an earlier reader of this table, if that is not long ago: saves reading it.
    """

    def __init__(
        self,
        objects: ObjectStore,
        prefix: str,
        *,
        schema: Schema | None = None,
        cache: HeaderCache | None = None,
        manifest: Manifest | None = None,
    ) -> None:
        self._objects, self._prefix, self._schema = objects, prefix, schema
        self._cache = HeaderCache() if cache is None else cache
        self._serving = None if manifest is None else self._serve(manifest)

    async def get(self, key: int) -> Row | None:
        """The row of an id by column name, None if there is none.

        Raises:
            ValueError: `key` is not a number of 128 bits.
            MissingObject: nothing was ever published here, or an object is gone.
            BlockError: a file is damaged, of another kind or another version; see `errors`.
            StorageFailure: the object store could not answer.

        Cost: at most two range reads, about 4 KB and 5 KB.
        """
        serving = self._serving or await self._refreshed()
        try:
            return await self._row(serving, key)
        except MissingObject:
            return await self._row(await self._next(serving), key)

    async def get_many(self, keys: Iterable[int]) -> dict[int, Row]:
        """Id -> row, for those there are, in the order asked for; errors as `get`.

        Cost: a read for each header that is not cached and for each block, not for each id.
        """
        wanted = list(dict.fromkeys(keys))
        serving = self._serving or await self._refreshed()
        try:
            return await self._rows(serving, wanted)
        except MissingObject:
            return await self._rows(await self._next(serving), wanted)

    async def manifest(self) -> Manifest:
        """What is known about the table; read once."""
        return (self._serving or await self._refreshed()).manifest

    async def refresh(self) -> Manifest:
        """Read the manifest again, so that a generation published since is used."""
        return (await self._refreshed()).manifest

    async def _next(self, gone: _Serving) -> _Serving:
        """What serves now, if that is not what we missed an object of: it has been retired then.

        To be called while `MissingObject` is handled, which is raised again otherwise.
        """
        serving = await self._refreshed()
        if serving.manifest.generation == gone.manifest.generation:
            raise  # noqa: PLE0704
        return serving

    async def _refreshed(self) -> _Serving:
        manifest, _etag = await load(self._objects, self._prefix)
        self._serving = self._serve(manifest)
        return self._serving

    def _serve(self, manifest: Manifest) -> _Serving:
        if self._schema not in {None, manifest.schema}:
            raise WrongSchema(
                Place(manifest_key(self._prefix)),
                f"it is of {manifest.schema.as_json()}, not of the columns asked for",
            )
        return _Serving(manifest, manifest.identity(0), Decoder(manifest.schema))

    async def _row(self, serving: _Serving, key: int) -> Row | None:
        header = await self._header(serving, shard_of(key, serving.manifest.shards))
        span = header.span(header.block_of(key))
        if span.start == span.end:
            return None
        block = await self._block(serving, header, span)
        at = block.find(key)
        return None if at is None else block.row(serving.decoder, at, block.columns())

    async def _rows(self, serving: _Serving, keys: Sequence[int]) -> dict[int, Row]:
        by_shard: dict[int, list[int]] = {}
        for key in keys:
            by_shard.setdefault(shard_of(key, serving.manifest.shards), []).append(key)
        headers = dict(
            zip(
                by_shard,
                await _all(lambda shard: self._header(serving, shard), list(by_shard)),
                strict=True,
            )
        )
        by_span: dict[tuple[int, Span], list[int]] = {}
        for shard, some in by_shard.items():
            for key in some:
                span = headers[shard].span(headers[shard].block_of(key))
                if span.end > span.start:
                    by_span.setdefault((shard, span), []).append(key)

        async def found_in(spot: tuple[int, Span]) -> dict[int, Row]:
            shard, span = spot
            block = await self._block(serving, headers[shard], span)
            return rows_in(block, serving.decoder, by_span[spot])

        found: dict[int, Row] = {}
        for some_rows in await _all(found_in, list(by_span)):
            found.update(some_rows)
        return {key: found[key] for key in keys if key in found}

    async def _header(self, serving: _Serving, shard: int) -> Header:
        key = shard_key(self._prefix, serving.manifest.generation, shard)
        header = self._cache.get(key)
        if header is None:
            place = Place(key, shard, byte=0)
            body, size = await self._read(place, serving.manifest.header_bytes)
            header = parse(
                body,
                expected=serving.identity._replace(shard=shard),
                place=place,
                object_bytes=size,
            )
            self._cache.put(key, header)
        return header

    async def _block(self, serving: _Serving, header: Header, span: Span) -> Block:
        shard = header.identity.shard
        key = shard_key(self._prefix, serving.manifest.generation, shard)
        place = Place(key, shard, span.number, span.start)
        body, _size = await self._read(place, span.end - span.start)
        seed = block_seed(header.identity, span.number)
        return open_block(body, seed=seed, place=place, wanted_bytes=span.end - span.start)

    async def _read(self, place: Place, length: int) -> tuple[bytes, int]:
        """Bytes from the place on, fewer at the end of the object, and the object's size."""
        offset = place.byte or 0
        try:
            found = await self._objects.get(place.key, offset=offset, length=length)
        except BlockError:
            raise
        except StorageFailure as error:
            # A range past the end looks like any other failure; only the size tells.
            head = await self._objects.head(place.key)
            if head is not None and head.size <= offset:
                raise Truncated(place, f"it ends after {head.size:,} bytes") from error
            raise
        if found is None:
            raise MissingObject(place, "there is no such object")
        return found.body, found.size


def rows_in(block: Block, decoder: Decoder, keys: Iterable[int]) -> dict[int, Row]:
    """Those of `keys` that are in a block; its columns are inflated once, and only for a hit."""
    at = {key: row for key in keys if (row := block.find(key)) is not None}
    if not at:
        return {}
    raw = block.columns()
    return {key: block.row(decoder, row, raw) for key, row in at.items()}


async def _all(work: Callable[[_In], Awaitable[_Out]], over: Sequence[_In]) -> list[_Out]:
    """The answers in order, some at once. The first failure is raised when its wave has ended."""
    if len(over) == 1:
        return [await work(over[0])]
    answers: list[_Out] = []
    for first in range(0, len(over), AT_ONCE):
        wave = over[first : first + AT_ONCE]
        for answer in await asyncio.gather(*map(work, wave), return_exceptions=True):
            if isinstance(answer, BaseException):
                raise answer
            answers.append(answer)
    return answers
