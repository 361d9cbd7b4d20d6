"""An import that is killed in any stage and started again gives what an undisturbed one gives."""

import json
import subprocess
import sys
from pathlib import Path

from stages_desk import Desk

from catalogue_import.stages.running import STAGES

HERE = Path(__file__).parent
SRC = HERE.parents[2] / "src"
KILLED = -9
REPORTS = {"acquire": 2, "transform": 6, "crossreference": 3, "upload": 4, "index": 4, "mine": 6}


def imported(folder, stage, at):
    return subprocess.run(
        [sys.executable, HERE / "stages_desk.py", str(folder), stage, str(at)],
        env={"PYTHONPATH": f"{SRC}:{SRC.parent}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_killed_in_every_stage_the_outputs_are_the_same(finished, tmp_path):
    """Nine real processes die, each later than the one before; the tenth ends the work."""
    want = {name: each.outputs_hash() for name, each in finished.manifest.stages.items()}
    for stage in STAGES:
        ran = imported(tmp_path, stage, REPORTS.get(stage, 1))
        assert ran.returncode == KILLED, (stage, ran.stderr[-500:])
    ran = imported(tmp_path, "none", 0)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout) == want
    stages = Desk(tmp_path).run().stages
    assert {name: each.attempts for name, each in stages.items()} == dict.fromkeys(STAGES, 2)
