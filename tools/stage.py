"""Stages the Worker: copies exactly its modules to build/worker/, as wrangler.toml's [build] asks.

wrangler uploads every Python file below the folder of `main`, so only what the Worker imports may
lie there: no embedded runtime, no command line, no import pipeline, no tests, no tools.
"""

import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "worker"
# What runs on a laptop only.
NOT_IN_THE_WORKER = ("runtime/embedded", "cli")
WHOLE = ("durable_objects", "cron")


def modules() -> dict[str, pathlib.Path]:
    """Where each module goes, below the target -> where it is."""
    found = {"entry.py": ROOT / "src" / "entry.py"}
    package = ROOT / "src" / "grovemusic"
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package).as_posix()
        if not inside.startswith(tuple(f"{folder}/" for folder in NOT_IN_THE_WORKER)):
            found[f"grovemusic/{inside}"] = path
    for folder in WHOLE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found[path.relative_to(ROOT).as_posix()] = path
    return found


def main() -> int:
    """Copy what is new or changed, remove what is no longer wanted."""
    wanted = modules()
    TARGET.mkdir(parents=True, exist_ok=True)
    for path in sorted(TARGET.rglob("*"), reverse=True):
        inside = path.relative_to(TARGET).as_posix()
        if path.is_file() and inside not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for inside, source in wanted.items():
        target = TARGET / inside
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    if not (ROOT / "python_modules" / "pyvenv.cfg").exists():
        print(
            "stage: the Worker's packages are missing: `python3 tools/setup.py test` vendors them"
        )
    print(f"staged {len(wanted)} modules, {sum(p.stat().st_size for p in wanted.values()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
