"""One finished import, which most tests only look at."""

import shutil
import sys

import pytest

if sys.platform == "emscripten":
    collect_ignore_glob = ["*"]
else:
    from stages_desk import Desk


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A work folder and an installation after all nine stages. Copy before writing to it."""
    desk = Desk(tmp_path_factory.mktemp("finished"))
    desk.manifest = desk.run()
    return desk


@pytest.fixture
def own(finished, tmp_path):
    """A copy of it. The inputs stay where they were, so `acquire` sees other paths."""
    shutil.copytree(finished.work.parent, tmp_path / "own")
    return Desk(tmp_path / "own")
