"""What these tests share: a clock that jumps, and other processes."""

import asyncio
import functools
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import FakeClock

TESTS = Path(__file__).parents[2]
HANGS_AFTER_S = 30


class OtherProcess:
    """A real process that does one thing of other_process.py; told and asked by lines of text."""

    def __init__(self, *arguments):
        path = os.pathsep.join([str(TESTS.parent / "src"), str(TESTS), str(Path(__file__).parent)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "other_process", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
        )

    def says(self, line):
        """Wait for a line and insist on what it says."""
        said = self._process.stdout.readline().strip()
        assert said == line, f"wanted {line!r}, the other process said {said!r}"

    def tell(self, line):
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def kill(self):
        """As kill -9 does: no clean-up of any kind."""
        self._process.kill()
        self._end()

    def ends_well(self):
        assert self._end() == 0

    def _end(self):
        with self._process:
            return self._process.wait()

    def clean_up(self):
        if self._process.returncode is None:
            self.kill()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """A test that waits for what never comes fails, and does not hang."""
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        pyfuncitem.obj = _in_time(pyfuncitem.obj)
    return (yield)


def _in_time(test):
    @functools.wraps(test)
    async def in_time(**arguments):
        async with asyncio.timeout(HANGS_AFTER_S):
            await test(**arguments)

    return in_time


@pytest.fixture
def other_process():
    """Starts other processes; none outlives the test."""
    started = []

    def start(*arguments):
        started.append(OtherProcess(*arguments))
        return started[-1]

    yield start
    for process in started:
        process.clean_up()


@pytest.fixture
def clock():
    return FakeClock()
