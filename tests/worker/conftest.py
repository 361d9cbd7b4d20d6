"""The entry of the Worker as the platform calls it. Only Pyodide has what it imports."""

import sys

import pytest

if sys.platform != "emscripten":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def stage():
    """A deployed Worker: classes, bindings and what the platform does with them."""
    from pyodide.ffi import run_sync
    from worker_stage import Stage

    opened = Stage()
    run_sync(opened.open())
    yield opened
    run_sync(opened.close())
