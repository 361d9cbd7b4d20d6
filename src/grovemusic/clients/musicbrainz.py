"""MusicBrainz, as far as we need it: one method a question, no HTTP beyond naming a query.

Unknown ids give None. A 503 is "busy", never "not found": the limit is one request a second for
each source address, and a Worker shares its addresses with strangers.

Source: https://musicbrainz.org/doc/MusicBrainz_API and …/MusicBrainz_API/Rate_Limiting.
"""

import re

from grovemusic.clients import keys
from grovemusic.clients.musicbrainz_answers import (
    SERVICE,
    Artist,
    Recording,
    Release,
    ReleaseGroup,
    artist_in,
    isrc_in,
    recording_in,
    recordings_in,
    release_group_in,
    release_in,
)
from grovemusic.clients.verdict import body_of
from grovemusic.domain import ids
from grovemusic.ports import CacheRule, Request, Send
from grovemusic.settings import Settings

MOST_FOUND = 25
# What the server's own `escape_query` escapes, no more and no less
# (musicbrainz-server, lib/MusicBrainz/Server/Data/Search.pm:814).
_SPECIAL = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/])')
_RECORDING_INC = "artist-credits isrcs releases release-groups tags url-rels"


class MusicBrainz:
    """Pacing, retries and caching are not in here: they are in the `send` we are given."""

    def __init__(self, send: Send, settings: Settings) -> None:
        self._send, self._root = send, settings.musicbrainz_url.rstrip("/")

    async def search(
        self, title: str, *, artist: str = "", limit: int = MOST_FOUND
    ) -> list[Recording]:
        """Recordings whose names resemble these, the best first; each with its `score`."""
        query = search_query(title, artist)
        if not query:
            return []
        rule = keys.rule("mb:search", keys.hashed_names(title, artist), keys.DAY_S)
        body = await self._ask("recording", {"query": query, "limit": str(MOST_FOUND)}, rule)
        return [] if body is None else recordings_in(body)[:limit]

    async def recording(self, mbid: str) -> Recording | None:
        """A recording with its credit, ISRCs, releases, tags and links; None if unknown.

        A merged recording is answered under its new id.
        """
        body = await self._look_up("recording", mbid, inc=_RECORDING_INC)
        return None if body is None else recording_in(body)

    async def isrc(self, isrc: str) -> list[Recording]:
        """The recordings that carry an ISRC, often one, sometimes several; [] if unknown."""
        clean = ids.clean_isrc(isrc)
        if clean is None:
            return []
        rule = keys.rule("mb:isrc", clean, keys.MONTH_S)
        query = {"inc": "artist-credits releases release-groups"}
        body = await self._ask(f"isrc/{clean}", query, rule)
        return [] if body is None else isrc_in(body)

    async def artist(self, mbid: str) -> Artist | None:
        """An artist with tags and links; None if unknown."""
        body = await self._look_up("artist", mbid, inc="tags url-rels")
        return None if body is None else artist_in(body)

    async def release(self, mbid: str) -> Release | None:
        """An edition with its release group; None if unknown."""
        body = await self._look_up(
            "release", mbid, inc="artist-credits release-groups tags url-rels"
        )
        return None if body is None else release_in(body)

    async def release_group(self, mbid: str) -> ReleaseGroup | None:
        """An album, single or EP with the date of its first release; None if unknown."""
        body = await self._look_up("release-group", mbid, inc="artist-credits tags url-rels")
        return None if body is None else release_group_in(body)

    async def _look_up(self, kind: str, mbid: str, *, inc: str) -> bytes | None:
        clean = ids.clean_mbid(mbid)
        if clean is None:
            return None
        rule = keys.rule(f"mb:{kind}", clean, keys.MONTH_S)
        return await self._ask(f"{kind}/{clean}", {"inc": inc}, rule)

    async def _ask(self, path: str, query: dict[str, str], rule: CacheRule) -> bytes | None:
        """What MusicBrainz answers; None if it knows no such thing.

        Raises:
            UpstreamError: it fails or refuses.
        """
        request = Request(
            service=SERVICE,
            url=f"{self._root}/{path}",
            query={"fmt": "json", **query},
            cache=rule,
        )
        return body_of(request, await self._send(request))


def search_query(title: str, artist: str = "") -> str:
    """A Lucene query for a recording of such names; "" if there is no title.

    Words in brackets, not a phrase in quotes: one misspelt word then costs score and not the hit.
    In lower case, because AND, OR and NOT are operators only in capitals.
    """
    fields = {"recording": title, "artist": artist}
    if not title.strip():
        return ""
    return " AND ".join(
        f"{field}:({escape(words.lower().strip())})"
        for field, words in fields.items()
        if words.strip()
    )


def escape(words: str) -> str:
    """`words` with a backslash before everything that Lucene would take for an operator."""
    return _SPECIAL.sub(r"\\\1", words)
