"""Renews requirements/*.txt: hash-locked, for every supported Python, no download addresses."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SETS = {"run": ["local"], "dev": ["dev"], "bench": ["dev", "bench"]}
# What goes into the Worker, and what tests it there: for the one Python that Workers run.
PYODIDE_SETS = ("worker", "pyodide")
PYODIDE_PYTHON = "3.14"


def main() -> int:
    """Compile every set with uv, which is installed into .venv for the occasion."""
    python = str(ROOT / ".venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "uv"], check=True)
    compile_set = [
        python, "-m", "uv", "pip", "compile", "--generate-hashes", "--no-emit-index-url",
        "--no-annotate", "--no-header", "-q", *sys.argv[1:],
    ]  # fmt: skip
    for name, extras in SETS.items():
        wanted = [word for extra in extras for word in ("--extra", extra)]
        output = ["--universal", "--python-version", "3.11", "-o", f"requirements/{name}.txt"]
        subprocess.run([*compile_set, "pyproject.toml", *wanted, *output], cwd=ROOT, check=True)
    for name in PYODIDE_SETS:
        files = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
        command = [*compile_set, *files, "--python-version", PYODIDE_PYTHON]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
