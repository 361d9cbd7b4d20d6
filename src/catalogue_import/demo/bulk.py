# ruff: noqa: SLF001  # the other half of DemoCatalogue, which is about single tracks
"""Tracks of an invented world by the ten thousand, as rows of text and numbers.

The same as `DemoCatalogue.track` tells one by one, in a third of the time: whatever is a number is
drawn for all at once, and an album is named once.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue_import.demo.catalogue import DemoCatalogue
from catalogue_import.demo.chance import Bits, Ints
from catalogue_import.demo.world import FEATURES, NONE

_WHOLE = frozenset({"key", "mode", "time_signature"})
_ALBUMS = 1 << 16


@dataclass(frozen=True, slots=True)
class Row:
    """A track.

    Attributes:
        id, album_id: Numbers of 128 bits, as 32 hexadecimal digits.
        mbid: A UUID; None as often as in `DemoCatalogue.track`.
        features: In the order of `FEATURES`; None for unknown; empty where nothing is known.
    """

    id: str
    index: int
    title: str
    artist: str
    album: str
    album_id: str
    year: int
    duration_ms: int
    explicit: bool
    popularity: int
    isrc: str | None
    mbid: str | None
    features: tuple[float | int | None, ...]


class Bulk:
    """Rows of one world."""

    def __init__(self, world: DemoCatalogue) -> None:
        self._world, self._chance, self._tracks = world, world._chance, world._tracks
        self._albums: dict[int, str] = {}  # by first track

    def rows(self, indexes: Ints) -> Iterator[Row]:
        """Rows of some tracks, in the order of `indexes`.

        Cost: about 60 µs each.
        """
        tracks, world = self._tracks, self._world
        ids = self._hex("track id", indexes)
        single = tracks.single[indexes]
        start = tracks.album_start[indexes].astype(np.int64)
        album_number = np.where(single, indexes << 1 | 1, start << 1)
        albums = self._uuids("album mbid", album_number)
        share = np.where(tracks.popularity[indexes] < 15, 800, 970)
        has_mbid = self._chance.bits("has mbid", indexes) % np.uint64(1000) < share
        mbids = self._uuids("mbid", indexes)
        guest = tracks.guest[indexes].tolist()
        coin = self._chance.bits("guest in title", tracks.original[indexes])
        in_title = (coin % np.uint64(2) == 1).tolist()
        features = self._features(indexes)
        for at, index in enumerate(indexes.tolist()):
            title = bare = world._title(index)
            artist = world.artists[tracks.artist[index]]
            if guest[at] != NONE:
                title, artist = world.credited(title, artist, guest[at], in_title=in_title[at])
            yield Row(
                id=ids[at],
                index=index,
                title=title,
                artist=artist,
                album=bare if single[at] else self._album(index),
                album_id=albums[at].replace("-", ""),
                year=int(tracks.year[index]),
                duration_ms=int(tracks.duration_ms[index]),
                explicit=bool(tracks.explicit[index]),
                popularity=int(tracks.popularity[index]),
                isrc=world._isrc(index),
                mbid=mbids[at] if has_mbid[at] else None,
                features=features[at],
            )

    def ids(self, indexes: Ints) -> list[str]:
        """Ids as 32 hexadecimal digits."""
        return self._hex("track id", indexes)

    def genres(self, index: int) -> list[str]:
        """The two strongest tags of a track."""
        return [tag.name for tag in self._world._tags(index)[:2]]

    def _album(self, index: int) -> str:
        start = int(self._tracks.album_start[index])
        if start not in self._albums:
            if len(self._albums) >= _ALBUMS:
                self._albums.clear()
            self._albums[start] = self._world._album(index)
        return self._albums[start]

    def _features(self, indexes: Ints) -> list[tuple[float | int | None, ...]]:
        columns = [
            [
                None
                if math.isnan(value)
                else int(value)
                if name in _WHOLE
                else float(f"{value:.5g}")
                for value in row
            ]
            for name, row in zip(FEATURES, self._tracks.features[:, indexes].tolist(), strict=True)
        ]
        empty: tuple[float | int | None, ...] = ()
        return [row if any(v is not None for v in row) else empty
                for row in zip(*columns, strict=True)]  # fmt: skip

    def _wide(self, label: str, indexes: NDArray[np.int64]) -> tuple[Bits, Bits]:
        return (
            self._chance.bits(f"{label} high", indexes), self._chance.bits(f"{label} low", indexes),
        )  # fmt: skip

    def _hex(self, label: str, indexes: Ints) -> list[str]:
        return _hexed(*self._wide(label, indexes))

    def _uuids(self, label: str, indexes: Ints) -> list[str]:
        high, low = self._wide(label, indexes)
        high = high & ~np.uint64(0xF000) | np.uint64(0x4000)  # version 4
        low = low & ~np.uint64(0xC000 << 48) | np.uint64(0x8000 << 48)  # RFC 9562
        return [f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}" for h in _hexed(high, low)]


def _hexed(high: Bits, low: Bits) -> list[str]:
    text = np.stack([high, low], axis=1).astype(">u8").tobytes().hex()
    return [text[at : at + 32] for at in range(0, len(text), 32)]
