"""Results as text: a table a dataset and task, all systems side by side. Pure."""

from collections.abc import Sequence

from quality.evaluate import CURATED, MEASURES, OURS, Results
from quality.metrics import Interval, interval
from quality.splits import Task

SPEC = "spec formula"
_HEADER = ("system", *MEASURES, "coverage", "NDCG@100 less the spec's")
_BARE = frozenset({"NDCG@500", "R-prec", "recall@100", "clicks", "fame", "seconds"})


def table(results: Results, task: Task) -> str:
    """One table in Markdown, with a line above it that says what was tested.

    NDCG@100 and artists with their intervals, the others as means; the last column is the mean
    of the differences list by list, with its interval.
    """
    tested = len(results.of(task, OURS))
    learnt = " and ".join(map(str, dict.fromkeys(results.learnt_from)))
    head = f"### {results.data.name}, {task}, split {results.split}"
    told = f"{tested} lists tested, learnt from {learnt}"
    rows = [_line(results, task, system) for system in results.systems]
    return f"{head}\n\n{told}\n\n{_markdown([_HEADER, *rows])}\n"


def summary(results: Results) -> list[tuple[str, ...]]:
    """A row a task: NDCG@100 of every system, for one glance at all data."""
    name = f"{results.data.name}, {results.split}"
    return [
        (name, str(task), *(f"{_mean(results, task, each).mean:.3f}" for each in results.systems))
        for task in dict.fromkeys(row.task for row in results.rows)
    ]


def paired(results: Results, task: Task, system: str, other: str, measure: str) -> Interval:
    """Mean of the differences between two systems, list by list."""
    ours, theirs = results.of(task, system), results.of(task, other)
    return interval(
        [
            one.measures[measure] - two.measures[measure]
            for one, two in zip(ours, theirs, strict=True)
        ]
    )


def _mean(results: Results, task: Task, system: str, measure: str = "NDCG@100") -> Interval:
    return interval([row.measures[measure] for row in results.of(task, system)])


def _line(results: Results, task: Task, system: str) -> tuple[str, ...]:
    cells = [system]
    for measure in MEASURES:
        if system == CURATED and measure in {"NDCG@500", "clicks"}:
            cells.append("")  # thirty tracks have neither
            continue
        digits = 3 if measure in {"NDCG@100", "NDCG@500", "R-prec", "recall@100"} else 2
        of = _mean(results, task, system, measure)
        cells.append(f"{of.mean:.{digits}f}" if measure in _BARE else _shown(of, digits))
    listed = {work for row in results.of(task, system) for work in row.listed}
    cells.append(f"{len(listed) / len(results.data.works):.1%}")
    known = SPEC in results.systems and system not in {SPEC, CURATED}
    apart = paired(results, task, system, SPEC, "NDCG@100") if known else None
    cells.append("" if apart is None else f"{apart.mean:+.3f} [{apart.low:+.3f} {apart.high:+.3f}]")
    return tuple(cells)


def _shown(of: Interval, digits: int) -> str:
    return f"{of.mean:.{digits}f} [{of.low:.{digits}f} {of.high:.{digits}f}]"


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
