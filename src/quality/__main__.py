"""`make quality`, `grove evaluate`: measure the playlists on real ones and print the tables."""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from quality import datasets, tables
from quality.evaluate import Results, evaluated
from quality.lists import Dataset
from quality.readers import NoPlaylists
from quality.splits import Round, Split, Task, rounds_tested

CASES, MOST_DRAWS = 300, 4  # of single seeds: lists times seeds drawn from each
PROJECT = Path(__file__).resolve().parents[2]


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluate the named datasets, or all that are there; the exit code.

    Two rounds are worked on at once, each in a process of its own.
    """
    asked = _parser().parse_args(argv)
    names = asked.datasets or datasets.present(asked.data)
    if not names:
        _warn(f"no dataset: {asked.data} is not there, and no file was named")
        return 1
    start_s = time.perf_counter()
    for name in names:
        try:
            data, most = datasets.opened(name, asked.data)
        except (datasets.NoSuchDataset, NoPlaylists) as error:
            _warn(str(error))
            return 1
        _told(data)
        for split in [Split.RANDOM, Split.DATE] if data.is_log else [Split.RANDOM]:
            results = _results(data, split, asked.lists or most, every=asked.all)
            if not results.rows:
                _say(f"{data.name}: no list of ten works or more to be tested\n")
                continue
            for task in Task:
                _say(tables.table(results, task))
    _say(f"{(time.perf_counter() - start_s) / 60:.1f} minutes")
    return 0


def _results(data: Dataset, split: Split, most: int, *, every: bool) -> Results:
    """One round a process, two at a time: the machine this has to be quick on has two cores."""
    rounds = [each for each in rounds_tested(data, split, most=most, every=every) if each.tested]
    if len(rounds) == 1:  # by date there is one: halve what is tested
        half = len(rounds[0].tested) // 2
        tested = (rounds[0].tested[:half], rounds[0].tested[half:])
        rounds = [Round(rounds[0].training, some) for some in tested if some]
    together = Results(data, split)
    draws = max(1, min(MOST_DRAWS, CASES // max(1, sum(len(each.tested) for each in rounds))))
    with ProcessPoolExecutor(max_workers=2) as workers:
        for each in workers.map(_one_round, [(data, split, one, draws) for one in rounds]):
            together.rows += each.rows
            together.learnt_from += each.learnt_from
    return together


def _one_round(job: tuple[Dataset, Split, Round, int]) -> Results:
    data, split, one, draws = job
    return evaluated(data, split, [one], draws=draws)


def _told(data: Dataset) -> None:
    places = sum(len(each.works) for each in data.playlists)
    left_out = ", ".join(f"{count} {what}" for what, count in data.dropped.items() if count)
    _say(f"## {data.name}\n")
    _say(f"{len(data.works)} works in {len(data.playlists)} lists, {places} places; {left_out}\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _warn(text: str) -> None:
    sys.stderr.write(text + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quality", description=__doc__)
    parser.add_argument(
        "datasets",
        nargs="*",
        help=f"{', '.join(datasets.KNOWN)}, or files and folders of your own: CSV with a playlist "
        "column, JSPF, Million Playlist slices",
    )
    parser.add_argument("--data", type=Path, default=(PROJECT / datasets.DATA).resolve())
    parser.add_argument("--lists", type=int, help="lists tested a split, at most")
    parser.add_argument(
        "--all", action="store_true", help="test every list: for data nothing was tuned on"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
