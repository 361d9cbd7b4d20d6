"""Vectors that Vectorize takes. Source: https://developers.cloudflare.com/vectorize/platform/limits/"""

import json
import math
from collections.abc import Sequence
from typing import Any

from grovemusic.domain.errors import PlatformLimit
from grovemusic.ports import Vector
from grovemusic.runtime.limits.keys import key_bytes, utf8

PORT = "vectors"
MOST_DIMENSIONS = 1536
MOST_NAME_BYTES = 64
MOST_METADATA_BYTES = 10 * 1024
MOST_UPSERTED_AT_ONCE = 1000
MOST_FILTERABLE = 10
MOST_NEAREST = 50
MOST_NEAREST_BARE = 100
LARGEST_FLOAT = 3.4e38  # of 32 bits


def check_amount(vectors: Sequence[Vector]) -> None:
    """Refuse too many at once."""
    if len(vectors) > MOST_UPSERTED_AT_ONCE:
        raise PlatformLimit(
            PORT, f"at most {MOST_UPSERTED_AT_ONCE:,} vectors at once, got {len(vectors):,}"
        )


def check_about(vector: Vector) -> None:
    """Refuse an id, a namespace or metadata that would not be stored."""
    check_id(vector.id)
    if vector.namespace:
        key_bytes(PORT, vector.namespace, at_most=MOST_NAME_BYTES)
    for field, value in vector.metadata.items():
        if not _is_flat(value):
            raise PlatformLimit(PORT, f"{vector.id!r}: metadata {field!r} cannot be {value!r:.80}")
    text = json.dumps(dict(vector.metadata), separators=(",", ":"), ensure_ascii=False)
    if (size := len(utf8(PORT, text))) > MOST_METADATA_BYTES:
        raise PlatformLimit(PORT, f"{vector.id!r}: at most 10 KiB of metadata, got {size:,} bytes")


def check_direction(values: Sequence[float], name: str, *, dimensions: int) -> None:
    """Refuse what has no cosine with anything. For few vectors; numpy checks many at once."""
    if len(values) != dimensions:
        raise PlatformLimit(PORT, f"{name!r} has {len(values)} numbers, want {dimensions}")
    if not any(values) or not all(math.isfinite(v) and abs(v) < LARGEST_FLOAT for v in values):
        raise PlatformLimit(PORT, f"{name!r} has no direction: all zeros, or a number too large")


def check_id(vector_id: str) -> None:
    """Refuse an id that is too long or holds NUL."""
    key_bytes(PORT, vector_id, at_most=MOST_NAME_BYTES)
    if "\0" in vector_id:
        raise PlatformLimit(PORT, f"an id holds no NUL: {vector_id!r}")


def check_top_k(top_k: int, *, bare: bool) -> None:
    """Refuse to look for more than Vectorize gives, which is less with metadata or values."""
    most = MOST_NEAREST_BARE if bare else MOST_NEAREST
    if not 1 <= top_k <= most:
        raise PlatformLimit(PORT, f"here top_k is 1-{most}, got {top_k}")


def _is_flat(value: Any) -> bool:
    match value:
        case str() | bool() | int():
            return True
        case float():
            return math.isfinite(value)
        case list():
            return all(isinstance(each, str) for each in value)
        case _:
            return False
