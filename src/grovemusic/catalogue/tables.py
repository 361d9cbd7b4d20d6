"""The tables of the cold store: their names, their columns, and what a row of them means.

The import writes exactly these; a column more or less is a new schema, which a reader refuses.
Ids of tracks are our own (equal to the Spotify id where there is one).
"""

from collections.abc import Mapping
from typing import Any

from grovemusic.catalogue.blocks import keys
from grovemusic.catalogue.blocks.schema import Column, Field, Kind, Schema
from grovemusic.domain.music import AudioFeatures, Track, TrackId
from grovemusic.store.catalogue import SOURCE, Companion
from grovemusic.store.sounds import NUMBERS, Sound
from grovemusic.store.xref import CrossReference, Method

ROOT = "catalogue"  # a table is at catalogue/<name> in its bucket
_WHOLE = ("key", "mode", "time_signature")

# By track id: what a source says of a track, and how it sounds.
TRACKS = Schema(
    "tracks",
    (
        Column("title", Kind.TEXT),
        Column("artist", Kind.TEXT),
        Column("album", Kind.TEXT),
        Column("isrc", Kind.TEXT),
        Column("artist_id", Kind.TEXT),  # Spotify's, of the first artist
        Column("genres", Kind.TEXT),  # of the artists, joined by ";"
        Column("year", Kind.U16),
        Column("duration_ms", Kind.U32),
        Column("explicit", Kind.U8),
        Column("popularity", Kind.F64),  # 0-100
        *(Column(name, Kind.U8 if name in _WHOLE else Kind.F64) for name in NUMBERS),
    ),
)
# By track id: which MusicBrainz recording it is; only those that are one.
CROSS_REFERENCES = Schema(
    "crossreference",
    (
        Column("isrc", Kind.TEXT),
        Column("mbid", Kind.ID),
        Column("method", Kind.TEXT),
        Column("confidence", Kind.F64),
    ),
)
# By track id: up to a hundred companions in playlists, the closest first.
COMPANIONS = Schema(
    "neighbours",
    (
        Column(
            "near",
            Kind.LIST,
            (
                Field("track", Kind.ID),
                Field("together", Kind.U32),
                Field("cosine", Kind.F32),
                Field("pmi", Kind.F32),
                Field("jaccard", Kind.F32),
            ),
        ),
    ),
)
ALL = (TRACKS, CROSS_REFERENCES, COMPANIONS)


def prefix(schema: Schema) -> str:
    """Where a table lies in its bucket."""
    return f"{ROOT}/{schema.table}"


def sound_of(_name: str, row: Mapping[str, Any]) -> Sound | None:
    """How the track of a row sounds; None if nobody analysed it."""
    features = AudioFeatures(**{field: row[column] for column, field in NUMBERS.items()})
    return Sound(features, row["popularity"]) if features.known else None


def track_of(name: str, row: Mapping[str, Any]) -> Track | None:
    """A row of TRACKS; None for one without a title or an artist."""
    if not row["title"] or not row["artist"]:
        return None
    return Track(
        id=TrackId(name),
        title=row["title"],
        artist=row["artist"],
        album=row["album"],
        isrc=row["isrc"],
        year=row["year"],
        year_source=None if row["year"] is None else SOURCE,
        duration_ms=row["duration_ms"],
        popularity=row["popularity"],
        sources=(SOURCE,),
    )


def cross_reference_of(name: str, row: Mapping[str, Any]) -> CrossReference | None:
    """A row of CROSS_REFERENCES; None for a method this program does not know."""
    try:
        method = Method(row["method"])
    except ValueError:
        return None
    return CrossReference(
        spotify_id=name,
        isrc=row["isrc"],
        mbid=None if row["mbid"] is None else keys.uuid_of(row["mbid"]),
        confidence=row["confidence"] or 0.0,
        method=method,
    )


def companions_of(name: str, row: Mapping[str, Any]) -> tuple[Companion, ...]:
    """A row of COMPANIONS."""
    return tuple(
        Companion(
            of=name,
            track_id=keys.track_of(number),
            rank=rank,
            together=together,
            pmi=pmi,
            jaccard=jaccard,
            cosine=cosine,
        )
        for rank, (number, together, cosine, pmi, jaccard) in enumerate(row["near"] or (), 1)
    )
