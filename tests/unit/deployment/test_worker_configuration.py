"""What is uploaded, and what wrangler.toml promises, agree with the code."""

import ast
import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

import cron

ROOT = Path(__file__).resolve().parents[3]
CONFIGURATION = tomllib.loads((ROOT / "wrangler.toml").read_text(encoding="utf-8"))
LARGEST_VENDORED = 16 * 1024 * 1024  # bytes, uncompressed


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STAGED = tool("stage").modules()


def constant(path, name):
    """A module's literal, read without importing it: only Pyodide could."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"no {name} in {path}")


def imported(path, inside):
    """The dotted names a staged module may import, wherever in it."""
    package = inside.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{package} imports relatively"
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def module_names():
    return {
        inside.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): inside
        for inside in STAGED
    }


def reachable():
    """Modules that the entry imports, directly or through others."""
    names, found, waiting = module_names(), set(), ["entry"]
    while waiting:
        name = waiting.pop()
        if name in found or name not in names:
            continue
        found.add(name)
        parents = name.split(".")
        waiting += [".".join(parents[:end]) for end in range(1, len(parents))]
        waiting += imported(STAGED[names[name]], names[name])
    return found


def test_every_schedule_of_the_table_is_a_trigger_and_the_other_way_round():
    assert sorted(CONFIGURATION["triggers"]["crons"]) == sorted(cron.TABLE)


def test_every_binding_the_worker_uses_is_declared():
    worker = ROOT / "src" / "grovemusic" / "runtime" / "cloudflare" / "worker.py"
    used = {*constant(worker, "BINDINGS"), *constant(worker, "OPTIONAL")}
    kinds = (
        "d1_databases",
        "kv_namespaces",
        "r2_buckets",
        "vectorize",
        "analytics_engine_datasets",
    )
    declared = {each["binding"] for kind in kinds for each in CONFIGURATION[kind]}
    declared |= {each["name"] for each in CONFIGURATION["durable_objects"]["bindings"]}
    declared |= {each["binding"] for each in CONFIGURATION["queues"]["producers"]}
    assert used <= declared


def test_the_four_namespaces_both_databases_and_both_indexes_of_the_spec_are_there():
    assert len(CONFIGURATION["kv_namespaces"]) == 4
    assert len(CONFIGURATION["vectorize"]) == 2
    folders = [ROOT / each["migrations_dir"] for each in CONFIGURATION["d1_databases"]]
    assert len(folders) == 2
    assert all(sorted(folder.glob("*.sql")) for folder in folders)


def test_every_durable_object_class_is_exported_by_the_entry_and_new_in_a_migration():
    entry = (ROOT / "src" / "entry.py").read_text(encoding="utf-8")
    classes = {each["class_name"] for each in CONFIGURATION["durable_objects"]["bindings"]}
    made = {name for each in CONFIGURATION["migrations"] for name in each["new_sqlite_classes"]}
    assert classes == made
    assert all(f"import {name} as {name}" in entry for name in classes)


def test_the_compatibility_date_has_python_314_and_its_flag():
    assert CONFIGURATION["compatibility_date"] >= "2026-09-08"
    assert CONFIGURATION["compatibility_flags"] == ["python_workers"]


def test_the_api_comes_before_the_assets():
    assert CONFIGURATION["assets"]["run_worker_first"][0] == "/api/*"


def test_no_staged_module_is_unused():
    assert set(module_names()) - reachable() == set()


def test_nothing_of_a_laptop_is_staged():
    laptop = ("grovemusic/cli/", "grovemusic/runtime/embedded/", "catalogue_import/", "quality/",
              "tests/", "tools/", "benchmarks/")  # fmt: skip
    assert not [inside for inside in STAGED if inside.startswith(laptop)]
    assert all(inside.endswith(".py") for inside in STAGED)


def names_of(requirements):
    found = {
        re.split(r"[\s<>=\[;!~]", each.strip(), maxsplit=1)[0].lower() for each in requirements
    }
    return {each for each in found if each and not each.startswith("#")}


def test_what_is_vendored_is_what_pywrangler_would_vendor():
    """It takes the project's dependencies and adds its own SDK."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = (ROOT / "requirements" / "worker.in").read_text(encoding="utf-8").splitlines()
    assert names_of(wanted) == names_of(project["dependencies"]) | {"workers-runtime-sdk"}


def test_the_vendored_set_fits():
    vendored = ROOT / "python_modules"
    if not vendored.is_dir():
        pytest.skip("nothing is vendored here: python3 tools/setup.py test")
    size = sum(path.stat().st_size for path in vendored.rglob("*") if path.is_file())
    assert size <= LARGEST_VENDORED
