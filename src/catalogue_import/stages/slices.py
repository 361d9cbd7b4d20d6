"""Slices of the Million Playlist Dataset as tables: one row a place in a playlist.

A slice is one JSON object with `playlists`, each with `pid`, `name` and `tracks` of `pos`,
`track_uri`, `track_name`, `artist_name`, `artist_uri`, `album_name`, `album_uri`, `duration_ms`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalogue_import.errors import UnreadableFile
from catalogue_import.reading import Broken, Cells, Table
from catalogue_import.unpacking import unpacked

_HEADER = (
    "playlist_id", "playlist_name", "position", "track_uri", "track_name", "artist_name",
    "artist_id", "album_name", "duration_ms",
)  # fmt: skip
_TRACK = (
    "pos", "track_uri", "track_name", "artist_name", "artist_uri", "album_name", "duration_ms",
)  # fmt: skip


def is_slice(path: Path) -> bool:
    """Whether it is called as slices are: mpd.slice.0-999.json, packed or not."""
    return path.name.startswith("mpd.slice.")


def table(path: Path) -> Table:
    """The places of a slice.

    Raises:
        UnreadableFile: when it is read, and is not such a slice.
    """

    @contextmanager
    def rows() -> Iterator[Iterator[Cells | Broken]]:
        yield _rows(_playlists(path))

    return Table(path=path, name=path.name.split(".json", maxsplit=1)[0], header=_HEADER, open=rows)


def _playlists(path: Path) -> list[Any]:
    with unpacked(path) as stream:
        try:
            said = json.loads(b"".join(stream))
        except ValueError as error:
            raise UnreadableFile(path.name, f"not JSON: {error}") from error
    found = said.get("playlists") if isinstance(said, dict) else None
    if not isinstance(found, list):
        raise UnreadableFile(path.name, "there are no playlists in it")
    return found


def _rows(playlists: list[Any]) -> Iterator[Cells | Broken]:
    for each in playlists:
        tracks = each.get("tracks") if isinstance(each, dict) else None
        if not isinstance(tracks, list):
            yield Broken("a playlist without tracks")
            continue
        for track in tracks:
            if not isinstance(track, dict):
                yield Broken("not a track")
                continue
            position, *rest = (track.get(name) for name in _TRACK)
            uri, title, artist, artist_uri, album, duration_ms = rest
            yield (
                *(each.get("pid"), each.get("name"), position),
                *(uri, title, artist, artist_uri, album, duration_ms),
            )
