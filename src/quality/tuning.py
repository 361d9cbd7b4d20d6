"""How the weights were chosen: `python -m quality.tuning`, on the part of the data for tuning.

One set of weights for all data. Of each dataset and task the NDCG@100 is measured as a share of
the best that weights of its own could reach, so that a set with large figures does not decide
alone; the mean of these shares is what is made large, one weight at a time.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grovemusic.domain.music import Part
from grovemusic.pipeline.weights import WEIGHTS
from quality import datasets
from quality.__main__ import PROJECT
from quality.metrics import ndcg
from quality.splits import Round, Split, Task, case, rounds_for_tuning
from quality.vectorised import Facts, Learnt, best

THINNED = 100
LISTS = 80  # a dataset and split, over the inner folds
STEPS = (1.6, 1.25, 1.1)  # factors a weight is tried with, coarse to fine
Singles = NDArray[np.float32]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One case: what each part says beyond the usual of every work, and what was hidden."""

    gains: Singles  # a row a work, a column a part; 0 where unknown
    seeds: tuple[int, ...]
    hidden: frozenset[int]


Cell = tuple[str, Split, Task]


def collected(names: Sequence[str], data: Path, lists: int) -> dict[Cell, list[Asked]]:
    """The cases of the tuning part, by dataset, split and task."""
    found: dict[Cell, list[Asked]] = {}
    for name in names:
        dataset, _most = datasets.opened(name, data)
        facts = Facts(dataset)
        for split in [Split.RANDOM, Split.DATE] if dataset.is_log else [Split.RANDOM]:
            for each in rounds_for_tuning(dataset, split, most=lists):
                _collect(found, (name, split), each, facts)
                if facts.tagged.any():
                    _collect(found, (f"{name}, thinned", split), _thinned(each), facts)
    return found


def _thinned(each: Round) -> Round:
    """With one of a hundred lists to learn from: what tags are worth where playlists are few."""
    return Round(each.training[::THINNED], each.tested)


def _collect(
    found: dict[Cell, list[Asked]], of: tuple[str, Split], each: Round, facts: Facts
) -> None:
    learnt = Learnt(facts, each.training)
    for playlist in each.tested:
        for task in Task:
            asked = case(playlist, task)
            gains = _gains(learnt, asked.seeds)
            found.setdefault((*of, task), []).append(Asked(gains, asked.seeds, asked.hidden))


def chosen(cells: Mapping[Cell, Sequence[Asked]], say: Say) -> Mapping[Part, float]:
    """The weights, adding up to 1, under which the mean share of what is possible is largest."""
    start = np.array([WEIGHTS.parts[part] for part in Part])
    most = {cell: _climbed(start, partial(_mean, asked))[1] for cell, asked in cells.items()}

    def share(weights: NDArray[np.float64]) -> float:
        return float(np.mean([_mean(cells[cell], weights) / top for cell, top in most.items()]))

    weights, reached = _climbed(start, share)
    say(f"mean share of what each dataset and task could reach alone: {reached:.3f}")
    for cell, top in most.items():
        figures = f"{_mean(cells[cell], weights):.3f} of {top:.3f}"
        say(f"  {cell[0]}, {cell[1]}, {cell[2]}: {figures} ({len(cells[cell])} lists)")
    return dict(zip(Part, weights / weights.sum(), strict=True))


def _gains(learnt: Learnt, seeds: Sequence[int]) -> Singles:
    parts = learnt.parts(seeds)
    columns = [np.nan_to_num(parts[part] - WEIGHTS.usual[part]) for part in Part]
    return np.stack(columns, axis=1).astype(np.float32)


def _mean(some: Sequence[Asked], weights: NDArray[np.float64]) -> float:
    single = weights.astype(np.float32)
    return float(
        np.mean(
            [ndcg(best(each.gains @ single, each.seeds, 100), each.hidden, at=100) for each in some]
        )
    )


def _climbed(
    start: NDArray[np.float64], goal: Callable[[NDArray[np.float64]], float]
) -> tuple[NDArray[np.float64], float]:
    """Coordinate ascent: each weight larger and smaller by a factor, kept when it helps."""
    weights, reached = start.copy(), goal(start)
    for factor in STEPS:
        moved = True
        while moved:
            moved = False
            for number in range(len(weights)):
                for by in (factor, 1 / factor):
                    tried = weights.copy()
                    tried[number] *= by
                    if (value := goal(tried)) > reached * 1.0005:  # less is noise
                        weights, reached, moved = tried, value, True
    return weights, reached


def main(argv: Sequence[str] | None = None) -> int:
    """Choose weights on the tuning part of all datasets that are there, and print them."""
    parser = argparse.ArgumentParser(prog="quality.tuning", description=__doc__)
    parser.add_argument("datasets", nargs="*", help="all that are there by default")
    parser.add_argument("--data", type=Path, default=(PROJECT / datasets.DATA).resolve())
    parser.add_argument("--lists", type=int, default=LISTS)
    asked = parser.parse_args(argv)

    def say(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    cells = collected(asked.datasets or datasets.present(asked.data), asked.data, asked.lists)
    if not cells:
        say(f"no dataset in {asked.data}")
        return 1
    for part, weight in chosen(cells, say).items():
        say(f"{part}: {weight:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
