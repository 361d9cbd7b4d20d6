"""The invented world as the rest of the project sees it: tracks, neighbours, tags, playlists."""

import math
import uuid
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np

from catalogue_import.demo import naming
from catalogue_import.demo.chance import Chance, Ints
from catalogue_import.demo.genres import GENRES, MOODS, SUBGENRES
from catalogue_import.demo.playlists import KINDS, Playlists
from catalogue_import.demo.world import (
    FEATURES,
    NONE,
    TAGS,
    Artists,
    Indexes,
    Kind,
    Tracks,
    latent,
)
from grovemusic.domain import ids
from grovemusic.domain.music import AudioFeatures, Tag, Track, TrackId
from grovemusic.domain.names import artist_key

SOURCE = "catalogue"
# Country codes that begin with X are left to users by ISO 3166: no real ISRC begins so.
_ISRC_COUNTRY = "XG"
_ISRC_SERIALS = 100_000
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WHOLE_FEATURES = frozenset({"key", "mode", "time_signature"})

# Looked up once: Python 3.11 takes its time over the members of an enumeration.
_COVER, _REISSUE = int(Kind.COVER), int(Kind.REISSUE)
_NAME_ATTEMPTS = 12


class DemoCatalogue:
    """Songs that do not exist, by artists that do not exist; made by `demo.generate`.

    Tracks are named by their index, 0 to `len(world) - 1`. Names are rendered when asked for.

    Attributes:
        artists: Names of all artists; no two have the same key.
    """

    def __init__(
        self, chance: Chance, artists: Artists, tracks: Tracks, playlists: Playlists
    ) -> None:
        self._chance, self._artists, self._tracks = chance, artists, tracks
        self._playlists = playlists
        self._suffixes: dict[int, Callable[[int], str]] = {
            Kind.LIVE: self._live,
            Kind.REMIX: self._remix,
            Kind.REMASTER: self._remaster,
            Kind.EDIT: self._edit,
        }
        self.artists = _name_everyone(chance, artists)
        self._in_playlists = np.bincount(playlists.tracks, minlength=len(tracks))

    def __len__(self) -> int:
        return len(self._tracks)

    def track(self, index: int) -> Track:
        """All that is known about a track.

        Raises:
            IndexError: there is no such track.
        """
        self._check(index)
        columns = self._tracks
        title, artist = self._title(index), self.artists[columns.artist[index]]
        if columns.guest[index] != NONE:
            in_title = self._chance.number("guest in title", int(columns.original[index])) % 2
            title, artist = self.credited(
                title, artist, int(columns.guest[index]), in_title=bool(in_title)
            )
        return Track(
            id=self.track_id(index),
            title=title,
            artist=artist,
            artist_mbid=self._uuid("artist mbid", int(columns.artist[index])),
            mbid=self._mbid(index),
            isrc=self._isrc(index),
            album=self._album(index),
            album_mbid=self._uuid("album mbid", self._album_number(index)),
            year=int(columns.year[index]),
            year_source=SOURCE,
            duration_ms=int(columns.duration_ms[index]),
            tags=self._tags(index),
            features=self._features(index),
            popularity=float(columns.popularity[index]),
            listeners=int(columns.listeners[index]),
            playcount=int(columns.playcount[index]),
            playlists=int(self._in_playlists[index]),
            sources=(SOURCE,),
            invented=True,
        )

    def credited(self, title: str, artist: str, guest: int, *, in_title: bool) -> tuple[str, str]:
        """Title and artist with a guest named in one of them."""
        name = self.artists[guest]
        if in_title:
            return naming.guest_credit(title, name), artist
        return title, f"{artist} feat. {name}"

    def track_id(self, index: int) -> TrackId:
        """22 base62 digits of a number spread evenly over 128 bits, as real ids are."""
        return TrackId(ids.to_base62(self._wide("track id", index)))

    def explicit(self, index: int) -> bool:
        """Whether the words would be marked as explicit."""
        return bool(self._tracks.explicit[index])

    def neighbours(self, index: int, n: int) -> list[tuple[int, float]]:
        """The `n` tracks nearest in the latent space, closest first, ties by index.

        Each with its closeness, 1 for the same point, falling toward 0 with distance. Versions
        of the track itself are among them.
        """
        self._check(index)
        return _nearest(self._latent, index, n)

    def similar_artists(self, artist_name: str, n: int) -> list[tuple[str, float]]:
        """The `n` artists nearest in the latent space with their closeness; [] if unknown.

        The name may be a credit: "A feat. B" asks about A.
        """
        artist = self._artist_numbers.get(artist_key(artist_name))
        if artist is None:
            return []
        return [(self.artists[each], near) for each, near in _nearest(self._places, artist, n)]

    def artist_tracks(self, artist_name: str) -> list[int]:
        """An artist's tracks, the most popular first; [] if unknown."""
        artist = self._artist_numbers.get(artist_key(artist_name))
        if artist is None:
            return []
        mine = np.arange(self._artists.first[artist], self._artists.first[artist + 1])
        return _numbers(mine[np.argsort(-self._tracks.listeners[mine], kind="stable")])

    def tag_tracks(self, tag: str) -> list[int]:
        """Tracks with a tag, those it fits best first, the better known first among equals."""
        if tag not in TAGS:
            return []
        row, column = np.nonzero(self._tracks.tags == TAGS.index(tag))
        weights = self._tracks.tag_weights[row, column].astype(np.int64)
        order = np.lexsort((row, -self._tracks.listeners[row], -weights))
        return _numbers(row[order])

    def playlists(self) -> Iterator[tuple[str, str, list[int]]]:
        """Every playlist: id, name, track indexes in playing order."""
        for number, kind in enumerate(self._playlists.kind):
            start, end = self._playlists.first[number : number + 2]
            yield (
                ids.to_base62(self._wide("playlist id", number)),
                self._playlist_name(number, KINDS[kind]),
                _numbers(self._playlists.tracks[start:end]),
            )

    @cached_property
    def _artist_numbers(self) -> dict[str, int]:
        return {artist_key(name): number for number, name in enumerate(self.artists)}

    @cached_property
    def _producers(self) -> list[str]:
        """Those who make remixes; everyone where there are none."""
        made_by_machine = [GENRES[genre].acts == "producer" for genre in self._artists.genre]
        return list(compress(self.artists, made_by_machine)) or self.artists

    @cached_property
    def _latent(self) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        return latent(self._artists, self._tracks)

    @cached_property
    def _places(self) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Artists in a space of their own: the map of music, era, voice and fame."""
        artists = self._artists
        era = 0.9 * (artists.start_year.astype(np.float32) - 1950) / 75
        spoken = np.where(artists.tongue == NONE, 0.0, 0.1 + 0.03 * artists.tongue)
        return np.vstack([1.6 * artists.place, era, spoken, 0.15 * artists.fame]).astype(np.float32)

    def _check(self, index: int) -> None:
        if not 0 <= index < len(self):
            raise IndexError(f"want a track from 0 to {len(self) - 1}, got {index}")

    def _title(self, index: int) -> str:
        columns = self._tracks
        song = int(columns.original[index])
        if columns.kind[song] == _COVER:  # of a song that someone else wrote
            song = int(columns.original[song])
        artist = int(columns.artist[song])
        flavour = GENRES[self._artists.genre[artist]].flavour
        title = naming.title(self._chance, artist, int(columns.song[song]), flavour)
        suffix = self._suffixes.get(int(columns.kind[index]))
        return title + suffix(index) if suffix else title

    def _live(self, index: int) -> str:
        return naming.live_suffix(self._chance, index, int(self._tracks.year[index]))

    def _remix(self, index: int) -> str:
        remixer = self._chance.choice("remixer", index, self._producers)
        return naming.remix_suffix(self._chance, index, remixer)

    def _remaster(self, index: int) -> str:
        return naming.remaster_suffix(self._chance, index, int(self._tracks.year[index]))

    def _edit(self, index: int) -> str:
        return naming.edit_suffix(self._chance, index)

    def _album(self, index: int) -> str:
        """A single is called like its song, an album often like one of its songs."""
        columns, chance = self._tracks, self._chance
        if columns.single[index]:
            return self._title(index)
        number, artist = self._album_number(index), int(columns.artist[index])
        if chance.number("self-titled", number) % 14 == 0:
            return self.artists[artist]
        if chance.number("title track", number) % 2:
            return self._title(int(columns.original[columns.album_start[index]]))
        flavour = GENRES[self._artists.genre[artist]].flavour
        return naming.title(chance, artist, int(columns.album[index]), flavour, of="album")

    def _album_number(self, index: int) -> int:
        """The same for all tracks of a release, different for all others."""
        start = int(self._tracks.album_start[index])
        return index << 1 | 1 if self._tracks.single[index] else start << 1

    def _tags(self, index: int) -> tuple[Tag, ...]:
        columns = self._tracks
        found = zip(columns.tags[index].tolist(), columns.tag_weights[index].tolist(), strict=True)
        strongest: dict[int, int] = {}
        for tag, weight in found:
            if tag != NONE:
                strongest[tag] = max(weight, strongest.get(tag, 0))
        return tuple(
            Tag(name=TAGS[tag], weight=weight / 100, source=SOURCE)
            for tag, weight in sorted(strongest.items(), key=lambda item: (-item[1], item[0]))
        )

    def _features(self, index: int) -> AudioFeatures | None:
        known: dict[str, Any] = {
            name: int(value) if name in _WHOLE_FEATURES else float(f"{value:.5g}")
            for name, value in zip(FEATURES, self._tracks.features[:, index].tolist(), strict=True)
            if not math.isnan(value)
        }
        return AudioFeatures(**known) if known else None

    def _mbid(self, index: int) -> str | None:
        """Nine tracks in ten; as in MusicBrainz, unknown music is missing more often."""
        share = 800 if self._tracks.popularity[index] < 15 else 970
        if self._chance.number("has mbid", index) % 1000 >= share:
            return None
        return self._uuid("mbid", index)

    def _isrc(self, index: int) -> str | None:
        """One a recording: a reissue keeps the one of the recording it repeats."""
        columns = self._tracks
        if columns.kind[index] == _REISSUE:
            index = int(columns.original[index])
        if self._chance.number("has isrc", index) % 100 < 6:
            return None
        block, serial = divmod(index, _ISRC_SERIALS)
        registrant = "".join(_DIGITS[block // place % 36] for place in (36 * 36, 36, 1))
        year = int(columns.year[index]) % 100
        return f"{_ISRC_COUNTRY}{registrant}{year:02}{serial:05}"

    def _uuid(self, label: str, index: int) -> str:
        return str(uuid.UUID(int=self._wide(label, index), version=4))

    def _wide(self, label: str, index: int) -> int:
        high, low = (self._chance.number(f"{label} {half}", index) for half in ("high", "low"))
        return high << 64 | low

    def _playlist_name(self, number: int, kind: str) -> str:
        centre = int(self._playlists.centre[number])
        artist = int(self._tracks.artist[centre])
        moods = [int(tag) for tag in self._tracks.tags[centre, 2:4] if tag != NONE]
        return naming.playlist_name(
            self._chance,
            number,
            kind,
            style=SUBGENRES[self._artists.subgenre[artist]].name
            if self._chance.number("fine style", number) % 3
            else GENRES[self._artists.genre[artist]].name,
            mood=TAGS[moods[0]] if moods else MOODS[0][0],
            year=int(self._tracks.year[centre]),
            artist=self.artists[artist],
        )


def _name_everyone(chance: Chance, artists: Artists) -> list[str]:
    """Names of all artists; a name that is taken is drawn again.

    What counts as taken is what `artist_key` would call equal, for names such as we make: a full
    key for each would take most of the time of making a world.
    """
    found: list[str] = []
    taken: set[str] = set()
    for artist, genre in enumerate(artists.genre):
        for attempt in range(_NAME_ATTEMPTS):
            name = naming.artist_name(chance, artist, GENRES[genre].acts, attempt=attempt)
            folded = name.casefold().removeprefix("the ").replace(" & ", " ")
            if folded not in taken:
                break
        else:
            name = folded = f"{name} {artist}"
        taken.add(folded)
        found.append(name)
    return found


def _nearest(
    space: np.ndarray[tuple[int, int], np.dtype[np.float32]], index: int, n: int
) -> list[tuple[int, float]]:
    """The `n` columns nearest to column `index`, with their closeness."""
    distance = np.zeros(space.shape[1], dtype=np.float32)
    for row in space:  # one after the other: a matrix product rounds differently elsewhere
        offset = row - row[index]
        distance += offset * offset
    distance[index] = np.inf
    n = max(0, min(n, len(distance) - 1))
    if n == 0:
        return []
    bound = np.partition(distance, n - 1)[n - 1]
    near: Ints = np.flatnonzero(distance <= bound)
    near = near[np.lexsort((near, distance[near]))][:n]
    closeness = 1.0 / (1.0 + 4.0 * np.sqrt(distance[near].astype(np.float64)))
    return [
        (int(each), round(float(near_by), 6)) for each, near_by in zip(near, closeness, strict=True)
    ]


def _numbers(indexes: Ints | Indexes) -> list[int]:
    return [int(each) for each in indexes]
