"""Installs the packages that run inside Pyodide: the Worker's, and those that test it there.

The offline-friendly way: the ordinary package index and hashes, no Pyodide of one's own needed.
`pywrangler sync` gives the same set for the Worker where the network allows it (a test compares).
"""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The Python that Workers run: Pyodide 314, CPython 3.14, PEP 783 wheels.
PLATFORM = [
    "--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14",
    "--implementation", "cp", "--abi", "cp314", "--abi", "abi3", "--abi", "none",
    "--only-binary=:all:",
]  # fmt: skip
TARGETS = {
    "worker": ROOT / "python_modules",  # where wrangler looks for it: beside wrangler.toml
    "pyodide": ROOT / "build" / "pyodide-site",
}


def vendor(name: str, python: str = sys.executable) -> None:
    """Install requirements/<name>.txt into its target, from scratch.

    Raises:
        subprocess.CalledProcessError: with pip's output.
    """
    target = TARGETS[name]
    shutil.rmtree(target, ignore_errors=True)
    command = [
        python, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-compile",
        "--require-hashes", "--target", str(target), *PLATFORM,
        "-r", str(ROOT / "requirements" / f"{name}.txt"),
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    (target / "pyvenv.cfg").touch()  # wrangler takes the folder for vendored modules by this
    for script in target.glob("bin"):
        shutil.rmtree(script)


def main() -> int:
    """Install the sets named on the command line, or all."""
    for name in sys.argv[1:] or TARGETS:
        vendor(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
