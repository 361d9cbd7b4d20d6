"""ListenBrainz, as far as we need it: one method a question, no HTTP beyond naming a query.

None of these endpoints requires a token; with one the server allows more calls.

Source: https://listenbrainz.readthedocs.io/en/latest/users/api/ and the server's code, named in
`listenbrainz_answers`.
"""

from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import urlencode

from grovemusic.clients import keys
from grovemusic.clients.listenbrainz_answers import (
    SERVICE,
    ArtistRadioTrack,
    Popularity,
    RecordingFacts,
    SimilarRecording,
    TagRadioTrack,
    artist_radio_in,
    popularity_in,
    recording_facts_in,
    similar_recordings_in,
    tag_radio_in,
)
from grovemusic.clients.verdict import body_of
from grovemusic.domain import ids
from grovemusic.ports import CacheRule, Json, Request, Send
from grovemusic.settings import Secret, Settings

MOST_AT_ONCE = 1000  # MAX_ITEMS_PER_GET of the server

Mode = Literal["easy", "medium", "hard"]


class ListenBrainz:
    """Pacing, retries and caching are not in here: they are in the `send` we are given."""

    def __init__(self, send: Send, settings: Settings) -> None:
        self._send, self._settings = send, settings
        self._root = settings.listenbrainz_url.rstrip("/")
        self._labs = settings.listenbrainz_labs_url.rstrip("/")

    async def similar_recordings(self, mbid: str, *, limit: int = 100) -> list[SimilarRecording]:
        """Recordings of the same listening sessions, the highest score first; [] if unknown.

        Never one by the same artist: the server leaves those out. It refuses names of algorithms
        it no longer computes; the name is a setting, GROVE_LISTENBRAINZ_ALGORITHM.
        """
        clean = ids.clean_mbid(mbid)
        if clean is None:
            return []
        algorithm = self._settings.listenbrainz_algorithm
        body = await self._ask(
            f"{self._labs}/similar-recordings/json",
            keys.rule("lb:similar", f"{clean}:{keys.hashed(algorithm)}", keys.WEEK_S),
            query={"recording_mbids": clean, "algorithm": algorithm},
        )
        found = [] if body is None else similar_recordings_in(body)
        return [each for each in found if each.mbid != clean][:limit]

    async def facts(self, recordings: Iterable[str]) -> dict[str, RecordingFacts]:
        """Id -> names, length, year, ISRCs and tags, for the recordings it knows.

        Cost: one call a thousand recordings.
        """
        found: dict[str, RecordingFacts] = {}
        for some in _portions(recordings):
            body = await self._ask(
                f"{self._root}/metadata/recording/",
                keys.rule("lb:facts", keys.hashed_set(some), keys.MONTH_S),
                body={"recording_mbids": some, "inc": "artist tag release"},
            )
            found.update({} if body is None else recording_facts_in(body))
        return found

    async def popularity(self, recordings: Iterable[str]) -> dict[str, Popularity]:
        """Id -> listens and listeners; recordings nobody listened to are left out.

        Cost: one call a thousand recordings.
        """
        found: dict[str, Popularity] = {}
        for some in _portions(recordings):
            body = await self._ask(
                f"{self._root}/popularity/recording",
                keys.rule("lb:popularity", keys.hashed_set(some), keys.DAY_S),
                body={"recording_mbids": some},
            )
            found.update({} if body is None else popularity_in(body))
        return found

    async def artist_radio(
        self,
        artist_mbid: str,
        *,
        mode: Mode = "easy",
        artists: int = 10,
        tracks_an_artist: int = 5,
        popularity: tuple[int, int] = (0, 100),
    ) -> list[ArtistRadioTrack]:
        """Recordings by an artist and by up to `artists` similar ones; [] if unknown.

        The server draws them at random; the cache keeps a draw for a day.

        Args:
            mode: How far from the artist: "easy" is near, "hard" far.
            popularity: From and to, 0-100, among the artist's own recordings.
        """
        clean = ids.clean_mbid(artist_mbid)
        if clean is None:
            return []
        query = {
            "mode": mode,
            "max_similar_artists": str(artists),
            "max_recordings_per_artist": str(tracks_an_artist),
            "pop_begin": str(popularity[0]),
            "pop_end": str(popularity[1]),
        }
        body = await self._ask(
            f"{self._root}/lb-radio/artist/{clean}",
            keys.rule("lb:artist-radio", f"{clean}:{keys.hashed(*query.values())}", keys.DAY_S),
            query=query,
        )
        return [] if body is None else artist_radio_in(body)

    async def tag_radio(
        self,
        tags: Sequence[str],
        *,
        all_of_them: bool = False,
        limit: int = 100,
        popularity: tuple[int, int] = (0, 100),
    ) -> list[TagRadioTrack]:
        """Recordings with any of `tags`, or with `all_of_them`; [] if there are none.

        The server draws them at random; the cache keeps a draw for a day.

        Args:
            tags: MusicBrainz tags, which are lower case.
            popularity: From and to, 0-100; with too few in between, others are added.
        """
        wanted = sorted({tag.strip().lower() for tag in tags if tag.strip()})
        if not wanted:
            return []
        query = {
            "operator": "AND" if all_of_them else "OR",
            "pop_begin": str(popularity[0]),
            "pop_end": str(popularity[1]),
            "count": str(limit),
        }
        name = keys.hashed(*query.values(), *wanted)
        # The server wants `tag` once for each, which a mapping cannot say.
        several = urlencode([("tag", tag) for tag in wanted])
        body = await self._ask(
            f"{self._root}/lb-radio/tags?{several}",
            keys.rule("lb:tag-radio", name, keys.DAY_S),
            query=query,
        )
        return [] if body is None else tag_radio_in(body)[:limit]

    async def _ask(
        self,
        url: str,
        rule: CacheRule,
        *,
        query: dict[str, str] | None = None,
        body: Json = None,
    ) -> bytes | None:
        """What ListenBrainz answers; None if it knows no such thing.

        Raises:
            UpstreamError: it fails or refuses.
        """
        token = self._settings.listenbrainz_token
        secret = {}
        if token and url.startswith(self._root):  # labs knows no tokens
            secret["header:Authorization"] = Secret(f"Token {token.reveal()}")
        request = Request(
            service=SERVICE, url=url, query=query or {}, secret=secret, body=body, cache=rule
        )
        return body_of(request, await self._send(request))


def _portions(recordings: Iterable[str]) -> list[list[str]]:
    """The ids that are ids, each once, in order, at most MOST_AT_ONCE together."""
    clean = list(dict.fromkeys(filter(None, map(ids.clean_mbid, recordings))))
    return [clean[at : at + MOST_AT_ONCE] for at in range(0, len(clean), MOST_AT_ONCE)]
