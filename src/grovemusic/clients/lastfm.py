"""Last.fm, as far as we need it: one method a question, no HTTP beyond naming a query.

Each method asks for as much as Last.fm gives in one answer and cuts it here, so that asking for 20
and asking for 50 are one answer in the cache. What Last.fm does not know is empty or None; every
other trouble is an `UpstreamError`.

Source: https://www.last.fm/api, and https://lastfm-docs.github.io/api-docs for what it really does.
"""

from grovemusic.clients import keys
from grovemusic.clients.lastfm_answers import (
    SERVICE,
    ArtistDetails,
    ArtistMatch,
    FoundTrack,
    TopTrack,
    TrackDetails,
    TrackMatch,
    artist_in,
    artist_matches_in,
    artist_top_tracks_in,
    found_tracks_in,
    tag_top_tracks_in,
    track_in,
    track_matches_in,
)
from grovemusic.clients.verdict import body_of
from grovemusic.domain import ids
from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import CacheRule, Request, Send
from grovemusic.settings import Settings

MOST_FOUND = 30
MOST_SIMILAR = 100
MOST_TOP = 50


class LastFm:
    """Pacing, retries and caching are not in here: they are in the `send` we are given.

    Where a title and an artist are known they are what is asked for, and the mbid only names the
    cache entry: Last.fm knows few of MusicBrainz's ids, and its names correct themselves.
    """

    def __init__(self, send: Send, settings: Settings) -> None:
        self._send, self._settings = send, settings

    async def search(
        self, title: str, *, artist: str = "", limit: int = MOST_FOUND
    ) -> list[FoundTrack]:
        """Tracks whose names resemble `title`, in Last.fm's order."""
        if not title.strip():
            return []
        query = {"track": title, "limit": str(MOST_FOUND)} | ({"artist": artist} if artist else {})
        name = keys.hashed_names(title, artist)
        body = await self._ask("track.search", query, keys.rule("lastfm:search", name, keys.DAY_S))
        return [] if body is None else found_tracks_in(body)[:limit]

    async def track(
        self, title: str, artist: str, *, mbid: str | None = None
    ) -> TrackDetails | None:
        """Tags, length, listeners and album of a track; None if it is unknown there."""
        query = _track_query(title, artist, mbid)
        if not query:
            return None
        name = _cache_name(mbid, title, artist)
        body = await self._ask("track.getInfo", query, keys.rule("lastfm:track", name, keys.DAY_S))
        return None if body is None else track_in(body)

    async def similar_tracks(
        self, title: str, artist: str, *, mbid: str | None = None, limit: int = MOST_SIMILAR
    ) -> list[TrackMatch]:
        """Tracks heard by those who hear this one, closest first; [] if it is unknown there.

        The first ones tend to be by the same artist.
        """
        query = _track_query(title, artist, mbid)
        if not query:
            return []
        rule = keys.rule("lastfm:similar", _cache_name(mbid, title, artist), keys.WEEK_S)
        body = await self._ask("track.getSimilar", query | {"limit": str(MOST_SIMILAR)}, rule)
        return [] if body is None else track_matches_in(body)[:limit]

    async def artist(self, name: str, *, mbid: str | None = None) -> ArtistDetails | None:
        """Tags, listeners and a few similar artists; None if the artist is unknown there."""
        query = _artist_query(name, mbid)
        if not query:
            return None
        rule = keys.rule("lastfm:artist", _cache_name(mbid, name), keys.DAY_S)
        body = await self._ask("artist.getInfo", query, rule)
        return None if body is None else artist_in(body)

    async def similar_artists(
        self, name: str, *, mbid: str | None = None, limit: int = MOST_SIMILAR
    ) -> list[ArtistMatch]:
        """Artists heard by those who hear this one, closest first; [] if unknown there."""
        query = _artist_query(name, mbid)
        if not query:
            return []
        rule = keys.rule("lastfm:similar-artists", _cache_name(mbid, name), keys.WEEK_S)
        body = await self._ask("artist.getSimilar", query | {"limit": str(MOST_SIMILAR)}, rule)
        return [] if body is None else artist_matches_in(body)[:limit]

    async def artist_top_tracks(
        self, name: str, *, mbid: str | None = None, limit: int = MOST_TOP
    ) -> list[TopTrack]:
        """An artist's tracks, the most played first; [] if the artist is unknown there."""
        query = _artist_query(name, mbid)
        if not query:
            return []
        rule = keys.rule("lastfm:top-tracks", _cache_name(mbid, name), keys.DAY_S)
        body = await self._ask("artist.getTopTracks", query | {"limit": str(MOST_TOP)}, rule)
        return [] if body is None else artist_top_tracks_in(body)[:limit]

    async def tag_top_tracks(self, tag: str, *, limit: int = MOST_TOP) -> list[TopTrack]:
        """Tracks that were given a tag, in Last.fm's order; [] if nobody uses the tag."""
        if not tag.strip():
            return []
        rule = keys.rule("lastfm:tag", keys.hashed_names(tag), keys.DAY_S)
        body = await self._ask("tag.getTopTracks", {"tag": tag, "limit": str(MOST_TOP)}, rule)
        return [] if body is None else tag_top_tracks_in(body)[:limit]

    async def _ask(self, method: str, query: dict[str, str], rule: CacheRule) -> bytes | None:
        """What Last.fm answers; None if it knows no such thing.

        Raises:
            UpstreamError: there is no key, or Last.fm fails.
        """
        key = self._settings.lastfm_api_key
        if key is None:
            raise UpstreamError(SERVICE, "cannot be asked: LASTFM_API_KEY is not set")
        request = Request(
            service=SERVICE,
            url=self._settings.lastfm_url,
            query={"method": method, "format": "json", "autocorrect": "1", **query},
            secret={"api_key": key},
            cache=rule,
        )
        return body_of(request, await self._send(request))


def _track_query(title: str, artist: str, mbid: str | None) -> dict[str, str]:
    """By names if both are known, else by mbid; empty when there is neither."""
    if title.strip() and artist.strip():
        return {"track": title, "artist": artist}
    clean = ids.clean_mbid(mbid)
    return {"mbid": clean} if clean else {}


def _artist_query(name: str, mbid: str | None) -> dict[str, str]:
    """By name if it is known, else by mbid; empty when there is neither."""
    if name.strip():
        return {"artist": name}
    clean = ids.clean_mbid(mbid)
    return {"mbid": clean} if clean else {}


def _cache_name(mbid: str | None, *names: str) -> str:
    return ids.clean_mbid(mbid) or keys.hashed_names(*names)
