"""Which recording of MusicBrainz a track is, asked one by one of its API.

The ISRC decides; then the ISRC under another code of its country, where the names agree; then
title, artist and length. The import does the same in bulk from a dump; confidences mean the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from grovemusic.domain.ids import clean_isrc
from grovemusic.domain.matching import artist_likeness, title_likeness
from grovemusic.domain.works import SAME_LENGTH_MS, split_version
from grovemusic.store.xref import CrossReference, CrossReferences, Method, Unmatched

EXACT, SEVERAL, FUZZY = 1.0, 0.95, 0.9
NAMES_BEST, NAMES_FALL_PER_S, NAMES_ONLY = 0.97, 0.02, 0.86
SURE = 0.85  # a match by names must be surer than that

# Codes of one country beside one another: a registrant moved from one to the other keeps the rest.
# Source: the ISRC agency's list of prefix codes (isrc.ifpi.org, "Valid Characters").
_COUNTRIES = (
    ("US", "QM", "QZ", "QT"),
    ("GB", "UK"),
    ("FR", "FX"),
    ("BR", "BC", "BK", "BX"),
    ("CA", "CB"),
    ("KR", "KS"),
    ("ZA", "ZB"),
    ("PL", "PB"),
)
_ALLIED: Mapping[str, tuple[str, ...]] = {
    code: tuple(each for each in codes if each != code) for codes in _COUNTRIES for code in codes
}


class Recording(Protocol):
    """What MusicBrainz says of a recording, as far as it matters here."""

    @property
    def mbid(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def artist(self) -> str: ...
    @property
    def duration_ms(self) -> int | None: ...


class Recordings(Protocol):
    """Whoever can be asked; `clients.musicbrainz.MusicBrainz` can. Raises `UpstreamError`."""

    async def isrc(self, isrc: str) -> Sequence[Recording]: ...

    async def search(self, title: str, *, artist: str = "") -> Sequence[Recording]: ...


def isrc_variants(isrc: str) -> tuple[str, ...]:
    """The same ISRC under the other codes of its country; none if it has but one."""
    clean = clean_isrc(isrc)
    return () if clean is None else tuple(f"{c}{clean[2:]}" for c in _ALLIED.get(clean[:2], ()))


def likeness(track: Unmatched, recording: Recording) -> float:
    """0 (another song) to 1: how well names and length agree.

    Lengths more than five seconds apart, or another kind of version (live, remix), mean another
    recording. Where a length is unknown the names alone are worth 0.86 at most.
    """
    if split_version(track.title)[1] is not split_version(recording.title)[1]:
        return 0.0
    names = title_likeness(track.title, recording.title)
    if recording.artist:
        names *= 0.4 + 0.6 * artist_likeness(track.artist, recording.artist)
    if track.duration_ms is None or recording.duration_ms is None:
        return NAMES_ONLY * names
    apart_ms = abs(track.duration_ms - recording.duration_ms)
    if apart_ms > SAME_LENGTH_MS:
        return 0.0
    return (NAMES_BEST - NAMES_FALL_PER_S * apart_ms / 1000) * names


async def find(track: Unmatched, recordings: Recordings) -> CrossReference:
    """Look for one track, surest way first.

    Raises:
        UpstreamError: the service does not answer; nothing is known then, not even "no match".

    Cost: one call for most tracks that have an ISRC, at most five.
    """
    isrc = clean_isrc(track.isrc)
    if isrc and (found := await recordings.isrc(isrc)):
        best = _best(track, found)
        sure = EXACT if len(found) == 1 or likeness(track, best) >= SURE else SEVERAL
        return _reference(track, isrc, best.mbid, sure, Method.ISRC_EXACT)
    for variant in isrc_variants(isrc or ""):
        for each in await recordings.isrc(variant):
            if likeness(track, each) >= SURE:
                return _reference(track, isrc, each.mbid, FUZZY, Method.ISRC_FUZZY)
    found = await recordings.search(track.title, artist=track.artist)
    if found:
        best = _best(track, found)
        sure = round(likeness(track, best), 4)
        if sure > SURE:
            return _reference(track, isrc, best.mbid, sure, Method.METADATA_MATCH)
    return _reference(track, isrc, None, 0.0, Method.NO_MATCH)


@dataclass(frozen=True, slots=True)
class Report:
    """How far the search came.

    Attributes:
        looked_for: Tracks settled this time.
        by_method: How many of all tracks were settled in which way.
        after: Where to go on; None when nobody is left.
    """

    looked_for: int
    by_method: Mapping[Method, int]
    after: str | None

    def rates(self) -> dict[Method, float]:
        """Method -> its share of all tracks that were settled, 0-1."""
        total = max(1, sum(self.by_method.values()))
        return {method: count / total for method, count in self.by_method.items()}


async def find_some(
    recordings: Recordings, table: CrossReferences, *, limit: int, after: str = ""
) -> Report:
    """Look for up to `limit` tracks of the hot tables that nobody has looked for yet.

    Each is stored as soon as it is settled, so a search that stops loses one call at most, and the
    next one goes on.

    Raises:
        UpstreamError: the service does not answer; those before it are settled.

    Cost: one to five calls a track, at the pace of the service (one a second).
    """
    tracks = await table.unmatched(after=after, limit=limit)
    await find_each(tracks, recordings, table)
    last = tracks[-1].spotify_id if len(tracks) == limit else None
    return Report(len(tracks), await table.by_method(), last)


async def find_each(
    tracks: Sequence[Unmatched], recordings: Recordings, table: CrossReferences
) -> None:
    """Look for these one by one, and store each as soon as it is settled; errors as `find`."""
    for track in tracks:
        await table.keep([await find(track, recordings)])


def _best(track: Unmatched, found: Sequence[Recording]) -> Recording:
    """The most alike; of equals the first, as the service ranks them."""
    return max(found, key=lambda each: likeness(track, each))


def _reference(
    track: Unmatched, isrc: str | None, mbid: str | None, confidence: float, method: Method
) -> CrossReference:
    return CrossReference(
        spotify_id=track.spotify_id, isrc=isrc, mbid=mbid, confidence=confidence, method=method
    )
