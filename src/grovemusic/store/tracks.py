"""Tracks that were ever put into a playlist, with the ids other services know them by."""

import json
from collections.abc import Iterable
from typing import Any

from grovemusic.domain.music import Track
from grovemusic.ports import Clock, Database, Statement

# D1 binds at most 100 values a statement; the rows inside one JSON value are not counted.
_REMEMBER = """
INSERT INTO tracks (id, title, artist, artist_mbid, album, release_year, tags, lastfm_url,
                    created_at, updated_at)
SELECT value ->> 'id', value ->> 'title', value ->> 'artist', value ->> 'artist_mbid',
       value ->> 'album', value ->> 'year', value ->> 'tags', value ->> 'lastfm_url', ?2, ?2
FROM json_each(?1) WHERE true
ON CONFLICT (id) DO UPDATE SET
  artist_mbid = coalesce(excluded.artist_mbid, artist_mbid),
  album = coalesce(excluded.album, album),
  release_year = min(coalesce(excluded.release_year, release_year),
                     coalesce(release_year, excluded.release_year)),
  tags = coalesce(excluded.tags, tags), lastfm_url = coalesce(excluded.lastfm_url, lastfm_url),
  updated_at = excluded.updated_at
"""
_REMEMBER_IDS = """
INSERT INTO track_external_ids (scheme, value, track_id)
SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1) WHERE true
ON CONFLICT DO NOTHING
"""


class Tracks:
    """The tables of tracks and external ids."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def remember(self, tracks: Iterable[Track]) -> None:
        """Add what is new about `tracks`; known facts are never replaced by unknown ones."""
        rows = [_row(track) for track in tracks]
        ids = [
            [scheme, value, row["id"]]
            for row in rows
            for scheme, value in row["external_ids"]
            if value
        ]
        await self._db.batch(
            [
                Statement(_REMEMBER, (json.dumps(rows), self._clock.now_ms())),
                Statement(_REMEMBER_IDS, (json.dumps(ids),)),
            ]
        )


def _row(track: Track) -> dict[str, Any]:
    tags = [{"name": tag.name, "weight": tag.weight} for tag in track.tags[:10]]
    return {
        "id": track.id,
        "title": track.title,
        "artist": track.artist,
        "artist_mbid": track.artist_mbid,
        "album": track.album,
        "year": track.year,
        "tags": json.dumps(tags) if tags else None,
        "lastfm_url": track.lastfm_url,
        "external_ids": [
            ("mbid", track.mbid),
            ("isrc", track.isrc),
            ("spotify", track.spotify_id),
        ],
    }
