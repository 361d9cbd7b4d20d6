"""VectorIndex over Vectorize.

Limits that the service reports by numbers ("code = 40025") are checked here first, so that an
error names what would be right. Source: https://developers.cloudflare.com/vectorize/platform/limits/
"""

from collections.abc import Mapping, Sequence
from typing import Any

from grovemusic.ports import Match, Vector
from grovemusic.runtime.cloudflare.javascript import asked, bare, given, options, parsed
from grovemusic.runtime.limits.vector_filter import conditions
from grovemusic.runtime.limits.vectors import (
    PORT,
    check_about,
    check_amount,
    check_direction,
    check_id,
    check_top_k,
)

_IDS_AT_ONCE = 20  # for getByIds and deleteByIds; not documented, more gives code 40007


class Vectorize:
    """A `VectorIndex`. What was written is seen after half a minute or two."""

    def __init__(self, binding: Any, *, dimensions: int, filterable: Sequence[str] = ()) -> None:
        self._index, self._dimensions = bare(binding), dimensions
        self._filterable = tuple(filterable)

    async def upsert(self, vectors: Sequence[Vector]) -> None:
        check_amount(vectors)
        latest = {each.id: each for each in vectors}  # of two with one id the last counts
        for each in latest.values():
            check_about(each)
            check_direction(each.values, each.id, dimensions=self._dimensions)
        if vectors:
            rows = [_row(each) for each in latest.values()]
            await asked(PORT, self._index.upsert(given(rows)))

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
        check_top_k(top_k, bare=not with_metadata and not with_values)
        check_direction(values, "the question", dimensions=self._dimensions)
        tests = conditions(where or {}, self._filterable)
        wanted = options(
            topK=top_k,
            namespace=namespace,
            filter={field: dict(test) for field, test in tests.items()} or None,
            returnMetadata="all" if with_metadata else "none",
            returnValues=with_values,
        )
        found = parsed(await asked(PORT, self._index.query(given(list(values)), wanted)))
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
        for each in ids:
            check_id(each)
        found: list[Vector] = []
        for some in _portions(ids):
            rows = parsed(await asked(PORT, self._index.getByIds(given(some))))
            found += [_vector(row) for row in rows]
        return found

    async def delete(self, ids: Sequence[str]) -> None:
        for some in _portions(ids):
            await asked(PORT, self._index.deleteByIds(given(some)))

    async def count(self) -> int:
        about = parsed(await asked(PORT, self._index.describe()))
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


def _vector(row: Mapping[str, Any]) -> Vector:
    return Vector(
        id=row["id"],
        values=tuple(row["values"]),
        namespace=row.get("namespace") or "",
        metadata=row.get("metadata") or {},
    )


def _portions(ids: Sequence[str]) -> list[list[str]]:
    listed = list(dict.fromkeys(ids))
    return [listed[at : at + _IDS_AT_ONCE] for at in range(0, len(listed), _IDS_AT_ONCE)]
