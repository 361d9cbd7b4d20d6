"""What counts as being together, and what a machine may use to find out."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Protocol

from catalogue_import.kernel.memberships import Memberships, Numbers
from catalogue_import.pairs import SHRINK, Neighbours

_LEAST_MEMORY = 1 << 20
_LONGEST = (1 << 24) - 1  # members that the index can number; see `indexing.REST_BITS`


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is counted and kept.

    Attributes:
        shortest: Lists with fewer different items say nothing and do not count,
        longest: nor do those with more.
        fewest: In how many lists two items must be together.
        top: Neighbours kept for each item.
        shrink: Added to the cosine's divisor; see `pairs.SHRINK`.
    """

    shortest: int = 5
    longest: int = 500
    fewest: int = 3
    top: int = 100
    shrink: float = SHRINK

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest <= _LONGEST:
            raise ValueError(f"want 1 <= shortest <= longest <= {_LONGEST}, got {self}")
        if self.fewest < 1 or self.top < 1 or not 0 <= self.shrink < inf:
            raise ValueError(f"want fewest >= 1, top >= 1 and a shrink of 0 or more, got {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What mining may use of one machine.

    Attributes:
        memory_bytes: For everything but the memberships themselves. What does not fit goes to
            files; only the tables of single items, about 20 bytes each and thread, must.
        folder: Where those files go; None for the system's temporary folder.
        threads: None for one a processor.
    """

    memory_bytes: int = 2 << 30
    folder: Path | None = None
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.memory_bytes < _LEAST_MEMORY or (self.threads is not None and self.threads < 1):
            raise ValueError(f"want 1 MB or more and a thread or more, got {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """What the lists held that does not count. A list without any member is none.

    Attributes:
        short: Lists with fewer different items than count,
        long: with more.
        repeats: Members that their list has once already.
    """

    short: int = 0
    long: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """What mining found.

    Attributes:
        lists: How many were of a telling length.
        ignored: What was left out.
        appearances: For each item, in how many of them it stands.
        neighbours: Blocks in the order of items, each item with its closest first; ties are in
            the order of the others' numbers. To be read once.
    """

    lists: int
    ignored: Ignored
    appearances: Numbers
    neighbours: Iterator[Neighbours]


class Engine(Protocol):
    """A way to mine. All of them give the same rows in the same order."""

    def __call__(self, memberships: Memberships, rules: Rules, room: Room) -> Mined: ...
