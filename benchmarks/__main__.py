"""Runs the benchmarks named on the command line, or all of them: `python -m benchmarks runs`."""

import importlib
import platform
import sys

ALL = ("runs", "crowd", "worker", "web", "blocks", "mining", "catalogue")


def main() -> int:
    """Each benchmark prints its own table; figures of shared machines are noisy, ratios less so."""
    wanted = sys.argv[1:] or ALL
    print(f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}")
    for name in wanted:
        if name not in ALL:
            print(f"no benchmark {name!r}; there are {', '.join(ALL)}")
            return 1
        print(f"\n## {name}")
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
