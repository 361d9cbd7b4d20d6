"""Who may import whom. docs/architecture.md draws this table; change both or neither."""

import ast
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
INNER = {"grovemusic", "grovemusic.domain", "grovemusic.ports", "grovemusic.settings"}
MAY_IMPORT = {
    "grovemusic": set(),
    "grovemusic.domain": set(),
    "grovemusic.settings": set(),
    "grovemusic.ports": {"grovemusic.domain", "grovemusic.settings"},
    "grovemusic.store": INNER,
    "grovemusic.clients": INNER,
    "grovemusic.exports": INNER,
    "grovemusic.catalogue": INNER | {"grovemusic.store"},
    "grovemusic.accounts": INNER | {"grovemusic.store", "grovemusic.clients"},
    "grovemusic.listening": INNER | {"grovemusic.store", "grovemusic.clients"},
    "grovemusic.sources": INNER
    | {"grovemusic.clients", "grovemusic.catalogue", "grovemusic.store"},
    "grovemusic.pipeline": INNER | {"grovemusic.store", "grovemusic.exports"},
    "grovemusic.api": INNER
    | {
        "grovemusic.pipeline",
        "grovemusic.exports",
        "grovemusic.store",
        "grovemusic.catalogue",
        "grovemusic.accounts",
        "grovemusic.listening",
    },
}
ANYTHING = {"grovemusic.runtime", "grovemusic.cli", "catalogue_import", "entry"}
# Missing or inert in Pyodide, so only the embedded runtime and the tools may use them.
NOT_IN_PYODIDE = {"sqlite3", "ssl", "lzma", "threading", "subprocess", "multiprocessing", "fcntl"}
PACKAGES = {
    "grovemusic.domain": {"pydantic"},
    "grovemusic.clients": {"httpx", "anthropic"},
    "grovemusic.api": {"fastapi", "pydantic", "starlette"},
}


def layer_of(path):
    parts = path.relative_to(SRC).with_suffix("").parts
    name = ".".join(parts[:2])
    return "grovemusic" if name == "grovemusic.__init__" else name if len(parts) > 1 else parts[0]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module == "grovemusic":
                inside = {p.stem for p in (SRC / "grovemusic").iterdir()}
                for alias in node.names:
                    known = alias.name in inside
                    yield f"grovemusic.{alias.name}" if known else "grovemusic"
            else:
                yield node.module


MODULES = sorted(p for p in SRC.rglob("*.py") if "egg-info" not in str(p))
GUARDED = [
    p
    for p in MODULES
    if layer_of(p) not in ANYTHING
    and p.parts[-2] != "catalogue_import"
    and p.relative_to(SRC).parts[0] == "grovemusic"
]


@pytest.mark.parametrize("path", GUARDED, ids=lambda p: str(p.relative_to(SRC)))
def test_imports_point_inwards_and_run_in_pyodide(path):
    here = layer_of(path)
    for name in imports(path):
        top = name.split(".")[0]
        if top == "grovemusic":
            layer = ".".join(name.split(".")[:2])
            assert layer in MAY_IMPORT[here] | {here}, f"{here} must not import {name}"
        elif top not in PACKAGES.get(here, set()):
            portable = sys.stdlib_module_names - NOT_IN_PYODIDE
            assert top in portable, f"{here}: {name} is not portable"


def test_every_layer_has_a_rule():
    assert {layer_of(path) for path in GUARDED} <= set(MAY_IMPORT)
