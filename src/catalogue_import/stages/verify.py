"""Stage 9: samples of every layer against the source they came from.

Expectations are made from source rows by the code that serves single tracks, not by the arrays that
made the layers, so a fault in those shows.
"""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from catalogue_import.columns import Field, Role
from catalogue_import.crossreference.matching import Method, match
from catalogue_import.crossreference.reference import UNKNOWN_LENGTH, Reference
from catalogue_import.database import opened
from catalogue_import.kernel import files as kernel_files
from catalogue_import.parsing import Entry, Parser, Sound
from catalogue_import.stages import (
    acquire,
    base62,
    mine,
    publishing,
    sources,
    tables,
    transform,
    vectorize,
)
from catalogue_import.stages.errors import Differs
from catalogue_import.stages.manifest import Output, digest
from catalogue_import.stages.names import NamesFile, names_file
from catalogue_import.stages.sources import Source
from catalogue_import.stages.validate import LATEST_YEAR
from catalogue_import.stages.work import Work
from grovemusic.catalogue.blocks import keys
from grovemusic.catalogue.blocks.block import Row
from grovemusic.catalogue.blocks.reader import BlockReader
from grovemusic.catalogue.features import FEWEST_KNOWN, audio_vector
from grovemusic.domain.corpus import Spread
from grovemusic.domain.music import AudioFeatures

VERSION = 1
OPTIONS = ("samples",)
_CLOSE = 2e-6  # vectors are sent with six digits
_SINGLE = 1e-6  # relative, of figures kept with 32 bits
_AT_ONCE = 20  # vectors got by id, which is what Vectorize gives
_HOT = """
SELECT t.title, t.artist, t.album, t.isrc, t.year, t.duration_ms, t.popularity, t.mbid,
       f.tempo, f.energy, f.danceability, f.valence, f.acousticness, f.instrumentalness,
       f.speechiness, f.liveness, f.loudness, f.key, f.mode, f.time_signature
FROM catalogue_tracks t LEFT JOIN spotify_audio_features_cache f ON f.spotify_id = t.id
WHERE t.id = ?
"""
_HOT_NAMES = (
    "title", "artist", "album", "isrc", "year", "duration_ms", "popularity", "mbid",
    *tables.FEATURES,
)  # fmt: skip
_PAIRS = """
SELECT track_b, cooccurrence_count, cosine_score FROM playlist_cooccurrence
WHERE track_a = ? ORDER BY rank
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what the source says."""

    layer: str
    id: str
    what: str
    source: Any
    found: Any


def run(work: Work) -> None:
    """Compare; the stage does not end while there are differences.

    Raises:
        Differs: there are some; `differences.jsonl` in the stage's folder has them all.
    """
    checks = asyncio.run(Verification(work).all())
    path = work.folder / "differences.jsonl"
    with path.open("w", encoding="utf-8") as log:
        for each in checks.differences:
            log.write(json.dumps(asdict(each), ensure_ascii=False, default=str) + "\n")
    work.record.figures |= {
        "compared": dict(checks.compared), "differences": len(checks.differences),
    }  # fmt: skip
    work.record.outputs["compared"] = Output(
        rows=checks.compared.total(), bytes=0, sha256=digest(dict(checks.compared))
    )
    if checks.differences:
        first = checks.differences[0]
        raise Differs(
            f"{len(checks.differences):,} differences, listed in {path}; the first: {first.layer},"
            f" {first.id}, {first.what}: the source says {first.source!r}, found {first.found!r}"
        )


@dataclass(slots=True)
class _Expected:
    """What the source says of a track."""

    about: dict[str, Any]
    features: AudioFeatures

    def values(self) -> dict[str, Any]:
        return {**self.about, **dict(zip(tables.FEATURES, transform.sound_of(self.features),
                                         strict=True))}  # fmt: skip


class Verification:
    """All checks of one import.

    Attributes:
        compared: Layer -> how many things of it were compared.
        differences: What was found.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._chance = random.Random(work.record.fingerprint)
        self._keys = transform.key_column(work)
        self.compared: Counter[str] = Counter()
        self.differences: list[Difference] = []

    async def all(self) -> "Verification":
        work = self._work
        found = sources.opened(acquire.files(work, acquire.SOURCE))
        with names_file(work.of("transform") / "names.db") as known:
            expected = _Source(found, known, self._chance).some(work.options.samples)
        work.progress("layers", 0, 6)
        self._numbers(expected)
        for number, check in enumerate(
            (self._cold, self._crossreference, self._vectors, self._hot, self._neighbours,
             self._similar), 1
        ):  # fmt: skip
            await check(expected)
            work.progress("layers", number, 6)
        self._places(found)
        return self

    def _differs(
        self, layer: str, id_: str, said: Mapping[str, Any], found: Mapping[str, Any]
    ) -> None:
        self.compared[layer] += 1
        for name, value in said.items():
            if found.get(name) != value:
                self.differences.append(Difference(layer, id_, name, value, found.get(name)))

    def _numbers(self, expected: Mapping[str, _Expected]) -> None:
        """Every sampled track has a number."""
        got, good = base62.to_keys(list(expected))
        places = base62.Places(np.asarray(self._keys)).find(got)
        for id_, place, fine in zip(expected, places.tolist(), good.tolist(), strict=True):
            self._differs("columns", id_, {"is there": True}, {"is there": fine and place >= 0})

    async def _cold(self, expected: Mapping[str, _Expected]) -> None:
        rows = await self._rows(tables.TRACKS.table, expected)
        for id_, each in expected.items():
            self._differs("cold tracks", id_, each.values(), rows.get(id_, {}))
        for name in (tables.TRACKS.table, tables.CROSSREFERENCE.table, tables.NEIGHBOURS.table):
            manifest = await publishing.serving(self._work.target.objects, tables.PREFIXES[name])
            stage = "mine" if name == tables.NEIGHBOURS.table else "upload"
            said = self._work.manifest.stages[stage].outputs[name].rows
            self._differs("cold rows", name, {"rows": said},
                          {"rows": manifest.rows if manifest else None})  # fmt: skip

    async def _rows(self, table: str, ids: Iterable[str]) -> dict[str, Row]:
        reader = BlockReader(
            self._work.target.objects, tables.PREFIXES[table], schema=tables.SCHEMAS[table]
        )
        found = await reader.get_many(keys.of_track(id_) for id_ in ids)
        return {keys.track_of(key): row for key, row in found.items()}

    async def _crossreference(self, expected: Mapping[str, _Expected]) -> None:
        rows = await self._rows(tables.CROSSREFERENCE.table, expected)
        recordings = Reference.opened(self._work.of("crossreference") / "reference")
        every = list(expected.values())
        length = np.array([UNKNOWN_LENGTH if (ms := each.about["duration_ms"]) is None else ms
                           for each in every], np.int64)  # fmt: skip
        found = match(
            recordings, [each.about["isrc"] for each in every], length,
            lambda at: (every[at].about["title"], every[at].about["artist"]),
        )  # fmt: skip
        for at, id_ in enumerate(expected):
            said: dict[str, Any] = dict.fromkeys(("mbid", "method", "confidence"))
            if found.row[at] >= 0:
                mbid = bytes(recordings.mbid[found.row[at]]).ljust(16, b"\0")
                said = {
                    "mbid": int.from_bytes(mbid),
                    "method": Method(int(found.method[at])).shown,
                    "confidence": float(found.confidence[at]),
                }
            self._differs("crossreference", id_, said, rows.get(id_, {}))

    async def _vectors(self, expected: Mapping[str, _Expected]) -> None:
        index, options = self._work.target.vectors, self._work.options
        if index is None:
            return
        spread = _spreads(vectorize.spread(self._work))
        wanted = {
            id_: audio_vector(each.features, each.about["popularity"], spread)
            for id_, each in expected.items()
            if (each.about["popularity"] or 0) >= max(options.tier_a, 1e-9)
            and each.features.known >= FEWEST_KNOWN
        }
        ids = list(wanted)
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            found = {each.id: each.values for each in await index.get(some)}
            for id_ in some:
                values = found.get(id_, ())
                close = len(values) == len(wanted[id_]) and all(
                    abs(a - b) <= _CLOSE for a, b in zip(values, wanted[id_], strict=True)
                )
                said = wanted[id_]
                self._differs(
                    "vectors", id_, {"values": said}, {"values": said if close else values}
                )

    async def _hot(self, expected: Mapping[str, _Expected]) -> None:
        """Hot tracks among the sample, and that those that should be hot are."""
        number = transform.most_popular(self._work, self._work.options.hot)
        hot = set(base62.to_texts(self._keys[np.sort(number)])) & expected.keys()
        cold = await self._rows(tables.CROSSREFERENCE.table, hot)
        with opened(self._work.target.catalogue) as db:
            for id_ in sorted(hot):
                row = db.execute(_HOT, (id_,)).fetchone()
                found = dict(zip(_HOT_NAMES, row, strict=True)) if row else {}
                values = expected[id_].values()
                mbid: Any = cold.get(id_, {}).get("mbid")
                values["mbid"] = None if mbid is None else keys.uuid_of(mbid)
                self._differs("database", id_, {name: values[name] for name in _HOT_NAMES}, found)

    async def _neighbours(self, expected: Mapping[str, _Expected]) -> None:
        """Counts of neighbours, counted again in the playlists."""
        rows = kernel_files.opened_rows(self._work.of("mine") / "rows")
        if not len(rows["item"]):
            return
        lists = mine.memberships(self._work)
        every = len(rows["item"])
        count = min(every, self._work.options.samples // 10 + 1)
        at = sorted(self._chance.sample(range(every), count))
        ids = base62.to_texts(self._keys[rows["item"][at]])
        cold = await self._rows(tables.NEIGHBOURS.table, set(ids))
        sizes = _different(lists)
        tells = (sizes >= mine.RULES.shortest) & (sizes <= mine.RULES.longest)
        for place, id_ in zip(at, ids, strict=True):
            one, other = (_lists_of(lists, int(rows[name][place])) for name in ("item", "other"))
            both = np.intersect1d(one, other)
            together = int(tells[both].sum())
            mine_, theirs = int(tells[one].sum()), int(tells[other].sum())
            cosine = together / ((mine_ * theirs) ** 0.5 + mine.RULES.shrink)
            near: Any = cold.get(id_, {}).get("near") or ()
            rank = int(rows["rank"][place]) - 1
            found: dict[str, Any] = {}
            if rank < len(near):
                track, count, score, *_ = near[rank]
                close = abs(score - cosine) <= _SINGLE * cosine + 1e-12
                found = {"track": track, "together": count, "cosine": cosine if close else score}
            bare = np.ascontiguousarray(self._keys[rows["other"][place : place + 1]]).tobytes()
            said = {"track": int.from_bytes(bare), "together": together, "cosine": cosine}
            self._differs("cold neighbours", id_, said, found)
        self._hot_pairs(expected)

    def _hot_pairs(self, expected: Mapping[str, _Expected]) -> None:
        """The database's pairs of the best known tracks are the mined ones."""
        del expected
        options = self._work.options
        number = transform.most_popular(self._work, min(options.hot, options.hot_neighbours))
        some = np.sort(self._chance.sample(number.tolist(), min(len(number), 20)))
        rows = kernel_files.opened_rows(self._work.of("mine") / "rows")
        with opened(self._work.target.catalogue) as db:
            for item in some.tolist():
                start, stop = np.searchsorted(rows["item"], [item, item + 1])
                said = list(
                    zip(base62.to_texts(self._keys[rows["other"][start:stop]]),
                        rows["together"][start:stop].tolist(),
                        rows["cosine"][start:stop].tolist(), strict=True)
                )  # fmt: skip
                id_ = base62.to_texts(self._keys[item : item + 1])[0]
                self._differs("database pairs", id_, {"pairs": said},
                              {"pairs": db.execute(_PAIRS, (id_,)).fetchall()})  # fmt: skip

    async def _similar(self, expected: Mapping[str, _Expected]) -> None:
        """Lists of similar tracks, computed again one by one."""
        del expected
        found = vectorize.similar(self._work)
        with np.load(self._work.of("vectorize") / "vectors.npz") as said:
            values, number = said["values"].astype(np.float64), said["number"]
        unit = values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)
        count = min(len(found["seed"]), 20)
        for at in sorted(self._chance.sample(range(len(found["seed"])), count)):
            place = int(np.searchsorted(number, found["seed"][at]))
            scores = unit @ unit[place]
            scores[place] = -1
            kept = int((found["other"][at] >= 0).sum())
            best = np.sort(scores)[::-1][:kept]
            close = np.allclose(best, found["score"][at][:kept], atol=1e-6, rtol=0)
            id_ = base62.to_texts(self._keys[found["seed"][at] : found["seed"][at] + 1])[0]
            self._differs("similar", id_, {"scores": True}, {"scores": bool(close)})

    def _places(self, found: list[Source]) -> None:
        """Some playlists as the source has them, where it can be asked for one."""
        lists, first = mine.memberships(self._work), 0
        for source in found:
            fields, inner = source.recognised.columns, source.table.inner
            if source.role is not Role.MEMBERSHIPS or inner is None or first:
                continue
            first = 1
            columns = [f'"{fields[each]}"' for each in (Field.PLAYLIST_ID, Field.SPOTIFY_ID)
                       if each in fields]  # fmt: skip
            if len(columns) != 2 or not len(lists):
                continue
            playlist, track = columns
            with closing(_read_only(source)) as db:
                sql = f'SELECT DISTINCT {playlist} FROM "{inner}" ORDER BY 1'  # noqa: S608
                ids = [row[0] for row in db.execute(sql)]
                sql = f'SELECT {track} FROM "{inner}" WHERE {playlist} = ?'  # noqa: S608
                known = base62.Places(np.asarray(self._keys))
                if len(ids) != len(lists):
                    continue  # some have only unknown tracks, or there are further tables
                for at in sorted(self._chance.sample(range(len(ids)), min(len(ids), 50))):
                    got, good = base62.to_keys([row[0] for row in db.execute(sql, (ids[at],))])
                    place = np.where(good, known.find(got), -1)
                    members = lists.members[lists.first[at] : lists.first[at + 1]]
                    self._differs("playlists", ids[at],
                                  {"tracks": sorted(place[place >= 0].tolist())},
                                  {"tracks": sorted(members.tolist())})  # fmt: skip


class _Source:
    """Rows of the source, read one at a time."""

    def __init__(self, found: list[Source], known: NamesFile, chance: random.Random) -> None:
        self._found, self._known, self._chance = found, known, chance

    def some(self, count: int) -> dict[str, _Expected]:
        """Tracks from all over the source, by id."""
        ids: dict[str, None] = {}
        of = [each for each in self._found if each.role is Role.TRACKS]
        for source in of:
            rows = self._spread(source, -(-count // max(1, len(of))))
            ids |= dict.fromkeys(
                str(each.track.id) for each in self._parsed(source, rows) if isinstance(each, Entry)
            )
        entries: dict[str, Entry] = {}
        sounds: dict[str, AudioFeatures] = {}
        for source in self._found:
            if source.role not in {Role.TRACKS, Role.FEATURES}:
                continue
            for each in self._parsed(source, self._about(source, ids)):
                if isinstance(each, Sound) and each.ref.value in ids:
                    sounds.setdefault(each.ref.value, each.features)
                elif isinstance(each, Entry) and each.track.id in ids:
                    entries.setdefault(str(each.track.id), each)
        for id_, entry in entries.items():
            if entry.track.features is not None:
                sounds.setdefault(id_, entry.track.features)
        names = [column.name for column in tables.ABOUT]
        return {
            id_: _Expected(
                dict(zip(names, transform.about(entry), strict=True)),
                sounds.get(id_, AudioFeatures()),
            )
            for id_, entry in entries.items()
        }

    def _spread(self, source: Source, count: int) -> Iterator[Any]:
        if source.table.inner is None:
            with source.table.open() as rows:
                kept: list[Any] = []
                for at, row in enumerate(rows):  # reservoir sampling: every row is as likely
                    if len(kept) < count:
                        kept.append(row)
                    elif (place := self._chance.randrange(at + 1)) < count:
                        kept[place] = row
            yield from kept
            return
        with closing(_read_only(source)) as db:
            (last,) = db.execute(f'SELECT max(rowid) FROM "{source.table.inner}"').fetchone()  # noqa: S608
            sql = f'SELECT * FROM "{source.table.inner}" WHERE rowid = ?'  # noqa: S608
            last = last or 0
            for at in sorted(self._chance.sample(range(1, last + 1), min(count, last))):
                row = db.execute(sql, (at,)).fetchone()
                if row is not None:
                    yield row

    def _about(self, source: Source, ids: Iterable[str]) -> Iterator[Any]:
        """Rows about some tracks: asked for where there is an index, else searched for."""
        column = source.recognised.columns.get(Field.SPOTIFY_ID)
        if source.table.inner is None or column is None:
            with source.table.open() as rows:
                yield from rows
            return
        with closing(_read_only(source)) as db:
            sql = f"""SELECT * FROM "{source.table.inner}"
                      WHERE "{column}" IN (SELECT value FROM json_each(?))"""  # noqa: S608
            yield from db.execute(sql, (json.dumps(list(ids)),))

    def _parsed(self, source: Source, rows: Iterable[Any]) -> Iterator[Any]:
        parser = Parser(
            source.recognised, source.table.header, self._known, Counter(), latest_year=LATEST_YEAR
        )
        for row in rows:
            yield parser.parse(0, row)


def _read_only(source: Source) -> sqlite3.Connection:
    uri = f"{source.table.path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True)


def _spreads(said: Mapping[str, Mapping[str, float]]) -> dict[str, Spread]:
    ours = {"tempo": "tempo_bpm", "loudness": "loudness_db"}
    return {
        ours.get(name, name): Spread(mean=each["mean"], deviation=each["deviation"])
        for name, each in said.items()
        if name != "key"
    }


def _lists_of(lists: Any, item: int) -> Any:
    """Which lists have an item, each once."""
    at = np.flatnonzero(lists.members == item)
    return np.unique(np.searchsorted(lists.first, at, "right") - 1)


def _different(lists: Any) -> Any:
    """How many different items each list has."""
    number = np.repeat(np.arange(len(lists)), np.diff(lists.first))
    pairs = np.unique(number * max(1, lists.items) + lists.members.astype(np.int64))
    return np.bincount(pairs // max(1, lists.items), minlength=len(lists))
