"""What a listener may ask for, and what is wrong with it when they may not."""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from grovemusic.domain.errors import BadAsk

SMALLEST, LARGEST = 15, 100  # tracks
SHORTEST_MIN, LONGEST_MIN = 30, 480  # minutes of music
LONGEST_QUERY = 500  # characters
MOST_SEEDS = 5
MOST_BLOCKED = 200
EARLIEST_YEAR, LATEST_YEAR = 1860, 2100
TYPICAL_TRACK_S = 215  # to turn minutes into a number of tracks before lengths are known


Era = tuple[int, int]  # first and last year, both included


def era_holds(era: Era, year: int | None) -> bool:
    """Whether a track of `year` is surely of `era`."""
    return year is not None and era[0] <= year <= era[1]


class Mood(StrEnum):
    """A feeling the whole list should lean to."""

    UPBEAT = "upbeat"
    MELANCHOLY = "melancholy"
    ENERGETIC = "energetic"
    CHILL = "chill"


class PopularityBias(StrEnum):
    """Which share of well-known and little-known tracks the listener wants."""

    POPULAR = "popular"
    DEEP_CUTS = "deep-cuts"
    HIDDEN_GEMS = "hidden-gems"
    BALANCED = "balanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedQuery:
    """One song as the listener names it; `weight` is its share relative to the others."""

    query: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Everything one playlist is made from. `checked` has looked at every field.

    Attributes:
        size: Tracks wanted; an upper bound of the search when `minutes` is given.
        minutes: Length wanted instead of a number of tracks.
        era: First and last year, both included.
        max_per_artist: A promise, never broken.
        artist_gap: Other tracks between two of one artist, at least; a promise as well.
        include_seed: Put the seeds themselves at the head of the list.
        random_seed: 0 gives the best list; other numbers give other good ones, each its own.
    """

    seeds: tuple[SeedQuery, ...]
    size: int = 15
    minutes: int | None = None
    era: Era | None = None
    mood: Mood | None = None
    popularity: PopularityBias = PopularityBias.BALANCED
    max_per_artist: int = 2
    artist_gap: int = 3
    blocked_artists: tuple[str, ...] = ()
    include_seed: bool = False
    random_seed: int = 0
    title: str | None = field(default=None)


def checked(ask: Ask) -> Ask:
    """`ask` with its texts trimmed.

    Raises:
        BadAsk: the first field that cannot be served, by its name in the API.
    """
    if not ask.seeds:
        raise BadAsk("query", 'name a song, for example "Pink + White by Frank Ocean"')
    if len(ask.seeds) > MOST_SEEDS:
        raise BadAsk("seeds", f"at most {MOST_SEEDS} songs, got {len(ask.seeds)}")
    seeds = tuple(_seed(seed) for seed in ask.seeds)
    _within("playlistSize", ask.size, SMALLEST, LARGEST, "tracks")
    if ask.minutes is not None:
        _within("minutes", ask.minutes, SHORTEST_MIN, LONGEST_MIN, "minutes")
    if ask.era is not None:
        first, last = ask.era
        for year in ask.era:
            _within("preferences.eraRange", year, EARLIEST_YEAR, LATEST_YEAR, "as years")
        if first > last:
            raise BadAsk("preferences.eraRange", f"the first year comes first, got {first}-{last}")
    _within("preferences.maxPerArtist", ask.max_per_artist, 1, LARGEST, "tracks")
    _within("preferences.artistGap", ask.artist_gap, 0, 20, "tracks")
    _within("randomSeed", ask.random_seed, 0, 2**31 - 1, "")
    if len(ask.blocked_artists) > MOST_BLOCKED:
        raise BadAsk("preferences.blockedArtists", f"at most {MOST_BLOCKED} names")
    blocked = tuple(
        clean_text("preferences.blockedArtists", name, longest=200) for name in ask.blocked_artists
    )
    return Ask(
        seeds=seeds,
        size=ask.size,
        minutes=ask.minutes,
        era=ask.era,
        mood=ask.mood,
        popularity=ask.popularity,
        max_per_artist=ask.max_per_artist,
        artist_gap=ask.artist_gap,
        blocked_artists=blocked,
        include_seed=ask.include_seed,
        random_seed=ask.random_seed,
        title=clean_text("title", ask.title, longest=200) if ask.title is not None else None,
    )


def wanted_tracks(ask: Ask) -> int:
    """How many tracks to look for: the size, or what fills the minutes with some to spare."""
    if ask.minutes is None:
        return ask.size
    return max(1, min(LARGEST, round(ask.minutes * 60 / TYPICAL_TRACK_S)))


def clean_text(name: str, text: str, *, longest: int = LONGEST_QUERY) -> str:
    """`text` trimmed and with single spaces.

    Raises:
        BadAsk: it is empty, too long, or holds control characters.
    """
    trimmed = " ".join(text.split(" ")).strip()
    if not trimmed.strip():
        raise BadAsk(name, "must not be empty")
    if len(trimmed) > longest:
        raise BadAsk(name, f"at most {longest} characters, got {len(trimmed):,}")
    for char in trimmed:
        if unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}:
            raise BadAsk(name, f"must not hold the control character U+{ord(char):04X}")
    return trimmed


def _seed(seed: SeedQuery) -> SeedQuery:
    if not 0 < seed.weight <= 100:
        raise BadAsk("seeds.weight", f"above 0 and at most 100, got {seed.weight:g}")
    return SeedQuery(query=clean_text("query", seed.query), weight=seed.weight)


def _within(name: str, value: int, least: int, most: int, unit: str) -> None:
    if not least <= value <= most:
        between = f"{least} to {most} {unit}".strip()
        raise BadAsk(name, f"wants {between}, got {value}")
