"""A rough look at thousands of rows inside the database: who is near a track in sound, time, fame.

What the score does exactly for hundreds of candidates is done here in SQL for the rows of two short
stretches of an index, so that the candidates are the likeliest and not the first to come.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from grovemusic.domain import names
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Track
from grovemusic.domain.percentiles import Percentiles
from grovemusic.ports import Database
from grovemusic.store.sounds import SCALES

# Number -> where it lies for a track, and in the artists' table, where it is a rank already.
_COLUMNS: Mapping[str, tuple[str, str]] = {
    **{name: (f"f.{column}", f"s.{column}") for column, name in SCALES.items()},
    "duration_ms": ("a.duration_ms", "s.duration"),
}
# As in pipeline/parts/audio.py and time.py, pipeline/weights.py.
_FEWEST, _FALLS, _OF_ARTISTS = 4, 10.0, 0.65
_FADES_YEARS, _FADES_RANKS, _FADES_POINTS = 5.0, 0.2, 20.0
_SOUND, _TIME, _FAME = 4.0, 3.0, 2.0
_STRANGER = 1 / 6  # squared difference of the ranks of two random tracks
_KNOTS = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)  # shares between which ranks are straight lines


def _fading(x: str) -> str:
    """Nearly exp(-x), without mathematical functions, which not every SQLite has."""
    return f"(1.0 / (1.0 + {x} + {x} * {x} / 2))"


_NEARNESS = (
    f"{_SOUND * (1 - _OF_ARTISTS)} * {_fading('apart')}"
    f" + {_SOUND * _OF_ARTISTS} * {_fading('acts_apart')}"
    f" + {_TIME / 2} * {_fading('years')} + {_TIME / 2} * {_fading('passed')}"
    f" + {_FAME} * {_fading('fame')}"
)
_STRETCH = """
SELECT * FROM (SELECT id, artist_key, year, popularity, duration_ms FROM catalogue_tracks
               WHERE decade = {decade} AND popularity {way} LIMIT ?5)
"""
_UP, _DOWN = ">= ?4 ORDER BY popularity", "< ?4 ORDER BY popularity DESC"
_STRETCHES = "UNION ALL".join(
    _STRETCH.format(decade=decade, way=way) for decade in ("?1", "?2") for way in (_UP, _DOWN)
)
_NEARBY = """
WITH around AS MATERIALIZED ({stretches}), ranked AS MATERIALIZED (
  SELECT {ranked} FROM around a LEFT JOIN spotify_audio_features_cache f ON f.spotify_id = a.id
  LEFT JOIN catalogue_artist_sounds s ON s.artist_key = a.artist_key WHERE a.id <> ?7
), measured AS MATERIALIZED (
  SELECT id, fame, years, passed, {apart} AS apart, {acts_apart} AS acts_apart FROM ranked
)
SELECT id FROM measured ORDER BY {nearness} DESC, id LIMIT ?6
"""  # materialized: each number is worked out once, however often it is used


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
        corpus: With the usual sound of the track's artist, if it has one.
        looked_at: Rows of each of four stretches: more and less popular ones of the decade, and of
            the decade that is next nearest.

    Cost: one statement; four times `looked_at` rows by an index, and two rows to each of them.
    """
    decade = year // 10 * 10
    beside = decade + (10 if year % 10 >= 5 else -10)
    years = corpus.percentiles["year"]
    ours = dict(_ranks(track, corpus))
    ours = ours if len(ours) >= _FEWEST else {}
    ranked = [
        "a.id AS id",
        f"abs(a.popularity - ?4) / {_FADES_POINTS} AS fame",
        f"abs(a.year - ?3) / {_FADES_YEARS} AS years",
        f"abs({_ranked('a.year', years)} - {years.rank(year)!r}) / {_FADES_RANKS} AS passed",
        *(f"{_ranked(_COLUMNS[name][0], corpus.percentiles[name])} AS {name}" for name in ours),
        *(f"{_COLUMNS[name][1]} AS usual_{name}" for name in ours),
    ]
    usual = corpus.artist_sounds.get(names.artist_key(track.artist), ours)
    sql = _NEARBY.format(
        stretches=_STRETCHES,
        ranked=", ".join(ranked),
        apart=_apart(ours, {name: name for name in ours}, corpus),
        acts_apart=_apart(
            usual, {name: f"coalesce(usual_{name}, {name})" for name in usual if name in ours},
            corpus,
        ),
        nearness=_NEARNESS,
    )  # fmt: skip
    rows = await db.rows(sql, decade, beside, year, popularity, looked_at, limit, track.id)
    return [row["id"] for row in rows]


def _ranks(track: Track, corpus: Corpus) -> Iterator[tuple[str, float]]:
    for name in _COLUMNS if track.features else ():
        on = track if name == "duration_ms" else track.features
        value, scale = getattr(on, name), corpus.percentiles.get(name)
        if value is not None and scale is not None:
            yield name, scale.rank(value)


def _apart(ours: Mapping[str, float], theirs: Mapping[str, str], corpus: Corpus) -> str:
    """The weighed mean of the squared differences of ranks times their fall, as SQL."""
    if not theirs:
        return repr(_FALLS * _STRANGER)
    weights = {name: corpus.telling(name) for name in theirs}
    terms = [
        f"{weight / sum(weights.values())!r} * coalesce(({theirs[name]} - {ours[name]!r})"
        f" * ({theirs[name]} - {ours[name]!r}), {_STRANGER!r})"
        for name, weight in weights.items()
    ]
    return f"{_FALLS} * ({' + '.join(terms)})"


def _ranked(x: str, scale: Percentiles) -> str:
    """The percentile rank of `x` on straight lines between a few knots, as SQL; NULL of NULL."""
    knots = _knots(scale.points)
    first, last = knots[0], knots[-1]
    lines = [f"WHEN {x} <= {first[0]!r} THEN {first[1]!r}"]
    for (low, rank), (high, next_rank) in itertools.pairwise(knots):
        slope = (next_rank - rank) / (high - low)
        lines.append(f"WHEN {x} <= {high!r} THEN {rank!r} + ({x} - {low!r}) * {slope!r}")
    return f"(CASE {' '.join(lines)} WHEN {x} > {last[0]!r} THEN {last[1]!r} END)"


def _knots(points: Sequence[float]) -> list[tuple[float, float]]:
    """A few of the points, ascending, each value once, with their ranks."""
    of = Percentiles(tuple(points))
    places = (min(len(points) - 1, int(share * len(points))) for share in _KNOTS)
    return [(value, of.rank(value)) for value in sorted({float(points[at]) for at in places})]
