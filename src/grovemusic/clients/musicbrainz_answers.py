"""What MusicBrainz answers, read. Pure functions over bytes, so recorded answers test them.

Each function raises `UpstreamError` for an answer of another shape. Dates are "YYYY", "YYYY-MM" or
"YYYY-MM-DD", and None when unknown: a recording then lacks the key, a release group has "".

Source: https://musicbrainz.org/doc/MusicBrainz_API; shapes from the server's own tests.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from grovemusic.clients.reading import (
    address,
    count,
    load,
    mbid,
    mbids,
    obj,
    positive,
    rows,
    text,
    texts,
    unexpected,
)
from grovemusic.domain import ids
from grovemusic.ports import Json

SERVICE = "musicbrainz"
_DATE = re.compile(r"(\d{4})(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, lower case, and how many people gave it; `votes` may be 0, or None if not said."""

    name: str
    votes: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """Where else a thing is described: the kind of relation ("streaming") and the address."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseGroup:
    """An album, single or EP, whatever the edition.

    Attributes:
        artist: The credit as printed; "" when it was not sent.
        first_release: Date of its earliest release.
        primary_type: Album, Single, EP, Broadcast or Other.
        secondary_types: Compilation, Live, Remix, Soundtrack …
    """

    mbid: str
    title: str
    artist: str = ""
    artist_mbids: tuple[str, ...] = ()
    first_release: str | None = None
    primary_type: str | None = None
    secondary_types: tuple[str, ...] = ()
    tags: tuple[TagCount, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One edition of a release group. `status` is Official, Promotion, Bootleg …"""

    mbid: str
    title: str
    artist: str = ""
    artist_mbids: tuple[str, ...] = ()
    date: str | None = None
    country: str | None = None
    status: str | None = None
    group: ReleaseGroup | None = None
    tags: tuple[TagCount, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording.

    Attributes:
        artist: The credit as printed, "A feat. B"; "" when it was not sent.
        artist_mbids: Everyone in the credit, in its order.
        first_release: Earliest date of *this* entity; a song entered twice has two.
        releases: At most 25, in the server's order.
        score: 0-100 in search answers, how well it fits the query; else None.
    """

    mbid: str
    title: str
    artist: str = ""
    artist_mbids: tuple[str, ...] = ()
    duration_ms: int | None = None
    first_release: str | None = None
    isrcs: tuple[str, ...] = ()
    releases: tuple[Release, ...] = ()
    tags: tuple[TagCount, ...] = ()
    links: tuple[Link, ...] = ()
    disambiguation: str | None = None
    video: bool = False
    score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist:
    """An artist. `kind` is Person, Group, Orchestra …; `began` a birth or a founding."""

    mbid: str
    name: str
    sort_name: str | None = None
    kind: str | None = None
    country: str | None = None
    began: str | None = None
    ended: str | None = None
    disambiguation: str | None = None
    tags: tuple[TagCount, ...] = ()
    links: tuple[Link, ...] = ()


def year_of(date: str | None) -> int | None:
    """The year of a date as above."""
    return int(date[:4]) if date else None


def recordings_in(body: bytes) -> list[Recording]:
    """Read a recording search: the best score first."""
    match load(SERVICE, body):
        case {"recordings": found}:
            recordings = [each for row in rows(SERVICE, found) if (each := _recording(row))]
            return sorted(recordings, key=lambda each: -(each.score or 0))
        case _:
            raise unexpected(SERVICE, "no recordings")


def isrc_in(body: bytes) -> list[Recording]:
    """Read an ISRC look-up: every recording that carries it, in the server's order."""
    match load(SERVICE, body):
        case {"isrc": str(isrc), "recordings": found}:
            carried = tuple(filter(None, [ids.clean_isrc(isrc)]))
            return [
                each if each.isrcs else replace(each, isrcs=carried)
                for row in rows(SERVICE, found)
                if (each := _recording(row))
            ]
        case _:
            raise unexpected(SERVICE, "no recordings of an ISRC")


def recording_in(body: bytes) -> Recording:
    """Read a recording look-up. Its id may differ from the one asked for: it was merged."""
    found = _recording(obj(load(SERVICE, body)))
    if found is None:
        raise unexpected(SERVICE, "no recording with an id and a title")
    return found


def artist_in(body: bytes) -> Artist:
    """Read an artist look-up."""
    row = obj(load(SERVICE, body))
    artist_id, name = mbid(row.get("id")), text(row.get("name"))
    if artist_id is None or name is None:
        raise unexpected(SERVICE, "no artist with an id and a name")
    life = obj(row.get("life-span"))
    return Artist(
        mbid=artist_id,
        name=name,
        sort_name=text(row.get("sort-name")),
        kind=text(row.get("type")),
        country=text(row.get("country")),
        began=_date(life.get("begin")),
        ended=_date(life.get("end")),
        disambiguation=text(row.get("disambiguation")),
        tags=_tags(row.get("tags")),
        links=_links(row.get("relations")),
    )


def release_in(body: bytes) -> Release:
    """Read a release look-up."""
    found = _release(obj(load(SERVICE, body)))
    if found is None:
        raise unexpected(SERVICE, "no release with an id and a title")
    return found


def release_group_in(body: bytes) -> ReleaseGroup:
    """Read a release group look-up."""
    found = _group(obj(load(SERVICE, body)))
    if found is None:
        raise unexpected(SERVICE, "no release group with an id and a title")
    return found


def _recording(row: dict[str, Any]) -> Recording | None:
    recording_id, title = mbid(row.get("id")), text(row.get("title"))
    if recording_id is None or title is None:
        return None
    artist, artist_mbids = _credit(row.get("artist-credit"))
    releases = (_release(each) for each in rows(SERVICE, row.get("releases")))
    isrcs = (ids.clean_isrc(each) for each in texts(row.get("isrcs")))
    return Recording(
        mbid=recording_id,
        title=title,
        artist=artist,
        artist_mbids=artist_mbids,
        duration_ms=positive(row.get("length")),
        first_release=_date(row.get("first-release-date")),
        isrcs=tuple(each for each in isrcs if each),
        releases=tuple(each for each in releases if each),
        tags=_tags(row.get("tags")),
        links=_links(row.get("relations")),
        disambiguation=text(row.get("disambiguation")),
        video=row.get("video") is True,
        score=count(row.get("score")),
    )


def _release(row: dict[str, Any]) -> Release | None:
    release_id, title = mbid(row.get("id")), text(row.get("title"))
    if release_id is None or title is None:
        return None
    artist, artist_mbids = _credit(row.get("artist-credit"))
    return Release(
        mbid=release_id,
        title=title,
        artist=artist,
        artist_mbids=artist_mbids,
        date=_date(row.get("date")),
        country=text(row.get("country")),
        status=text(row.get("status")),
        group=_group(obj(row.get("release-group"))),
        tags=_tags(row.get("tags")),
        links=_links(row.get("relations")),
    )


def _group(row: dict[str, Any]) -> ReleaseGroup | None:
    group_id, title = mbid(row.get("id")), text(row.get("title"))
    if group_id is None or title is None:
        return None
    artist, artist_mbids = _credit(row.get("artist-credit"))
    return ReleaseGroup(
        mbid=group_id,
        title=title,
        artist=artist,
        artist_mbids=artist_mbids,
        first_release=_date(row.get("first-release-date")),
        primary_type=text(row.get("primary-type")),
        secondary_types=texts(row.get("secondary-types")),
        tags=_tags(row.get("tags")),
        links=_links(row.get("relations")),
    )


def _credit(value: Json) -> tuple[str, tuple[str, ...]]:
    """The credit as printed, and the ids of everyone in it."""
    credited = rows(SERVICE, value)
    people = [obj(each.get("artist")) for each in credited]
    printed = ""
    for each, person in zip(credited, people, strict=True):
        join = each.get("joinphrase")  # its spaces count
        printed += (text(each.get("name")) or text(person.get("name")) or "") + (
            join if isinstance(join, str) else ""
        )
    return text(printed) or "", mbids([person.get("id") for person in people])


def _tags(value: Json) -> tuple[TagCount, ...]:
    """Most votes first, ties in the server's order."""
    found = [
        TagCount(name.lower(), count(row.get("count")))
        for row in rows(SERVICE, value)
        if (name := text(row.get("name")))
    ]
    return tuple(sorted(found, key=lambda each: -(each.votes or 0)))


def _links(value: Json) -> tuple[Link, ...]:
    return tuple(
        Link(kind, url)
        for row in rows(SERVICE, value)
        if (kind := text(row.get("type"))) and (url := address(obj(row.get("url")).get("resource")))
    )


def _date(value: Json) -> str | None:
    found = text(value)
    return found if found and _DATE.fullmatch(found) else None
