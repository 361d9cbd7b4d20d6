"""
What may be wrong with a file of the cold store; each names the object and the place in it:

* StorageFailure
  x BlockError           base of these
    + MissingObject      there is no such object
    + Truncated          it ends before it should
    + ForeignFile        it is not a file of ours, or one of another shard
    + UnknownVersion     a later program wrote it
    + ChecksumMismatch   its bytes are not those that were written
    + WrongSchema        its columns are not those that were expected
    + Malformed          it contradicts itself: whoever wrote it has a bug
"""

from typing import NamedTuple

from grovemusic.domain.errors import StorageFailure


class Place(NamedTuple):
    """Where in the store: an object, and as much as is known about the spot inside it."""

    key: str
    shard: int | None = None
    block: int | None = None
    byte: int | None = None  # position in the object, from 0

    def __str__(self) -> str:
        parts = [self.key]
        parts += [] if self.shard is None else [f"shard {self.shard}"]
        parts += [] if self.block is None else [f"block {self.block}"]
        parts += [] if self.byte is None else [f"byte {self.byte:,}"]
        return ", ".join(parts)


class BlockError(StorageFailure):
    """What is wrong, and where."""

    def __init__(self, place: Place, problem: str) -> None:
        super().__init__("blocks", f"{place}: {problem}")
        self.place = place
        self.problem = problem


class MissingObject(BlockError):
    """There is no such object: never published, or retired."""


class Truncated(BlockError):
    """The object ends before it should, or goes on where it should end."""


class ForeignFile(BlockError):
    """Not written by us, or for another shard or generation than its name says."""


class UnknownVersion(BlockError):
    """Of a version this reader does not know."""


class ChecksumMismatch(BlockError):
    """Damaged: the bytes are not those that were written."""


class WrongSchema(BlockError):
    """The columns are others than were expected."""


class Malformed(BlockError):
    """Its checksum is right, and yet it cannot be: a bug of whoever wrote it."""
