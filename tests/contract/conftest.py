"""A fixture for each port, on the platform that CONTRACT_PLATFORM names (embedded by default)."""

import functools
import inspect

import pytest

from contract import cast
from contract.platform import chosen


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """A test runs inside its platform: in the same event loop, and ended with it."""
    if "platform" in pyfuncitem.funcargs and inspect.iscoroutinefunction(pyfuncitem.obj):
        pyfuncitem.obj = _inside(pyfuncitem.funcargs["platform"], pyfuncitem.obj)
    return (yield)


def _inside(platform, test):
    @functools.wraps(test)
    async def inside(**arguments):
        async with platform:
            await test(**arguments)

    return inside


def _skip_without(platform, *needed):
    for each in needed:
        if each in platform.lacks:
            pytest.skip(platform.lacks[each])


@pytest.fixture
def platform(tmp_path):
    return chosen(tmp_path)


@pytest.fixture
def database(platform):
    _skip_without(platform, "database")
    return platform.database()


@pytest.fixture
def keyvalue(platform):
    _skip_without(platform, "keyvalue")
    return platform.keyvalue()


@pytest.fixture
def objects(platform):
    _skip_without(platform, "objects")
    return platform.objects()


@pytest.fixture
def vectors(platform):
    """Three dimensions; decade, mood and live may be filtered by."""
    _skip_without(platform, "vectors")
    return platform.vectors(dimensions=3, filterable=("decade", "mood", "live"))


@pytest.fixture
def actors(platform):
    """The kinds of cast.py."""
    _skip_without(platform, "actors")
    return platform.actors(cast.CAST)


@pytest.fixture
def queue(platform):
    _skip_without(platform, "queue")
    return platform.queue()


@pytest.fixture
def pass_time(platform):
    """Seconds that pass at once."""
    _skip_without(platform, "time")
    return platform.pass_time


@pytest.fixture
def evict(platform):
    """An actor that leaves the memory."""
    _skip_without(platform, "eviction")
    return platform.evict
