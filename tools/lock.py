"""Renews requirements/*.txt: hash-locked, for every supported Python, without download addresses."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SETS = {"run": ["local"], "dev": ["dev"]}


def main() -> int:
    """Compile every set with uv, which is installed into .venv for the occasion."""
    python = str(ROOT / ".venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "uv"], check=True)
    for name, extras in SETS.items():
        command = [
            python, "-m", "uv", "pip", "compile", "pyproject.toml",
            *(word for extra in extras for word in ("--extra", extra)),
            "--universal", "--python-version", "3.11", "--generate-hashes",
            "--no-emit-index-url", "--no-annotate", "--no-header", "-q",
            "-o", f"requirements/{name}.txt", *sys.argv[1:],
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
