"""What the caller may choose, and what the stages get from outside."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue_import.ledger import Progress, silent
from grovemusic.ports import Clock, NewId, ObjectStore, VectorIndex

MOST_VECTORS = 20_000_000  # of one Vectorize index, since 2026-08-04
BATCH = 1_000  # vectors an upsert from a Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """An invented world as the source."""

    tracks: int
    playlists: int
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an import does.

    Attributes:
        sources: Files and folders with tables of tracks, features, artists, albums, playlists.
        references: Tables of MusicBrainz recordings; without any, nothing is cross-referenced.
        demo: Invent the source; then `sources` and `references` are empty.
        hot: The most popular tracks, which go to the catalogue database.
        hot_neighbours: Of these, how many take their neighbours along.
        similar: Tracks that get an exact list of similar ones.
        tier_a, tier_b: Popularity, 0-100, from which a track is in a tier; the rest is in C.
        hybrid: Vectors of 1,536 numbers as well.
        engine: Of mining: numba, numpy or spark; None chooses.
        samples: Rows of each layer that `verify` compares.
    """

    sources: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    demo: Demo | None = None
    hot: int = 100_000
    hot_neighbours: int = 10_000
    similar: int = 10_000
    tier_a: float = 30.0
    tier_b: float = 10.0
    hybrid: bool = False
    index_capacity: int = MOST_VECTORS
    engine: str | None = None
    threads: int | None = None
    memory_bytes: int = 1 << 30
    samples: int = 200

    def __post_init__(self) -> None:
        if not 0 <= self.tier_b <= self.tier_a <= 100:
            raise ValueError(f"want 0 <= tier B <= tier A <= 100, got {self}")
        if min(self.hot, self.hot_neighbours, self.similar, self.samples) < 0:
            raise ValueError(f"want counts of 0 or more, got {self}")
        if not 1 <= self.index_capacity <= MOST_VECTORS:
            raise ValueError(f"an index holds 1 to {MOST_VECTORS:,} vectors")

    def shown(self, *names: str) -> dict[str, Any]:
        """Some of them as JSON, for a fingerprint."""
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an import goes.

    Attributes:
        catalogue: SQLite file with the schema of migrations/catalogue.
        objects: The cold store; keys begin with "catalogue/".
        vectors: Index of 13 numbers; None leaves the batch files to be uploaded by hand.
    """

    catalogue: Path
    objects: ObjectStore
    vectors: VectorIndex | None
    clock: Clock
    new_id: NewId
    progress: Progress = silent
    cpu_s: Callable[[], float] = time.process_time
