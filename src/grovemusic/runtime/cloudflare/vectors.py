"""VectorIndex over Vectorize.

Limits that the service reports by numbers ("code = 40025") are checked here first, so that an
error names what would be right. Source: https://developers.cloudflare.com/vectorize/platform/limits/
"""

from collections.abc import Mapping, Sequence
from typing import Any

from grovemusic.domain.errors import PlatformLimit
from grovemusic.ports import Match, Vector
from grovemusic.runtime.cloudflare.javascript import asked, bare, given, options, parsed

_PORT = "vectors"
_MOST_UPSERTED = 1000
_MOST_NEAREST, _MOST_NEAREST_BARE = 50, 100
_IDS_AT_ONCE = 20  # for getByIds and deleteByIds; not documented, more gives code 40007


class Vectorize:
    """A `VectorIndex`. What was written is seen after half a minute or two."""

    def __init__(self, binding: Any, *, dimensions: int) -> None:
        self._index, self._dimensions = bare(binding), dimensions

    async def upsert(self, vectors: Sequence[Vector]) -> None:
        if len(vectors) > _MOST_UPSERTED:
            raise PlatformLimit(_PORT, f"{_MOST_UPSERTED} vectors at once, got {len(vectors)}")
        for each in vectors:
            if len(each.values) != self._dimensions:
                wanted = f"{self._dimensions} numbers a vector, {each.id!r} has"
                raise PlatformLimit(_PORT, f"{wanted} {len(each.values)}")
        if vectors:
            rows = [_row(each) for each in vectors]
            await asked(_PORT, self._index.upsert(given(rows)))

    async def query(
        self,
        values: Sequence[float],
        *,
        top_k: int = 50,
        namespace: str | None = None,
        where: Mapping[str, Any] | None = None,
        with_metadata: bool = True,
        with_values: bool = False,
    ) -> list[Match]:
        most = _MOST_NEAREST if with_metadata or with_values else _MOST_NEAREST_BARE
        if not 1 <= top_k <= most:
            raise PlatformLimit(_PORT, f"1 to {most} nearest, got {top_k}")
        wanted = options(
            topK=top_k,
            namespace=namespace,
            filter=dict(where) if where else None,
            returnMetadata="all" if with_metadata else "none",
            returnValues=with_values,
        )
        found = parsed(await asked(_PORT, self._index.query(given(list(values)), wanted)))
        matches = [
            Match(
                id=each["id"],
                score=each["score"],
                metadata=each.get("metadata") or {},
                values=tuple(each["values"]) if with_values and each.get("values") else None,
            )
            for each in found["matches"]
        ]
        return sorted(matches, key=lambda match: (-match.score, match.id))

    async def get(self, ids: Sequence[str]) -> list[Vector]:
        found: list[Vector] = []
        for some in _portions(ids):
            for each in parsed(await asked(_PORT, self._index.getByIds(given(some)))):
                found.append(
                    Vector(
                        id=each["id"],
                        values=tuple(each["values"]),
                        namespace=each.get("namespace") or "",
                        metadata=each.get("metadata") or {},
                    )
                )
        return found

    async def delete(self, ids: Sequence[str]) -> None:
        for some in _portions(ids):
            await asked(_PORT, self._index.deleteByIds(given(some)))

    async def count(self) -> int:
        about = parsed(await asked(_PORT, self._index.describe()))
        return int(about.get("vectorCount", about.get("vectorsCount", 0)))


def _row(vector: Vector) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": vector.id,
        "values": list(vector.values),
        "metadata": dict(vector.metadata),
    }
    if vector.namespace:
        row["namespace"] = vector.namespace
    return row


def _portions(ids: Sequence[str]) -> list[list[str]]:
    listed = list(dict.fromkeys(ids))
    return [listed[at : at + _IDS_AT_ONCE] for at in range(0, len(listed), _IDS_AT_ONCE)]
