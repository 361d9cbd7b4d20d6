"""What `wrangler deploy` would upload, asked of wrangler itself."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODES = sorted(ROOT.glob("node_modules/node-linux-*/bin/node"))
VENDORED = ROOT / "python_modules"
FOREIGN = re.compile(r"(^|/)(tests?|tools|benchmarks|catalogue_import|quality|\.venv)/")


@pytest.fixture(scope="module")
def uploaded(tmp_path_factory):
    """Paths of all modules of a dry run."""
    if not NODES or not VENDORED.is_dir():
        pytest.skip("needs npm's Node 24 and the vendored packages: python3 tools/setup.py test")
    target = tmp_path_factory.mktemp("upload")
    wrangler = ROOT / "node_modules" / "wrangler" / "bin" / "wrangler.js"
    command = [NODES[0], wrangler, "deploy", "--dry-run", "--outdir", target]
    quiet = {"WRANGLER_SEND_METRICS": "false", "CI": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **quiet}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}


def test_the_workers_own_modules_are_uploaded_and_no_others(uploaded):
    staged = ROOT / "build" / "worker"
    wanted = {path.relative_to(staged).as_posix() for path in staged.rglob("*.py")}
    own = {path for path in uploaded if path.endswith(".py") and not path.startswith("python_mod")}
    assert own == wanted


def test_nothing_of_tests_tools_or_the_import_pipeline_is_uploaded(uploaded):
    ours = {path for path in uploaded if not path.startswith("python_modules/")}
    assert not {path for path in ours if FOREIGN.search(path)}


def test_the_vendored_packages_are_uploaded(uploaded):
    for package in ("fastapi", "httpx", "anthropic", "pydantic_core", "workers"):
        assert f"python_modules/{package}/__init__.py" in uploaded


def test_importing_the_entry_asks_neither_clock_nor_randomness(uploaded):
    """A Worker has neither before its first event."""
    probe = ROOT / "tests" / "pyodide" / "entry_import.mjs"
    done = subprocess.run([NODES[0], probe], cwd=ROOT, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["asked_by_us"] == []
    assert {what for _who, what in report["asked_by_others"]} <= {"uuid.uuid4", "os.urandom"}
