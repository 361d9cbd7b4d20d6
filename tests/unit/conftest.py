"""The small demo catalogue, as it is and after one playlist, for whoever asks for it.

What it takes is imported on first use: most tests do without, and some run where it is not there.
"""

import shutil
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """A data folder with the demo catalogue loaded. Copy it before anything writes to it."""
    if sys.platform == "emscripten":
        return Path("demo")  # every installation in the Worker begins with the demo
    from demo_world import SEED, TRACKS

    from grovemusic.cli.importing import import_demo
    from grovemusic.settings import Settings

    folder = tmp_path_factory.mktemp("demo") / "data"
    assert import_demo(Settings(data=str(folder), offline=True), TRACKS, SEED, as_json=True) == 0
    return folder


@pytest.fixture(scope="session")
def played_folder(demo_folder, tmp_path_factory):
    """The demo after one playlist of 15 tracks was made."""
    from grove_client import PLAYED, PLAYED_SEED, GroveClient, shared_copy

    if sys.platform == "emscripten":
        return PLAYED
    folder = shared_copy(demo_folder, tmp_path_factory.mktemp("played") / "data")
    with GroveClient(folder) as grove:
        grove.make(PLAYED_SEED)
    return folder


@pytest.fixture
def own_demo(demo_folder, tmp_path):
    """A copy of the demo's folder to make playlists in."""
    from grove_client import shared_copy

    return shared_copy(demo_folder, tmp_path / "data")


@pytest.fixture
def own_catalogue(demo_folder, tmp_path):
    """A copy of the demo's folder to import into, or to break."""
    return shutil.copytree(demo_folder, tmp_path / "catalogue")
