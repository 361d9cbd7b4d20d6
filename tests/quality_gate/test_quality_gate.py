"""Playlists do not get worse unnoticed: NDCG@100 of a fixed slice, list by list, against a record.

The slice is made of invented music, so it runs everywhere. It says nothing about how good the
playlists are (`make quality` does), only that a change has made them worse. When a change is meant,
`PYTHONPATH=src:tests .venv/bin/python -m quality_gate.slice_of_playlists` writes a new record.
"""

from dataclasses import replace

import pytest
from quality_gate.slice_of_playlists import TASKS, frozen, measured

from grovemusic.domain.music import Part
from grovemusic.pipeline.weights import WEIGHTS
from quality.metrics import interval
from quality.splits import Task


def drop(now, then):
    """By how much it fell, a list at a time, with its interval."""
    return interval([then[name] - now[name] for name in then])


@pytest.fixture(scope="module")
def today():
    return measured()


@pytest.mark.parametrize("task", [str(task) for task in TASKS])
def test_lists_are_continued_as_well_as_on_record_but_for_noise(today, task):
    fell = drop(today[task], frozen()[task])
    assert fell.low <= 1e-4, f"NDCG@100 fell by {fell.mean:.3f} [{fell.low:.3f} {fell.high:.3f}]"


def test_the_gate_would_notice_a_scorer_that_forgets_playlists_and_artists():
    forgetful = dict.fromkeys(Part, 0.0) | {Part.POPULARITY: 0.5, Part.TIME: 0.5}
    now = measured(replace(WEIGHTS, parts=forgetful), [Task.ONE])
    assert drop(now[Task.ONE], frozen()[Task.ONE]).low > 1e-4
