"""The datasets by name: what they are, where they lie, and what in them must not be used.

Read in place; nothing of them is part of this project. Anything else is named by its path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quality.lists import Dataset
from quality.readers import read

DATA = "../shared/data"  # from the project's folder


@dataclass(frozen=True, slots=True)
class Known:
    """A dataset that has a name.

    Attributes:
        most: Lists tested a split; the others are learnt from and left alone, to save time.
    """

    path: str
    most: int


KNOWN: Mapping[str, Known] = {
    "spotify_songs": Known("tracks/spotify_songs.csv.gz", 200),
    "spotify_editorial_2023": Known("playlists/spotify_editorial_2023", 200),
    "yes_small": Known("playlists/cornell_yes/yes_small", 200),
    "wfmu_wake_shows": Known("playlists/wfmu_wake_shows.csv.gz", 120),
}
MOST_OF_OTHERS = 200


class NoSuchDataset(Exception):
    """Neither a name we know nor a path that exists."""


def opened(name: str, data: Path) -> tuple[Dataset, int]:
    """A dataset by name or path, and how many of its lists to test a split.

    Raises:
        NoSuchDataset: there is nothing of that name.
        NoPlaylists: there is, and it holds no playlist.
    """
    if name in KNOWN:
        known = KNOWN[name]
        path = data / known.path
        if not path.exists():
            raise NoSuchDataset(f"{name}: {path} is not there")
        return read([path], name=name), known.most
    path = Path(name)
    if not path.exists():
        choices = ", ".join(KNOWN)
        raise NoSuchDataset(f"{name}: no such file or folder, and none of {choices}")
    return read([path]), MOST_OF_OTHERS


def present(data: Path) -> Sequence[str]:
    """Names of the known datasets that can be read."""
    return [name for name, known in KNOWN.items() if (data / known.path).exists()]
