"""Stage 3: all tables as one: tracks with their sound in the order of ids, and the playlists.

names        artists and albums by id
tracks       what is said of tracks, sorted          sound        their audio features, sorted
columns      both joined: keys, popularity, spreads  memberships  playlists as numbers of tracks
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue_import.blockstore import rejects
from catalogue_import.blockstore.spill import Spill
from catalogue_import.columns import Field, Role
from catalogue_import.kernel import files as membership_files
from catalogue_import.ledger import Reject
from catalogue_import.parsing import Entry, Membership, Named, Parsed, Parser, Ref, Sound
from catalogue_import.stages import acquire, base62, sources, tables
from catalogue_import.stages.joined import Joined, ranges
from catalogue_import.stages.manifest import Output, file_output
from catalogue_import.stages.names import NamesFile, names_file
from catalogue_import.stages.sources import Source
from catalogue_import.stages.validate import LATEST_YEAR
from catalogue_import.stages.work import Work
from grovemusic.catalogue.blocks import keys
from grovemusic.domain.music import AudioFeatures

VERSION = 1
OPTIONS = ()
_AT_ONCE = 10_000
_CHUNK = 1 << 18
_TOLD = 10_000  # unknown values that are written down with their position
_STRANGER = "no track has this id"
_TWICE = "id: twice"  # as `Spill` says it


def run(work: Work) -> None:
    """Write the folder; see the top of this module.

    Raises:
        UnreadableFile: a file is damaged in its middle; says which.
    """
    stage = _Transform(work, sources.opened(acquire.files(work, acquire.SOURCE)))
    work.once("names", stage.names)
    told = work.once("tracks", stage.tracks)
    sound = work.once("sound", stage.sound)
    columns = work.once("columns", stage.columns)
    places = work.once("memberships", stage.memberships)
    rejected = Counter(told["rejects"]) + Counter(sound["rejects"]) + Counter(places["rejects"])
    work.record.figures |= {
        **columns["figures"],
        "repeated tracks": rejected.pop(_TWICE, 0),
        "memberships": places["memberships"],
        "playlists": places["playlists"],
        "values left unknown": dict(Counter(told["unknown"]) + Counter(sound["unknown"])),
    }
    work.record.rejects = dict(rejected)
    for name, said in {**columns["outputs"], **places["outputs"]}.items():
        work.record.outputs[name] = Output(**said)


def joined(work: Work) -> Joined:
    """The tracks with their sound, in the order of ids."""
    folder = work.of("transform")
    return Joined(folder / "tracks", folder / "sound")


def key_column(work: Work) -> base62.Keys:
    """All ids in order, mapped; the number of a track is its place here."""
    found: base62.Keys = np.load(work.of("transform") / "keys.npy", mmap_mode="r")
    return found


def popularity_column(work: Work) -> NDArray[np.float32]:
    """0-100 by number of track, mapped; NaN for unknown."""
    found: NDArray[np.float32] = np.load(work.of("transform") / "popularity.npy", mmap_mode="r")
    return found


def most_popular(work: Work, count: int) -> NDArray[np.int64]:
    """Numbers of that many tracks, the best known first; ties in the order of ids."""
    popularity = np.nan_to_num(np.asarray(popularity_column(work)), nan=-1.0)
    return np.argsort(-popularity, kind="stable")[:count]


class _Transform:
    def __init__(self, work: Work, found: Sequence[Source]) -> None:
        self._work, self._sources = work, found
        self._folder = work.folder

    # --- tracks and their sound ---

    def names(self) -> dict[str, Any]:
        path = self._folder / "names.db"
        path.unlink(missing_ok=True)
        with names_file(path) as known:
            for source in self._of(Role.ARTISTS, Role.ALBUMS):
                table = "artists" if source.role is Role.ARTISTS else "albums"
                for some in _batches(self._parsed(source, known, Counter(), None)):
                    known.add(table, [each for _n, each in some if isinstance(each, Named)])
        return {}

    def tracks(self) -> dict[str, Any]:
        spill = self._spill("tracks", tables.ABOUT_TRACKS)
        unknown: Counter[str] = Counter()
        with names_file(self._folder / "names.db") as known:
            for source in self._of(Role.TRACKS):
                shown = source.table.shown
                for some in _batches(self._parsed(source, known, unknown, spill.rejects)):
                    entries = [(n, each) for n, each in some if isinstance(each, Entry)]
                    numbers = _numbers([each.track.id for _n, each in entries])
                    for key, (position, each) in zip(numbers, entries, strict=True):
                        spill.add(key, about(each), source=shown, position=position)
                    locals_ = [(e.local_id, str(e.track.id)) for _n, e in entries if e.local_id]
                    known.add_locals(locals_)
        done = spill.finish()
        return {"rejects": dict(done.rejects.counts), "unknown": dict(unknown)}

    def sound(self) -> dict[str, Any]:
        spill = self._spill("sound", tables.SOUND_OF_TRACKS)
        unknown: Counter[str] = Counter()
        with names_file(self._folder / "names.db") as known:
            within = [s for s in self._of(Role.TRACKS) if s.names_sounds]
            for source in (*self._of(Role.FEATURES), *within):
                into = spill.rejects if source.role is Role.FEATURES else None
                shown = source.table.shown
                for some in _batches(self._parsed(source, known, unknown, into)):
                    sounds = []
                    for position, each in some:
                        id_, features = _sound_in(each, known)
                        if features is None:
                            continue
                        if id_ is None:
                            fault = rejects.Reject(shown, position, _STRANGER, str(each)[:60])
                            spill.rejects.add(fault)
                            continue
                        sounds.append((position, id_, features))
                    numbers = _numbers([id_ for _n, id_, _f in sounds])
                    for key, (position, _id, features) in zip(numbers, sounds, strict=True):
                        spill.add(key, sound_of(features), source=shown, position=position)
        done = spill.finish()
        counts = done.rejects.counts
        if within:  # a track that is in many playlists repeats its sound; that is no fault
            counts.pop(_TWICE, None)
        return {"rejects": dict(counts), "unknown": dict(unknown)}

    def columns(self) -> dict[str, Any]:
        """Arrays over all tracks, for the stages that need no more than that."""
        rows = joined(self._work)
        parts: dict[str, list[NDArray[Any]]] = {"keys": [], "popularity": []}
        sums = _Spreads()
        with_sound = 0
        for first, beyond in ranges(rows.rows):
            table = rows.between(first, beyond)
            if not len(table.keys):
                continue
            cells = dict(zip(rows.schema.names, table.columns, strict=True))
            fame = cells["popularity"]
            parts["keys"].append(table.keys)
            parts["popularity"].append(
                np.where(fame.present, fame.items[0], np.nan).astype(np.float32)
            )
            some = np.zeros(len(table.keys), np.bool_)
            for name in (*tables.FEATURES, "popularity"):
                some |= cells[name].present if name != "popularity" else False
                sums.add(name, cells[name].items[0][cells[name].present])
            with_sound += int(some.sum())
            self._work.progress("columns", sums.rows(len(table.keys)), rows.rows)
        empty = {"keys": np.empty(0, "S16"), "popularity": np.empty(0, np.float32)}
        outputs = {}
        for name, each in parts.items():
            path = self._folder / f"{name}.npy"
            whole = np.concatenate([empty[name], *each])
            _save(path, whole)
            outputs[name] = _said(file_output(path, len(whole)))
        (self._folder / "spread.json").write_text(json.dumps(sums.found()), encoding="utf-8")
        outputs["tracks"] = {"rows": rows.rows, "bytes": 0, "sha256": rows.content_hash()}
        return {"outputs": outputs, "figures": {"tracks": rows.rows, "with sound": with_sound}}

    # --- playlists ---

    def memberships(self) -> dict[str, Any]:
        all_keys = key_column(self._work)
        path = self._folder / "memberships.rejects.jsonl"
        path.unlink(missing_ok=True)
        lost = rejects.Rejects(path)
        places = _Places(self, base62.Places(all_keys), lost)
        folder = self._folder / "memberships"
        folder.mkdir(exist_ok=True)
        found = membership_files.store(places.chunks(), folder, items=len(all_keys))
        lost.flush()
        in_lists = np.bincount(found.members, minlength=len(all_keys)).astype(np.uint32)
        _save(self._folder / "playlists.npy", in_lists)
        outputs = {
            f"memberships/{name}": _said(file_output(folder / f"{name}.npy", rows))
            for name, rows in (("first", len(found)), ("members", len(found.members)))
        }
        return {
            "memberships": len(found.members),
            "playlists": len(found),
            "rejects": dict(lost.counts),
            "outputs": outputs,
        }

    def place_sources(self) -> list[Source]:
        return [
            *self._of(Role.MEMBERSHIPS),
            *(each for each in self._of(Role.TRACKS) if each.names_places),
        ]

    def placed(
        self, source: Source, lost: rejects.Rejects
    ) -> Iterator[tuple[list[Any], list[Any], list[int]]]:
        """Playlists, track ids and positions, a playlist's places side by side."""
        fields, table = source.recognised.columns, source.table
        if table.inner is not None and Field.SPOTIFY_ID in fields and Field.PLAYLIST_ID in fields:
            columns = (fields[Field.PLAYLIST_ID], fields[Field.SPOTIFY_ID])
            playlist, track = ('"' + name.replace('"', '""') + '"' for name in columns)
            quoted = '"' + table.inner.replace('"', '""') + '"'
            sql = f"SELECT {playlist}, {track}, rowid FROM {quoted} ORDER BY {playlist}"  # noqa: S608
            uri = f"{table.path.resolve().as_uri()}?mode=ro&immutable=1"
            with closing(sqlite3.connect(uri, uri=True)) as db:
                yield from self._columns(db, sql, source)
            return
        scratch = self._folder / "places.db"
        scratch.unlink(missing_ok=True)
        with (
            names_file(self._folder / "names.db") as known,
            closing(sqlite3.connect(scratch)) as db,
        ):
            db.execute("PRAGMA journal_mode = OFF")
            db.execute("CREATE TABLE places (playlist TEXT, track TEXT, position INTEGER)")
            into = lost if source.role is Role.MEMBERSHIPS else None
            for some in _batches(self._parsed(source, known, Counter(), into)):
                db.executemany("INSERT INTO places VALUES (?, ?, ?)", _place_rows(some, known))
            sql = "SELECT playlist, track, position FROM places ORDER BY playlist, position"
            yield from self._columns(db, sql, source)
        scratch.unlink()

    def _columns(
        self, db: sqlite3.Connection, sql: str, source: Source
    ) -> Iterator[tuple[list[Any], list[Any], list[int]]]:
        cursor, done = db.execute(sql), 0
        while some := cursor.fetchmany(_CHUNK):
            playlist, track, position = (list(column) for column in zip(*some, strict=True))
            yield playlist, track, position
            done += len(some)
            self._work.progress(f"places {source.table.shown}", done, source.table.total)

    # --- reading ---

    def _of(self, *roles: Role) -> list[Source]:
        return [each for each in self._sources if each.role in roles]

    def _spill(self, name: str, schema: Any) -> Spill:
        return Spill(self._folder / name, schema, memory_bytes=self._work.options.memory_bytes // 2)

    def _parsed(
        self,
        source: Source,
        known: NamesFile,
        unknown: Counter[str],
        into: rejects.Rejects | None,
    ) -> Iterator[tuple[int, Parsed]]:
        """The rows of a table; those that cannot be used go to `into`, with their position."""
        table, told = source.table, 0
        parser = Parser(
            source.recognised,
            table.header,
            known,
            unknown,
            latest_year=LATEST_YEAR,
            namespace=table.path.resolve().parent.name,
        )
        path = self._folder / "unknown.jsonl"
        with table.open() as rows, path.open("a", encoding="utf-8") as log:
            before = sum(unknown.values())
            for position, row in enumerate(rows, 1):
                parsed = parser.parse(position, row)
                if unknown and (now := sum(unknown.values())) != before:
                    before, told = now, told + 1
                    if told <= _TOLD:
                        log.write(json.dumps({"source": table.shown, "row": position}) + "\n")
                if isinstance(parsed, Reject):
                    if into is not None:
                        shown = rejects.shown(dict(parsed.record))
                        into.add(rejects.Reject(table.shown, position, parsed.reason, shown))
                else:
                    yield position, parsed
                if position % _AT_ONCE == 0:
                    self._work.progress(f"reading {table.shown}", position, table.total)


class _Places:
    """Places as numbers; those of unknown tracks are counted and kept."""

    def __init__(self, stage: _Transform, known: base62.Places, lost: rejects.Rejects) -> None:
        self._stage, self._known, self._lost = stage, known, lost
        self._number, self._last = -1, object()

    def chunks(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        for source in self._stage.place_sources():
            self._last = object()  # a playlist does not go on in another table
            for playlist, track, position in self._stage.placed(source, self._lost):
                numbers = self._numbered(playlist)
                key, good = base62.to_keys(track)
                item = np.where(good, self._known.find(key), -1)
                for at in np.flatnonzero(item < 0).tolist():
                    reason = _STRANGER if good[at] else "not a Spotify id"
                    self._lost.add(
                        rejects.Reject(
                            source.table.shown, position[at], reason, rejects.shown(track[at])
                        )
                    )
                kept = item >= 0
                yield numbers[kept], item[kept]

    def _numbered(self, playlists: list[Any]) -> NDArray[np.int64]:
        column = np.empty(len(playlists), object)
        column[:] = playlists
        new = np.ones(len(column), np.bool_)
        new[1:] = column[1:] != column[:-1]
        new[0] = playlists[0] != self._last
        numbers: NDArray[np.int64] = self._number + np.cumsum(new)
        self._number, self._last = int(numbers[-1]), playlists[-1]
        return numbers


class _Spreads:
    """Mean and deviation of each number over all tracks, added up range by range."""

    def __init__(self) -> None:
        self._sums: dict[str, list[float]] = {}
        self._rows = 0

    def rows(self, more: int) -> int:
        self._rows += more
        return self._rows

    def add(self, name: str, values: NDArray[Any]) -> None:
        """Welford's update with whole ranges: no squares of large numbers are subtracted.

        Source: Chan, Golub and LeVeque, "Updating Formulae", 1979.
        """
        if not len(values):
            return
        wide = values.astype(np.float64)
        count, mean = float(len(wide)), float(wide.mean())
        spread = float(((wide - mean) ** 2).sum())
        known, old_mean, old_spread = self._sums.get(name, [0.0, 0.0, 0.0])
        total, apart = known + count, mean - old_mean
        self._sums[name] = [
            total,
            old_mean + apart * count / total,
            old_spread + spread + apart * apart * known * count / total,
        ]

    def found(self) -> dict[str, dict[str, float]]:
        return {
            name: {"known": known, "mean": mean, "deviation": (spread / known) ** 0.5}
            for name, (known, mean, spread) in self._sums.items()
        }


def _batches(rows: Iterator[tuple[int, Parsed]]) -> Iterator[list[tuple[int, Parsed]]]:
    some: list[tuple[int, Parsed]] = []
    for each in rows:
        some.append(each)
        if len(some) >= _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _track_of(ref: Ref, known: NamesFile) -> str | None:
    if ref.field is Field.LOCAL_ID:
        return known.local(ref.value)
    if ref.field is Field.MBID:
        return keys.track_of(keys.of_uuid(ref.value))
    return ref.value


def _sound_in(each: Parsed, known: NamesFile) -> tuple[str | None, AudioFeatures | None]:
    """The track a row is about and how it sounds, where the row says so."""
    if isinstance(each, Sound):
        return _track_of(each.ref, known), each.features
    if isinstance(each, Entry):
        return each.track.id, each.track.features
    return None, None


def _place_rows(
    some: Sequence[tuple[int, Parsed]], known: NamesFile
) -> Iterator[tuple[str, str | None, int]]:
    for position, each in some:
        if isinstance(each, Entry) and each.place is not None:
            yield each.place.playlist, str(each.track.id), position
        elif isinstance(each, Membership):
            yield each.place.playlist, _track_of(each.ref, known), position


def _numbers(ids: Sequence[str]) -> list[int]:
    """The 128-bit numbers of our own ids."""
    bare = base62.to_keys(ids)[0].tobytes()
    return [int.from_bytes(bare[at : at + 16]) for at in range(0, len(bare), 16)]


def about(entry: Entry) -> tuple[Any, ...]:
    track = entry.track
    return (
        *(track.title, track.artist, track.album, track.isrc, entry.spotify_artist_id),
        ";".join(tag.name for tag in track.tags) or None,
        *(track.year, track.duration_ms),
        None if entry.explicit is None else int(entry.explicit),
        track.popularity,
    )


def sound_of(features: AudioFeatures) -> tuple[Any, ...]:
    return (
        *(features.tempo_bpm, features.energy, features.danceability, features.valence),
        *(features.acousticness, features.instrumentalness, features.speechiness),
        *(features.liveness, features.loudness_db, features.key),
        *(None if each is None else int(each) for each in (features.mode, features.time_signature)),
    )


def _save(path: Path, array: NDArray[Any]) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        np.save(stream, array)
    part.replace(path)


def _said(output: Output) -> dict[str, Any]:
    return {"rows": output.rows, "bytes": output.bytes, "sha256": output.sha256}
