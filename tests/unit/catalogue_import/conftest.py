"""A catalogue for each test that asks for one."""

import pytest
from catalogue_files import empty_catalogue


@pytest.fixture
def catalogue(tmp_path):
    return empty_catalogue(tmp_path / "catalogue.db")
