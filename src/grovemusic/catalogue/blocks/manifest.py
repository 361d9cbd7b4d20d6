"""Which generation of a table serves, and what a reader has to know before its first look-up."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grovemusic.catalogue.blocks.errors import (
    ChecksumMismatch,
    ForeignFile,
    MissingObject,
    Place,
    UnknownVersion,
)
from grovemusic.catalogue.blocks.header import VERSION, Identity
from grovemusic.catalogue.blocks.layout import MOST_SHARDS
from grovemusic.catalogue.blocks.schema import Schema
from grovemusic.ports import ObjectStore

FORMAT = "grove column blocks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A generation: a complete state of a table, never changed once it is written.

    Attributes:
        generation: Its name, part of the objects' keys.
        previous: The generation that served before it, until it is retired; None if there is none.
        header_bytes: The longest header, so that one read fetches any of them.
        block_bytes: The longest block.
        made_at_ms: Unix time at which it was published.
    """

    schema: Schema
    generation: str
    previous: str | None
    shards: int
    rows: int
    stored_bytes: int
    header_bytes: int
    block_bytes: int
    rows_per_block: int
    made_at_ms: int

    def identity(self, shard: int) -> Identity:
        return identity_of(self.schema, self.generation, shard=shard, shards=self.shards)


def identity_of(schema: Schema, generation: str, *, shard: int, shards: int) -> Identity:
    """What the header of a shard has to say."""
    name = hashlib.sha256(generation.encode()).digest()[:8]
    return Identity(schema.fingerprint(), name, shard, shards)


def manifest_key(prefix: str) -> str:
    return f"{prefix}/manifest.json"


def shard_key(prefix: str, generation: str, shard: int) -> str:
    return f"{prefix}/{generation}/{shard:05d}.gmb"


def dump(manifest: Manifest) -> bytes:
    """The object's body."""
    said = {
        "format": FORMAT,
        "version": VERSION,
        **{name: getattr(manifest, name) for name in Manifest.__slots__ if name != "schema"},
        **manifest.schema.as_json(),
    }
    return _text({**said, "checksum": _checksum(said)})


def parse(body: bytes, place: Place) -> Manifest:
    """The manifest in an object's body.

    Raises:
        ForeignFile, UnknownVersion, ChecksumMismatch.
    """
    try:
        said = json.loads(body)
    except ValueError as error:  # also text that is not UTF-8
        raise ForeignFile(place, f"it is not JSON: {error}") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ForeignFile(place, f"it is not a manifest of {FORMAT}")
    checksum = said.pop("checksum", None)
    if said.get("version") != VERSION:
        raise UnknownVersion(place, f"version {said.get('version')!r}; this reader knows {VERSION}")
    # The bytes and not only what they mean: a flipped bit that changes nothing is damage too.
    if checksum != _checksum(said) or _text({**said, "checksum": checksum}) != body:
        raise ChecksumMismatch(place, "the manifest is damaged")
    try:
        return _manifest(said)
    except (KeyError, TypeError, ValueError) as error:
        raise ForeignFile(place, f"it is not a complete manifest: {error!r}") from error


async def load(objects: ObjectStore, prefix: str) -> tuple[Manifest, str]:
    """The manifest of a table, and its etag.

    Raises:
        MissingObject: nothing was ever published here.
        ForeignFile, UnknownVersion, ChecksumMismatch: it is damaged.
    """
    place = Place(manifest_key(prefix))
    found = await objects.get(place.key)
    if found is None:
        raise MissingObject(place, "nothing has been published here")
    return parse(found.body, place), found.etag


def _manifest(said: Mapping[str, Any]) -> Manifest:
    numbers = {
        name: int(said[name])
        for name in (
            "shards", "rows", "stored_bytes", "header_bytes", "block_bytes", "rows_per_block",
            "made_at_ms",
        )
    }  # fmt: skip
    if not 1 <= numbers["shards"] <= MOST_SHARDS:
        raise ValueError(f"{numbers['shards']} shards")
    return Manifest(
        schema=Schema.from_json(said),
        generation=str(said["generation"]),
        previous=None if said["previous"] is None else str(said["previous"]),
        **numbers,
    )


def _text(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _checksum(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(said)).hexdigest()
