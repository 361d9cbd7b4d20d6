"""The slice the gate runs on: twelve of the demo's lists, one and five seeds, all stages."""

import json
from pathlib import Path

from quality_gate.invented_lists import invented_lists

from grovemusic.pipeline.weights import WEIGHTS
from quality.evaluate import OURS, evaluated
from quality.splits import Split, Task, rounds_tested

FROZEN = Path(__file__).with_name("frozen.json")
LISTS, TASKS = 12, (Task.ONE, Task.FIVE)


def measured(weights=WEIGHTS, tasks=TASKS):
    """NDCG@100 by task and list."""
    data = invented_lists(tracks=1_000, playlists=200)
    (first, *_others) = rounds_tested(data, Split.RANDOM, most=2 * LISTS)
    results = evaluated(
        data, Split.RANDOM, [first], weights=weights, tasks=tasks, with_rivals=False
    )
    return {
        str(task): {row.playlist: row.measures["NDCG@100"] for row in results.of(task, OURS)}
        for task in tasks
    }


def frozen():
    return json.loads(FROZEN.read_text())


if (
    __name__ == "__main__"
):  # after a change that is meant: python -m quality_gate.slice_of_playlists
    rounded = {
        task: {name: round(value, 4) for name, value in lists.items()}
        for task, lists in measured().items()
    }
    FROZEN.write_text(json.dumps(rounded, indent=1) + "\n")
