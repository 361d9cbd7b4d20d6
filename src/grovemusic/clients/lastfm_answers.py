"""What Last.fm answers, read. Pure functions over bytes, so recorded answers test them.

Its JSON is made from its XML: one entry comes without its list, an empty list may be "", numbers
are texts in most methods and numbers in others, an unknown mbid is "" or missing, and an unknown
length is 0. Errors come in the body. Each function raises `UpstreamError` for an error other than
"unknown" (6), and for an answer of another shape.

A track's mbid may be that of a MusicBrainz *track* instead of a recording (ListenBrainz found so,
listenbrainz/domain/audioscrobbler.py): MusicBrainz may not know it as a recording.
"""

from dataclasses import dataclass
from typing import Any

from grovemusic.clients import lastfm_errors
from grovemusic.clients.reading import (
    address,
    count,
    load,
    mbid,
    number,
    obj,
    positive,
    rows,
    text,
    texts,
    unexpected,
)
from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import Json

SERVICE = lastfm_errors.SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTrack:
    """A hit of track.search."""

    title: str
    artist: str
    mbid: str | None = None
    listeners: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackDetails:
    """What track.getInfo says.

    Attributes:
        duration_ms: None when Last.fm has none, which is often.
        tags: As written by listeners, the strongest first; it does not say how strong.
    """

    title: str
    artist: str
    mbid: str | None = None
    artist_mbid: str | None = None
    album: str | None = None
    album_mbid: str | None = None
    duration_ms: int | None = None
    listeners: int | None = None
    playcount: int | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackMatch:
    """A similar track. `match` is 0-1 on Last.fm's own scale, 1 for the closest of its list."""

    title: str
    artist: str
    match: float
    mbid: str | None = None
    artist_mbid: str | None = None
    duration_ms: int | None = None
    playcount: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistDetails:
    """What artist.getInfo says. `tags` the strongest first, `similar` names the closest first."""

    name: str
    mbid: str | None = None
    listeners: int | None = None
    playcount: int | None = None
    tags: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistMatch:
    """A similar artist. `match` is 0-1 on Last.fm's own scale, 1 for the closest of its list."""

    name: str
    match: float
    mbid: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopTrack:
    """One of an artist's or a tag's top tracks.

    Attributes:
        rank: 1 for the first.
        playcount, listeners: Of an artist's tracks only.
        duration_ms: Of a tag's tracks only.
    """

    title: str
    artist: str
    rank: int
    mbid: str | None = None
    artist_mbid: str | None = None
    playcount: int | None = None
    listeners: int | None = None
    duration_ms: int | None = None
    url: str | None = None


def found_tracks_in(body: bytes) -> list[FoundTrack]:
    """Read track.search: in Last.fm's order, which is by listeners more than by likeness."""
    match _content(body):
        case None:
            return []
        case {"results": {"trackmatches": found}}:
            return [
                FoundTrack(
                    title=title,
                    artist=artist,
                    mbid=mbid(row.get("mbid")),
                    listeners=count(row.get("listeners")),
                    url=address(row.get("url")),
                )
                for row, title, artist in _named(_inner(found, "track"))
            ]
        case _:
            raise unexpected(SERVICE, "no trackmatches")


def track_in(body: bytes) -> TrackDetails | None:
    """Read track.getInfo; None if Last.fm does not know the track."""
    answer = _content(body)
    if answer is None:
        return None
    named = _named(rows(SERVICE, answer.get("track")))
    if not named:
        raise unexpected(SERVICE, "no track with a title and an artist")
    row, title, artist = named[0]
    album = obj(row.get("album"))
    return TrackDetails(
        title=title,
        artist=artist,
        mbid=mbid(row.get("mbid")),
        artist_mbid=mbid(obj(row.get("artist")).get("mbid")),
        album=text(album.get("title")),
        album_mbid=mbid(album.get("mbid")),
        duration_ms=positive(row.get("duration")),
        listeners=count(row.get("listeners")),
        playcount=count(row.get("playcount")),
        tags=_names(row.get("toptags"), "tag"),
        url=address(row.get("url")),
    )


def track_matches_in(body: bytes) -> list[TrackMatch]:
    """Read track.getSimilar: the closest first. Rows that do not say how close are left out."""
    match _content(body):
        case None:
            return []
        case {"similartracks": found}:
            matches = [
                TrackMatch(
                    title=title,
                    artist=artist,
                    match=closeness,
                    mbid=mbid(row.get("mbid")),
                    artist_mbid=mbid(obj(row.get("artist")).get("mbid")),
                    duration_ms=_seconds_as_ms(row.get("duration")),
                    playcount=count(row.get("playcount")),
                    url=address(row.get("url")),
                )
                for row, title, artist in _named(_inner(found, "track"))
                if (closeness := _match(row)) is not None
            ]
            return sorted(matches, key=lambda each: -each.match)
        case _:
            raise unexpected(SERVICE, "no similartracks")


def artist_in(body: bytes) -> ArtistDetails | None:
    """Read artist.getInfo; None if Last.fm does not know the artist."""
    answer = _content(body)
    if answer is None:
        return None
    row = obj(answer.get("artist"))
    name, stats = text(row.get("name")), obj(row.get("stats"))
    if name is None:
        raise unexpected(SERVICE, "no artist with a name")
    return ArtistDetails(
        name=name,
        mbid=mbid(row.get("mbid")),
        listeners=count(stats.get("listeners")),
        playcount=count(stats.get("playcount")),
        tags=_names(row.get("tags"), "tag"),
        similar=_names(row.get("similar"), "artist"),
        url=address(row.get("url")),
    )


def artist_matches_in(body: bytes) -> list[ArtistMatch]:
    """Read artist.getSimilar: the closest first. Rows that do not say how close are left out."""
    match _content(body):
        case None:
            return []
        case {"similarartists": found}:
            matches = [
                ArtistMatch(
                    name=name,
                    match=closeness,
                    mbid=mbid(row.get("mbid")),
                    url=address(row.get("url")),
                )
                for row in _inner(found, "artist")
                if (name := text(row.get("name"))) and (closeness := _match(row)) is not None
            ]
            return sorted(matches, key=lambda each: -each.match)
        case _:
            raise unexpected(SERVICE, "no similarartists")


def artist_top_tracks_in(body: bytes) -> list[TopTrack]:
    """Read artist.getTopTracks: the most played first."""
    match _content(body):
        case None:
            return []
        case {"toptracks": found}:
            return _top_tracks(found)
        case _:
            raise unexpected(SERVICE, "no toptracks")


def tag_top_tracks_in(body: bytes) -> list[TopTrack]:
    """Read tag.getTopTracks: in Last.fm's order; a tag nobody uses has none."""
    match _content(body):
        case None:
            return []
        case {"tracks": found}:
            return _top_tracks(found)
        case _:
            raise unexpected(SERVICE, "no tracks")


def _content(body: bytes) -> dict[str, Any] | None:
    """The answer as an object; None for "unknown".

    Raises:
        UpstreamError: it is another error, or no object.
    """
    answer = load(SERVICE, body)
    code = lastfm_errors.error_in(answer)
    if code == lastfm_errors.UNKNOWN:
        return None
    if code is not None:
        raise UpstreamError(SERVICE, lastfm_errors.reason(code))
    if not isinstance(answer, dict):
        raise unexpected(SERVICE, "no object")
    return answer


def _inner(holder: Json, name: str) -> list[dict[str, Any]]:
    """The entries of `{"track": […]}`; none if the holder itself is null or "".

    Raises:
        UpstreamError: either is of another shape.
    """
    held = rows(SERVICE, holder)
    return rows(SERVICE, held[0].get(name)) if held else []


def _named(found: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str, str]]:
    """Rows with their title and artist; those that lack one are left out."""
    named = ((row, text(row.get("name")), _artist(row.get("artist"))) for row in found)
    return [(row, title, artist) for row, title, artist in named if title and artist]


def _artist(value: Json) -> str | None:
    """An artist is a text in track.search, an object elsewhere."""
    return text(value.get("name") or value.get("#text")) if isinstance(value, dict) else text(value)


def _names(holder: Json, name: str) -> tuple[str, ...]:
    return texts([row.get("name") for row in _inner(holder, name)])


def _match(row: dict[str, Any]) -> float | None:
    found = number(row.get("match"))
    return None if found is None else min(1.0, max(0.0, found))


def _seconds_as_ms(value: Json) -> int | None:
    """Lists give lengths in seconds, where track.getInfo gives milliseconds."""
    seconds = positive(value)
    return None if seconds is None else seconds * 1000


def _top_tracks(holder: Json) -> list[TopTrack]:
    """Ranked by their place: the rank they carry starts anew on every page."""
    return [
        TopTrack(
            title=title,
            artist=artist,
            rank=place,
            mbid=mbid(row.get("mbid")),
            artist_mbid=mbid(obj(row.get("artist")).get("mbid")),
            playcount=count(row.get("playcount")),
            listeners=count(row.get("listeners")),
            duration_ms=_seconds_as_ms(row.get("duration")),
            url=address(row.get("url")),
        )
        for place, (row, title, artist) in enumerate(_named(_inner(holder, "track")), 1)
    ]
