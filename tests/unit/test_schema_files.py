"""schema.sql and spotify-schema.sql are what the migrations add up to."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "schema.py"))


@pytest.mark.parametrize(("name", "folder"), TOOL["FILES"].items())
def test_the_schema_file_is_up_to_date(name, folder):
    wanted = TOOL["schema_of"](ROOT / "migrations" / folder)
    assert (ROOT / name).read_text(encoding="utf-8").endswith(wanted), "run `make schema`"
