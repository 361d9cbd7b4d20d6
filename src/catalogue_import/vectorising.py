"""Tracks whose sound is known, as vectors with what a search shows and filters by."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence

from catalogue_import.ledger import Progress
from grovemusic.catalogue.features import audio_vector
from grovemusic.domain.corpus import Spread
from grovemusic.domain.music import AudioFeatures
from grovemusic.ports import Vector

BATCH = 1000  # Vectorize's limit for an upsert
FEWEST_KNOWN = 4  # numbers: a vector of means only would be everybody's neighbour
_TAGS = 5
_LONGEST_TEXT = 300  # characters; metadata of a vector may have 10 KiB in all

_SOUNDS = """
SELECT t.id, t.title, t.artist, t.year, t.decade, t.popularity,
       f.tempo, f.energy, f.danceability, f.valence, f.acousticness, f.instrumentalness,
       f.speechiness, f.liveness, f.loudness, f.key, f.mode, f.time_signature
FROM spotify_audio_features_cache f JOIN catalogue_tracks t ON t.id = f.spotify_id ORDER BY t.id
"""
_TAGGED = "SELECT track_id, tag FROM catalogue_tags ORDER BY track_id, weight DESC, tag"
_COUNT = "SELECT count(*) FROM spotify_audio_features_cache"


def give_vectors(
    db: sqlite3.Connection,
    spread: Mapping[str, Spread],
    upsert: Callable[[list[Vector]], None],
    progress: Progress,
) -> int:
    """Hand all tracks with a known sound to `upsert`, a thousand at a time; how many."""
    (total,) = db.execute(_COUNT).fetchone()
    given, found = 0, vectors(db, spread)
    while batch := list(itertools.islice(found, BATCH)):
        upsert(batch)
        given += len(batch)
        progress("vectors", given, total)
    progress("vectors", total, total)
    return given


def vectors(db: sqlite3.Connection, spread: Mapping[str, Spread]) -> Iterator[Vector]:
    """In the order of ids. Metadata: title, artist, year, decade, popularity, top five tags."""
    tagged = _Tagged(db)
    for id_, title, artist, year, decade, popularity, *numbers in db.execute(_SOUNDS):
        tags = tagged.of(id_)
        features = AudioFeatures(
            tempo_bpm=numbers[0],
            energy=numbers[1],
            danceability=numbers[2],
            valence=numbers[3],
            acousticness=numbers[4],
            instrumentalness=numbers[5],
            speechiness=numbers[6],
            liveness=numbers[7],
            loudness_db=numbers[8],
            key=numbers[9],
            mode=numbers[10],
            time_signature=numbers[11],
        )
        values = audio_vector(features, popularity, spread)
        if features.known < FEWEST_KNOWN or not any(values):  # a zero vector has no direction
            continue
        metadata = {
            "title": title[:_LONGEST_TEXT],
            "artist": artist[:_LONGEST_TEXT],
            "year": year,
            "decade": decade,
            "popularity": popularity,
            "tags": tags,
        }
        yield Vector(
            id=id_,
            values=values,
            metadata={name: value for name, value in metadata.items() if value not in (None, [])},
        )


class _Tagged:
    """The strongest tags of tracks that are asked about in the order of their ids."""

    def __init__(self, db: sqlite3.Connection) -> None:
        rows = db.execute(_TAGGED)
        self._groups = itertools.groupby(rows, key=lambda row: row[0])
        self._ahead: tuple[str, Sequence[str]] | None = None

    def of(self, track_id: str) -> Sequence[str]:
        while self._ahead is None or self._ahead[0] < track_id:
            group = next(self._groups, None)
            if group is None:
                self._ahead = ("\U0010ffff", [])  # behind every id
            else:
                self._ahead = (group[0], [tag for _id, tag in itertools.islice(group[1], _TAGS)])
        return self._ahead[1] if self._ahead[0] == track_id else []
