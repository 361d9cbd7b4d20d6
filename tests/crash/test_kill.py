"""A run survives `kill -9` before any of its durable steps, in every stage.

Real processes, really killed: each case starts one that dies just before its n-th write, then
another on the same folder, which must finish the run as if nothing had happened.
"""

import json
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from demo_world import demo_folder, demo_query  # noqa: F401  (a fixture)

CHILD = Path(__file__).with_name("child.py")
WORKING = ["resolving", "enriching", "generating", "scoring", "curating", "explaining", "storing"]
MOST_STEPS = 80


@contextmanager
def processes():
    """run(folder, step, query) -> (exit code, report), in a new process each time."""
    parent = subprocess.Popen(
        [sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def run(folder, step, query):
        parent.stdin.write(json.dumps([str(folder), step, query]) + "\n")
        parent.stdin.flush()
        return json.loads(parent.stdout.readline())

    with parent:
        yield run
        parent.stdin.close()
        parent.wait(timeout=30)


def killed_and_resumed(run, folder, step, query):
    """(was it killed?, the report of the process that finished the run)."""
    code, report = run(folder, step, query)
    killed = code == -signal.SIGKILL
    if killed:
        code, report = run(folder, 0, query)
    assert code == 0, report
    return killed, report


@pytest.fixture(scope="module")
def reports(demo_folder, tmp_path_factory):
    """Step -> report, for every step a whole run takes; step 0 is a run nobody killed."""
    base = tmp_path_factory.mktemp("kill")

    def case(run, step):
        folder = base / str(step)
        shutil.copytree(demo_folder, folder)
        try:
            return killed_and_resumed(run, folder, step, demo_query())
        finally:
            shutil.rmtree(folder)

    found = {}
    with processes() as run:
        found[0] = case(run, 0)
        for step in range(1, MOST_STEPS):
            found[step] = case(run, step)
            if not found[step][0]:
                break
    return {step: report for step, (killed, report) in found.items() if killed or step == 0}


def test_every_durable_step_of_a_run_was_a_place_to_die(reports):
    assert len(reports) > 25


def test_every_killed_run_completes(reports):
    assert {report["status"] for report in reports.values()} == {"complete"}


def test_events_have_no_gap_and_no_repeat(reports):
    for step, report in reports.items():
        assert report["numbers"] == list(range(1, len(report["numbers"]) + 1)), step
        assert report["stages"] == [*WORKING, "complete"], step


def test_credits_add_up_after_every_kill(reports):
    for step, report in reports.items():
        assert report["pending"] == 0, step
        assert report["used"] == 1, step
        assert report["available"] == report["moved"] == 100_000 - 1, step
        assert report["moves"] == 3, step  # the grant, the reservation, the use


def test_the_playlist_is_the_one_an_undisturbed_run_makes(reports):
    assert {tuple(report["tracks"]) for report in reports.values()} == {tuple(reports[0]["tracks"])}
