"""Playlists of the invented world: what its listeners would put together.

Each is curated around the place, the era and the mood of one track, with the noise of real
lists: well-known tracks stand in many, some lists run through albums, some belong to one artist,
and a few tracks in every list fit nothing at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue_import.demo.chance import Chance, Floats, Ints, power_of_two
from catalogue_import.demo.genres import GENRES
from catalogue_import.demo.world import FEATURES, Artists, Flags, Indexes, Small, Tracks

SHORTEST, LONGEST = 5, 500
KINDS = ("era", "style", "mood", "moment", "albums", "artist")
_SHARES = (34, 22, 20, 8, 9, 7)
_TYPICAL_LENGTH = 40.0
_AT_ONCE = 4096  # playlists drawn together: bounds the memory
_TRIES = 3  # tracks drawn for a position; the one that fits best is taken

_SCENE_TRACKS = 500  # of one sub-genre and era, that its listeners know

# Where a position's track comes from, per kind of playlist, in parts of a hundred.
_ARTIST, _SCENE, _GENRE, _RELATED, _ANYWHERE = range(5)
_LEVELS = {
    "era": (4, 48, 34, 9, 5),
    "style": (5, 66, 18, 7, 4),
    "mood": (3, 30, 40, 17, 10),
    "moment": (2, 14, 24, 20, 40),
    "albums": (4, 52, 28, 10, 6),
    "artist": (52, 26, 14, 5, 3),
}
# How much a candidate's era and mood count against it, per kind.
_STRICTNESS = {"era": (3.0, 0.5), "style": (0.6, 0.5), "mood": (0.5, 3.0), "moment": (0.4, 3.0),
               "albums": (1.0, 0.5), "artist": (1.0, 0.7)}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlists:
    """All playlists, one behind the other.

    Attributes:
        first: Where each begins in `tracks`; one entry more than playlists.
        tracks: Track indexes in playing order.
        kind: Index into KINDS.
        centre: The track each is curated around.
    """

    first: NDArray[np.int64]
    tracks: Indexes
    kind: Small
    centre: Indexes

    def __len__(self) -> int:
        return len(self.kind)


def make_playlists(chance: Chance, artists: Artists, tracks: Tracks, count: int) -> Playlists:
    """`count` playlists of 5 to 500 different tracks each (fewer only if there are no more)."""
    if not count:
        none = np.empty(0, dtype=np.int32)
        return Playlists(
            first=np.zeros(1, dtype=np.int64), tracks=none, kind=none.astype(np.int16), centre=none
        )
    shelf = _Shelf(chance, artists, tracks)
    kinds = chance.pick("playlist kind", np.arange(count), _SHARES)
    centres = shelf.draw(
        _everywhere(count, len(tracks)), chance.uniform("centre", np.arange(count))
    )
    pieces = [_some(chance, shelf, some, kinds[some], centres[some]) for some in _batches(count)]
    lengths = np.concatenate([lengths for lengths, _members in pieces])
    return Playlists(
        first=np.concatenate([[0], np.cumsum(lengths)]),
        tracks=np.concatenate([members for _lengths, members in pieces]).astype(np.int32),
        kind=kinds.astype(np.int16),
        centre=centres.astype(np.int32),
    )


def _batches(count: int) -> Iterator[Ints]:
    for start in range(0, count, _AT_ONCE):
        yield np.arange(start, min(count, start + _AT_ONCE))


def _everywhere(count: int, tracks: int) -> tuple[Ints, Ints]:
    return np.zeros(count, dtype=np.int64), np.full(count, tracks, dtype=np.int64)


class _Shelf:
    """All tracks sorted by genre, sub-genre, era and artist, so that each of these is a slice."""

    def __init__(self, chance: Chance, artists: Artists, tracks: Tracks) -> None:
        self.artists, self.tracks = artists, tracks
        by_style = np.lexsort((artists.start_year, artists.subgenre, artists.genre))
        sizes = np.diff(artists.first)[by_style]
        self._artist_start = np.empty(len(artists), dtype=np.int64)
        self._artist_start[by_style] = np.cumsum(sizes) - sizes
        within = np.arange(len(tracks)) - artists.first[tracks.artist]
        order = np.empty(len(tracks), dtype=np.int64)
        order[self._artist_start[tracks.artist] + within] = np.arange(len(tracks))
        self._order = order
        exponent = tracks.popularity[order].astype(np.float64) * 0.1
        self._weights = np.concatenate(
            [[0], np.cumsum((power_of_two(exponent) * 16).astype(np.int64))]
        )
        self._subgenre = _bounds(artists.subgenre[tracks.artist[order]])
        self._genre = _bounds(artists.genre[tracks.artist[order]])
        self._related = _related_genres()
        self.chance = chance

    def draw(self, slices: tuple[Ints, Ints], where: Floats) -> Ints:
        """A track of each slice, well-known ones more often; `where` is 0-1."""
        low, high = self._weights[slices[0]], self._weights[slices[1]]
        target = low + (where * (high - low)).astype(np.int64)
        found: Ints = self._order[np.searchsorted(self._weights, target, side="right") - 1]
        return found

    def slices(self, level: Ints, centre: Ints, slot: Ints) -> tuple[Ints, Ints]:
        """The part of the shelf to draw from, around `centre`."""
        artist = self.tracks.artist[centre]
        subgenre = self.artists.subgenre[artist].astype(np.int64)
        genre = self.artists.genre[artist].astype(np.int64)
        related = self._related[genre, self.chance.below("related", slot, self._related.shape[1])]
        related = np.where(self._genre[1][related] > self._genre[0][related], related, genre)
        start, end = _everywhere(len(centre), len(self.tracks))
        size = np.diff(self.artists.first)[artist]
        mine = self._artist_start[artist]
        for number, (low, high) in (
            (_ARTIST, (mine, mine + size)),
            (_SCENE, self._around(artist, self._subgenre, subgenre, _SCENE_TRACKS)),
            (_GENRE, self._around(artist, self._genre, genre, 4 * _SCENE_TRACKS)),
            (_RELATED, tuple(bound[related] for bound in self._genre)),
        ):
            here = level == number
            start[here], end[here] = low[here], high[here]
        return start, end

    def _around(
        self, artist: Indexes, bounds: tuple[Ints, Ints], group: Ints, most: int
    ) -> tuple[Ints, Ints]:
        """Up to `most` tracks of a group that stand nearest to the artist's on the shelf.

        That is by sub-genre and era. The larger the world, the finer its scenes: its listeners
        know no more music than others.
        """
        start, end = (bound[group] for bound in bounds)
        low = np.minimum(self._artist_start[artist] - most // 2, end - most)
        low = np.maximum(start, low)
        return low, np.minimum(end, low + most)


def _bounds(sorted_groups: NDArray[np.int16]) -> tuple[Ints, Ints]:
    """Where each group begins and ends; groups are sorted by genre first, so each is one run."""
    groups = np.arange(int(sorted_groups.max()) + 2 if len(sorted_groups) else 1)
    start = np.zeros(max(len(groups), 256), dtype=np.int64)
    end = start.copy()
    change = np.flatnonzero(np.diff(sorted_groups)) + 1
    runs = np.concatenate([[0], change, [len(sorted_groups)]])
    start[sorted_groups[runs[:-1]]] = runs[:-1]
    end[sorted_groups[runs[:-1]]] = runs[1:]
    return start, end


def _related_genres() -> Ints:
    """For each genre the four nearest on the map of music."""
    places = np.array([genre.place for genre in GENRES])
    found = np.empty((len(GENRES), 4), dtype=np.int64)
    for n, place in enumerate(places):
        offset = places - place
        squares = (
            offset[:, 0] * offset[:, 0] + offset[:, 1] * offset[:, 1] + offset[:, 2] * offset[:, 2]
        )
        found[n] = np.argsort(squares, kind="stable")[1:5]
    return found


def _some(
    chance: Chance, shelf: _Shelf, playlists: Ints, kinds: Ints, centres: Ints
) -> tuple[Ints, Ints]:
    """Lengths and members of the given playlists."""
    wanted = _lengths(chance, playlists, len(shelf.tracks))
    drawn = wanted + wanted // 2 + 8  # some will be there already
    row = np.repeat(np.arange(len(playlists)), drawn)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(drawn) - drawn, drawn)
    slot = playlists[row] * 1024 + nth  # names this position of this playlist, for all labels
    levels = np.cumsum([_LEVELS[kind] for kind in KINDS], axis=1)
    draw = chance.below("level", slot, 100)
    level = (draw[:, None] >= levels[kinds[row]]).sum(axis=1)
    chosen = _fitting(chance, shelf, slot, level, centres[row], kinds[row])
    chosen = _along_albums(chance, shelf.tracks, slot, nth, kinds[row], chosen)
    kept = _first_only(row * len(shelf.tracks) + chosen)
    kept = kept[_few_of_one_artist(row[kept], shelf.tracks.artist[chosen[kept]], wanted, kinds)]
    row, chosen = row[kept], chosen[kept]
    found = np.bincount(row, minlength=len(playlists))
    nth = np.arange(len(row)) - np.repeat(np.cumsum(found) - found, found)
    return np.minimum(found, wanted), chosen[nth < wanted[row]]


def _lengths(chance: Chance, playlists: Ints, tracks: int) -> Ints:
    lengths = _TYPICAL_LENGTH * power_of_two(chance.bell("playlist length", playlists) * 1.15)
    return np.clip(lengths.astype(np.int64), SHORTEST, min(LONGEST, max(SHORTEST, tracks // 8)))


def _fitting(
    chance: Chance, shelf: _Shelf, slot: Ints, level: Ints, centre: Ints, kind: Ints
) -> Ints:
    """Of a few tracks drawn for each position, the one nearest to the playlist's era and mood."""
    tracks = shelf.tracks
    strictness = np.array([_STRICTNESS[each] for each in KINDS])[kind]
    energy, valence = (
        np.nan_to_num(tracks.features[FEATURES.index(name)], nan=0.5)
        for name in ("energy", "valence")
    )
    slices = shelf.slices(level, centre, slot)
    best = np.zeros(len(slot), dtype=np.int64)
    closest = np.full(len(slot), np.inf)
    for attempt in range(_TRIES):
        found = shelf.draw(slices, chance.uniform(f"try {attempt}", slot))
        years = np.abs(tracks.year[found].astype(np.float64) - tracks.year[centre]) / 20.0
        mood = np.abs(energy[found] - energy[centre]) + np.abs(valence[found] - valence[centre])
        misfit = strictness[:, 0] * years + strictness[:, 1] * mood
        misfit += chance.uniform(f"taste {attempt}", slot) * 0.6
        closer = misfit < closest
        best[closer], closest[closer] = found[closer], misfit[closer]
    return best


def _along_albums(
    chance: Chance, tracks: Tracks, slot: Ints, nth: Ints, kind: Ints, chosen: Ints
) -> Ints:
    """Lists of albums play what follows on the album; others do so now and then."""
    run = np.where(kind == KINDS.index("albums"), 6, 3)
    step = nth % run
    group = slot - step  # the position the run began at
    wish = np.where(kind == KINDS.index("albums"), 0.85, 0.05)
    head = np.arange(len(slot)) - step
    following = chosen[head] + step
    last = len(tracks) - 1
    same_album = tracks.album_start[np.minimum(following, last)] == tracks.album_start[chosen[head]]
    follows = (chance.uniform("album run", group) < wish) & (following <= last) & same_album
    return np.where(follows, following, chosen)


def _first_only(keys: Ints) -> Ints:
    """Positions at which a key is seen for the first time, ascending."""
    _keys, first_seen = np.unique(keys, return_index=True)
    return np.sort(first_seen)


def _few_of_one_artist(row: Ints, artist: Indexes, wanted: Ints, kinds: Ints) -> Flags:
    """Which positions stay when no artist may fill a playlist that is not about artists."""
    freely = np.isin(kinds, (KINDS.index("albums"), KINDS.index("artist")))
    most = np.where(freely, LONGEST, 2 + wanted // 10)
    order = np.lexsort((artist, row))
    new = np.ones(len(row), dtype=bool)
    new[1:] = (np.diff(row[order]) != 0) | (np.diff(artist[order]) != 0)
    runs = np.flatnonzero(new)
    nth = np.empty(len(row), dtype=np.int64)
    nth[order] = np.arange(len(row)) - np.repeat(runs, np.diff(np.append(runs, len(row))))
    return (nth < most[row]) | (np.arange(len(row)) - _row_starts(row)[row] < SHORTEST)


def _row_starts(row: Ints) -> Ints:
    """The position at which each row begins."""
    return np.searchsorted(row, np.arange(int(row[-1]) + 1))
