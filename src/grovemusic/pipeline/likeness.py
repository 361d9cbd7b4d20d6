"""How alike two candidates are to each other, for "more like this". Pure."""

import math

from grovemusic.domain import names
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import ScoredTrack, Track
from grovemusic.pipeline.parts import audio

_USUAL = Corpus()
_SHARES = audio.telling(_USUAL)


def likeness(one: ScoredTrack, other: ScoredTrack) -> float:
    """0 (nothing in common) to 1: the mean of what is known of artist, tags, sound and year."""
    a, b = one.track, other.track
    views = [1.0 if names.artist_key(a.artist) == names.artist_key(b.artist) else 0.0]
    views += [view for view in (_tags(a, b), _sound(a, b), _years(a, b)) if view is not None]
    return sum(views) / len(views)


def _tags(a: Track, b: Track) -> float | None:
    ours, theirs = {tag.name for tag in a.tags}, {tag.name for tag in b.tags}
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else None


def _sound(a: Track, b: Track) -> float | None:
    ours, theirs = audio.ranks(a, _USUAL), audio.ranks(b, _USUAL)
    if ours is None or theirs is None:
        return None
    return audio.likeness(audio.weighed(ours, _SHARES), audio.weighed(theirs, _SHARES), _SHARES)


def _years(a: Track, b: Track) -> float | None:
    if a.year is None or b.year is None:
        return None
    return math.exp(-((a.year - b.year) ** 2) / 98)
