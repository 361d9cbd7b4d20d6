"""Last.fm as a source: tags, listeners, similar tracks and artists, top tracks.

Calls a seed: 1 to find it, 3 to describe it, and for candidates one for its artist and a few for
close artists and telling tags; with several seeds each gets fewer (`_share`).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from grovemusic.clients.lastfm import LastFm
from grovemusic.clients.lastfm_answers import TopTrack, TrackDetails, TrackMatch
from grovemusic.domain import names
from grovemusic.domain.ask import Era
from grovemusic.domain.ids import track_id
from grovemusic.domain.matching import confidence
from grovemusic.domain.music import (
    Candidate,
    Evidence,
    Part,
    Profile,
    SimilarArtist,
    Tag,
    Track,
)
from grovemusic.domain.queries import SongQuery
from grovemusic.domain.run import Option
from grovemusic.sources.silent import Silent

NAME = "lastfm"
ARTISTS_SEARCHED = 4
TAGS_SEARCHED = 2
TRACKS_AN_ARTIST = 12
TAG_FADE = 0.2  # Last.fm sends tags in order but not how strong: the next one counts so much less


class LastFmSource(Silent):
    """Implements `ports.Source` over the client."""

    name = NAME
    effect_when_missing = "no listeners' tags, similar tracks and similar artists"

    def __init__(self, client: LastFm) -> None:
        self._client = client

    async def find(self, query: SongQuery, *, limit: int) -> list[Option]:
        """Hits for the most likely reading of the query; ids mean nothing to Last.fm."""
        if not query.readings:
            return []
        title, artist = query.readings[0]
        found = await self._client.search(title, artist=artist, limit=limit)
        tracks = [
            _track(each.title, each.artist, mbid=each.mbid, listeners=each.listeners, url=each.url)
            for each in found
        ]
        return [Option(track=track, confidence=confidence(query, track)) for track in tracks]

    async def describe(self, seed: Profile) -> Profile:
        """Tags and listeners; similar tracks as candidates; similar artists."""
        track = seed.track
        lead = names.primary_artist(track.artist)
        info, similar, artists = await asyncio.gather(
            self._client.track(track.title, lead, mbid=track.mbid),
            self._client.similar_tracks(track.title, lead, mbid=track.mbid),
            self._client.similar_artists(lead, mbid=track.artist_mbid),
        )
        return replace(
            seed,
            track=_described(track, info) if info else track,
            similar=tuple(_similar(each, rank) for rank, each in enumerate(similar, 1)),
            similar_artists=tuple(
                SimilarArtist(
                    name=each.name, closeness=each.match, source=NAME, mbid=each.mbid, url=each.url
                )
                for each in artists
            ),
        )

    async def candidates(
        self, seed: Profile, *, wanted: int, seed_number: int, era: Era | None
    ) -> list[Candidate]:
        """Top tracks of the seed's artist, of the closest artists and of its most telling tags."""
        del era  # nothing here can be searched by year
        lead = names.primary_artist(seed.track.artist)
        artists = [each.name for each in seed.similar_artists if each.source == NAME]
        close = artists[: _share(ARTISTS_SEARCHED, seed)]
        tags = [tag.name for tag in seed.track.tags if tag.source == NAME]
        telling = tags[: _share(TAGS_SEARCHED, seed)]
        answers = await asyncio.gather(
            self._client.artist_top_tracks(lead, mbid=seed.track.artist_mbid),
            *(self._client.artist_top_tracks(name) for name in close),
            *(self._client.tag_top_tracks(tag) for tag in telling),
        )
        own, rest = answers[0], answers[1:]
        found = [_by_artist(each, "by_the_same_artist", seed_number) for each in own]
        for listed in rest[: len(close)]:
            found += [
                _by_artist(each, "by_a_close_artist", seed_number)
                for each in listed[:TRACKS_AN_ARTIST]
            ]
        for tag, listed in zip(telling, rest[len(close) :], strict=True):
            found += [_by_tag(each, tag, seed_number) for each in listed]
        return found[: 2 * wanted]


def _share(most: int, seed: Profile) -> int:
    """How many of `most` calls a seed of this weight may make: all when it is the only one."""
    return max(1, round(most * seed.weight))


def _described(track: Track, info: TrackDetails) -> Track:
    return replace(
        track,
        artist_mbid=track.artist_mbid or info.artist_mbid,
        mbid=track.mbid or info.mbid,
        album=track.album or info.album,
        duration_ms=track.duration_ms or info.duration_ms,
        listeners=info.listeners,
        playcount=info.playcount,
        tags=_tags(info.tags),
        lastfm_url=info.url,
        sources=tuple(sorted({*track.sources, NAME})),
    )


def _tags(listed: Iterable[str]) -> tuple[Tag, ...]:
    return tuple(
        Tag(name=name, weight=round(1 / (1 + TAG_FADE * place), 4), source=NAME)
        for place, name in enumerate(dict.fromkeys(each.lower() for each in listed))
    )


def _similar(each: TrackMatch, rank: int) -> Candidate:
    fact = Evidence(
        part=Part.COOCCURRENCE,
        source=NAME,
        fact="similar_track",
        value=round(each.match, 4),
        rank=rank,
        url=each.url,
    )
    track = _track(
        each.title,
        each.artist,
        mbid=each.mbid,
        artist_mbid=each.artist_mbid,
        duration_ms=each.duration_ms,
        playcount=each.playcount,
        url=each.url,
    )
    return Candidate(track=track, evidence=(fact,))


def _by_artist(each: TopTrack, fact: str, seed_number: int) -> Candidate:
    evidence = Evidence(
        part=Part.ARTIST,
        source=NAME,
        fact=fact,
        rank=each.rank,
        names=(each.artist,),
        seed=seed_number,
        url=each.url,
    )
    return Candidate(track=_top(each), evidence=(evidence,))


def _by_tag(each: TopTrack, tag: str, seed_number: int) -> Candidate:
    evidence = Evidence(
        part=Part.TAGS,
        source=NAME,
        fact="found_by_tag",
        rank=each.rank,
        names=(tag,),
        seed=seed_number,
        url=each.url,
    )
    # Standing high in a tag's list is all Last.fm says here, so the tag counts by half.
    tagged = replace(_top(each), tags=(Tag(name=tag, weight=0.5, source=NAME),))
    return Candidate(track=tagged, evidence=(evidence,))


def _top(each: TopTrack) -> Track:
    return _track(
        each.title,
        each.artist,
        mbid=each.mbid,
        artist_mbid=each.artist_mbid,
        duration_ms=each.duration_ms,
        listeners=each.listeners,
        playcount=each.playcount,
        url=each.url,
    )


def _track(
    title: str,
    artist: str,
    *,
    mbid: str | None = None,
    artist_mbid: str | None = None,
    duration_ms: int | None = None,
    listeners: int | None = None,
    playcount: int | None = None,
    url: str | None = None,
) -> Track:
    # Last.fm's mbids are sometimes MusicBrainz track ids or merged ones: a name for the recording
    # as good as any, but another service may not know it.
    return Track(
        id=track_id(title=title, artist=artist, mbid=mbid),
        title=title,
        artist=artist,
        mbid=mbid,
        artist_mbid=artist_mbid,
        duration_ms=duration_ms,
        listeners=listeners,
        playcount=playcount,
        lastfm_url=url,
        sources=(NAME,),
    )
