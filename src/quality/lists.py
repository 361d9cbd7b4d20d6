"""Real playlists to be measured on: works instead of versions, each at most once a list."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from grovemusic.domain.merging import merge_tracks
from grovemusic.domain.music import Track, TrackId
from grovemusic.domain.works import preference, work_key

FEWEST_TESTED = 10  # works: shorter lists are learnt from, never tested


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPlaylist:
    """A list as somebody made it: ids of tracks in order, repeats and versions as they are.

    Attributes:
        date: ISO date of lists that are a log (a radio show), else None.
    """

    id: str
    tracks: tuple[TrackId, ...]
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A list of works by their number in the dataset, each once, at its first place."""

    id: str
    works: tuple[int, ...]
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Playlists and everything known about their tracks that does not describe the playlists.

    Attributes:
        works: One track a song, its preferred version with the gaps filled from the others.
        dropped: What was left out and how often, to be printed.
    """

    name: str
    works: tuple[Track, ...]
    playlists: tuple[Playlist, ...]
    dropped: Mapping[str, int]

    @property
    def is_log(self) -> bool:
        """Whether every list has a date, so that it can be split by time as well."""
        return bool(self.playlists) and all(each.date for each in self.playlists)


def _shuffled(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=8).digest()


def merged(name: str, tracks: Iterable[Track], playlists: Sequence[RawPlaylist]) -> Dataset:
    """Versions of a song become one work, and lists hold each work once."""
    by_work: dict[str, list[Track]] = {}
    for track in tracks:
        by_work.setdefault(work_key(track.title, track.artist), []).append(track)
    # Files list tracks by playlist, radio by date: numbers in that order would tell equals apart.
    by_work = dict(sorted(by_work.items(), key=lambda each: _shuffled(each[0])))
    works = [reduce(merge_tracks, sorted(some, key=preference)) for some in by_work.values()]
    number = {track.id: at for at, versions in enumerate(by_work.values()) for track in versions}
    lists = [
        Playlist(
            id=each.id,
            works=tuple(dict.fromkeys(number[track] for track in each.tracks)),
            date=each.date,
        )
        for each in playlists
    ]
    repeats = sum(len(each.tracks) - len(set(each.tracks)) for each in playlists)
    places = sum(len(each.tracks) for each in playlists)
    kept = sum(len(each.works) for each in lists)
    return Dataset(
        name=name,
        works=tuple(works),
        playlists=tuple(lists),
        dropped={
            "versions merged": len(number) - len(works),
            "repeats in a list": repeats,
            "versions in a list": places - repeats - kept,
        },
    )
