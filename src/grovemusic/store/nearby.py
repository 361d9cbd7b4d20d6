"""A rough look at thousands of rows inside the database: who is near a track in sound, time, fame.

What the score does exactly for hundreds of candidates is done here in SQL for the rows of two short
stretches of an index, so that the candidates are the likeliest and not the first to come.
"""

from collections.abc import Mapping
from typing import Any

from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Track
from grovemusic.ports import Database

# Names of `AudioFeatures` and of their columns.
_COLUMNS: Mapping[str, str] = {
    "energy": "energy", "danceability": "danceability", "valence": "valence",
    "acousticness": "acousticness", "instrumentalness": "instrumentalness",
    "speechiness": "speechiness", "liveness": "liveness", "loudness_db": "loudness",
    "tempo_bpm": "tempo",
}  # fmt: skip
_LEAST_TELLING = 0.02
_FEWEST = 4  # numbers a sound must have to be compared
_STRANGER, _FARTHEST = 2.0, 9.0  # squared differences of two random tracks; at most
_FADES_YEARS, _FADES_POINTS = 5.0, 20.0
_SOUND, _TIME, _FAME = 4.0, 4.0, 3.0  # as the shares of these parts in pipeline/weights.py

_STRETCH = """
SELECT * FROM (SELECT id, year, popularity FROM catalogue_tracks
               WHERE decade = {decade} AND popularity {way} LIMIT ?5)
"""
_UP, _DOWN = ">= ?4 ORDER BY popularity", "< ?4 ORDER BY popularity DESC"
_STRETCHES = "UNION ALL".join(
    _STRETCH.format(decade=decade, way=way) for decade in ("?1", "?2") for way in (_UP, _DOWN)
)
_NEARBY = """
WITH around AS ({stretches})
SELECT a.id FROM around a LEFT JOIN spotify_audio_features_cache f ON f.spotify_id = a.id
WHERE a.id <> ?7 ORDER BY {nearness} DESC, a.id LIMIT ?6
"""


async def nearby(
    db: Database,
    track: Track,
    corpus: Corpus,
    *,
    year: int,
    popularity: float,
    limit: int,
    looked_at: int,
) -> list[str]:
    """Ids of tracks near one in sound, year of release and popularity (0-100), the nearest first.

    Args:
        looked_at: Rows of each of four stretches: more and less popular ones of the decade, and of
            the decade that is next nearest.

    Cost: one statement; four times `looked_at` rows by two indexes.
    """
    decade = year // 10 * 10
    beside = decade + (10 if year % 10 >= 5 else -10)
    values: list[Any] = [decade, beside, year, popularity, looked_at, limit, track.id]
    sound = _sound(track, corpus, values)
    nearness = (
        f"{_SOUND} * {_fading(sound)}"
        f" + {_TIME} * {_fading(f'(abs(a.year - ?3) / {_FADES_YEARS})')}"
        f" + {_FAME} * {_fading(f'(abs(a.popularity - ?4) / {_FADES_POINTS})')}"
    )
    sql = _NEARBY.format(stretches=_STRETCHES, nearness=nearness)
    return [row["id"] for row in await db.rows(sql, *values)]


def _sound(track: Track, corpus: Corpus, values: list[Any]) -> str:
    """Half the mean squared difference in deviations, as SQL; its numbers go to `values`."""
    terms, told = [], 0.0
    for name, column in _COLUMNS.items():
        ours, of = getattr(track.features, name, None), corpus.spread.get(name)
        if ours is None or of is None or of.deviation <= 0:
            continue
        values += [ours, 1 / of.deviation]
        apart = f"((f.{column} - ?{len(values) - 1}) * ?{len(values)})"
        weight = round(max(_LEAST_TELLING, corpus.coherence.get(name, 1.0)), 4)
        terms.append(f"{weight} * coalesce(min({_FARTHEST}, {apart} * {apart}), {_STRANGER})")
        told += weight
    if len(terms) < _FEWEST:
        del values[7:]
        return f"{_STRANGER / 2}"
    return f"(({' + '.join(terms)}) / {2 * told})"


def _fading(x: str) -> str:
    """Nearly exp(-x), without mathematical functions, which not every SQLite has."""
    return f"(1.0 / (1.0 + {x} + {x} * {x} / 2))"
