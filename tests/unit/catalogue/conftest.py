"""A desk with all layers of the catalogue."""

import pytest
from catalogue_desk import CatalogueDesk


@pytest.fixture
def desk(tmp_path):
    opened = CatalogueDesk(tmp_path)
    yield opened
    opened.close()
