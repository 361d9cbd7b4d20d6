"""One world for all tests of this folder, and simulators of their own for each."""

import pytest

from simulators import Simulators
from simulators.world import World

# Where a test is not about the limit, it must not wait for it.
FAST = {"lastfm": 1000, "musicbrainz": 1000, "listenbrainz": 1000}


@pytest.fixture(scope="session")
def world():
    return World(tracks=600, seed=1)


@pytest.fixture
def upstream(world):
    with Simulators(world=world, rates=FAST) as started:
        yield started


@pytest.fixture
def strict(world):
    """With the true limits."""
    with Simulators(world=world) as started:
        yield started
