"""Vectors into the index, in batches it takes, so that one bad vector does not stop the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from grovemusic.domain.errors import PlatformLimit, StorageBusy, StorageFailure
from grovemusic.ports import Vector, VectorIndex

AT_ONCE = 1000  # Vectorize's limit for an upsert from a Worker
# To find one bad vector among a thousand takes ten halvings. More failures in a row than this,
# and nothing ever succeeding, is no bad vector but an index that does not work.
MOST_FAILURES = 24


@dataclass(slots=True)
class Uploaded:
    """What became of the vectors.

    Attributes:
        stored: Ids, in the order they were stored.
        refused: Id -> why the index does not take it.
    """

    stored: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


async def upload(vectors: Sequence[Vector], index: VectorIndex) -> Uploaded:
    """Store all the index takes. Repeating it stores the same vectors again, and no second ones.

    A batch that is refused is halved until the one that is at fault stands alone.

    Raises:
        StorageBusy: the index is overloaded. Some may have been stored.
        StorageFailure: it refuses everything, one by one too: that is its fault, not theirs.

    Cost: an upsert a thousand; about twenty more for a bad vector.
    """
    return await _Upload(index).all_of(vectors)


class _Upload:
    def __init__(self, index: VectorIndex) -> None:
        self._index, self._done = index, Uploaded()
        self._failures = 0  # since the last success
        self._suspects: dict[str, StorageFailure] = {}

    async def all_of(self, vectors: Sequence[Vector]) -> Uploaded:
        for start in range(0, len(vectors), AT_ONCE):
            await self._some(vectors[start : start + AT_ONCE])
        if self._suspects and not self._done.stored:
            raise next(iter(self._suspects.values()))
        self._done.refused |= {name: str(error) for name, error in self._suspects.items()}
        return self._done

    async def _some(self, vectors: Sequence[Vector]) -> None:
        try:
            await self._index.upsert(vectors)
        except StorageBusy:
            raise
        except (PlatformLimit, StorageFailure) as error:
            self._failures += isinstance(error, StorageFailure)
            if self._failures > MOST_FAILURES:
                raise
            if len(vectors) > 1:
                await self._some(vectors[: len(vectors) // 2])
                await self._some(vectors[len(vectors) // 2 :])
            elif isinstance(error, PlatformLimit):
                self._done.refused[vectors[0].id] = str(error)
            else:
                self._suspects[vectors[0].id] = error
        else:
            self._failures = 0
            self._done.stored += [each.id for each in vectors]
