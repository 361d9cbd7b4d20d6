"""An API to talk to: `grove` is the test's own, `reader` is shared by tests that leave no trace."""

import shutil

import pytest
from grove_client import GroveClient

SONG = "Electric Tide by Azure Valley"


@pytest.fixture(scope="session")
def played_folder(demo_folder, tmp_path_factory):
    """The demo after one playlist was made."""
    folder = shutil.copytree(demo_folder, tmp_path_factory.mktemp("played") / "data")
    with GroveClient(folder) as grove:
        grove.make(SONG)
    return folder


@pytest.fixture
def grove(own_demo):
    """Nothing was made yet."""
    with GroveClient(own_demo) as client:
        yield client


@pytest.fixture
def played(played_folder, tmp_path):
    """(client, playlist): one playlist of 15 tracks, to edit and export."""
    with GroveClient(shutil.copytree(played_folder, tmp_path / "played")) as client:
        (run,) = client.get("/api/user/history").json()["runs"]
        yield client, client.get(f"/api/generate/{run['runId']}").json()


@pytest.fixture(scope="module")
def reader(played_folder, tmp_path_factory):
    """One for all tests of a module whose requests change nothing; one playlist is there."""
    folder = shutil.copytree(played_folder, tmp_path_factory.mktemp("reader") / "data")
    with GroveClient(folder) as client:
        yield client
