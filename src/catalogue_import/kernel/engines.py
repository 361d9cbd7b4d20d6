"""Three ways to mine, all with the same rows: compiled, numpy alone, or on a cluster."""

from importlib.util import find_spec

import numpy as np

from catalogue_import import pairs
from catalogue_import.kernel.memberships import Memberships
from catalogue_import.kernel.rules import Engine, Ignored, Mined, Room, Rules

NUMBA, NUMPY, SPARK = "numba", "numpy", "spark"
NAMES = (NUMBA, NUMPY, SPARK)
_EXTRAS = {NUMBA: "catalogue", SPARK: "cluster"}
_PACKAGES = {NUMBA: ("numba",), SPARK: ("numba", "pyspark")}


class MissingEngine(Exception):
    """The engine `name` needs packages that are not installed; the message says which extra."""

    def __init__(self, name: str) -> None:
        super().__init__(f"mining with {name} needs: pip install 'grovemusic[{_EXTRAS[name]}]'")
        self.name = name


def choose(name: str | None = None) -> Engine:
    """The engine of that name; without one numba if it is installed, else numpy.

    Raises:
        MissingEngine: its packages are not installed.
        ValueError: there is no such engine.
    """
    if name is None:
        name = NUMBA if _installed(NUMBA) else NUMPY
    if name not in NAMES:
        raise ValueError(f"there is no engine {name!r}; there are {', '.join(NAMES)}")
    if not _installed(name):
        raise MissingEngine(name)
    match name:
        case "numba":
            from catalogue_import.kernel import machine

            return machine.mine
        case "spark":
            from catalogue_import.kernel import cluster

            return cluster.mine
        case _:
            return with_numpy


def with_numpy(memberships: Memberships, rules: Rules, room: Room) -> Mined:
    """Slower by two orders of magnitude, and needs nothing but numpy. `room` is not looked at."""
    del room
    sizes = np.diff(memberships.first)
    lists = np.repeat(np.arange(len(memberships)), sizes)
    members = memberships.members.astype(np.int64)
    every = pairs.gather(lists, members, memberships.items)
    groups = pairs.of_sizes(every, rules.shortest, rules.longest)
    return Mined(
        lists=len(groups),
        ignored=Ignored(
            short=int(np.count_nonzero((every.sizes > 0) & (every.sizes < rules.shortest))),
            long=int(np.count_nonzero(every.sizes > rules.longest)),
            repeats=len(members) - len(every.members),
        ),
        appearances=np.bincount(groups.members, minlength=groups.items).astype(np.uint32),
        neighbours=pairs.neighbours(
            groups, fewest=rules.fewest, top=rules.top, shrink=rules.shrink
        ),
    )


def _installed(name: str) -> bool:
    return all(find_spec(package) for package in _PACKAGES.get(name, ()))
