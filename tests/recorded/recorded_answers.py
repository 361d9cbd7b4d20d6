"""Real answers of the services, read where they lie; they are never copied into this project.

They lie in `data/api` of the folder GROVE_SHARED, or of `shared` beside the repository. Where that
is absent every test that needs it is skipped, one by one, so that the count shows what was left
out (`pytest -rs`). SOURCES.md beside the answers says where each is from.
"""

import json
import os
from pathlib import Path

import pytest
from lastfm_xml import as_json

REPOSITORY = Path(__file__).parents[2]
SHARED = Path(os.environ.get("GROVE_SHARED") or REPOSITORY.parent / "shared")
API = SHARED / "data" / "api"


def recorded(name: str) -> bytes:
    """The answer in file `name` below data/api, as JSON; skips the test if there are none."""
    if not API.is_dir():
        pytest.skip(f"no recorded answers in {API}")
    body = (API / name).read_bytes()
    return json.dumps(as_json(body)).encode() if name.endswith(".xml") else body


def case(name: str, *values):
    """A test's parameters, named after their file."""
    return pytest.param(name, *values, id=name)
