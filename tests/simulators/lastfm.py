"""Last.fm 2.0: JSON made from XML, with everything that comes of it.

Numbers are texts in most methods, a single entry comes without its list, three tracks in ten have
no mbid, and errors come under HTTP 200.
"""

from urllib.parse import quote_plus

from simulators.limits import SlidingSecond
from simulators.service import Service
from simulators.wire import Answer, as_json
from simulators.world import among

RATE_PER_S = 5
WITHOUT_MBID = 0.3
_MESSAGES = {
    3: "Invalid Method - No method with that name in this package",
    6: "Track not found",
    8: "Operation failed - Most likely the backend service failed. Please try again.",
    10: "Invalid API key - You must be granted a valid key by last.fm",
    11: "Service Offline - This service is temporarily offline. Try again later.",
    16: "The service is temporarily unavailable, please try again.",
    26: "API Key Suspended - This application is not allowed to make requests",
    29: "Rate Limit Exceeded - Your IP has made too many requests in a short period",
}
_IMAGES = [
    {"#text": f"https://lastfm.freetls.fastly.net/i/u/{size}/none.png", "size": name}
    for size, name in (("34s", "small"), ("64s", "medium"), ("174s", "large"))
]


class LastFm(Service):
    """Knows the methods that `_METHODS` names, by names or by mbid."""

    name = "lastfm"

    def __init__(self, world, limit=None):
        super().__init__(world, limit or SlidingSecond(RATE_PER_S))

    async def answer(self, asked, standing):
        query = asked.query
        key = query.get("api_key", "")
        if not key or key.startswith("bad"):
            return error(10, 403)
        if key.startswith("suspended"):
            return error(26, 403)
        method = _METHODS.get(query.get("method", "").lower())
        if method is None:
            return error(3, 400)
        if query.get("format") != "json":
            return Answer(200, b'<lfm status="ok"/>', {"Content-Type": "text/xml"})
        content = method(self, query)
        return error(6) if content is None else as_json(content)

    def refusal(self, standing):
        return error(29, 429)

    def failure(self, status, headers=None):
        answer = error(29 if status == 429 else 8, status)
        return Answer(status, answer.body, {**answer.headers, **(headers or {})})

    def error_under_200(self, fault):
        return error(fault.code)

    def _track_search(self, query):
        found = self.world.search(
            query.get("track", ""), query.get("artist", ""), int(query.get("limit", 30))
        )
        rows = [self._hit(number) for number, _score in found]
        return {
            "results": {
                "opensearch:Query": {"#text": "", "role": "request", "startPage": "1"},
                "opensearch:totalResults": str(len(rows)),
                "opensearch:startIndex": "0",
                "opensearch:itemsPerPage": query.get("limit", "30"),
                "trackmatches": {"track": _listed(rows)},
                "@attr": {},
            }
        }

    def _track_info(self, query):
        number = self._asked_track(query)
        if number is None:
            return None
        track = self.world.track(number)
        row = self._track(number) | {
            "duration": str(track.duration_ms),
            "listeners": str(track.listeners),
            "playcount": str(track.playcount),
            "album": {"artist": track.artist, "title": track.album, "image": _IMAGES},
            "toptags": {"tag": _listed([_tag(tag.name) for tag in track.tags])},
        }
        if among(0.1, f"length {number}"):
            row["duration"] = "0"
        return {"track": row}

    def _track_similar(self, query):
        number = self._asked_track(query)
        attributes = {"artist": query.get("artist", ""), "track": query.get("track", "")}
        if number is None:
            return {"similartracks": {"track": [], "@attr": attributes}}
        near = self.world.demo.neighbours(number, int(query.get("limit", 100)))
        top = near[0][1]
        rows = [
            self._track(other)
            | {
                "playcount": self.world.track(other).playcount,
                "match": round(closeness / top, 6),
                "duration": round(self.world.track(other).duration_ms / 1000),
            }
            for other, closeness in near
        ]
        return {"similartracks": {"track": _listed(rows), "@attr": attributes}}

    def _artist_info(self, query):
        name = self._asked_artist(query)
        if name is None:
            return None
        tracks = [self.world.track(each) for each in self.world.demo.artist_tracks(name)]
        similar = [_artist_row(each) for each, _ in self.world.demo.similar_artists(name, 5)]
        return {
            "artist": self._artist(name)
            | {
                "stats": {
                    "listeners": str(max(each.listeners for each in tracks)),
                    "playcount": str(sum(each.playcount for each in tracks)),
                },
                "similar": {"artist": _listed(similar)},
                "tags": {"tag": _listed([_tag(tag) for tag in self.world.artist_tags(name)])},
                "bio": {"published": "01 Jan 2020, 00:00", "summary": "", "content": ""},
            }
        }

    def _artist_similar(self, query):
        name = self._asked_artist(query)
        if name is None:
            return None
        near = self.world.demo.similar_artists(name, int(query.get("limit", 100)))
        rows = [
            self._artist(other) | {"match": f"{closeness / near[0][1]:g}"}
            for other, closeness in near
        ]
        return {"similarartists": {"artist": _listed(rows), "@attr": {"artist": name}}}

    def _artist_top_tracks(self, query):
        name = self._asked_artist(query)
        if name is None:
            return None
        numbers = self.world.demo.artist_tracks(name)[: int(query.get("limit", 50))]
        rows = [
            self._track(number)
            | {
                "playcount": str(self.world.track(number).playcount),
                "listeners": str(self.world.track(number).listeners),
                "@attr": {"rank": str(rank)},
            }
            for rank, number in enumerate(numbers, 1)
        ]
        return {"toptracks": {"track": _listed(rows), "@attr": {"artist": name}}}

    def _tag_top_tracks(self, query):
        tag = query.get("tag", "").lower()
        numbers = self.world.demo.tag_tracks(tag)[: int(query.get("limit", 50))]
        rows = [
            self._track(number)
            | {
                "duration": str(round(self.world.track(number).duration_ms / 1000)),
                "@attr": {"rank": str(rank)},
            }
            for rank, number in enumerate(numbers, 1)
        ]
        return {"tracks": {"track": _listed(rows), "@attr": {"tag": tag, "total": str(len(rows))}}}

    def _asked_track(self, query):
        if mbid := query.get("mbid"):
            return self.world.by_mbid(mbid)
        return self.world.find(query.get("track", ""), query.get("artist", ""))

    def _asked_artist(self, query):
        if mbid := query.get("mbid"):
            return self.world.artist_of(mbid)
        return self.world.artist_named(query.get("artist", ""))

    def _track(self, number):
        track = self.world.track(number)
        row = {
            "name": track.title,
            "url": _address(track.artist, "_", track.title),
            "streamable": {"#text": "0", "fulltrack": "0"},
            "artist": {
                "name": track.artist,
                "mbid": track.artist_mbid,
                "url": _address(track.artist),
            },
            "image": _IMAGES,
        }
        return row | ({"mbid": track.mbid} if self._has_mbid(number) else {})

    def _hit(self, number):
        """In a search the artist is a text, and a missing mbid is "" instead of absent."""
        track = self.world.track(number)
        return {
            "name": track.title,
            "artist": track.artist,
            "url": _address(track.artist, "_", track.title),
            "streamable": "FIXME",
            "listeners": str(track.listeners),
            "image": _IMAGES,
            "mbid": track.mbid if self._has_mbid(number) else "",
        }

    def _artist(self, name):
        return _artist_row(name) | {"mbid": self.world.artist_mbid(name)}

    def _has_mbid(self, number):
        return self.world.track(number).mbid and not among(WITHOUT_MBID, f"mbid {number}")


_METHODS = {
    "track.search": LastFm._track_search,
    "track.getinfo": LastFm._track_info,
    "track.getsimilar": LastFm._track_similar,
    "artist.getinfo": LastFm._artist_info,
    "artist.getsimilar": LastFm._artist_similar,
    "artist.gettoptracks": LastFm._artist_top_tracks,
    "tag.gettoptracks": LastFm._tag_top_tracks,
}


def error(code, status=200):
    """An error as Last.fm writes it."""
    return as_json({"error": code, "message": _MESSAGES.get(code, ""), "links": []}, status)


def _listed(rows):
    """XML does not know a list from a single entry, and neither does what is made of it."""
    return rows[0] if len(rows) == 1 else rows


def _artist_row(name):
    return {"name": name, "url": _address(name), "image": _IMAGES, "streamable": "0"}


def _tag(name):
    return {"name": name, "url": f"https://www.last.fm/tag/{quote_plus(name)}"}


def _address(*steps):
    return "https://www.last.fm/music/" + "/".join(quote_plus(step) for step in steps)
