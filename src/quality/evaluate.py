"""All systems on the same lists: one row of measures a list, task and system."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import numpy as np

from grovemusic.pipeline.weights import WEIGHTS, Weights
from quality import metrics
from quality.baselines import Rank, Sounds, rivals
from quality.lists import Dataset
from quality.splits import Case, Round, Split, Task, case
from quality.vectorised import Facts, Learnt
from quality.world import Learnt as Pipeline
from quality.world import World

OURS, CURATED = "grovemusic", "grovemusic, curated"
RANKED = 500
MEASURES = (
    "NDCG@100", "NDCG@500", "R-prec", "recall@100", "clicks", "artists", "fame", "seconds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One list continued by one system, with its measures by name."""

    playlist: str
    task: Task
    system: str
    measures: dict[str, float]
    listed: tuple[int, ...]  # the first thirty, for coverage


@dataclass(slots=True)
class Results:
    """Rows of one dataset and split, and what they were made from."""

    data: Dataset
    split: Split
    rows: list[Row] = field(default_factory=list)
    learnt_from: list[int] = field(default_factory=list)

    def of(self, task: Task, system: str) -> list[Row]:
        """In the order of the lists, so that two systems can be compared list by list."""
        return [each for each in self.rows if each.task is task and each.system == system]

    @property
    def systems(self) -> list[str]:
        """In the order they were first asked."""
        return list(dict.fromkeys(each.system for each in self.rows))


def evaluated(
    data: Dataset,
    split: Split,
    rounds: Sequence[Round],
    *,
    weights: Weights = WEIGHTS,
    tasks: Sequence[Task] = tuple(Task),
    with_rivals: bool = True,
    draws: int = 1,
) -> Results:
    """Every system asked to continue every tested list.

    Args:
        draws: Single seeds drawn from a list: its figures are their means. What one track of a
            list says about it depends much on which it is.

    Cost: most of it is the pipeline's own, about a tenth of a second a seed on one core.
    """
    results = Results(data, split)
    facts = Facts(data)
    sounds = Sounds(data, facts)
    with tempfile.TemporaryDirectory() as folder:
        world = World(data, Path(folder))
        try:
            for each in rounds:
                results.learnt_from.append(len(each.training))
                learnt = Learnt(facts, each.training)
                others = rivals(facts, sounds, learnt) if with_rivals else {}
                with world.learnt(each.training) as pipeline:
                    for playlist in each.tested:
                        for task in tasks:
                            drawn: list[Row] = []
                            for draw in range(draws if task is Task.ONE else 1):
                                asked = case(playlist, task, draw)
                                drawn += _ours(asked, task, pipeline, weights, learnt)
                                drawn += _theirs(asked, task, others, learnt)
                            results.rows += _averaged(drawn)
        finally:
            world.close()
    return results


def _averaged(drawn: Sequence[Row]) -> Iterator[Row]:
    """One row a system: the means of its measures; what was listed, of the first draw."""
    for system in dict.fromkeys(row.system for row in drawn):
        rows = [row for row in drawn if row.system == system]
        means = {
            name: sum(row.measures[name] for row in rows) / len(rows) for name in rows[0].measures
        }
        yield replace(rows[0], measures=means)


def _ours(
    asked: Case, task: Task, pipeline: Pipeline, weights: Weights, learnt: Learnt
) -> Iterator[Row]:
    answer = pipeline.answer(asked.seeds, weights)
    yield _row(asked, task, OURS, answer.ranked, answer.seconds, learnt)
    yield _row(asked, task, CURATED, answer.curated, answer.seconds, learnt)


def _theirs(asked: Case, task: Task, others: Mapping[str, Rank], learnt: Learnt) -> Iterator[Row]:
    by_fame = learnt.playlists / (learnt.playlists.max() + 1.0)
    for name, rank in others.items():
        start_s = perf_counter()
        scores = rank(asked.seeds)
        ordered = np.lexsort((-by_fame, -scores))
        taken = set(asked.seeds)
        ranked = [int(work) for work in ordered[: RANKED + len(taken)] if int(work) not in taken]
        yield _row(asked, task, name, ranked[:RANKED], perf_counter() - start_s, learnt)


def _row(
    asked: Case,
    task: Task,
    system: str,
    ranked: Sequence[int],
    seconds: float,
    learnt: Learnt,
) -> Row:
    hidden, listed = asked.hidden, tuple(ranked[: metrics.LISTENED])
    values = (
        metrics.ndcg(ranked, hidden, at=100),
        metrics.ndcg(ranked, hidden, at=500),
        metrics.r_precision(ranked, hidden),
        metrics.recall(ranked, hidden, at=100),
        metrics.clicks(ranked, hidden),
        metrics.distinct_artists(listed, learnt.facts.artist_of),
        metrics.fame_bias(listed, hidden, learnt.playlists),
        seconds,
    )
    return Row(asked.playlist, task, system, dict(zip(MEASURES, values, strict=True)), listed)
