"""When two tracks are the same song, and which version of it a listener would rather hear.

Decided here and nowhere else. Two questions, two answers:

* `same_recording`: the very same recording, so evidence about one is evidence about the other.
  ISRC, then MBID, then title + artist + length.
* `song_keys`: the same song in any version (live, remix, remaster, cover under the same long
  title), so a playlist holds it once.
"""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

from grovemusic.domain import names
from grovemusic.domain.music import Track

# Two lengths further apart are different takes: 5 s covers silence at the end and fade-outs.
SAME_LENGTH_MS = 5_000


class Version(IntEnum):
    """What kind of take a title announces; lower is preferred."""

    STUDIO = 0
    SINGLE_EDIT = 1
    LIVE = 2
    REMIX = 3


# A word in a title's brackets or after its dash that says "another version of the same song".
_KINDS: tuple[tuple[Version, re.Pattern[str]], ...] = (
    (
        Version.REMIX,
        re.compile(
            r"\b(?:re-?mix(?:ed)?|mix|rework(?:ed)?|bootleg|vip|dub|flip|mash-?up|refix|re-?edit|"
            r"slowed|sped up|nightcore|reverb|8d|karaoke|instrumental|a ?cap?pella|cover|tribute|"
            r"remake|re-?imagined|chopped|screwed|lo-?fi)\b"
        ),
    ),
    (
        Version.LIVE,
        re.compile(
            r"\b(?:live|unplugged|acoustic|session|sessions|in concert|demo|rehearsal|outtake|"
            r"alternate take|take \d+|mtv|bbc|at the \w+|stripped|piano version|orchestral)\b"
        ),
    ),
    (
        Version.SINGLE_EDIT,
        re.compile(
            r"\b(?:edit|single|radio|clean|explicit|extended|short|long|12\"?|7\"?|club|video|"
            r"album|original|mono|stereo|re-?master(?:ed)?|re-?recorded|deluxe|bonus|anniversary|"
            r"version|ver|soundtrack|from|film|theme|japanese|english|spanish|french|german|"
            r"taylor'?s|digital|recorded|expanded|edition|reissue|vocal)\b"
        ),
    ),
)
_REMASTER_ONLY = re.compile(
    r"(?:\d{4}\s*)?(?:digital(?:ly)?\s*)?re-?master(?:ed)?(?:\s*version)?(?:\s*\d{4})?|"
    r"(?:original|album|full|explicit|clean|lp|mono|stereo)(?:\s*(?:version|mix))?|bonus track"
)
_BRACKETED = re.compile(r"\s*[(\[{]([^()\[\]{}]*)[)\]}]")
_DASHED = re.compile(r"\s+[-–—]\s+([^-–—]+)$")
_BARE_TAIL = re.compile(
    r"\s+((?:\S+\s+)?(?:re-?mix|remaster(?:ed)?)|live(?:\s+(?:at|in|from)\b.*)?)$"
)
_MANY_WORDS = 2


@lru_cache(names.REMEMBERED)
def split_version(title: str) -> tuple[str, Version]:
    """A title without guests and version words, and the version they announce.

    "Song (feat. A) - Live at the Roxy" gives ("Song", LIVE). Brackets that say nothing about a
    version stay: "(I Can't Get No) Satisfaction" is a name.
    """
    base, _guests = names.split_featured(title)
    version = Version.STUDIO
    changed = True
    while changed:
        changed = False
        for pattern in (_DASHED, _BRACKETED, _BARE_TAIL):
            for match in reversed(list(pattern.finditer(base))):
                kind = _announced(match[1])
                rest = f"{base[: match.start()]} {base[match.end() :]}".strip()
                if kind is None or not rest:
                    continue
                base, version, changed = rest, max(version, kind), True
                break
    return " ".join(base.split()), version


def _announced(words: str) -> Version | None:
    """The version `words` announce; None when they are part of the name."""
    folded = names.fold(words)
    if _REMASTER_ONLY.fullmatch(folded):
        return Version.STUDIO
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), None)


@lru_cache(names.REMEMBERED)
def work_key(title: str, artist: str) -> str:
    """Equal for every version of one artist's song."""
    return f"{names.squash(split_version(title)[0])}|{names.squash(names.primary_artist(artist))}"


@lru_cache(names.REMEMBERED)
def song_keys(title: str, artist: str) -> frozenset[str]:
    """Two tracks that share one of these keys are one song to a listener.

    The work key; and, for titles of two words or more, the title alone, because a second
    "Killing Me Softly" in a list is heard as a repeat whoever sings it. One-word titles
    ("Home", "Stay") name too many different songs for that.
    """
    base, _version = split_version(title)
    found = {work_key(title, artist)}
    if len(names.words(base)) >= _MANY_WORDS:
        found.add(names.squash(base))
    return frozenset(found)


def same_recording(one: Track, other: Track) -> bool:
    """True if both are the same recording as far as anyone can tell from their data.

    An ISRC or MBID both carry decides alone. Otherwise title, version and artist must agree,
    and the lengths too where both are known; an unknown length proves nothing, yet equal names
    are then taken as one, because sources without lengths (Last.fm) would never meet the rest.
    """
    if one.isrc and other.isrc and one.isrc == other.isrc:
        return True
    if one.mbid and other.mbid:
        return one.mbid == other.mbid
    lengths = (one.duration_ms, other.duration_ms)
    if None not in lengths and abs((lengths[0] or 0) - (lengths[1] or 0)) > SAME_LENGTH_MS:
        return False
    if split_version(one.title)[1] is not split_version(other.title)[1]:
        return False
    return work_key(one.title, one.artist) == work_key(other.title, other.artist)


def preference(track: Track) -> tuple[int, int, float]:
    """Sort key among versions of one song: the preferred one first."""
    return (
        int(split_version(track.title)[1]),
        0 if track.mbid or track.isrc else 1,
        -(track.popularity if track.popularity is not None else -1),
    )


def best_versions(tracks: Iterable[Track]) -> list[Track]:
    """One track a song, its preferred version, in the order the songs first appear."""
    chosen: dict[str, Track] = {}
    order: list[str] = []
    for track in tracks:
        known = work_key(track.title, track.artist)
        if known not in chosen:
            order.append(known)
            chosen[known] = track
        else:
            chosen[known] = min(chosen[known], track, key=preference)
    return [chosen[known] for known in order]
