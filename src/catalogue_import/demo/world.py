"""An invented catalogue, in columns: who made what, when, how it sounds, how well known it is.

Everything is a numpy column of a few bytes a track, so a million tracks fit in memory; names are
not stored, `catalogue.py` renders them when asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from catalogue_import.demo.chance import Chance, Floats, Ints, power_of_two
from catalogue_import.demo.genres import GENRES, MOODS, PERSONAL, SUBGENRES, VOICES
from catalogue_import.demo.naming import LAST_YEAR, tongue_of
from catalogue_import.demo.words import TONGUES

MOST_SONGS = 240  # of one artist
NONE = -1
_TAG_COLUMNS = 9

Numbers = NDArray[np.float32]
Indexes = NDArray[np.int32]
Small = NDArray[np.int16]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


class Kind(IntEnum):
    """What a track is to its song."""

    SONG = 0
    LIVE = 1
    REMIX = 2
    REMASTER = 3
    EDIT = 4
    REISSUE = 5  # the same recording on another album, under the same ISRC
    COVER = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Artists:
    """Columns of one row an artist; the tracks of an artist stand side by side.

    Attributes:
        first: Index of the artist's first track; one entry more than artists.
        place: Where the artist stands on the map of music, 3 rows.
        fame: 0-1.
        tongue: Index into TONGUES, or NONE for English.
        woman: Whether the voice is tagged as a woman's.
    """

    first: Indexes
    subgenre: Small
    genre: Small
    place: Numbers
    fame: Numbers
    start_year: Small
    tongue: Small
    woman: Flags

    def __len__(self) -> int:
        return len(self.subgenre)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """Columns of one row a track.

    Attributes:
        song: Which of its artist's own songs it is, 0 for the first.
        original: The track this one is a version or a cover of; itself for a song.
        album: Number of the album among all of its artist's.
        album_start: Index of the first track of its album run.
        guest: Artist named behind "feat.", or NONE.
        features: Rows in the order of FEATURES, NaN for unknown.
        tags: Index into TAGS, or NONE; 9 columns with a meaning each (`_tags`).
        tag_weights: Percent.
    """

    artist: Indexes
    kind: Bytes
    song: Small
    original: Indexes
    album: Small
    album_start: Indexes
    single: Flags
    guest: Indexes
    year: Small
    duration_ms: Indexes
    popularity: Bytes
    listeners: Indexes
    playcount: Ints
    explicit: Flags
    features: Numbers
    tags: Small
    tag_weights: Bytes

    def __len__(self) -> int:
        return len(self.artist)


FEATURES = (
    "tempo_bpm", "energy", "danceability", "valence", "acousticness", "instrumentalness",
    "speechiness", "liveness", "loudness_db", "key", "mode", "time_signature",
)  # fmt: skip
_FEATURE = {name: row for row, name in enumerate(FEATURES)}

TAGS = tuple(
    dict.fromkeys(
        [sub.name for sub in SUBGENRES]
        + [genre.name for genre in GENRES]
        + [mood for mood, _energy, _valence in MOODS]
        + [f"{year % 100:02}s" if year < 2000 else f"{year}s" for year in range(1950, 2030, 10)]
        + [tongue.tag for tongue in TONGUES]
        + list(VOICES)
        + list(PERSONAL)
    )
)
_TAG = {name: number for number, name in enumerate(TAGS)}

_GENRE_OF = np.array([[g.name for g in GENRES].index(s.genre) for s in SUBGENRES], dtype=np.int16)


def _per_genre(name: str) -> Floats:
    return np.array([getattr(genre, name) for genre in GENRES], dtype=np.float64)


def _per_subgenre(name: str) -> Floats:
    return np.array([getattr(each, name) for each in SUBGENRES], dtype=np.float64)


def make_artists(chance: Chance, tracks: int) -> Artists:
    """As many artists as it takes to have made `tracks` tracks: many with few, few with many."""
    sizes = _sizes(chance, tracks)
    every = np.arange(len(sizes))
    shares = np.array([GENRES[_GENRE_OF[n]].share * each.share for n, each in enumerate(SUBGENRES)])
    subgenre = chance.pick("subgenre", every, shares)
    genre = _GENRE_OF[subgenre]
    began, peak = _per_subgenre("began")[subgenre], _per_subgenre("peak")[subgenre]
    start = peak + chance.bell("start", every) * (LAST_YEAR - began) / 5
    wobble = np.stack([chance.bell(f"place {axis}", every) * 0.04 for axis in range(3)])
    luck, output = chance.uniform("luck", every), sizes / (sizes + 12.0)
    return Artists(
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        subgenre=subgenre.astype(np.int16),
        genre=genre,
        place=(_subgenre_places(chance)[subgenre].T + wobble).astype(np.float32),
        fame=(luck * luck * (0.55 + 0.45 * output)).astype(np.float32),
        start_year=np.clip(start, began, LAST_YEAR - 1).astype(np.int16),
        tongue=_tongues(chance, len(sizes)),
        woman=chance.uniform("woman", every) < 0.42,
    )


def _sizes(chance: Chance, tracks: int) -> Ints:
    """Tracks of each artist, Pareto-like with a mean of about 9; they add up to `tracks`."""
    every = np.arange(tracks // 3 + 100)
    draw = 1.0 - chance.uniform("size", every)  # above 0
    sizes = 1 + (2.0 / (np.sqrt(draw) * np.sqrt(np.sqrt(draw)))).astype(np.int64)
    sizes = np.minimum(sizes, min(MOST_SONGS, max(12, tracks // 40)))
    sums = np.cumsum(sizes)
    count = int(np.searchsorted(sums, tracks)) + 1
    sizes = sizes[:count].copy()
    sizes[-1] -= sums[count - 1] - tracks
    return sizes


def _subgenre_places(chance: Chance) -> Floats:
    """Sub-genres stand around their genre, each in its own direction; one row each."""
    every = np.arange(len(SUBGENRES))
    places = _per_genre("place")[_GENRE_OF]
    for axis in range(3):
        places[:, axis] += chance.bell(f"subgenre place {axis}", every) * 0.07
    return places


def _tongues(chance: Chance, artists: int) -> Small:
    number = {tongue.tag: n for n, tongue in enumerate(TONGUES)}
    found = (tongue_of(chance, artist) for artist in range(artists))
    return np.fromiter(
        (number[each.tag] if each else NONE for each in found), dtype=np.int16, count=artists
    )


def make_tracks(chance: Chance, artists: Artists) -> Tracks:
    """The work of all artists: albums of songs, with versions, covers and guests among them."""
    sizes = np.diff(artists.first)
    artist = np.repeat(np.arange(len(artists), dtype=np.int32), sizes)
    every = np.arange(len(artist))
    nth = every - artists.first[artist]
    kind, original = _kinds(chance, artists, artist, nth)
    album, album_start, single = _albums(chance, artist, nth, kind)
    year = _years(chance, artists, artist, album, kind, original)
    popularity = _popularity(chance, artists, artist, kind, original)
    listeners = power_of_two(4.0 + popularity * 0.185 + chance.bell("listeners", every) * 0.5)
    features = _features(chance, artists, artist, kind, original, year)
    tags, weights = _tags(chance, artists, artist, features, year, popularity)
    talk = features[_FEATURE["speechiness"]]
    return Tracks(
        artist=artist,
        kind=kind,
        song=nth.astype(np.int16),
        original=original,
        album=album,
        album_start=album_start,
        single=single,
        guest=_guests(chance, artists, artist, kind, original),
        year=year,
        duration_ms=_durations(chance, artists, artist, kind, original),
        popularity=popularity.astype(np.uint8),
        listeners=listeners.astype(np.int32),
        playcount=(listeners * (2.0 + 9.0 * chance.uniform("replays", every))).astype(np.int64),
        explicit=chance.uniform("explicit", every) < np.nan_to_num(talk) * 1.6,
        features=_with_gaps(chance, features, popularity),
        tags=tags,
        tag_weights=weights,
    )


def _kinds(
    chance: Chance, artists: Artists, artist: Indexes, nth: NDArray[np.int64]
) -> tuple[Bytes, Indexes]:
    """What each track is, and of which track it is a version.

    An artist's first three tracks are songs; versions refer to an earlier song of the artist,
    covers to a song of someone else in the same genre.
    """
    every = np.arange(len(artist))
    shares = {Kind.LIVE: 35, Kind.REMIX: 20, Kind.REMASTER: 20, Kind.EDIT: 12, Kind.REISSUE: 10,
              Kind.COVER: 12}  # fmt: skip
    weights = [1000 - sum(shares.values()), *shares.values()]
    kind = np.where(nth < 3, 0, chance.pick("kind", every, weights)).astype(np.uint8)
    original = every.astype(np.int64)

    covers = np.flatnonzero(kind == Kind.COVER)
    model = _song_of_same_genre(chance, artists, artist, covers)
    usable = (kind[model] == Kind.SONG) & (artist[model] != artist[covers])
    original[covers[usable]] = model[usable]
    kind[covers[~usable]] = Kind.SONG

    versions = np.flatnonzero((kind != Kind.SONG) & (kind != Kind.COVER))
    earlier = chance.below("version of", versions, nth[versions])
    original[versions] = artists.first[artist[versions]] + earlier
    while (moved := ~np.isin(kind[original[versions]], (Kind.SONG, Kind.COVER))).any():
        original[versions[moved]] = original[original[versions[moved]]]
    return kind, original.astype(np.int32)


def _song_of_same_genre(chance: Chance, artists: Artists, artist: Indexes, wanted: Ints) -> Ints:
    """For each of the tracks `wanted`, some track of an artist of the same genre."""
    order = np.argsort(artists.genre, kind="stable")
    start = np.searchsorted(artists.genre[order], np.arange(len(GENRES)))
    count = np.bincount(artists.genre, minlength=len(GENRES))
    genre = artists.genre[artist[wanted]]
    other = order[start[genre] + chance.below("covered artist", wanted, count[genre])]
    size = artists.first[other + 1] - artists.first[other]
    found: Ints = artists.first[other] + chance.below("covered song", wanted, np.minimum(size, 3))
    return found


def _albums(
    chance: Chance, artist: Indexes, nth: NDArray[np.int64], kind: Bytes
) -> tuple[Small, Indexes, Flags]:
    """Album number, first track of the album's run, and which tracks came out as singles."""
    every = np.arange(len(artist))
    length = 8 + chance.below("album length", artist, 7)
    album = nth // length
    start = every - nth % length
    single = chance.uniform("single", every) < 0.06
    single |= np.isin(kind, (Kind.REMIX, Kind.EDIT)) | (length <= 9) & (album == 0) & (nth < 2)
    return album.astype(np.int16), start.astype(np.int32), single


def _years(
    chance: Chance,
    artists: Artists,
    artist: Indexes,
    album: Small,
    kind: Bytes,
    original: Indexes,
) -> Small:
    """Albums follow one another from the artist's first year, never past LAST_YEAR."""
    last_album = album[artists.first[1:] - 1].astype(np.float64)
    start = artists.start_year.astype(np.float64)
    gap = 1.0 + 3.0 * chance.uniform("album gap", np.arange(len(artists)))
    gap = np.minimum(gap, (LAST_YEAR - start) / np.maximum(1.0, last_album))
    year = np.floor(start[artist] + album * gap[artist]).astype(np.int16)
    for later in (kind == Kind.COVER, np.isin(kind, (Kind.LIVE, Kind.REMIX))):
        year[later] = np.maximum(year[later], year[original[later]])
    same = np.isin(kind, (Kind.REMASTER, Kind.REISSUE, Kind.EDIT))
    year[same] = year[original[same]]  # the recording is as old as its song
    return np.minimum(year, LAST_YEAR)


def _popularity(
    chance: Chance, artists: Artists, artist: Indexes, kind: Bytes, original: Indexes
) -> Floats:
    """0-100: the artist's fame, how the song did among the artist's, less for versions."""
    every = np.arange(len(artist))
    hit = chance.uniform("hit", every)
    popularity = 2.0 + 94.0 * artists.fame[artist] * (0.30 + 0.70 * hit * hit)
    popularity += chance.bell("popularity", every) * 2.5
    share = np.array([1.0, 0.55, 0.6, 0.8, 0.7, 0.6, 0.8])
    versions = (kind != Kind.SONG) & (kind != Kind.COVER)
    popularity[versions] = popularity[original[versions]] * share[kind[versions]]
    return np.rint(np.clip(popularity, 0, 100))


def _features(
    chance: Chance,
    artists: Artists,
    artist: Indexes,
    kind: Bytes,
    original: Indexes,
    year: Small,
) -> Numbers:
    """The twelve numbers: the genre's, shifted by sub-genre, artist and track."""
    everyone = np.arange(len(artists))
    # A remaster, an edit or a reissue sounds like the song it is.
    sounds_like = np.where(np.isin(kind, (Kind.SONG, Kind.COVER)), np.arange(len(artist)), original)

    def around(name: str, artist_spread: float, track_spread: float) -> Floats:
        centre = _per_genre(name)[artists.genre]
        if name in {"energy", "valence", "acousticness", "tempo_bpm"}:
            centre = centre + _per_subgenre(name)[artists.subgenre]
        centre = centre + chance.bell(f"artist {name}", everyone) * artist_spread
        return centre[artist] + chance.bell(name, sounds_like) * track_spread

    live, remix = kind == Kind.LIVE, kind == Kind.REMIX
    energy = around("energy", 0.07, 0.08) + 0.05 * live + 0.06 * remix
    values = np.empty((len(FEATURES), len(artist)), dtype=np.float32)
    values[_FEATURE["energy"]] = _unit(energy)
    values[_FEATURE["tempo_bpm"]] = np.round(
        _tempo(chance, around("tempo_bpm", 6, 12), sounds_like, remix), 3
    )
    values[_FEATURE["danceability"]] = _unit(around("danceability", 0.06, 0.07) + 0.10 * remix)
    values[_FEATURE["valence"]] = _unit(around("valence", 0.09, 0.13))
    values[_FEATURE["acousticness"]] = _unit(around("acousticness", 0.10, 0.10) - 0.12 * remix)
    values[_FEATURE["speechiness"]] = _unit(
        around("speechiness", 0.0, 0.0)
        * power_of_two(chance.bell("speechiness", sounds_like) * 0.6)
    )
    values[_FEATURE["instrumentalness"]] = _instrumentalness(chance, artists, artist, sounds_like)
    quiet = 0.05 + 0.18 * chance.uniform("liveness", sounds_like) * chance.uniform(
        "air", sounds_like
    )
    crowd = 0.55 + 0.42 * chance.uniform("crowd", np.arange(len(artist)))
    values[_FEATURE["liveness"]] = _unit(np.where(live, crowd, quiet))
    loudness = around("loudness_db", 0.8, 1.2) + 9.0 * (
        energy - _per_genre("energy")[artists.genre[artist]]
    )
    loudness += 2.5 * np.clip((year - 1982) / 25.0, -0.4, 1.0)  # the loudness war
    values[_FEATURE["loudness_db"]] = np.round(np.clip(loudness, -48.0, -0.8), 3)
    values[_FEATURE["key"]] = chance.pick(
        "key", sounds_like, (12, 9, 11, 5, 8, 8, 6, 12, 6, 11, 6, 9)
    )
    minor = chance.uniform("mode", sounds_like) < _per_genre("minor")[artists.genre[artist]]
    values[_FEATURE["mode"]] = ~minor
    beats = np.array([4, 3, 5, 1])
    values[_FEATURE["time_signature"]] = beats[chance.pick("beats", sounds_like, (905, 75, 12, 8))]
    return values


def _unit(values: Floats) -> Floats:
    """Inside 0-1, to the three digits such figures come with."""
    return np.minimum(np.maximum(values, 0.001), 0.992).round(3)


def _tempo(chance: Chance, tempo: Floats, sounds_like: Ints, remix: Flags) -> Floats:
    """Sometimes half or double is measured; remixes go where people dance."""
    draw = chance.uniform("octave", sounds_like)
    tempo = np.where(remix, 118 + chance.uniform("remix tempo", sounds_like) * 14, tempo)
    tempo = np.where(draw < 0.04, tempo / 2, np.where(draw > 0.97, tempo * 2, tempo))
    return np.clip(tempo, 44.0, 218.0)


def _instrumentalness(
    chance: Chance, artists: Artists, artist: Indexes, sounds_like: Ints
) -> Floats:
    """Near 0 or near 1: an artist mostly sings or mostly does not."""
    share = _per_genre("instrumental")[artists.genre]
    leaning = chance.uniform("instrumental artist", np.arange(len(artists))) < share
    chance_of = np.where(leaning, 0.9, share * 0.25)[artist]
    without_voice = chance.uniform("instrumental", sounds_like) < chance_of
    draw = chance.uniform("voice", sounds_like)
    return np.where(
        without_voice, np.round(0.6 + 0.37 * draw, 3), np.round(0.08 * draw * draw * draw, 5)
    )


def _with_gaps(chance: Chance, features: Numbers, popularity: Floats) -> Numbers:
    """Some tracks were never analysed, above all unknown ones; in some no key or beat was found."""
    every = np.arange(features.shape[1])
    features[:, chance.uniform("analysed", every) < np.where(popularity < 15, 0.06, 0.02)] = np.nan
    features[_FEATURE["key"], chance.uniform("no key", every) < 0.01] = np.nan
    features[_FEATURE["tempo_bpm"], chance.uniform("no beat", every) < 0.004] = np.nan
    return features


def _durations(
    chance: Chance, artists: Artists, artist: Indexes, kind: Bytes, original: Indexes
) -> Indexes:
    every = np.arange(len(artist))
    spread = power_of_two(chance.bell("duration", every) * 0.32)
    duration_s = _per_genre("length_s")[artists.genre[artist]] * spread
    factor = np.array([1.0, 1.16, 1.28, 1.0, 0.8, 1.0, 1.0])
    versions = (kind != Kind.SONG) & (kind != Kind.COVER)
    duration_s[versions] = duration_s[original[versions]] * factor[kind[versions]]
    jitter = np.where(
        versions, chance.below("jitter", every, 1800), chance.below("ms", every, 1000)
    )
    jitter = np.where(kind == Kind.REISSUE, 0, jitter)
    return (np.clip(duration_s, 31, 1500).astype(np.int64) * 1000 + jitter).astype(np.int32)


def _guests(
    chance: Chance, artists: Artists, artist: Indexes, kind: Bytes, original: Indexes
) -> Indexes:
    """A guest of the same genre on some songs, most of all on those of rappers, or NONE."""
    every = np.arange(len(artist))
    shares = {"rapper": 0.18, "singer": 0.05, "producer": 0.07}
    share = np.array([shares.get(each.acts, 0.01) for each in GENRES])[artists.genre]
    order = np.argsort(artists.genre, kind="stable")
    start = np.searchsorted(artists.genre[order], np.arange(len(GENRES)))
    count = np.bincount(artists.genre, minlength=len(GENRES))
    genre = artists.genre[artist]
    guest: Ints = order[start[genre] + chance.below("guest", every, count[genre])]
    alone = (guest == artist) | (chance.uniform("has guest", every) >= share[artist])
    guest[alone | (kind == Kind.LIVE)] = NONE
    same = np.isin(kind, (Kind.REMASTER, Kind.REISSUE, Kind.EDIT))
    guest[same] = guest[original[same]]
    return guest.astype(np.int32)


class _Tagging:
    """The tags of many tracks while they are given: a column for each kind of tag."""

    def __init__(self, chance: Chance, tracks: int) -> None:
        self._chance, self._every = chance, np.arange(tracks)
        self.tags = np.full((tracks, _TAG_COLUMNS), NONE, dtype=np.int16)
        self.weights = np.zeros((tracks, _TAG_COLUMNS), dtype=np.uint8)

    def put(
        self, column: int, names: Sequence[str], which: Ints, weight: Ints, where: Flags | None
    ) -> None:
        """Give the tracks of `where`, or all, the tag with the number in `which`."""
        numbers = np.array([_TAG[name] for name in names], dtype=np.int16)
        tracks = slice(None) if where is None else where
        self.tags[tracks, column] = numbers[which[tracks]]
        self.weights[tracks, column] = weight[tracks]

    def between(self, label: str, low: int, high: int) -> Ints:
        """A weight for each track."""
        return low + self._chance.below(label, self._every, high - low + 1)

    def happens(self, label: str, share: float | Floats) -> Flags:
        """For which tracks, of which `share` may be said of each."""
        return self._chance.uniform(label, self._every) < share


def _tags(
    chance: Chance,
    artists: Artists,
    artist: Indexes,
    features: Numbers,
    year: Small,
    popularity: Floats,
) -> tuple[Small, Bytes]:
    """Nine columns: sub-genre, genre, two moods, decade, sibling, voice, language, personal."""
    tagging = _Tagging(chance, len(artist))
    _style_tags(tagging, chance, artists.subgenre[artist], artists.genre[artist])
    _mood_tags(tagging, chance, features)
    decade = np.clip((year.astype(np.int64) - 1950) // 10, 0, 7)
    decades = [f"{y % 100:02}s" if y < 2000 else f"{y}s" for y in range(1950, 2030, 10)]
    weight = tagging.between("decade", 8, 45)
    tagging.put(4, decades, decade, weight, tagging.happens("decade?", 0.6))
    voice = np.where(
        features[_FEATURE["instrumentalness"]] > 0.5, 2, np.where(artists.woman[artist], 0, 1)
    )
    weight = tagging.between("voice", 5, 50)
    tagging.put(6, list(VOICES), voice, weight, tagging.happens("voice?", 0.3))
    tongue = artists.tongue[artist].astype(np.int64)
    weight = tagging.between("tongue", 30, 80)
    tagging.put(7, [t.tag for t in TONGUES], tongue, weight, tongue >= 0)
    personal = chance.below("personal", np.arange(len(artist)), len(PERSONAL))
    weight = tagging.between("odd", 1, 8)
    some = tagging.happens("personal?", 0.04 + popularity / 500)  # more of the well known
    tagging.put(8, list(PERSONAL), personal, weight, some)
    tagging.tags[(popularity < 12) & tagging.happens("untagged", 0.25)] = NONE
    return tagging.tags, tagging.weights


def _style_tags(tagging: _Tagging, chance: Chance, subgenre: Small, genre: Small) -> None:
    """Sub-genre and genre, one of them with the full weight, and now and then a sibling."""
    subgenres, which = [each.name for each in SUBGENRES], subgenre.astype(np.int64)
    first = tagging.happens("main tag", 0.6)
    weight = np.where(first, 100, tagging.between("sub", 30, 95))
    tagging.put(0, subgenres, which, weight, None)
    weight = np.where(first, tagging.between("genre", 30, 95), 100)
    tagging.put(1, [each.name for each in GENRES], genre.astype(np.int64), weight, None)
    sibling = _siblings(chance)[which, np.arange(len(which)) % 2]
    weight = tagging.between("sibling", 5, 35)
    tagging.put(5, subgenres, sibling, weight, tagging.happens("sibling?", 0.3))


def _mood_tags(tagging: _Tagging, chance: Chance, features: Numbers) -> None:
    moods = [mood for mood, _energy, _valence in MOODS]
    first, second = _moods(chance, features)
    tagging.put(2, moods, first, tagging.between("mood", 12, 60), tagging.happens("mood?", 0.8))
    weight = tagging.between("mood 2", 5, 30)
    tagging.put(3, moods, second, weight, tagging.happens("mood 2?", 0.4))


def _moods(chance: Chance, features: Numbers) -> tuple[Ints, Ints]:
    """The two moods whose energy and valence are nearest, as listeners hear them: roughly."""
    every = np.arange(features.shape[1])
    energy = features[_FEATURE["energy"]] + chance.bell("heard energy", every) * 0.05
    valence = features[_FEATURE["valence"]] + chance.bell("heard valence", every) * 0.05
    distance = np.stack(
        [(energy - e) * (energy - e) + (valence - v) * (valence - v) for _m, e, v in MOODS]
    )
    first = distance.argmin(axis=0)
    distance[first, every] = np.inf
    return first, distance.argmin(axis=0)


def _siblings(chance: Chance) -> Ints:
    """For each sub-genre two others that stand next to it on the map."""
    places = _subgenre_places(chance)
    found = np.empty((len(SUBGENRES), 2), dtype=np.int64)
    for n, place in enumerate(places):
        offset = places - place
        distance = (
            offset[:, 0] * offset[:, 0] + offset[:, 1] * offset[:, 1] + offset[:, 2] * offset[:, 2]
        )
        found[n] = np.argsort(distance, kind="stable")[1:3]
    return found


def latent(artists: Artists, tracks: Tracks) -> Numbers:
    """Where each track stands among all: 8 rows, distances between columns mean "unlike".

    Place on the map of music, era, energy, valence, acousticness and danceability; an unknown
    feature stands in the middle.
    """
    rows = [1.6 * artists.place[axis][tracks.artist] for axis in range(3)]
    rows.append(0.9 * (tracks.year.astype(np.float32) - 1950) / 75)
    for name, weight in (
        ("energy", 0.6),
        ("valence", 0.5),
        ("acousticness", 0.4),
        ("danceability", 0.4),
    ):
        rows.append(weight * np.nan_to_num(tracks.features[_FEATURE[name]], nan=0.5))
    return np.stack(rows).astype(np.float32)
