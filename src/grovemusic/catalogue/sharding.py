"""One vector index made of several, because one holds twenty million vectors at most.

Shards fill up one after another. New vectors go to the first that has room; one that is known stays
where it is and is replaced there. A question goes to all of them, and the answers are merged by
score: a cosine means the same everywhere.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from grovemusic.catalogue.layers import Log
from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Match, Vector, VectorIndex

# Source: https://developers.cloudflare.com/vectorize/platform/limits/ (20,000,000 since 2026-08).
MOST_VECTORS = 20_000_000
# A count lags behind the writes; so much is always kept free (one job takes 200,000 at most).
SPARE = 200_000


class ShardedVectors:
    """Implements `ports.VectorIndex`.

    A shard that does not answer is passed over and logged; if none does, its error is raised. For
    writing, all that may be concerned have to answer.

    Args:
        shards: At least one, in the order they fill up. The order must never change.
        room_for: Vectors a shard takes.
    """

    def __init__(
        self,
        shards: Sequence[VectorIndex],
        log: Log,
        *,
        room_for: int = MOST_VECTORS - SPARE,
    ) -> None:
        if not shards:
            raise ValueError("want at least one shard")
        self._shards, self._log, self._room_for = tuple(shards), log, room_for

    async def upsert(self, vectors: Sequence[Vector]) -> None:
        """Replace what is known where it is, and add the rest where there is room.

        Raises:
            PlatformLimit: every shard is full; nothing new was stored.

        Cost: with several shards each of the earlier ones is asked which ids it has.
        """
        latest = {each.id: each for each in vectors}
        for shard in self._shards[:-1]:
            known = {each.id for each in await shard.get(list(latest))} if latest else set()
            room = 0 if len(known) == len(latest) else self._room_for - await shard.count()
            new = [each for each in latest if each not in known][: max(0, room)]
            mine = [latest.pop(each) for each in [*known, *new]]
            if mine:
                await shard.upsert(mine)
        if not latest:
            return
        last = self._shards[-1]
        room = self._room_for - await last.count()
        if room < len(latest):
            known = {each.id for each in await last.get(list(latest))}
            if len(latest) - len(known) > max(0, room):
                raise PlatformLimit("vectors", f"all {len(self._shards)} shards are full")
        await last.upsert(list(latest.values()))

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
        answers = await asyncio.gather(
            *(
                shard.query(
                    values,
                    top_k=top_k,
                    namespace=namespace,
                    where=where,
                    with_metadata=with_metadata,
                    with_values=with_values,
                )
                for shard in self._shards
            ),
            return_exceptions=True,
        )
        best: dict[str, Match] = {}
        for answer in self._sound(answers):
            for match in answer:
                if match.id not in best or match.score > best[match.id].score:
                    best[match.id] = match
        return sorted(best.values(), key=lambda match: (-match.score, match.id))[:top_k]

    async def get(self, ids: Sequence[str]) -> list[Vector]:
        found = await asyncio.gather(*(shard.get(ids) for shard in self._shards))
        return list({each.id: each for some in reversed(found) for each in some}.values())

    async def delete(self, ids: Sequence[str]) -> None:
        for shard in self._shards:
            await shard.delete(ids)

    async def count(self) -> int:
        return sum([await shard.count() for shard in self._shards])

    def _sound(self, answers: Sequence[list[Match] | BaseException]) -> list[list[Match]]:
        """Those that are answers."""
        sound = [each for each in answers if not isinstance(each, BaseException)]
        for number, each in enumerate(answers):
            if not isinstance(each, BaseException):
                continue
            if not sound or not isinstance(each, StorageFailure):
                raise each
            self._log("vector_shard_failed", shard=number, error=str(each))
        return sound
