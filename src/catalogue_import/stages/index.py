"""Stage 7: the hot part, the most popular tracks, into the catalogue database with its indexes."""

import hashlib
import json
import sqlite3
import uuid
from typing import Any

import numpy as np

from catalogue_import import facts, percentiles, sound
from catalogue_import.blockstore.cells import as_key
from catalogue_import.crossreference.matching import Method
from catalogue_import.database import opened, transaction
from catalogue_import.errors import RealDataPresent
from catalogue_import.loading import Loader
from catalogue_import.parsing import SOURCE, Entry
from catalogue_import.removing import demo_tracks, real_tracks, remove_demo
from catalogue_import.stages import base62, crossreference, transform, vectorize
from catalogue_import.stages.joined import Joined, ranges
from catalogue_import.stages.manifest import Output
from catalogue_import.stages.work import Work
from catalogue_import.staging import Staging
from grovemusic.catalogue.blocks.schema import VARIABLE
from grovemusic.domain.music import AudioFeatures, Tag, Track, TrackId

VERSION = 1
OPTIONS = ("hot",)
SOURCE_FACT = "imported in stages"  # hash of the inputs whose hot part is in the database
GENRE_WEIGHT = 0.5  # said of the artist, not of the track
_FORGET = (
    "DELETE FROM catalogue_tracks WHERE id IN (SELECT value FROM json_each(?))",
    "DELETE FROM spotify_audio_features_cache WHERE spotify_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM spotify_mbid_xref WHERE spotify_id IN (SELECT value FROM json_each(?))",
)
_ADD_XREF = """
INSERT OR REPLACE INTO spotify_mbid_xref (spotify_id, isrc, mbid, match_confidence, match_method)
VALUES (?, ?, ?, ?, ?)
"""
_ADD_GENRE = "INSERT OR IGNORE INTO spotify_artist_genres VALUES (?, ?)"
_COUNT_PLAYLISTS = "UPDATE catalogue_tracks SET playlists = ? WHERE id = ?"
_SIMILAR = "INSERT INTO precomputed_similar VALUES (?, ?, ?, ?)"


def run(work: Work) -> None:
    """Load a range of ids a transaction; one that was cut off leaves nothing and is done again.

    Raises:
        RealDataPresent: invented music is never loaded over imported music.
    """
    with opened(work.target.catalogue) as db:
        work.once("room", lambda: _make_room(work, db))
        rows = transform.joined(work)
        wanted = np.zeros(rows.rows, np.bool_)
        wanted[transform.most_popular(work, work.options.hot)] = True
        parts, before, hashes = list(ranges(rows.rows)), 0, []
        found = crossreference.column(work)
        for number, (first, beyond) in enumerate(parts):
            size = rows.count(first, beyond)
            said = work.once(
                f"range {number}",
                lambda: _Range(work, db, rows, found).load(first, beyond, wanted),  # noqa: B023
            )
            hashes.append(said)
            before += size
            work.progress("tracks", number + 1, len(parts))
        similar = work.once("similar", lambda: _similar(work, db))
        work.once("facts", lambda: _facts(work, db))
    digest = hashlib.sha256(json.dumps([each["sha256"] for each in hashes]).encode()).hexdigest()
    loaded = sum(each["rows"] for each in hashes)
    work.record.outputs["hot"] = Output(rows=loaded, bytes=0, sha256=digest)
    work.record.figures |= {"hot tracks": loaded, "similar": similar}


def origin(work: Work) -> str:
    """What the rows are marked as."""
    return "demo" if work.options.demo is not None else "import"


def _make_room(work: Work, db: sqlite3.Connection) -> int:
    """A catalogue is invented or real, never both, and of one invented world."""
    if origin(work) == "demo" and (real := real_tracks(db)):
        raise RealDataPresent(real)
    source = work.manifest.stages["acquire"].outputs_hash()
    removed = 0
    with transaction(db):
        if demo_tracks(db) and facts.get(db, SOURCE_FACT) != source:
            removed = remove_demo(db)
        facts.put(db, {SOURCE_FACT: source})
    return removed


class _Range:
    """Hot tracks of a range of ids, in one transaction."""

    def __init__(
        self, work: Work, db: sqlite3.Connection, rows: Joined, found: dict[str, Any]
    ) -> None:
        self._work, self._db, self._rows, self._found = work, db, rows, found
        self._loader = Loader(db, Staging(db), origin=origin(work))

    def load(self, first: int, beyond: int, wanted: Any) -> dict[str, Any]:
        table = self._rows.between(first, beyond)
        before = _rank(self._work, first)
        at = np.flatnonzero(wanted[before : before + len(table.keys)])
        if not len(at):
            return {"rows": 0, "sha256": ""}
        columns = [column.take(at) for column in table.columns]
        names = self._rows.schema.names
        values = {
            column.name: _values(column.kind in VARIABLE, cells)
            for column, cells in zip(self._rows.schema.columns, columns, strict=True)
        }
        ids = base62.to_texts(table.keys[at])
        mbids = self._found["mbid"][before + at]
        methods = self._found["method"][before + at].tolist()
        sure = self._found["confidence"][before + at].tolist()
        entries, xrefs = [], []
        for row, id_ in enumerate(ids):
            said = {name: values[name][row] for name in names}
            mbid = (
                str(uuid.UUID(bytes=bytes(mbids[row]).ljust(16, b"\0"))) if methods[row] else None
            )
            entries.append(_entry(id_, said, mbid))
            if said["isrc"] or mbid:
                # Not found in a dump is not found nowhere: the API is asked when it matters.
                how = (sure[row], Method(methods[row]).shown) if mbid else (None, None)
                xrefs.append((id_, said["isrc"], mbid, *how))
        in_lists = np.load(self._work.of("transform") / "playlists.npy", mmap_mode="r")
        counted = in_lists[before + at].tolist()
        with transaction(self._db):
            bound = json.dumps(ids)
            for sql in _FORGET:
                self._db.execute(sql, (bound,))
            self._loader.add(entries)
            self._db.executemany(_ADD_XREF, xrefs)
            self._db.executemany(_COUNT_PLAYLISTS, zip(counted, ids, strict=True))
            self._db.executemany(
                _ADD_GENRE,
                [(each.spotify_artist_id, tag.name) for each in entries for tag in each.track.tags
                 if each.spotify_artist_id],
            )  # fmt: skip
        digest = hashlib.sha256(json.dumps([values, xrefs, counted, ids]).encode()).hexdigest()
        return {"rows": len(ids), "sha256": digest}


def _rank(work: Work, key: int) -> int:
    return int(np.searchsorted(transform.key_column(work), as_key(key))[0])


def _values(variable: bool, cells: Any) -> list[Any]:  # noqa: FBT001
    if variable:
        return crossreference.texts(cells)
    return [
        value if known else None
        for value, known in zip(cells.items[0].tolist(), cells.present.tolist(), strict=True)
    ]


def _entry(id_: str, said: dict[str, Any], mbid: str | None) -> Entry:
    genres = said["genres"].split(";") if said["genres"] else []
    features = AudioFeatures(
        tempo_bpm=said["tempo"],
        energy=said["energy"],
        danceability=said["danceability"],
        valence=said["valence"],
        acousticness=said["acousticness"],
        instrumentalness=said["instrumentalness"],
        speechiness=said["speechiness"],
        liveness=said["liveness"],
        loudness_db=said["loudness"],
        key=said["key"],
        mode=said["mode"],
        time_signature=said["time_signature"],
    )
    return Entry(
        track=Track(
            id=TrackId(id_),
            title=said["title"],
            artist=said["artist"],
            mbid=mbid,
            isrc=said["isrc"],
            spotify_id=id_,
            album=said["album"],
            year=said["year"],
            duration_ms=said["duration_ms"],
            tags=tuple(Tag(name=each, weight=GENRE_WEIGHT, source=SOURCE) for each in genres),
            features=features if features.known else None,
            popularity=said["popularity"],
            sources=(SOURCE,),
        ),
        explicit=None if said["explicit"] is None else bool(said["explicit"]),
        spotify_artist_id=said["artist_id"],
    )


def _similar(work: Work, db: sqlite3.Connection) -> int:
    """The lists of similar tracks, in place of those that were there."""
    found, keys = vectorize.similar(work), transform.key_column(work)
    stored = 0
    with transaction(db):
        db.execute("DELETE FROM precomputed_similar")
        for start in range(0, len(found["seed"]), 1000):
            other = found["other"][start : start + 1000]
            row, column = np.nonzero(other >= 0)
            seeds = base62.to_texts(keys[found["seed"][start : start + 1000]])
            others = base62.to_texts(keys[other[row, column]])
            scores = found["score"][start : start + 1000][row, column].astype(float).round(6)
            db.executemany(
                _SIMILAR,
                zip([seeds[n] for n in row.tolist()], others, scores.tolist(),
                    (column + 1).tolist(), strict=True),
            )  # fmt: skip
            stored += len(others)
            work.progress("similar", min(start + 1000, len(found["seed"])), len(found["seed"]))
    return stored


def _facts(work: Work, db: sqlite3.Connection) -> int:
    with transaction(db):
        counts = facts.counts(db)
        # Lists are in the cold store only; how many there are is a fact all the same.
        places = work.manifest.stages["transform"].figures
        counts |= {"playlists": places["playlists"], "memberships": places["memberships"]}
        said = {**counts, "audio": facts.audio(db), "origin": origin(work)}
        said |= {"well_known": facts.well_known(db)}
        ranked = percentiles.percentiles(db)
        said |= {"percentiles": ranked}
        sound.average_artists(db, ranked)
        facts.put(db, {**said, facts.COUNTED: True, facts.VECTORISED: True})
    return counts["tracks"]
