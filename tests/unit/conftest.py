"""The small demo catalogue, for whoever asks for it."""

import shutil

import pytest
from demo_world import demo_folder

__all__ = ["demo_folder"]  # a fixture: found by its name


@pytest.fixture
def own_demo(demo_folder, tmp_path):
    """A copy of the demo's data folder, which the test may fill and break."""
    return shutil.copytree(demo_folder, tmp_path / "data")
