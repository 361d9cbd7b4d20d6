"""ListenBrainz: /1 and, below /labs, its labs server.

Similar recordings come unsorted and some twice, facts lack their date when day or month is
unknown, counts are null where nobody listened, and every answer says how often one may still ask.
"""

import random

from grovemusic.domain import ids
from simulators.limits import FixedWindow
from simulators.service import Service
from simulators.wire import Answer, as_json
from simulators.world import among

REQUESTS_A_WINDOW, WINDOW_S = 30, 10.0
MOST_AT_ONCE = 1000
ALGORITHMS = frozenset(
    {
        "session_based_days_7500_session_300_contribution_5_threshold_10_limit_100_skip_30",
        "session_based_days_9000_session_300_contribution_5_threshold_15_limit_50_skip_30",
    }
)
_DISTANCE = {"easy": 0, "medium": 5, "hard": 15}  # how far down the similar artists a mode begins


class ListenBrainz(Service):
    """Every track with an mbid."""

    name = "listenbrainz"

    def __init__(self, world, limit=None):
        super().__init__(world, limit or FixedWindow(REQUESTS_A_WINDOW, WINDOW_S))

    async def answer(self, asked, standing):
        steps = [step for step in asked.path.split("/") if step]
        match asked.method, steps:
            case "GET", ["labs", "similar-recordings", "json"]:
                answer = self._similar(asked)
            case "POST", ["1", "metadata", "recording"]:
                answer = self._facts(asked)
            case "POST", ["1", "popularity", "recording"]:
                answer = self._popularity(asked)
            case "GET", ["1", "lb-radio", "artist", mbid]:
                answer = self._artist_radio(mbid, asked)
            case "GET", ["1", "lb-radio", "tags"]:
                answer = self._tag_radio(asked)
            case _:
                answer = trouble(404, "Not Found")
        return Answer(answer.status, answer.body, {**answer.headers, **_allowance(standing)})

    def refusal(self, standing):
        headers = _allowance(standing) | {"Retry-After": str(max(1, round(standing.reset_in_s)))}
        return self.failure(429, headers)

    def failure(self, status, headers=None):
        answer = trouble(status, "Too many requests." if status == 429 else "Internal error.")
        return Answer(status, answer.body, {**answer.headers, **(headers or {})})

    def _similar(self, asked):
        if asked.query.get("algorithm") not in ALGORITHMS:
            return trouble(400, "value is not a valid enumeration member")
        number = self.world.by_mbid(asked.query.get("recording_mbids", ""))
        if number is None:
            return as_json([])
        artist = self.world.track(number).artist_mbid
        rows = []
        for other, closeness in self.world.demo.neighbours(number, 100):
            track = self.world.track(other)
            if track.mbid and track.artist_mbid != artist:
                rows.append(
                    {
                        "recording_mbid": track.mbid,
                        "recording_name": track.title,
                        "artist_credit_name": track.artist,
                        "artist_credit_mbids": None,
                        "release_name": track.album,
                        "release_mbid": track.album_mbid,
                        "caa_id": None,
                        "caa_release_mbid": None,
                        "score": round(10 + 300 * closeness),
                        "reference_mbid": self.world.track(number).mbid,
                    }
                )
        twice = [row for row in rows if among(0.2, row["recording_mbid"])]
        return as_json(random.Random(number).sample(rows + twice, len(rows) + len(twice)))

    def _facts(self, asked):
        wanted, fault = _wanted(asked)
        if fault is not None:
            return fault
        inc = str(asked.json().get("inc", "")).split()
        if set(inc) - {"artist", "tag", "release"}:
            return trouble(400, "invalid inc argument")
        numbers = {mbid: self.world.by_mbid(mbid) for mbid in wanted}
        return as_json(
            {
                mbid: self._facts_of(number, inc)
                for mbid, number in numbers.items()
                if number is not None
            }
        )

    def _facts_of(self, number, inc):
        track = self.world.track(number)
        recording = {"name": track.title, "rels": [], "length": track.duration_ms}
        if number % 3 == 2:  # the server joins year, month and day, and one unknown makes all so
            recording["first_release_date"] = f"{track.year}-05-17"
        if track.isrc:
            recording["isrcs"] = [track.isrc]
        parts = {
            "artist": {
                "name": track.artist,
                "artist_credit_id": number,
                "artists": [
                    {"artist_mbid": track.artist_mbid, "name": track.artist, "join_phrase": ""}
                ],
            },
            "release": {
                "mbid": track.album_mbid,
                "name": track.album,
                "release_group_mbid": self.world.group_mbid(track.album_mbid),
                "year": track.year,
            },
            "tag": {
                "recording": [
                    {"tag": tag.name, "count": max(1, round(9 * tag.weight))} for tag in track.tags
                ],
                "artist": [],
                "release_group": [],
            },
        }
        return {"recording": recording} | {name: parts[name] for name in inc}

    def _popularity(self, asked):
        wanted, fault = _wanted(asked)
        return fault or as_json([self._popularity_of(mbid) for mbid in wanted])

    def _popularity_of(self, mbid):
        number = self.world.by_mbid(mbid)
        track = None if number is None else self.world.track(number)
        heard = track is not None and track.listeners >= 50
        return {
            "recording_mbid": mbid,
            "total_listen_count": track.playcount // 10 if heard else None,
            "total_user_count": track.listeners // 10 if heard else None,
        }

    def _artist_radio(self, mbid, asked):
        if ids.clean_mbid(mbid) is None:
            return trouble(400, "Seed artist mbid is not a valid UUID.")
        numbers = ("max_similar_artists", "max_recordings_per_artist", "pop_begin", "pop_end")
        query = asked.query
        if query.get("mode") not in _DISTANCE or not all(
            query.get(n, "").isdecimal() for n in numbers
        ):
            return trouble(400, "mode, pop_begin, pop_end and the two maxima must be given")
        name = self.world.artist_of(mbid)
        if name is None:
            return as_json({})
        skipped = _DISTANCE[query["mode"]]
        wanted = int(query["max_similar_artists"])
        near = self.world.demo.similar_artists(name, skipped + wanted)[skipped:]
        most = int(query["max_recordings_per_artist"])
        return as_json(
            {
                self.world.artist_mbid(each): self._radio_rows(each, most)
                for each in [name, *(other for other, _closeness in near)]
            }
        )

    def _radio_rows(self, artist, most):
        tracks = [self.world.track(each) for each in self.world.demo.artist_tracks(artist)]
        return [
            {
                "recording_mbid": track.mbid,
                "similar_artist_mbid": track.artist_mbid,
                "similar_artist_name": artist,
                "total_listen_count": track.playcount // 10,
            }
            for track in tracks
            if track.mbid
        ][:most]

    def _tag_radio(self, asked):
        tags, query = asked.every("tag"), asked.query
        operator = query.get("operator", "OR" if len(tags) == 1 else "").upper()
        if operator not in {"AND", "OR"} or not query.get("count", "").isdecimal():
            return trouble(400, "operator, count, pop_begin and pop_end must be given")
        sets = [set(self.world.demo.tag_tracks(tag)) for tag in tags] or [set()]
        numbers = set.intersection(*sets) if operator == "AND" else set.union(*sets)
        rows = [
            {
                "recording_mbid": track.mbid,
                "percent": float(track.popularity),
                "tag_count": max(1, round(9 * track.tags[0].weight)),
                "source": "recording" if number % 2 else "artist",
            }
            for number in sorted(numbers)
            if (track := self.world.track(number)).mbid
        ]
        chosen = random.Random(str(tags)).sample(rows, min(len(rows), int(query["count"])))
        return as_json(sorted(chosen, key=lambda row: -row["tag_count"]))


def trouble(status, words):
    """An error as ListenBrainz writes it."""
    return as_json({"code": status, "error": words}, status)


def _wanted(asked):
    """The ids a bulk question is about, and the fault with them, if there is one."""
    body = asked.json()
    mbids = body.get("recording_mbids") if isinstance(body, dict) else None
    if not isinstance(mbids, list) or not mbids:
        return [], trouble(400, "recording_mbids JSON element must be present")
    if len(mbids) > MOST_AT_ONCE:
        return [], trouble(400, f"Maximum number that can be fetched at once is {MOST_AT_ONCE}")
    bad = [each for each in mbids if ids.clean_mbid(each) is None]
    return mbids, trouble(400, f"recording_mbid {bad[0]} is not valid.") if bad else None


def _allowance(standing):
    """The headers every answer has, error or not."""
    return {
        "X-RateLimit-Limit": str(standing.limit),
        "X-RateLimit-Remaining": str(standing.remaining),
        "X-RateLimit-Reset-In": str(max(1, round(standing.reset_in_s))),
    }
