"""Mining on Apache Spark: the two steps of `machine.py`, with Spark's shuffle between them.

The driver indexes the memberships and writes the index where every node can read it. A task of
the first step counts for a range of ranks and gives packed halves by block; Spark brings those of
a block together; a task of the second step ranks some blocks. So a node needs the index in a
file, of which the system keeps in memory what is used, and a task needs counters for all ranks.
"""

import itertools
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from catalogue_import.kernel import counting, indexing
from catalogue_import.kernel.counting import Counting
from catalogue_import.kernel.halves import Blocks, Run
from catalogue_import.kernel.memberships import Memberships
from catalogue_import.kernel.ranking import ranked
from catalogue_import.kernel.rules import Mined, Room, Rules
from catalogue_import.pairs import Neighbours

_TASKS_A_CORE = 8  # of each step: none is waited for long, none is too short to be worth its start
_EVENTS_A_TASK = 1 << 24  # at least: a fraction of a second
_FOUND_BYTES = 64 << 20  # that a task of the first step may hold back


def mine(memberships: Memberships, rules: Rules, room: Room) -> Mined:
    """As `machine.mine`, on the active Spark session; without one on what Spark finds configured.

    Args:
        room: Its folder must be one that all nodes of the cluster see under the same path. The
            memory is that of the driver, for the index; tasks are bounded by Spark's settings.
    """
    fits = len(memberships.members) * indexing.BYTES_A_MEMBERSHIP <= room.memory_bytes // 2
    allocate = indexing.in_memory if fits else indexing.in_files(room.folder)
    index = indexing.build(memberships, rules, allocate)
    return Mined(
        lists=index.lists,
        ignored=index.ignored,
        appearances=index.appearances,
        neighbours=_neighbours(index, rules, room.folder),
    )


def _neighbours(index: indexing.Index, rules: Rules, folder: Path | None) -> Iterator[Neighbours]:
    from pyspark import StorageLevel
    from pyspark.sql import SparkSession

    # Workers must be of this Python; Spark would take whatever "python3" is.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark: Any = SparkSession.builder.appName("grovemusic mining").getOrCreate()
    context, blocks = spark.sparkContext, Blocks.of(index)
    tasks = min(context.defaultParallelism * _TASKS_A_CORE, 1 + index.pairs // _EVENTS_A_TASK)
    with tempfile.TemporaryDirectory(dir=folder) as shared:
        indexing.save(index, Path(shared))
        step = Steps(shared, rules, blocks, min(tasks, blocks.number))
        ranges = counting.ranges(index, tasks)
        halves = context.parallelize(ranges, max(1, len(ranges))).mapPartitions(step.count)
        together = halves.repartitionAndSortWithinPartitions(step.tasks, step.task_of)
        rows = together.mapPartitions(step.rank).persist(StorageLevel.DISK_ONLY)
        try:
            rows.count()  # all tasks at once; reading them one by one would run them one by one
            yield from rows.toLocalIterator()
        finally:
            rows.unpersist()


@dataclass(frozen=True, slots=True)
class Steps:
    """What tasks do; sent to them.

    Attributes:
        folder: Where the index is.
        tasks: How many the second step has; each ranks blocks that lie side by side.
    """

    folder: str
    rules: Rules
    blocks: Blocks
    tasks: int

    def count(self, ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        """Block numbers and packed halves."""
        index = indexing.load(Path(self.folder))
        counter = Counting(index, self.rules, self.blocks, _FOUND_BYTES)
        for start, stop in ranges:
            for run in counter.count(start, stop):
                yield from _pieces(run)
            yield from _pieces(counter.rest())

    def task_of(self, block: int) -> int:
        """Which task of the second step a block belongs to."""
        return block * self.tasks // self.blocks.number

    def rank(self, halves: Iterable[tuple[int, bytes]]) -> Iterator[Neighbours]:
        """Rows of blocks, from halves that come block by block."""
        index = indexing.load(Path(self.folder))
        for block, pieces in itertools.groupby(halves, key=itemgetter(0)):
            yield ranked(
                np.frombuffer(b"".join(piece for _block, piece in pieces), dtype=np.uint64),
                block,
                self.blocks,
                self.rules,
                appearances=index.appearances,
                lists=index.lists,
            )


def _pieces(run: Run) -> Iterator[tuple[int, bytes]]:
    """The blocks that have halves in a run, and these."""
    for block in np.flatnonzero(np.diff(run.first)).tolist():
        yield block, run.halves[run.first[block] : run.first[block + 1]].tobytes()
