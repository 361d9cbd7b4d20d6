"""What two sources know about one recording, put together.

The first track's names and id stay; whatever it does not know is taken from the second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from grovemusic.domain.music import AudioFeatures, Candidate, Evidence, SimilarArtist, Tag, Track
from grovemusic.domain.works import same_recording, split_version, work_key

_FILLED = (
    "artist_mbid", "mbid", "isrc", "spotify_id", "album", "album_mbid", "duration_ms",
    "popularity", "listeners", "playcount", "listens", "playlists", "lastfm_url",
)  # fmt: skip


def merge_tracks(one: Track, other: Track) -> Track:
    """`one` with its gaps filled from `other`; the earlier of two years of release stands."""
    changes: dict[str, Any] = {
        name: getattr(other, name)
        for name in _FILLED
        if getattr(one, name) is None and getattr(other, name) is not None
    }
    if other.year is not None and (one.year is None or other.year < one.year):
        changes |= {"year": other.year, "year_source": other.year_source}
    if other.tags:
        changes["tags"] = merge_tags(one.tags, other.tags)
    if other.features is not None:
        changes["features"] = merge_features(one.features, other.features)
    changes["sources"] = tuple(sorted({*one.sources, *other.sources}))
    changes["invented"] = one.invented or other.invented
    return replace(one, **changes)


def merge_tags(*several: Iterable[Tag]) -> tuple[Tag, ...]:
    """Every tag once, at its greatest weight, strongest first."""
    best: dict[str, Tag] = {}
    for tag in (tag for tags in several for tag in tags):
        if tag.name not in best or tag.weight > best[tag.name].weight:
            best[tag.name] = tag
    return tuple(sorted(best.values(), key=lambda tag: (-tag.weight, tag.name)))


def merge_features(one: AudioFeatures | None, other: AudioFeatures) -> AudioFeatures:
    """`one`'s numbers, and `other`'s where it has none."""
    if one is None:
        return other
    gaps = {name: getattr(other, name) for name in other.__slots__ if getattr(one, name) is None}
    return replace(one, **gaps)


def merge_evidence(*several: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Every fact once, in the order it first came."""
    return tuple(dict.fromkeys(fact for each in several for fact in each))


def merge_similar_artists(*several: Iterable[SimilarArtist], key: Any) -> tuple[SimilarArtist, ...]:
    """Every artist once by `key(name)`, at the greatest closeness, closest first."""
    best: dict[str, SimilarArtist] = {}
    for each in (artist for some in several for artist in some):
        known = key(each.name)
        if known not in best or each.closeness > best[known].closeness:
            best[known] = each
    return tuple(sorted(best.values(), key=lambda each: (-each.closeness, each.name)))


class Pool:
    """Candidates from many sources, each recording once, in the order they first came.

    Meeting is by ISRC, by MBID, or by names with agreeing version and length; buckets by each of
    them keep adding linear in the number of candidates and of their facts.
    """

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self._tracks: list[Track] = []
        self._facts: list[dict[Evidence, None]] = []
        self._at: dict[str, list[int]] = {}
        for candidate in candidates:
            self.add(candidate)

    def add(self, candidate: Candidate) -> None:
        """Take `candidate` in, or fold it into the one of the same recording."""
        for place in self._places(candidate.track):
            there = self._tracks[place]
            if there == candidate.track:  # several seeds led to one row: nothing to merge
                self._facts[place].update(dict.fromkeys(candidate.evidence))
                return
            if same_recording(there, candidate.track):
                self._facts[place].update(dict.fromkeys(candidate.evidence))
                self._put(place, merge_tracks(there, candidate.track))
                return
        self._tracks.append(candidate.track)
        self._facts.append(dict.fromkeys(candidate.evidence))
        self._put(len(self._tracks) - 1, candidate.track)

    def _places(self, track: Track) -> list[int]:
        found = (place for key in _bucket_keys(track) for place in self._at.get(key, ()))
        return list(dict.fromkeys(found))

    def _put(self, place: int, track: Track) -> None:
        self._tracks[place] = track
        for key in _bucket_keys(track):
            places = self._at.setdefault(key, [])
            if place not in places:
                places.append(place)

    def candidates(self) -> list[Candidate]:
        return [
            Candidate(track=track, evidence=tuple(facts))
            for track, facts in zip(self._tracks, self._facts, strict=True)
        ]

    def __len__(self) -> int:
        return len(self._tracks)


def _bucket_keys(track: Track) -> list[str]:
    keys = [f"work:{work_key(track.title, track.artist)}:{split_version(track.title)[1]}"]
    if track.mbid:
        keys.append(f"mbid:{track.mbid}")
    if track.isrc:
        keys.append(f"isrc:{track.isrc}")
    return keys
