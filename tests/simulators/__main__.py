"""Run the simulators by hand, from the folder `tests`: `python -m simulators --port 9000`.

Prints the environment that leads GroveMusic here, the control port (control.py), an empty line.
"""

import argparse
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

from simulators.running import Simulators
from simulators.world import World


def main():
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    parser.add_argument("--port", type=int, default=9000, help="the first port; 0 for any")
    parser.add_argument("--tracks", type=int, default=2000, help="size of the invented catalogue")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    ending = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)  # in all threads: sigwait takes them
    world = World(tracks=asked.tracks, seed=asked.seed)
    with Simulators(world=world, first_port=asked.port) as upstream:
        for name, value in upstream.environment().items():
            print(f"export {name}={value}")
        print(f"# control: {upstream.urls['control']}\n", flush=True)
        signal.sigwait(ending)


if __name__ == "__main__":
    main()
