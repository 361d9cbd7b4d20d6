"""Answers as the OpenAPI document shows them, of invented songs. A test compares their shapes.

Kept as Python and not as schemas: answers are built where they are made, and one whole example
tells a developer more than forty optional fields.
"""

from typing import Any

Json = dict[str, Any]

_SONG: Json = {
    "id": "0WitZMl8K2TYhvc79Pdu28",
    "title": "Electric Tide",
    "artist": "Azure Valley",
    "album": "Forest Function",
    "year": 1998,
    "yearSource": "catalogue",
    "genre": "idm",
    "durationMs": 480782,
    "mbid": None,
    "artistMbid": None,
    "isrc": None,
    "spotifyId": None,
    "invented": True,
}


def _fact(fact: str, value: float, *names: str, rank: int | None = None) -> list[Json]:
    told = {"source": "catalogue", "fact": fact, "value": value, "rank": rank}
    return [{**told, "names": list(names), "seed": 0, "url": None}]


_TRACK: Json = {
    "position": 1,
    **_SONG,
    "id": "5eUFAf2mbAEAuNjUeyXb4a",
    "title": "Wooden Stone",
    "artist": "Vasco Lincroft",
    "year": 1999,
    "reason": "It shares 22 playlists with “Electric Tide”, among them “deep electronic”. Both are "
    "tagged idm and from 1999, a year later. It opens the list.",
    "reasonBy": "template",
    "similarityScore": 9,
    "flowRole": "opener",
    "category": "deep_cut",
    "scores": {
        "tagOverlap": 0.955,
        "audioFeature": 0.857,
        "playlistCooccurrence": 0.88,
        "artistSimilarity": None,
        "temporalProximity": 0.819,
        "popularityFit": 0.905,
        "overall": 8.91,
    },
    "confidence": 0.85,
    "evidence": {
        "tagOverlap": _fact("shared_tags", 3.0, "idm"),
        "audioFeature": _fact("sounds_alike", 0.142, "live in feel"),
        "playlistCooccurrence": _fact("playlist_closeness", 0.42192, rank=2),
        "artistSimilarity": [],
        "temporalProximity": _fact("years_apart", 1.0, "1999"),
        "popularityFit": _fact("fame", 0.72, "balanced"),
    },
    "locked": False,
    "isSeed": False,
}
RUN_ID, PLAYLIST_ID = "run_EZnpQTVqn9DtHMdTw5l1Yd", "pl_zYUTBfV6IXPvcx58dFXEjE"
PLAYLIST: Json = {
    "runId": RUN_ID,
    "status": "complete",
    "playlistId": PLAYLIST_ID,
    "version": 1,
    "parent": None,
    "change": "",
    "createdAt": "2026-11-21T05:39:33+00:00",
    "title": "From Electric Tide by Azure Valley",
    "seedTrack": _SONG,
    "seedTracks": [_SONG],
    "narrative": "15 tracks from “Electric Tide” by Azure Valley, 1992-2006. 5 well-known tracks, "
    "8 deep cuts and 2 hidden gems.",
    "narrativeBy": "template",
    "playlist": [_TRACK],
    "durationMs": 4416686,
    "notes": [],
    "missing": [
        {
            "source": "lastfm",
            "reason": "LASTFM_API_KEY is not set",
            "effect": "no listeners' tags, similar tracks and similar artists",
        }
    ],
    "invented": True,
    "creditsUsed": 1,
    "processingTimeMs": 228,
    "energy": [{"value": 0.559, "source": "audio"}],
}
WORKING: Json = {
    "runId": RUN_ID,
    "playlistId": PLAYLIST_ID,
    "status": "processing",
    "stage": "scoring",
    "progress": 65,
    "events": 4,
    "choices": [],
    "missing": [],
}
VERSIONS: Json = {
    "playlistId": PLAYLIST_ID,
    "current": 1,
    "versions": [
        {
            "version": 1,
            "parent": None,
            "change": "",
            "createdAtMs": 1795239573586,
        }
    ],
}
HEALTH: Json = {
    "status": "ok",
    "version": "0.1.0",
    "runtime": "embedded",
    "catalogue": {"tracks": 2000, "playlists": 200, "invented": 2000},
    "sources": [
        {"name": "catalogue", "ready": True},
        {
            "name": "lastfm",
            "ready": False,
            "reason": "LASTFM_API_KEY is not set",
            "effect": "no listeners' tags, similar tracks and similar artists",
        },
    ],
    "faults": [],
}
SEARCH: Json = {
    "query": "electric",
    "results": [{**_SONG, "label": "Electric Tide by Azure Valley"}],
}
RESOLVED: Json = {
    "status": "resolved",
    "track": _SONG,
    "options": [{**_SONG, "confidence": 0.9}],
    "missing": PLAYLIST["missing"],
}
METRICS: Json = {
    "hours": 24,
    "layers": [
        {
            "layer": "kv",
            "dataType": "lastfm:track",
            "hits": 90,
            "misses": 10,
            "hitRate": 0.9,
            "averageMs": 1.2,
            "longestMs": 14.0,
        }
    ],
}


def shown(example: Json, **others: Json) -> dict[int | str, Json]:
    """For a route's `responses`: its 200 with this example, and more under their names."""
    named = {"example": {"value": example}, **{k: {"value": v} for k, v in others.items()}}
    return {200: {"content": {"application/json": {"examples": named}}}}
