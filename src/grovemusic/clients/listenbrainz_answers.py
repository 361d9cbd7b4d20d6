"""What ListenBrainz answers, read. Pure functions over bytes, so recorded answers test them.

Each function raises `UpstreamError` for an answer of another shape. No answer of the bulk and
radio endpoints was recorded for us: their shapes are from the server's source, named at each.
"""

import re
from dataclasses import dataclass
from typing import Any

from grovemusic.clients.reading import (
    count,
    load,
    mbid,
    mbids,
    number,
    obj,
    positive,
    rows,
    text,
    texts,
    unexpected,
)
from grovemusic.domain import ids
from grovemusic.ports import Json

SERVICE = "listenbrainz"
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarRecording:
    """A recording listened to in the same sessions as another.

    Attributes:
        score: How often, a raw count: popular recordings have high ones with everything.
        artist_mbids: Often empty: the server sends null.
        reference: The recording it is similar to; its id may have been merged into another.
    """

    mbid: str
    title: str
    artist: str
    score: int
    artist_mbids: tuple[str, ...] = ()
    album: str | None = None
    album_mbid: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class TagVotes:
    """A tag, lower case, and how many people gave it; None if the answer does not say."""

    name: str
    votes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFacts:
    """What MusicBrainz knows of a recording, in ListenBrainz's copy.

    Attributes:
        artist: The credit as printed.
        first_release: "YYYY-MM-DD", and None unless day and month are known too: the server joins
            the three in SQL, where one unknown makes all unknown.
        album_year: Of the album's usual edition, which may be a reissue.
        tags: Of the recording itself, most votes first; then its release group's and artists'.
    """

    mbid: str
    title: str | None = None
    artist: str | None = None
    artist_mbids: tuple[str, ...] = ()
    duration_ms: int | None = None
    first_release: str | None = None
    isrcs: tuple[str, ...] = ()
    album: str | None = None
    album_mbid: str | None = None
    release_group_mbid: str | None = None
    album_year: int | None = None
    tags: tuple[TagVotes, ...] = ()
    release_group_tags: tuple[TagVotes, ...] = ()
    artist_tags: tuple[TagVotes, ...] = ()


@dataclass(frozen=True, slots=True)
class Popularity:
    """How often a recording was listened to, and by how many people; None if not said."""

    listens: int
    listeners: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistRadioTrack:
    """A recording by an artist or by one similar. It comes without a title: ask for its facts."""

    mbid: str
    artist: str
    artist_mbid: str
    listens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRadioTrack:
    """A recording with a tag. It comes without a title: ask for its facts.

    Attributes:
        percent: How popular the recording is, 0-100.
        votes: How many people gave the tag.
        tagged: What was tagged: "recording", "release-group" or "artist".
    """

    mbid: str
    percent: float | None = None
    votes: int | None = None
    tagged: str | None = None


def similar_recordings_in(body: bytes) -> list[SimilarRecording]:
    """Read labs' similar-recordings: the highest score first, each recording once.

    The server sends them unsorted and some twice. A row may consist of nulls, and the field
    `artist_credit_mbids` has brackets in its name where the server forgets to rename it.

    Source: listenbrainz/labs_api/labs/api/similar_recordings/base.py (4e5defd3).
    """
    best: dict[str, SimilarRecording] = {}
    for row in _list(load(SERVICE, body)):
        found = _similar(row)
        if found and (found.mbid not in best or best[found.mbid].score < found.score):
            best[found.mbid] = found
    return sorted(best.values(), key=lambda each: -each.score)


def recording_facts_in(body: bytes) -> dict[str, RecordingFacts]:
    """Read /1/metadata/recording/: id -> facts, for the recordings it knows.

    Source: listenbrainz/webserver/views/metadata_api.py `fetch_metadata`, listenbrainz/testdata/
    mb_metadata_cache_example.json (2665f2cd), mbid_mapping/mapping/mb_metadata_cache.py.
    """
    answer = _object(load(SERVICE, body))
    return {
        known: _facts(known, row)
        for key, row in answer.items()
        if (known := mbid(key)) and isinstance(row, dict)
    }


def popularity_in(body: bytes) -> dict[str, Popularity]:
    """Read /1/popularity/recording: id -> counts; recordings nobody listened to are left out.

    Source: listenbrainz/webserver/views/popularity_api.py `popularity_recording` (00988f13).
    """
    return {
        known: Popularity(listens, count(row.get("total_user_count")))
        for row in _list(load(SERVICE, body))
        if (known := mbid(row.get("recording_mbid")))
        and (listens := count(row.get("total_listen_count"))) is not None
    }


def artist_radio_in(body: bytes) -> list[ArtistRadioTrack]:
    """Read /1/lb-radio/artist: tracks of all artists in it, in the server's order.

    The answer is an object of lists, artist id -> tracks, the seed's own among them.

    Source: listenbrainz/db/lb_radio_artist.py (0a0ba8eb), listenbrainz/webserver/views/api.py
    `get_artist_radio_recordings`.
    """
    lists = [rows(SERVICE, each) for each in _object(load(SERVICE, body)).values()]
    return [
        ArtistRadioTrack(
            mbid=known,
            artist=artist,
            artist_mbid=artist_id,
            listens=count(row.get("total_listen_count")),
        )
        for row in (row for each in lists for row in each)
        if (known := mbid(row.get("recording_mbid")))
        and (artist := text(row.get("similar_artist_name")))
        and (artist_id := mbid(row.get("similar_artist_mbid")))
    ]


def tag_radio_in(body: bytes) -> list[TagRadioTrack]:
    """Read /1/lb-radio/tags: each recording once, in the server's order (by votes).

    Source: listenbrainz/db/tags.py `build_or_query` (b076341d), listenbrainz/webserver/views/
    api.py `get_tag_radio_recordings`.
    """
    found: dict[str, TagRadioTrack] = {}
    for row in _list(load(SERVICE, body)):
        known = mbid(row.get("recording_mbid"))
        if known and known not in found:
            found[known] = TagRadioTrack(
                mbid=known,
                percent=number(row.get("percent")),
                votes=count(row.get("tag_count")),
                tagged=text(row.get("source")),
            )
    return list(found.values())


def _list(answer: Json) -> list[dict[str, Any]]:
    if not isinstance(answer, list):
        raise unexpected(SERVICE, "no list")
    return rows(SERVICE, answer)


def _object(answer: Json) -> dict[str, Any]:
    """Errors are objects too: `{"code": 400, "error": "…"}`."""
    if not isinstance(answer, dict) or "error" in answer:
        raise unexpected(SERVICE, "no object of recordings")
    return answer


def _similar(row: dict[str, Any]) -> SimilarRecording | None:
    known, score = mbid(row.get("recording_mbid")), count(row.get("score"))
    title, artist = text(row.get("recording_name")), text(row.get("artist_credit_name"))
    if known is None or score is None or title is None or artist is None:
        return None
    artists = row.get("artist_credit_mbids") or row.get("[artist_credit_mbids]")
    return SimilarRecording(
        mbid=known,
        title=title,
        artist=artist,
        score=score,
        artist_mbids=mbids(artists),
        album=text(row.get("release_name")),
        album_mbid=mbid(row.get("release_mbid")),
        reference=mbid(row.get("reference_mbid")),
    )


def _facts(known: str, row: dict[str, Any]) -> RecordingFacts:
    recording, artist = obj(row.get("recording")), obj(row.get("artist"))
    release, tag = obj(row.get("release")), obj(row.get("tag"))
    isrcs = (ids.clean_isrc(each) for each in texts(recording.get("isrcs")))
    first_release = text(recording.get("first_release_date"))
    return RecordingFacts(
        mbid=known,
        title=text(recording.get("name")),
        artist=text(artist.get("name")),
        artist_mbids=mbids([p.get("artist_mbid") for p in rows(SERVICE, artist.get("artists"))]),
        duration_ms=positive(recording.get("length")),
        first_release=first_release if first_release and _DATE.fullmatch(first_release) else None,
        isrcs=tuple(each for each in isrcs if each),
        album=text(release.get("name")),
        album_mbid=mbid(release.get("mbid")),
        release_group_mbid=mbid(release.get("release_group_mbid")),
        album_year=positive(release.get("year")),
        tags=_tags(tag.get("recording")),
        release_group_tags=_tags(tag.get("release_group")),
        artist_tags=_tags(tag.get("artist")),
    )


def _tags(value: Json) -> tuple[TagVotes, ...]:
    """Most votes first; a tag two artists of a credit share counts once, with the higher count."""
    votes: dict[str, int | None] = {}
    for row in rows(SERVICE, value):
        name, given = text(row.get("tag")), count(row.get("count"))
        if name is not None:
            before = votes.get(name.lower())
            votes[name.lower()] = given if before is None else max(before, given or 0)
    found = [TagVotes(name, given) for name, given in votes.items()]
    return tuple(sorted(found, key=lambda each: -(each.votes or 0)))
