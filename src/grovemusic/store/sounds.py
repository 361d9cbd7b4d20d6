"""How tracks sound, as far as the hot tables know: audio features and popularity by track id."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grovemusic.domain.music import AudioFeatures
from grovemusic.ports import Database

# Column of spotify_audio_features_cache -> name in `AudioFeatures`, in the order of both.
NUMBERS: Mapping[str, str] = {
    "tempo": "tempo_bpm",
    "energy": "energy",
    "danceability": "danceability",
    "valence": "valence",
    "acousticness": "acousticness",
    "instrumentalness": "instrumentalness",
    "speechiness": "speechiness",
    "liveness": "liveness",
    "loudness": "loudness_db",
    "key": "key",
    "mode": "mode",
    "time_signature": "time_signature",
}
# Those a mean or a difference of says something: a key lies on a circle, the others are names.
SCALES: Mapping[str, str] = {
    column: name
    for column, name in NUMBERS.items()
    if column not in {"key", "mode", "time_signature"}
}
_COLUMNS = ", ".join(NUMBERS)
_GET = f"""
SELECT spotify_id, {_COLUMNS}, popularity FROM spotify_audio_features_cache
WHERE spotify_id IN (SELECT value FROM json_each(?))
"""  # noqa: S608  (our own column names)
_KEEP = f"""
INSERT OR IGNORE INTO spotify_audio_features_cache (spotify_id, {_COLUMNS}, popularity)
SELECT {", ".join(f"value ->> {place}" for place in range(len(NUMBERS) + 2))} FROM json_each(?)
"""  # noqa: S608
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Sound:
    """Audio features of a track, and its popularity (0-100) in the same snapshot."""

    features: AudioFeatures
    popularity: float | None = None


class Sounds:
    """The table of audio features."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, track_ids: Sequence[str]) -> dict[str, Sound]:
        """Track id -> its sound as it stands in the table, believable or not."""
        found: dict[str, Sound] = {}
        for start in range(0, len(track_ids), AT_ONCE):
            asked = json.dumps(track_ids[start : start + AT_ONCE])
            for row in await self._db.rows(_GET, asked):
                features = AudioFeatures(**{field: row[name] for name, field in NUMBERS.items()})
                found[row["spotify_id"]] = Sound(features, row["popularity"])
        return found

    async def keep(self, sounds: Mapping[str, Sound]) -> None:
        """Add those that are not there. Numbers must be finite."""
        rows = [
            [
                track_id,
                *(getattr(sound.features, field) for field in NUMBERS.values()),
                sound.popularity,
            ]
            for track_id, sound in sounds.items()
        ]
        for start in range(0, len(rows), AT_ONCE):
            await self._db.rows(_KEEP, json.dumps(rows[start : start + AT_ONCE], allow_nan=False))
