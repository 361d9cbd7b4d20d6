"""The catalogue's hot tables: finding songs, their details, who stands beside them in playlists."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grovemusic.domain import names
from grovemusic.domain.ask import Era
from grovemusic.domain.corpus import (
    USUAL_COHERENCE,
    USUAL_PERCENTILES,
    USUAL_PRIOR,
    USUAL_SPREAD,
    Corpus,
    Spread,
)
from grovemusic.domain.music import AudioFeatures, Tag, Track, TrackId
from grovemusic.domain.percentiles import Percentiles
from grovemusic.ports import Database, Row
from grovemusic.store.nearby import nearby

SOURCE = "catalogue"
MOST_IDS = 2_000  # ids one statement is given; more are asked for in turns
LOOKED_AT = 4  # rows a wanted peer, in each of four stretches of the index
SHORTEST, LONGEST = 5, 500  # tracks of a playlist that says something about taste
FOUND = 200  # search hits that are looked at, before ranking by likeness

_SEARCH = """
SELECT id FROM catalogue_search WHERE catalogue_search MATCH ? ORDER BY rank LIMIT ?
"""
# One or two letters fit a tenth of a catalogue: ranking all that takes longer than typing on.
_SEARCH_BARELY_BEGUN = "SELECT id FROM catalogue_search WHERE catalogue_search MATCH ? LIMIT ?"
BARELY = 2  # letters
_DETAILS = """
SELECT t.id, t.title, t.artist, t.album, t.year, t.duration_ms, t.popularity, t.playlists,
       t.mbid, t.isrc, t.spotify_id, t.origin,
       f.tempo, f.energy, f.danceability, f.valence, f.acousticness, f.instrumentalness,
       f.speechiness, f.liveness, f.loudness, f.key, f.mode, f.time_signature,
       f.spotify_id IS NOT NULL AS analysed
FROM catalogue_tracks t LEFT JOIN spotify_audio_features_cache f ON f.spotify_id = t.id
WHERE t.id IN (SELECT value FROM json_each(?))
"""
_TAGS = """
SELECT track_id, tag, weight FROM catalogue_tags
WHERE track_id IN (SELECT value FROM json_each(?)) ORDER BY track_id, weight DESC, tag
"""
_BY_MBID = (
    "SELECT id, mbid AS key FROM catalogue_tracks WHERE mbid IN (SELECT value FROM json_each(?))"
)
_BY_ISRC = (
    "SELECT id, isrc AS key FROM catalogue_tracks WHERE isrc IN (SELECT value FROM json_each(?))"
)
_BY_SPOTIFY = """
SELECT id, spotify_id AS key FROM catalogue_tracks
WHERE spotify_id IN (SELECT value FROM json_each(?))
"""
_BY_WORK = """
SELECT id, work_key AS key FROM catalogue_tracks
WHERE work_key IN (SELECT value FROM json_each(?)) ORDER BY popularity DESC, id
"""
_COMPANIONS = """
SELECT track_a, track_b, rank, cooccurrence_count, pmi_score, jaccard_score, cosine_score
FROM playlist_cooccurrence
WHERE track_a IN (SELECT value FROM json_each(?1)) AND rank <= ?2 ORDER BY track_a, rank
"""
_PAIRS = """
SELECT track_a, track_b, rank, cooccurrence_count, pmi_score, jaccard_score, cosine_score
FROM playlist_cooccurrence
WHERE track_a = ?1 AND track_b IN (SELECT value FROM json_each(?2)) ORDER BY rank
"""
_SHARED = """
SELECT track_id, name, together FROM (
  SELECT b.track_id, p.name, count(*) OVER (PARTITION BY b.track_id) AS together,
         row_number() OVER (
           PARTITION BY b.track_id ORDER BY p.name IS NULL, p.tracks, p.id) AS place
  FROM catalogue_playlist_tracks a
  JOIN catalogue_playlist_tracks b ON b.playlist_id = a.playlist_id
  JOIN catalogue_playlists p ON p.id = a.playlist_id
  WHERE a.track_id = ?1 AND b.track_id IN (SELECT value FROM json_each(?2))
    AND p.tracks BETWEEN ?4 AND ?5
) WHERE place <= ?3 ORDER BY track_id, place
"""
_ARTISTS = """
SELECT name_b, playlists, cosine_score FROM artist_cooccurrence
WHERE artist_a = ?1 AND rank <= ?2 ORDER BY rank
"""
_ARTIST_TRACKS = """
SELECT artist_key, id FROM (
  SELECT t.artist_key, t.id, row_number() OVER (
    PARTITION BY t.artist_key ORDER BY t.popularity DESC, t.playlists DESC, t.id) AS place
  FROM json_each(?1) wanted JOIN catalogue_tracks t ON t.artist_key = wanted.value
  WHERE ?3 IS NULL OR t.year BETWEEN ?3 AND ?4
) WHERE place <= ?2 ORDER BY artist_key, place
"""
_TAG_TRACKS = """
SELECT tag, track_id FROM (
  SELECT c.tag, c.track_id, row_number() OVER (
    PARTITION BY c.tag ORDER BY c.weight DESC, c.track_id) AS place
  FROM json_each(?1) wanted JOIN catalogue_tags c ON c.tag = wanted.value
  WHERE ?3 IS NULL OR EXISTS (
    SELECT 1 FROM catalogue_tracks t WHERE t.id = c.track_id AND t.year BETWEEN ?3 AND ?4)
) WHERE place <= ?2 ORDER BY tag, place
"""
_DECADE_TRACKS = """
SELECT id FROM catalogue_tracks
WHERE decade = ?1 AND (?3 IS NULL OR year BETWEEN ?3 AND ?4)
ORDER BY popularity DESC, id LIMIT ?2
"""
_WELL_KNOWN = "SELECT value FROM catalogue_facts WHERE name = 'well_known'"
_FACTS = "SELECT name, value FROM catalogue_facts WHERE name <> 'well_known'"
_ARTIST_SOUNDS = """
SELECT artist_key, tempo, energy, danceability, valence, acousticness, instrumentalness,
       speechiness, liveness, loudness, duration FROM catalogue_artist_sounds
WHERE artist_key IN (SELECT value FROM json_each(?))
"""
_TAG_COUNTS = """
SELECT tag, count(*) AS tracks FROM catalogue_tags
WHERE tag IN (SELECT value FROM json_each(?)) GROUP BY tag
"""
_COUNTS = """
SELECT (SELECT count(*) FROM catalogue_tracks) AS tracks,
       (SELECT count(*) FROM catalogue_playlists) AS playlists,
       (SELECT count(*) FROM catalogue_tracks WHERE origin = 'demo') AS invented
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A track that stands in playlists with another.

    Attributes:
        rank: 1 for the closest of `of` by cosine.
        together: Playlists that hold both.
        cosine: Normalised by how common both are, shrunk; 0-1.
    """

    of: str
    track_id: str
    rank: int
    together: int
    pmi: float
    jaccard: float
    cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Playlists that hold two tracks: how many, and the names of some, the shortest lists first."""

    together: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseArtist:
    """An artist that shares playlists with another."""

    name: str
    playlists: int
    cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is. `invented` tracks belong to the demo."""

    tracks: int
    playlists: int
    invented: int


class Catalogue:
    """Questions to the catalogue's tables; each costs one or two indexed statements."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def search(
        self, words: Sequence[str], *, every: bool = True, begun: bool = False, limit: int = FOUND
    ) -> list[TrackId]:
        """Ids of tracks that contain `words` (folded by domain/names.py), best first.

        Args:
            every: All words must be there; otherwise any, and each by its beginning.
            begun: The last word is still being typed.
        """
        wanted = [bare for word in words if (bare := word.replace('"', ""))]
        if not wanted:
            return []
        if every:
            quoted = [f'"{word}"' for word in wanted]
            match = " AND ".join([*quoted[:-1], quoted[-1] + ("*" if begun else "")])
        else:
            match = " OR ".join(f'"{word[: max(3, len(word) - 2)]}"*' for word in wanted)
        barely = begun and len(wanted) == 1 and len(wanted[0]) <= BARELY
        sql = _SEARCH_BARELY_BEGUN if barely else _SEARCH
        return [TrackId(row["id"]) for row in await self._db.rows(sql, match, limit)]

    async def tracks(self, ids: Collection[str]) -> dict[str, Track]:
        """Id -> everything known about the track, for those that exist."""
        found: dict[str, Track] = {}
        for some in _turns(ids):
            listed = json.dumps(some)
            tags: dict[str, list[Tag]] = {}
            for row in await self._db.rows(_TAGS, listed):
                tag = Tag(name=row["tag"], weight=row["weight"], source=SOURCE)
                tags.setdefault(row["track_id"], []).append(tag)
            for row in await self._db.rows(_DETAILS, listed):
                found[row["id"]] = _track(row, tags.get(row["id"], ()))
        return found

    async def known(
        self,
        *,
        mbids: Iterable[str] = (),
        isrcs: Iterable[str] = (),
        spotify_ids: Iterable[str] = (),
        work_keys: Iterable[str] = (),
    ) -> dict[str, list[TrackId]]:
        """External id or work key -> our tracks of that name, the most popular first."""
        found: dict[str, list[TrackId]] = {}
        asked = (
            (_BY_MBID, mbids),
            (_BY_ISRC, isrcs),
            (_BY_SPOTIFY, spotify_ids),
            (_BY_WORK, work_keys),
        )
        for sql, keys in asked:
            for some in _turns(keys):
                for row in await self._db.rows(sql, json.dumps(some)):
                    found.setdefault(row["key"], []).append(TrackId(row["id"]))
        return found

    async def companions(self, ids: Collection[str], *, each: int = 100) -> list[Companion]:
        """The closest `each` companions of every track, by track and rank."""
        rows = await self._db.rows(_COMPANIONS, json.dumps(list(ids)), each)
        return [_companion(row) for row in rows]

    async def pairs(self, track_id: str, others: Collection[str]) -> list[Companion]:
        """Those of `others` among the hundred closest companions of `track_id`."""
        rows = await self._db.rows(_PAIRS, track_id, json.dumps(list(others)))
        return [_companion(row) for row in rows]

    async def shared_playlists(
        self, track_id: str, others: Collection[str], *, each: int
    ) -> dict[str, Shared]:
        """Other track -> the playlists that hold both, for those that share any.

        Of the playlists whose length says something about taste, as in mining.
        """
        found: dict[str, Shared] = {}
        listed = json.dumps(list(others))
        for row in await self._db.rows(_SHARED, track_id, listed, each, SHORTEST, LONGEST):
            known = found.get(row["track_id"], Shared(together=row["together"], names=()))
            if row["name"] is not None:
                known = Shared(together=known.together, names=(*known.names, row["name"]))
            found[row["track_id"]] = known
        return found

    async def close_artists(self, artist_key: str, *, limit: int) -> list[CloseArtist]:
        """Artists that share playlists with one, closest first."""
        return [
            CloseArtist(name=row["name_b"], playlists=row["playlists"], cosine=row["cosine_score"])
            for row in await self._db.rows(_ARTISTS, artist_key, limit)
        ]

    async def artist_tracks(
        self, artist_keys: Iterable[str], *, each: int, era: Era | None = None
    ) -> dict[str, list[TrackId]]:
        """artist_key -> the artist's most popular tracks, of those years if given."""
        keys = list(dict.fromkeys(artist_keys))
        found: dict[str, list[TrackId]] = {}
        for row in await self._db.rows(_ARTIST_TRACKS, json.dumps(keys), each, *_years(era)):
            found.setdefault(row["artist_key"], []).append(TrackId(row["id"]))
        return found

    async def tag_tracks(
        self, tags: Iterable[str], *, each: int, era: Era | None = None
    ) -> dict[str, list[TrackId]]:
        """Tag -> the tracks that carry it most strongly, of those years if given."""
        found: dict[str, list[TrackId]] = {}
        rows = await self._db.rows(_TAG_TRACKS, json.dumps(list(tags)), each, *_years(era))
        for row in rows:
            found.setdefault(row["tag"], []).append(TrackId(row["track_id"]))
        return found

    async def decade_tracks(
        self, decade: int, *, limit: int, era: Era | None = None
    ) -> list[TrackId]:
        """The decade's most popular tracks, of those years if given."""
        rows = await self._db.rows(_DECADE_TRACKS, decade, limit, *_years(era))
        return [TrackId(row["id"]) for row in rows]

    async def peers(
        self, track: Track, *, year: int, popularity: float, limit: int
    ) -> list[TrackId]:
        """Tracks near one in sound, year of release and popularity (0-100), best first."""
        ids = await nearby(
            self._db,
            track,
            await self.corpus(artists=[names.artist_key(track.artist)]),
            year=year,
            popularity=popularity,
            limit=limit,
            looked_at=LOOKED_AT * limit,
        )
        return [TrackId(each) for each in ids]

    async def well_known(self, *, limit: int) -> list[TrackId]:
        """The tracks most playlists hold, as of the last import."""
        rows = await self._db.rows(_WELL_KNOWN)
        return [TrackId(each) for row in rows for each in json.loads(row["value"])[:limit]]

    async def corpus(self, tags: Iterable[str] = (), artists: Iterable[str] = ()) -> Corpus:
        """The yardsticks of this catalogue; usual ones when it is empty.

        Args:
            tags: Those whose counts are wanted.
            artists: artist_key of those whose usual sound is wanted.
        """
        facts = await self._facts()
        mined = facts.get("mined") or {}
        wanted = list(dict.fromkeys(tags))
        counts = await self._db.rows(_TAG_COUNTS, json.dumps(wanted)) if wanted else []
        return Corpus(
            tracks=facts.get("tracks", 0),
            playlists=facts.get("playlists", 0),
            tagged=facts.get("tagged_tracks", 0),
            tag_counts={row["tag"]: row["tracks"] for row in counts},
            spread={**USUAL_SPREAD, **_spreads(facts.get("audio", {}))},
            percentiles={**USUAL_PERCENTILES, **_percentiles(facts.get("percentiles", {}))},
            coherence={**USUAL_COHERENCE, **facts.get("coherence", {})},
            artist_sounds=await self._artist_sounds(artists),
            pair_prior=mined.get("pair_prior", USUAL_PRIOR),
            artist_repeats=mined.get("artist_repeats"),
        )

    async def _artist_sounds(self, artists: Iterable[str]) -> dict[str, dict[str, float]]:
        return {
            row["artist_key"]: _known(_means(row) | {"duration_ms": row["duration"]})
            for some in _turns(artists)
            for row in await self._db.rows(_ARTIST_SOUNDS, json.dumps(some))
        }

    async def counts(self) -> Counts:
        """As of the last import; counted now if nothing was noted."""
        facts = await self._facts()
        if "tracks" in facts and "playlists" in facts:
            invented = facts["tracks"] if facts.get("origin") == "demo" else 0
            return Counts(tracks=facts["tracks"], playlists=facts["playlists"], invented=invented)
        row = (await self._db.rows(_COUNTS))[0]
        return Counts(tracks=row["tracks"], playlists=row["playlists"], invented=row["invented"])

    async def _facts(self) -> dict[str, Any]:
        return {row["name"]: json.loads(row["value"]) for row in await self._db.rows(_FACTS)}


def _years(era: Era | None) -> tuple[int | None, int | None]:
    return era or (None, None)


def _turns(keys: Iterable[str]) -> Iterable[list[str]]:
    listed = list(dict.fromkeys(keys))
    return (listed[at : at + MOST_IDS] for at in range(0, len(listed), MOST_IDS))


def _companion(row: Row) -> Companion:
    return Companion(
        of=row["track_a"],
        track_id=row["track_b"],
        rank=row["rank"],
        together=row["cooccurrence_count"],
        pmi=row["pmi_score"],
        jaccard=row["jaccard_score"],
        cosine=row["cosine_score"],
    )


def _track(row: Row, tags: Iterable[Tag]) -> Track:
    return Track(
        id=TrackId(row["id"]),
        title=row["title"],
        artist=row["artist"],
        mbid=row["mbid"],
        isrc=row["isrc"],
        spotify_id=row["spotify_id"],
        album=row["album"],
        year=row["year"],
        year_source=SOURCE if row["year"] is not None else None,
        duration_ms=row["duration_ms"],
        tags=tuple(tags),
        features=_features(row) if row["analysed"] else None,
        popularity=row["popularity"],
        playlists=row["playlists"],
        sources=(SOURCE,),
        invented=row["origin"] == "demo",
    )


def _features(row: Row) -> AudioFeatures:
    return AudioFeatures(
        **_means(row), key=row["key"], mode=row["mode"], time_signature=row["time_signature"]
    )


def _means(row: Row) -> dict[str, Any]:
    """The numbers that a mean of says something, by the names of `AudioFeatures`."""
    return {
        "tempo_bpm": row["tempo"],
        "energy": row["energy"],
        "danceability": row["danceability"],
        "valence": row["valence"],
        "acousticness": row["acousticness"],
        "instrumentalness": row["instrumentalness"],
        "speechiness": row["speechiness"],
        "liveness": row["liveness"],
        "loudness_db": row["loudness"],
    }


def _known(numbers: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in numbers.items() if value is not None}


def _percentiles(points: Mapping[str, Sequence[float]]) -> dict[str, Percentiles]:
    return {name: Percentiles(tuple(each)) for name, each in points.items() if each}


def _spreads(audio: Mapping[str, Mapping[str, float]]) -> dict[str, Spread]:
    """Means and deviations as the import stored them, by the names of `AudioFeatures`."""
    return {
        name: Spread(mean=each["mean"], deviation=each["deviation"]) for name, each in audio.items()
    }
