"""Tracks and what is known about them: plain frozen values, no I/O.

Everywhere below None and empty mean "nobody told us", never "none" and never zero.
"""

import math
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NewType

TrackId = NewType("TrackId", str)  # ours: 22 base62 digits of a 128-bit number (domain/ids.py)


class Part(StrEnum):
    """The six parts of a score, in the order they are shown."""

    TAGS = "tags"
    AUDIO = "audio"
    COOCCURRENCE = "cooccurrence"
    ARTIST = "artist"
    TIME = "time"
    POPULARITY = "popularity"


class Category(StrEnum):
    """How well known a track is among those it was chosen from."""

    POPULAR = "popular"
    DEEP_CUT = "deep-cut"
    HIDDEN_GEM = "hidden-gem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A folksonomy tag, lower case. `weight` is 0-1, 1 for the track's strongest tag."""

    name: str
    weight: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFeatures:
    """What an analysis of the sound measured; every number may be missing on its own.

    Attributes:
        tempo_bpm: Beats per minute, above 0; 0 in source data means "no beat found" and is None.
        loudness_db: -60 (silence) to about 0.
        key: Pitch class 0-11, C is 0; -1 in source data means "no key found" and is None.
        mode: 1 major, 0 minor.
        time_signature: Beats a bar, 1-7.
        others: 0-1.
    """

    tempo_bpm: float | None = None
    energy: float | None = None
    danceability: float | None = None
    valence: float | None = None
    acousticness: float | None = None
    instrumentalness: float | None = None
    speechiness: float | None = None
    liveness: float | None = None
    loudness_db: float | None = None
    key: int | None = None
    mode: int | None = None
    time_signature: int | None = None

    @property
    def known(self) -> int:
        """How many of the twelve numbers are known."""
        return sum(getattr(self, field.name) is not None for field in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One recording, as far as we know it.

    Attributes:
        id: Our own id (domain/ids.py), made from the best external id or from the names.
        artist: The credit as shown: "Daft Punk feat. Pharrell Williams".
        mbid: MusicBrainz recording id, lower-case UUID.
        album_mbid: MusicBrainz id of a release it is on, not of the release group.
        year: Year of first release; `year_source` says who said so.
        popularity: 0-100 as a catalogue gives it, at the time of its snapshot.
        listeners: Last.fm listeners of the track.
        listens: ListenBrainz listens of the recording.
        playlists: In how many playlists of our catalogue it stands; None if it is not in it.
        sources: Services that know this recording by themselves, sorted. The language model is
            told only about tracks that a service it may know about is named in.
        invented: Part of the demo catalogue: no such song exists.
    """

    id: TrackId
    title: str
    artist: str
    artist_mbid: str | None = None
    mbid: str | None = None
    isrc: str | None = None
    spotify_id: str | None = None
    album: str | None = None
    album_mbid: str | None = None
    year: int | None = None
    year_source: str | None = None
    duration_ms: int | None = None
    tags: tuple[Tag, ...] = ()
    features: AudioFeatures | None = None
    popularity: float | None = None
    listeners: int | None = None
    playcount: int | None = None
    listens: int | None = None
    playlists: int | None = None
    lastfm_url: str | None = None
    sources: tuple[str, ...] = ()
    invented: bool = False

    @property
    def fame(self) -> float | None:
        """How well known the track is, 0 (nobody) to 1 (everybody), from the best figure there is.

        A catalogue's popularity as it stands; else Last.fm listeners, else ListenBrainz listens,
        both on a log scale whose top is ten million people and one million listens.
        """
        if self.popularity is not None:
            return min(1.0, max(0.0, self.popularity / 100))
        if self.listeners is not None:
            return min(1.0, math.log10(1 + max(0, self.listeners)) / 7)
        if self.listens is not None:
            return min(1.0, math.log10(1 + max(0, self.listens)) / 6)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One checkable fact behind a part of a score.

    Attributes:
        source: Who says so: lastfm, musicbrainz, listenbrainz, catalogue.
        fact: What kind of fact, snake_case; `pipeline/wording.py` puts each kind into words.
        value: The figure as the source gives it, in the unit the kind of fact implies.
        rank: 1 for the closest, where the source ranks.
        names: Tags, artists or titles the fact is about.
        seed: Which of the seeds it relates to, 0 for the first.
        url: Where a person can check it.
    """

    part: Part
    source: str
    fact: str
    value: float | None = None
    rank: int | None = None
    names: tuple[str, ...] = ()
    seed: int = 0
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A track that may enter the playlist, and why anyone thought of it."""

    track: Track
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarArtist:
    """An artist close to a seed's artist. `closeness` is 0-1 on the source's own scale."""

    name: str
    closeness: float
    source: str
    mbid: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A seed, and all that its sources know about it.

    Attributes:
        weight: This seed's share of the playlist; the weights of all seeds add up to 1.
        similar_artists: Closest first.
        similar: Tracks that sources named as similar while describing the seed.
    """

    track: Track
    weight: float = 1.0
    similar_artists: tuple[SimilarArtist, ...] = ()
    similar: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A source that could not help with this playlist, and what that means for it.

    `retry_after_s` is above zero when it was only busy: so much later it may answer.
    """

    source: str
    reason: str
    effect: str
    retry_after_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartScore:
    """One part of a score: 0-1, or None for unknown, with the facts it was computed from."""

    value: float | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredTrack:
    """A candidate with its six parts and what they make together.

    Attributes:
        parts: All six, in the order of `Part`.
        overall: 0-10; thin evidence pulls it toward 5.
        confidence: Share of the weights whose part is known, 0-1.
        category: None when nobody knows how popular the track is.
        mood_fit: -1 (against the wished mood) to 1 (the mood itself); None without a wish or data.
        evidence: What else was found, beyond the facts the parts were computed from.
    """

    track: Track
    parts: dict[Part, PartScore]
    overall: float
    confidence: float
    category: Category | None = None
    mood_fit: float | None = None
    evidence: tuple[Evidence, ...] = ()
