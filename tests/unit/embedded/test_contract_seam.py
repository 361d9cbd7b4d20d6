"""The contract tests can run on another platform, in a Python without threads and SQLite."""

import ast
import sys
from pathlib import Path

import pytest

CONTRACT = Path(__file__).parents[2] / "contract"
MISSING_ELSEWHERE = {"numpy", "sqlite3", "ssl", "subprocess", "threading", "multiprocessing"}
PORTABLE = set(sys.stdlib_module_names) - MISSING_ELSEWHERE | {"pytest", "contract"}


SHARED = [CONTRACT / name for name in ("cast.py", "conftest.py", "platform.py")]


@pytest.mark.parametrize(
    "path", [*SHARED, *sorted(CONTRACT.glob("test_*.py"))], ids=lambda path: path.name
)
def test_a_contract_test_knows_the_ports_and_nothing_behind_them(path):
    for name in imported(path):
        assert name.split(".")[0] in PORTABLE or name in {
            "grovemusic.domain.errors",
            "grovemusic.ports",
        }


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
