"""Mining on one machine: threads that count, then threads that rank, within a bound of memory."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from catalogue_import.kernel import counting
from catalogue_import.kernel.counting import Counting
from catalogue_import.kernel.halves import Blocks, Runs
from catalogue_import.kernel.indexing import BYTES_A_MEMBERSHIP, Index, build, in_files, in_memory
from catalogue_import.kernel.memberships import Memberships
from catalogue_import.kernel.ranking import ranked
from catalogue_import.kernel.rules import Mined, Room, Rules
from catalogue_import.pairs import Neighbours

_PARTS_A_THREAD = 64  # of the counting: none waits long for the last


def mine(memberships: Memberships, rules: Rules, room: Room) -> Mined:
    """The memberships are indexed at once; pairs are counted when the first block is read.

    Cost: a step for each two members of a list, then one for each two items that met often
    enough, twice. Files take 8 bytes for each of those that find no place in memory.
    """
    index_bytes = len(memberships.members) * BYTES_A_MEMBERSHIP
    fits = index_bytes <= room.memory_bytes // 2
    index = build(memberships, rules, in_memory if fits else in_files(room.folder))
    free_bytes = room.memory_bytes - (index_bytes if fits else 0)
    return Mined(
        lists=index.lists,
        ignored=index.ignored,
        appearances=index.appearances,
        neighbours=_neighbours(index, rules, room, free_bytes),
    )


def _neighbours(index: Index, rules: Rules, room: Room, free_bytes: int) -> Iterator[Neighbours]:
    """Half of the memory is for runs, half for those who make them and later rank them."""
    blocks, threads = Blocks.of(index), room.threads or os.cpu_count() or 1
    with Runs(free_bytes // 2, room.folder) as runs, ThreadPoolExecutor(threads) as pool:
        _count(index, rules, blocks, runs, pool, threads, free_bytes // 2 // threads)
        waiting: deque[Future[Neighbours]] = deque()
        for block in range(blocks.number):
            waiting.append(pool.submit(_rank, index, rules, blocks, runs, block))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _count(
    index: Index,
    rules: Rules,
    blocks: Blocks,
    runs: Runs,
    pool: ThreadPoolExecutor,
    threads: int,
    memory_bytes: int,
) -> None:
    """Fill `runs`, each thread taking the next range when it is through with one."""
    parts, lock = iter(counting.ranges(index, threads * _PARTS_A_THREAD)), Lock()

    def work() -> None:
        own = Counting(index, rules, blocks, memory_bytes)
        while True:
            with lock:
                part = next(parts, None)
            if part is None:
                break
            for run in own.count(*part):
                runs.add(run)
        runs.add(own.rest())

    for done in [pool.submit(work) for _ in range(threads)]:
        done.result()


def _rank(index: Index, rules: Rules, blocks: Blocks, runs: Runs, block: int) -> Neighbours:
    return ranked(
        runs.block(block),
        block,
        blocks,
        rules,
        appearances=index.appearances,
        lists=index.lists,
    )
