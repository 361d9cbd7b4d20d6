"""A desk with the stores of an installation: the test's own, or one for many examples."""

import pytest
from store_desk import Desk


@pytest.fixture
def desk(tmp_path):
    opened = Desk(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory):
    """For properties: every example brings a listener of its own."""
    opened = Desk(tmp_path_factory.mktemp("desk"))
    yield opened
    opened.close()
