"""An API to talk to: `grove` is the test's own, the others are shared by the tests of a module."""

import pytest
from grove_client import GroveClient, shared_copy


@pytest.fixture
def grove(own_demo):
    """Nothing was made yet."""
    with GroveClient(own_demo) as client:
        yield client


@pytest.fixture(scope="module")
def maker(demo_folder, tmp_path_factory):
    """For tests that make playlists and look at nothing else."""
    with GroveClient(shared_copy(demo_folder, tmp_path_factory.mktemp("maker") / "data")) as client:
        yield client


@pytest.fixture(scope="module")
def reader(played_folder, tmp_path_factory):
    """For tests whose requests change nothing; one playlist is there."""
    folder = shared_copy(played_folder, tmp_path_factory.mktemp("reader") / "data")
    with GroveClient(folder) as client:
        yield client


@pytest.fixture(scope="module")
def editor(played_folder, tmp_path_factory):
    folder = shared_copy(played_folder, tmp_path_factory.mktemp("editor") / "data")
    with GroveClient(folder) as client:
        yield client


@pytest.fixture
def played(editor):
    """(client, playlist): one playlist of 15 tracks in its first version, to edit and export."""
    editor.rows("DELETE FROM playlist_versions WHERE version > 1")
    editor.rows("UPDATE playlists SET current_version = 1")
    (run,) = editor.get("/api/user/history").json()["runs"]
    return editor, editor.get(f"/api/generate/{run['runId']}").json()
