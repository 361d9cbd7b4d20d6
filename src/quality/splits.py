"""Which playlists are tested, which may be looked at while tuning, and which tracks are hidden.

Every split is by playlist and follows from its id and a number: the same files give the same
split everywhere. Five folds; the lists of the first two are the test part. Each of the two is
tested against a catalogue of all other lists. Tuning reads the other three folds only, and of a
log (radio shows with dates) only what was played before the shows tested by date.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quality.lists import FEWEST_TESTED, Dataset, Playlist

SEED = 20_261_121
FOLDS = 5
TEST_FOLDS = (0, 1)
LATEST_SHARE = 0.2  # of a log: the shows tested by date


class Task(StrEnum):
    """How much of a list is shown; the rest is hidden and to be found."""

    ONE = "one seed"
    FIVE = "five seeds"
    HALF = "half the list"


class Split(StrEnum):
    """How lists were divided into those learnt from and those tested."""

    RANDOM = "by playlist"
    DATE = "by date"


@dataclass(frozen=True, slots=True)
class Case:
    """One list to be continued: works by number, the hidden ones in any order."""

    playlist: str
    seeds: tuple[int, ...]
    hidden: frozenset[int]


@dataclass(frozen=True, slots=True)
class Round:
    """Lists to learn from, and lists to be continued with what was learnt from them."""

    training: tuple[Playlist, ...]
    tested: tuple[Playlist, ...]


def rounds_tested(
    data: Dataset, split: Split = Split.RANDOM, *, most: int | None = None, every: bool = False
) -> Iterator[Round]:
    """The test part, as one round a fold.

    Args:
        most: Lists tested in all rounds together; a stable sample when there are more.
        every: All five folds, for lists that nothing was tuned on.
    """
    if split is Split.DATE:
        earlier, later = _by_date(data)
        yield Round(earlier, _sample(later, most))
        return
    folds = range(FOLDS) if every else TEST_FOLDS
    for fold in folds:
        tested = [each for each in data.playlists if fold_of(each.id) == fold]
        training = tuple(each for each in data.playlists if fold_of(each.id) != fold)
        yield Round(training, _sample(tested, most // len(folds) if most else None))


def rounds_for_tuning(
    data: Dataset, split: Split = Split.RANDOM, *, most: int | None = None, folds: int = FOLDS
) -> Iterator[Round]:
    """The part that may be looked at, divided once more in the same two ways."""
    lists = [each for each in data.playlists if fold_of(each.id) not in TEST_FOLDS]
    if data.is_log:
        before = {each.id for each in _by_date(data)[0]}
        lists = [each for each in lists if each.id in before]
    inner = Dataset(name=data.name, works=data.works, playlists=tuple(lists), dropped={})
    if split is Split.DATE:
        yield from rounds_tested(inner, split, most=most)
        return
    for fold in range(folds):
        tested = [each for each in lists if fold_of(each.id, salt="inner") % folds == fold]
        training = tuple(each for each in lists if fold_of(each.id, salt="inner") % folds != fold)
        yield Round(training, _sample(tested, most // folds if most else None))


def case(playlist: Playlist, task: Task, draw: int = 0) -> Case:
    """What of a list is shown. Drawn at random, since listeners do not begin at the first track.

    Args:
        draw: Which of several independent draws.
    """
    again = f":{draw}" if draw else ""
    drawn = random.Random(f"{SEED}:{task}:{playlist.id}{again}").sample(
        playlist.works, len(playlist.works)
    )
    shown = {Task.ONE: 1, Task.FIVE: 5, Task.HALF: len(drawn) // 2}[task]
    return Case(playlist.id, tuple(drawn[:shown]), frozenset(drawn[shown:]))


def fold_of(playlist_id: str, *, salt: str = "") -> int:
    """0 to 4, the same for the same id on every machine."""
    return int(_place(f"{salt}{playlist_id}") * FOLDS)


def _place(text: str) -> float:
    """Anywhere in 0-1, evenly, by the text."""
    digest = hashlib.blake2b(f"{SEED}:{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _by_date(data: Dataset) -> tuple[tuple[Playlist, ...], tuple[Playlist, ...]]:
    ordered = sorted(data.playlists, key=lambda each: (each.date or "", each.id))
    cut = round(len(ordered) * (1 - LATEST_SHARE))
    return tuple(ordered[:cut]), tuple(ordered[cut:])


def _sample(lists: Sequence[Playlist], most: int | None) -> tuple[Playlist, ...]:
    long = [each for each in lists if len(each.works) >= FEWEST_TESTED]
    if most is None or len(long) <= most:
        return tuple(long)
    return tuple(sorted(long, key=lambda each: _place(f"sample{each.id}"))[:most])
