"""MusicBrainz ws/2: recordings, ISRCs, artists, releases, release groups, and one search.

One request a second or 503, a User-Agent or 403, and one recording in seven without a date.
"""

import re

from grovemusic.domain import ids
from simulators.limits import SlidingSecond
from simulators.service import Service
from simulators.wire import Answer, as_json
from simulators.world import among

RATE_PER_S = 1
WITHOUT_DATE = 0.15
_HELP = "For usage, please see: https://musicbrainz.org/development/mmd"
_FIELD = re.compile(r"(recording|artist):\(((?:[^()\\]|\\.)*)\)")


class MusicBrainz(Service):
    """Every track with an mbid, its artists and albums."""

    name = "musicbrainz"

    def __init__(self, world, limit=None):
        super().__init__(world, limit or SlidingSecond(RATE_PER_S))

    async def answer(self, asked, standing):
        agent = asked.headers.get("user-agent", "")
        if not agent or agent.startswith(("python-", "Python")):
            return trouble(403, "Your User-Agent must say who you are.")
        if asked.query.get("fmt") != "json":
            return Answer(200, b"<metadata/>", {"Content-Type": "application/xml"})
        steps = [step for step in asked.path.split("/") if step]
        match steps:
            case ["ws", "2", "recording"]:
                return as_json(self._search(asked.query))
            case ["ws", "2", "isrc", isrc]:
                return self._isrc(isrc, asked.query)
            case ["ws", "2", kind, mbid] if kind in _LOOK_UPS:
                return self._look_up(kind, mbid, asked.query)
        return trouble(404, "Not Found")

    def refusal(self, standing):
        return self.failure(503)

    def failure(self, status, headers=None):
        words = (
            "Your requests are exceeding the allowable rate limit. Please see "
            "https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting for more information."
        )
        answer = trouble(status, words if status == 503 else "Internal server error")
        return Answer(status, answer.body, {**answer.headers, **(headers or {})})

    def _search(self, query):
        words = dict(_FIELD.findall(query.get("query", "")))
        title, artist = (
            re.sub(r"\\(.)", r"\1", words.get(field, "")) for field in ("recording", "artist")
        )
        found = self.world.search(title, artist, limit=int(query.get("limit", 25)))
        rows = [
            self._recording(number, _EVERYTHING) | {"score": score}
            for number, score in found
            if self.world.track(number).mbid
        ]
        return {"created": "2026-11-21", "count": len(rows), "offset": 0, "recordings": rows}

    def _isrc(self, isrc, query):
        if ids.clean_isrc(isrc) != isrc:
            return trouble(400, "Invalid isrc.")
        numbers = [each for each in self.world.by_isrc(isrc) if self.world.track(each).mbid]
        if not numbers:
            return trouble(404, "Not Found")
        inc = _inc(query)
        rows = [self._recording(number, inc) for number in numbers]
        return as_json({"isrc": isrc, "recordings": rows})

    def _look_up(self, kind, mbid, query):
        if ids.clean_mbid(mbid) is None:
            return trouble(400, "Invalid mbid.")
        found = _LOOK_UPS[kind](self, mbid, _inc(query))
        return trouble(404, "Not Found") if found is None else as_json(found)

    def _recording_by_id(self, mbid, inc):
        number = self.world.by_mbid(mbid)
        return None if number is None else self._recording(number, inc)

    def _artist_by_id(self, mbid, inc):
        name = self.world.artist_of(mbid)
        if name is None:
            return None
        tags = [{"name": tag, "count": 3} for tag in self.world.artist_tags(name)]
        return _artist(name, mbid) | ({"tags": tags} if "tags" in inc else {})

    def _release_by_id(self, mbid, inc):
        numbers = self.world.by_album(mbid)
        if not numbers or self.world.track(numbers[0]).album_mbid != mbid:
            return None
        return self._release(numbers[0], inc)

    def _group_by_id(self, mbid, inc):
        numbers = self.world.by_album(mbid)
        if not numbers or self.world.track(numbers[0]).album_mbid == mbid:
            return None
        return self._group(numbers[0], inc)

    def _recording(self, number, inc):
        track = self.world.track(number)
        row = {
            "id": track.mbid,
            "title": track.title,
            "length": None if among(0.05, f"length {number}") else track.duration_ms,
            "disambiguation": "",
            "video": False,
        }
        if not among(WITHOUT_DATE, f"date {number}"):
            row["first-release-date"] = _date(track.year, number)
        if "artist-credits" in inc:
            row["artist-credit"] = self._credit(track)
        if "isrcs" in inc:
            row["isrcs"] = [track.isrc] if track.isrc else []
        if "releases" in inc:
            row["releases"] = [self._release(number, inc)]
        if "tags" in inc:
            row["tags"] = [{"name": tag.name, "count": round(tag.weight * 9)} for tag in track.tags]
        return row | ({"relations": []} if "url-rels" in inc else {})

    def _release(self, number, inc):
        track = self.world.track(number)
        row = {
            "id": track.album_mbid,
            "title": track.album,
            "status": "Official",
            "date": _date(track.year, number),
            "country": "XW",
            "disambiguation": "",
        }
        if "artist-credits" in inc:
            row["artist-credit"] = self._credit(track)
        if "release-groups" in inc:
            row["release-group"] = self._group(number, inc)
        return row

    def _group(self, number, inc):
        track = self.world.track(number)
        row = {
            "id": self.world.group_mbid(track.album_mbid),
            "title": track.album,
            "primary-type": "Single" if track.album == track.title else "Album",
            "secondary-types": [],
            "first-release-date": "" if among(0.1, f"group {number}") else str(track.year),
            "disambiguation": "",
        }
        return row | ({"artist-credit": self._credit(track)} if "artist-credits" in inc else {})

    def _credit(self, track):
        lead, join, guest = track.artist.partition(" feat. ")
        credit = [{"name": lead, "joinphrase": join, "artist": _artist(lead, track.artist_mbid)}]
        if guest:
            person = _artist(guest, self.world.artist_mbid(guest))
            credit.append({"name": guest, "joinphrase": "", "artist": person})
        return credit


_LOOK_UPS = {
    "recording": MusicBrainz._recording_by_id,
    "artist": MusicBrainz._artist_by_id,
    "release": MusicBrainz._release_by_id,
    "release-group": MusicBrainz._group_by_id,
}
_EVERYTHING = frozenset({"artist-credits", "isrcs", "releases", "release-groups", "tags"})


def trouble(status, words):
    """An error as MusicBrainz writes it."""
    return as_json({"error": words, "help": _HELP}, status)


def _inc(query):
    return frozenset(re.split(r"[+ ]", query.get("inc", "")))


def _artist(name, mbid):
    return {
        "id": mbid,
        "name": name,
        "sort-name": name,
        "type": "Group",
        "country": "XW",
        "disambiguation": "",
        "life-span": {"begin": None, "end": None, "ended": False},
    }


def _date(year, number):
    """As exact as MusicBrainz is: to the year, the month or the day."""
    return (f"{year}", f"{year}-05", f"{year}-05-17")[number % 3]
