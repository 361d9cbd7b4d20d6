"""Async tests without a plugin: a coroutine test function is driven to its end.

On CPython by an event loop of its own; inside Pyodide by the event loop that is already there,
which synchronous Python may wait for (tests/pyodide/run.mjs).
"""

import asyncio
import inspect
import sys

import pytest
from hypothesis import HealthCheck, settings

if sys.platform == "emscripten":
    from pyodide.ffi import run_sync as drive
else:
    drive = asyncio.run

# A test is judged by what it finds, never by the time it takes: machines are shared.
settings.register_profile(
    "grove",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("grove")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    drive(pyfuncitem.obj(**arguments))
    return True
