"""How sure we are that a track is the one a listener typed."""

import math

from grovemusic.domain import names
from grovemusic.domain.music import Track
from grovemusic.domain.queries import SongQuery
from grovemusic.domain.works import Version, split_version

# Words that tie a title to an artist, or say nothing.
GLUE = frozenset({"by", "feat", "ft", "featuring", "and", "the", "n", "a"})
TITLE_ALONE = 0.9  # the surest a title without an artist can be
LOOSE_WORDS = 0.95  # the surest a heap of words can be
OTHER_VERSION = 0.04  # off for every step away from the studio version nobody asked for


def confidence(query: SongQuery, track: Track) -> float:
    """0 (something else) to 1 (this is it).

    An id both carry is certain. Otherwise the best of three views: one of the query's readings as
    title and artist; the whole text as a title; the whole text as a heap of words of both
    ("frank ocean pink white").
    """
    if query.mbid or query.isrc or query.spotify_id:
        same = (
            (query.mbid is not None and query.mbid == track.mbid)
            or (query.isrc is not None and query.isrc == track.isrc)
            or (query.spotify_id is not None and query.spotify_id == track.spotify_id)
        )
        if same or not query.readings:
            return 1.0 if same else 0.0
    best = max((_by_reading(title, artist, track) for title, artist in query.readings), default=0.0)
    best = max(best, _by_words(query.text, track))
    return max(0.0, round(best - _version_penalty(query, track), 4))


def _by_reading(title: str, artist: str, track: Track) -> float:
    alike = title_likeness(title, track.title)
    if not artist:
        return alike * TITLE_ALONE
    return alike * (0.4 + 0.6 * artist_likeness(artist, track.artist))


def _by_words(text: str, track: Track) -> float:
    """The query's words against the track's, whatever their order."""
    base, _version = split_version(track.title)
    have = [*names.words(base), *names.words(names.primary_artist(track.artist))]
    typed = [word for word in names.words(text) if word not in GLUE] or list(names.words(text))
    wanted = [word for word in have if word not in GLUE] or have
    alike = names.likeness(typed, wanted)
    return LOOSE_WORDS * alike * math.sqrt(alike)


def title_likeness(typed: str, title: str) -> float:
    """0-1: `typed` against the title with and without its version words."""
    base, _version = split_version(title)
    typed_base, _typed_version = split_version(typed)
    return max(
        _text_likeness(typed, title),
        _text_likeness(typed, base),
        0.98 * _text_likeness(typed_base, base),
    )


def artist_likeness(typed: str, credit: str) -> float:
    """0-1: `typed` against the whole credit and against the artist it begins with."""
    return max(_text_likeness(typed, credit), _text_likeness(typed, names.primary_artist(credit)))


def _text_likeness(one: str, other: str) -> float:
    if names.squash(one) == names.squash(other):
        return 1.0
    return names.likeness(names.key(one).split(), names.key(other).split())


def _version_penalty(query: SongQuery, track: Track) -> float:
    """Nothing for the studio version or the version that was asked for by name."""
    _base, version = split_version(track.title)
    if version is Version.STUDIO:
        return 0.0
    typed = set(names.words(query.text))
    extra = set(names.words(track.title)) - set(names.words(split_version(track.title)[0]))
    asked_for = any(word in typed for word in extra if len(word) > 2)
    return 0.0 if asked_for else OTHER_VERSION * version
