"""MusicBrainz as a source: which recording it is, its ids, its tags, the year it first came out.

Calls a seed: one to find it, one to describe it. MusicBrainz allows one a second, so nothing is
asked about candidates here; ListenBrainz has the same facts in bulk.
"""

from collections.abc import Iterable
from dataclasses import replace

from grovemusic.clients.musicbrainz import MusicBrainz
from grovemusic.clients.musicbrainz_answers import Recording, Release, TagCount, year_of
from grovemusic.domain.ids import track_id
from grovemusic.domain.matching import confidence
from grovemusic.domain.music import Profile, Tag, Track
from grovemusic.domain.queries import SongQuery
from grovemusic.domain.run import Option
from grovemusic.domain.works import same_recording
from grovemusic.sources.silent import Silent

NAME = "musicbrainz"
# Releases of these kinds come out later than the song, or are another take of it.
_LATE = frozenset({"Compilation", "Live", "Remix", "DJ-mix", "Mixtape/Street", "Demo"})


class MusicBrainzSource(Silent):
    """Implements `ports.Source` over the client."""

    name = NAME
    effect_when_missing = "no MusicBrainz ids and no checked years of release"

    def __init__(self, client: MusicBrainz) -> None:
        self._client = client

    async def find(self, query: SongQuery, *, limit: int) -> list[Option]:
        """By MBID or ISRC; else hits for the most likely reading of the query."""
        if query.mbid:
            one = await self._client.recording(query.mbid)
            # Its id may be another one by now: recordings are merged.
            return [Option(track=as_track(one), confidence=1.0)] if one else []
        if query.isrc:
            found = await self._client.isrc(query.isrc)
            return [
                Option(track=replace(as_track(each), isrc=query.isrc), confidence=1.0)
                for each in found[:limit]
            ]
        if not query.readings:
            return []
        title, artist = query.readings[0]
        found = await self._client.search(title, artist=artist, limit=25)
        options = [_option(query, each) for each in found if not each.video]
        return sorted(options, key=lambda option: -option.confidence)[:limit]

    async def describe(self, seed: Profile) -> Profile:
        """The recording's ISRC, tags, album and earliest year."""
        track = seed.track
        if track.mbid is None:
            found = await self._client.search(track.title, artist=track.artist, limit=25)
            same = [each for each in found if same_recording(as_track(each), track)]
            return replace(seed, track=as_track(same[0]) if same else track)
        recording = await self._client.recording(track.mbid)
        return replace(seed, track=as_track(recording) if recording else track)


def as_track(recording: Recording) -> Track:
    """A recording as a track; its year is the earliest anything about it allows."""
    year = first_year(recording)
    album = _album(recording)
    return Track(
        id=track_id(title=recording.title, artist=recording.artist, mbid=recording.mbid),
        title=recording.title,
        artist=recording.artist,
        mbid=recording.mbid,
        artist_mbid=recording.artist_mbids[0] if recording.artist_mbids else None,
        isrc=min(recording.isrcs, default=None),
        album=album.title if album else None,
        album_mbid=album.mbid if album else None,
        year=year,
        year_source=NAME if year is not None else None,
        duration_ms=recording.duration_ms,
        tags=tags(recording.tags),
        sources=(NAME,),
    )


def first_year(recording: Recording) -> int | None:
    """Year of first release: the recording's own date, or an album's if that is earlier.

    A recording that was entered twice has a late date of its own, while the album it is on shows
    the true one. Compilations, live albums and remixes say nothing about the song's age.
    """
    years = [year_of(recording.first_release)]
    for release in recording.releases:
        group = release.group
        if group is not None and not _LATE.intersection(group.secondary_types):
            years.append(year_of(group.first_release))
    return min((year for year in years if year is not None), default=None)


def tags(counted: Iterable[TagCount]) -> tuple[Tag, ...]:
    """Tags with weights relative to the one most people gave.

    Ones voted down are left out. They come without a count, since no count is below 0.
    """
    kept = [(each.name, each.votes) for each in counted if each.votes]
    most = max((votes for _name, votes in kept), default=0)
    return tuple(
        Tag(name=name, weight=round(votes / most, 4), source=NAME)
        for name, votes in sorted(kept, key=lambda each: (-each[1], each[0]))
    )


def _album(recording: Recording) -> Release | None:
    """The earliest official album it is on, else the earliest release of any kind."""

    def late(release: Release) -> tuple[bool, bool, bool, str]:
        group = release.group
        kinds = set(group.secondary_types) if group else set()
        album = group is not None and group.primary_type == "Album"
        official = release.status in {None, "Official"}
        return (bool(_LATE & kinds), not official, not album, release.date or "9999")

    return min(recording.releases, key=late, default=None)


def _option(query: SongQuery, recording: Recording) -> Option:
    """How sure we are; MusicBrainz's own score settles ties only."""
    track = as_track(recording)
    tie = (recording.score or 0) / 100_000
    return Option(track=track, confidence=min(1.0, confidence(query, track) + tie))
