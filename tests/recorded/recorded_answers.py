"""Real answers of the services, read where they lie; they are never copied into this project.

They lie in `data/api` of the folder GROVE_SHARED, or of `shared` beside the repository. Where that
is absent every test of this folder is skipped, one by one, so that the count shows what was left
out. SOURCES.md beside the answers says where each is from.
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
    """The answer in file `name` below data/api, as JSON; skips the test if it is not there."""
    path = API / name
    if not path.is_file():
        pytest.skip(f"no recorded answer {path}")
    body = path.read_bytes()
    return json.dumps(as_json(body)).encode() if path.suffix == ".xml" else body


def case(name: str, *values):
    """A test's parameters, named after their file."""
    return pytest.param(name, *values, id=name)
