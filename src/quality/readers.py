"""Playlists from files: tables, Cornell's radio lists, Million Playlist slices, JSPF folders.

Files are read where they are. Tables go through the importer's own recognition of columns, which
takes a genre beside a playlist for the playlist's and leaves it alone: it would be a leak.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalogue_import import columns, reading
from catalogue_import.columns import Field, Role
from catalogue_import.ledger import Reject
from catalogue_import.parsing import Entry, Named, Parser, Sound
from grovemusic.domain import ids
from grovemusic.domain.merging import merge_tracks
from grovemusic.domain.music import AudioFeatures, Tag, Track, TrackId
from quality.lists import Dataset, RawPlaylist, merged

LATEST_YEAR = 2100
_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SPOTIFY_URI = "spotify:track:"


class NoPlaylists(Exception):
    """The files were read, and there is not one playlist in them."""


def read(paths: Sequence[Path], *, name: str | None = None) -> Dataset:
    """A dataset from files of one kind, told by what they are.

    A folder may hold Cornell's lists (train.txt beside song_hash.txt), Million Playlist slices
    (*.json with "playlists") or JSPF files; anything else is read as tables (CSV, Parquet, SQLite).

    Raises:
        NoPlaylists: nothing in them is a playlist.
    """
    named = name or paths[0].name.split(".", maxsplit=1)[0]
    folder = paths[0] if paths[0].is_dir() else None
    if folder is not None and (songs := _either(folder / "song_hash.txt")).exists():
        tracks, lists = _cornell(folder, songs)
    else:
        files = sorted(folder.iterdir()) if folder is not None else list(paths)
        documents = [path for path in files if ".jspf" in path.name or ".json" in path.name]
        if documents:
            tracks, lists = _documents(documents)
        else:
            tracks, lists = _tables([path for path in files if path.is_file()])
    if not lists:
        raise NoPlaylists(f"no playlist in {', '.join(map(str, paths))}")
    return merged(named, tracks.values(), lists)


Found = tuple[dict[TrackId, Track], list[RawPlaylist]]


class _Lists:
    """Tracks and the lists they stand in, while they are being read."""

    def __init__(self) -> None:
        self.tracks: dict[TrackId, Track] = {}
        self._places: dict[str, list[TrackId]] = {}

    def add(self, track: Track, playlist: str | None) -> None:
        known = self.tracks.get(track.id)
        self.tracks[track.id] = track if known is None else merge_tracks(known, track)
        if playlist is not None:
            self._places.setdefault(playlist, []).append(track.id)

    def found(self) -> Found:
        lists = [
            RawPlaylist(id=id_, tracks=tuple(members), date=match[0] if match else None)
            for id_, members in self._places.items()
            for match in [_DATE.search(id_)]
        ]
        return self.tracks, lists


# --- tables ----------------------------------------------------------------------------------


class _Nobody:
    """Implements the importer's `Names`: no table of artists or albums was read."""

    def artist(self, _artist_id: str, /) -> Named | None:
        return None

    def album(self, _album_id: str, /) -> Named | None:
        return None


def _tables(paths: Iterable[Path]) -> Found:
    """Tracks with their playlists, and audio features by id from a table of their own."""
    lists = _Lists()
    sounds: dict[str, AudioFeatures] = {}
    tables = [table for path in paths for table in reading.tables(path)]
    for table in tables:
        seen = columns.recognise(table.name, table.header, table.sample())
        if seen.role not in {Role.TRACKS, Role.FEATURES} or seen.says_nothing:
            continue
        parser = Parser(seen, table.header, _Nobody(), Counter(), latest_year=LATEST_YEAR)
        with table.open() as rows:
            for number, row in enumerate(rows, 1):
                match parser.parse(number, row):
                    case Entry() as entry:
                        place = entry.place.playlist if entry.place else None
                        lists.add(entry.track, place)
                    case Sound() as sound if sound.ref.field is Field.SPOTIFY_ID:
                        sounds[sound.ref.value] = sound.features
                    case Reject() | _:
                        pass
    for id_, features in sounds.items():
        if (track := lists.tracks.get(TrackId(id_))) is not None:
            lists.tracks[track.id] = _with_sound(track, features)
    return lists.found()


def _with_sound(track: Track, features: AudioFeatures) -> Track:
    told = Track(id=track.id, title=track.title, artist=track.artist, features=features)
    return merge_tracks(track, told)


# --- Cornell ---------------------------------------------------------------------------------


def _cornell(folder: Path, songs: Path) -> Found:
    """song_hash: number, title, artist; tags: numbers of tags or "#"; train: two lines, lists."""
    lists = _Lists()
    pairs = (line.split(",", 1) for line in _lines(_either(folder / "tag_hash.txt")))
    names = {int(number): name.strip() for number, name in pairs}
    tagged = _lines(_either(folder / "tags.txt"))
    ids_: list[TrackId] = []
    for line, numbers in zip(_lines(songs), tagged, strict=True):
        _number, title, artist = line.split("\t")
        tags = () if numbers.strip() == "#" else tuple(int(each) for each in numbers.split())
        track = _track(title, artist, tags=[names[each] for each in tags])
        ids_.append(track.id)
        lists.add(track, None)
    raw = [
        RawPlaylist(id=str(number), tracks=tuple(ids_[int(each)] for each in line.split()))
        for number, line in enumerate(list(_lines(_either(folder / "train.txt")))[2:])
        if line.strip()
    ]
    return lists.tracks, raw


# --- JSON ------------------------------------------------------------------------------------


def _documents(paths: Iterable[Path]) -> Found:
    lists = _Lists()
    for path in paths:
        document = json.loads("\n".join(_lines(path)))
        if "playlists" in document:  # a slice of the Million Playlist Dataset
            for each in document["playlists"]:
                for row in each["tracks"]:
                    lists.add(_sliced(row), str(each["pid"]))
        elif "playlist" in document:
            for row in document["playlist"].get("track", ()):
                if row.get("title") and row.get("creator"):
                    lists.add(_jspf(row), path.name)
    return lists.found()


def _sliced(row: Mapping[str, Any]) -> Track:
    return _track(
        row["track_name"],
        row["artist_name"],
        spotify_id=row["track_uri"].removeprefix(_SPOTIFY_URI),
        duration_ms=row.get("duration_ms"),
    )


def _jspf(row: Mapping[str, Any]) -> Track:
    identifier = row.get("identifier") or ""
    given = " ".join([identifier] if isinstance(identifier, str) else identifier)
    mbid = _MBID.search(given)
    return _track(
        row["title"],
        row["creator"],
        mbid=mbid[0] if mbid else None,
        duration_ms=row.get("duration"),
    )


# --- text ------------------------------------------------------------------------------------


def _track(title: str, artist: str, *, tags: Sequence[str] = (), **known: Any) -> Track:
    r"""A track known by its names. `w/` and `\/` are how one source writes a guest's slash."""
    title = title.replace("\\/", "/")
    artist = artist.replace("\\/", "/")
    id_ = ids.track_id(
        title=title, artist=artist, spotify_id=known.get("spotify_id"), mbid=known.get("mbid")
    )
    weighted = tuple(Tag(name=tag, weight=1.0, source="catalogue") for tag in tags)
    return Track(id=id_, title=title, artist=artist, tags=weighted, sources=("catalogue",), **known)


def _either(path: Path) -> Path:
    """The file, or its compressed form."""
    packed = path.with_name(path.name + ".gz")
    return packed if packed.exists() else path


def _lines(path: Path) -> Iterator[str]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as text
    ):
        for line in text:
            yield line.rstrip("\r\n")
