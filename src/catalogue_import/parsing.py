"""Rows as what they tell us about tracks, losing nothing on the way. Pure, never raises on data."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from catalogue_import import cells
from catalogue_import.columns import FEATURES, Field, Recognised, Role
from catalogue_import.ledger import Reject
from catalogue_import.reading import Broken, Cells
from grovemusic.domain import ids, names
from grovemusic.domain.music import AudioFeatures, Tag, Track, TrackId

SOURCE = "catalogue"
FIRST_YEAR = 1860  # the oldest recording of a voice
LONGEST_NAME = 1000  # characters; more is a damaged file, not a title
MOST_TAGS = 100
ARTIST_GENRE_WEIGHT = 0.5  # it was said of the artist, not of this track
_LETTER = re.compile(r"[^\W_]")
_LONGEST_MS = 24 * 3600 * 1000
_MODES = {"major": 1.0, "minor": 0.0}


@dataclass(frozen=True, slots=True)
class _Number:
    """A column of numbers: where it is, and which of them can be right.

    `not_found` is what an analysis writes when it found nothing: unknown, and no warning.
    """

    name: str
    at: int
    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    not_found: float | None = None


def _number_column(field: Field, at: int) -> _Number:
    match field:
        case Field.TEMPO:
            return _Number(field, at, 20, 400, not_found=0)
        case Field.LOUDNESS:
            return _Number(field, at, -80, 10)
        case Field.KEY:
            return _Number(field, at, 0, 11, whole=True, not_found=-1)
        case Field.MODE:
            return _Number(field, at, whole=True, not_found=-1)
        case Field.TIME_SIGNATURE:
            return _Number(field, at, 1, 12, whole=True, not_found=0)
        case Field.POPULARITY:
            return _Number(field, at, 0, 100)
    return _Number(field, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """That a track stands in a playlist; without a position it follows the one before it."""

    playlist: str
    name: str | None = None
    position: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row about a track.

    Attributes:
        track: Its id is final.
        alt_title: Another spelling, for finding only; as is `alt_artist`.
        local_id: What other tables of the same import may call the track.
    """

    track: Track
    alt_title: str | None = None
    alt_artist: str | None = None
    explicit: bool | None = None
    spotify_artist_id: str | None = None
    local_id: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A track that another row is about, by one of its ids."""

    field: Field  # SPOTIFY_ID, MBID or LOCAL_ID
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A row of audio features."""

    ref: Ref
    features: AudioFeatures
    duration_ms: int | None = None
    popularity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A row that says which track stands in which playlist."""

    ref: Ref
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A row about an artist, an album or a playlist; the year is an album's."""

    id: str
    name: str
    year: int | None = None
    genres: tuple[str, ...] = ()


Parsed = Entry | Sound | Membership | Named


class Names(Protocol):
    """What tables of artists and albums said about the ids in a row of tracks."""

    def artist(self, artist_id: str) -> Named | None: ...

    def album(self, album_id: str) -> Named | None: ...


class _Bad(Exception):
    """This row cannot be used; says why. Never leaves this module."""


class Parser:
    """Reads the rows of one table.

    Args:
        warnings: What is wrong with single values is counted here; the rest of the row is used.
        latest_year: Years after it are impossible.
        namespace: Put before playlist ids that are bare numbers: those of two collections must
            not meet.
    """

    def __init__(
        self,
        recognised: Recognised,
        header: Sequence[str],
        known: Names,
        warnings: Counter[str],
        *,
        latest_year: int,
        namespace: str = "",
    ) -> None:
        self._role, self._known, self._warnings = recognised.role, known, warnings
        self._at = {field: header.index(column) for field, column in recognised.columns.items()}
        numbers = {
            field: _number_column(field, self._at[field])
            for field in (*FEATURES, Field.POPULARITY)
            if field in self._at
        }
        self._popularities = numbers.pop(Field.POPULARITY, None)
        self._features = list(numbers.values())
        self._header, self._ms_per_unit = tuple(header), recognised.ms_per_unit
        self._latest_year, self._namespace = latest_year, namespace

    def parse(self, number: int, row: Cells | Broken) -> Parsed | Reject:
        """What the row with this number (1-based) says, or why it says nothing."""
        if isinstance(row, Broken):
            return Reject(number, row.reason)
        try:
            return self._parsed(self._full(row))
        except _Bad as error:
            return Reject(number, str(error), dict(zip(self._header, row, strict=False)))

    def _full(self, row: Cells) -> Cells:
        """The row with a cell for every column."""
        missing = len(self._header) - len(row)
        if missing < 0:
            raise _Bad("more cells than columns")
        if missing:
            self._warnings["row with too few cells"] += 1
            return [*row, *[None] * missing]
        return row

    def _parsed(self, row: Cells) -> Parsed:
        match self._role:
            case Role.TRACKS:
                return self._entry(row)
            case Role.FEATURES:
                features = self._sound(row)
                if features is None:
                    raise _Bad("no audio features")
                return Sound(
                    ref=self._ref(row),
                    features=features,
                    duration_ms=self._duration_ms(row),
                    popularity=self._popularity(row),
                )
            case Role.MEMBERSHIPS:
                place = self._place(row)
                if place is None:
                    raise _Bad("no playlist")
                return Membership(ref=self._ref(row), place=place)
            case Role.ARTISTS:
                genres = tuple(cells.tags(self._cell(row, Field.GENRE)))
                return self._named(row, Field.ARTIST_ID, genres=genres)
            case Role.ALBUMS:
                return self._named(row, Field.ALBUM_ID, year=self._year(row))
            case Role.PLAYLISTS:
                return self._named(row, Field.PLAYLIST_ID)

    # --- rows about tracks ---

    def _entry(self, row: Cells) -> Entry:
        artist_ids = self._ids(row)
        credited = [each for id_ in artist_ids if (each := self._known.artist(id_))]
        title, artist = self._title_and_artist(row, credited)
        album_id = cells.any_id(self._cell(row, Field.ALBUM_ID))
        album = self._known.album(album_id) if album_id else None
        spotify_id, mbid = self._external_ids(row)
        year = self._year(row)
        track = Track(
            id=_track_id(title, artist, spotify_id, mbid),
            title=title,
            artist=artist,
            mbid=mbid,
            isrc=self._isrc(row),
            spotify_id=spotify_id,
            album=self._album(row) or (album.name if album else None),
            year=year if year is not None or album is None else album.year,
            duration_ms=self._duration_ms(row),
            tags=self._tags(row, credited),
            features=self._sound(row),
            popularity=self._popularity(row),
            sources=(SOURCE,),
        )
        return Entry(
            track=track,
            alt_title=self._other_spelling(row, Field.ALT_TITLE, title),
            alt_artist=self._other_spelling(row, Field.ALT_ARTIST, artist),
            explicit=self._explicit(row),
            spotify_artist_id=next(iter(artist_ids), None),
            local_id=cells.text(self._cell(row, Field.LOCAL_ID)),
            place=self._place(row),
        )

    def _title_and_artist(self, row: Cells, credited: Sequence[Named]) -> tuple[str, str]:
        """Names that show something. R writes "NA" for both where there is neither."""
        title, artist = (self._cell(row, field) for field in (Field.TITLE, Field.ARTIST))
        if cells.is_nothing(title) and cells.is_nothing(artist) and not credited:
            raise _Bad("no title")
        names_ = cells.names(artist) or [each.name for each in credited]
        return _shown("title", cells.text(title)), _shown("artist", "; ".join(names_))

    def _external_ids(self, row: Cells) -> tuple[str | None, str | None]:
        """Spotify id and MBID. The one that would name the track must be right where given."""
        given = self._given(row, Field.SPOTIFY_ID)
        spotify_id = None if given is None else cells.spotify_id(given)
        if given is not None and spotify_id is None:
            raise _Bad("not a Spotify id")
        given = self._given(row, Field.MBID)
        mbid = _mbid(given)
        if given is not None and mbid is None:
            if spotify_id is None:
                raise _Bad("not a MusicBrainz id")
            self._warnings["mbid: not a MusicBrainz id"] += 1
        return spotify_id, mbid

    def _ids(self, row: Cells) -> list[str]:
        """Ids of the artists, as far as they are given."""
        for field in (Field.ARTIST_IDS, Field.ARTIST_ID):
            if field in self._at and (given := cells.names(self._cell(row, field))):
                return [found for each in given if (found := cells.any_id(each))]
        return []

    def _isrc(self, row: Cells) -> str | None:
        given = self._given(row, Field.ISRC)
        isrc = ids.clean_isrc(cells.text(given))
        if given is not None and isrc is None:
            self._warnings["isrc: not an ISRC"] += 1
        return isrc

    def _album(self, row: Cells) -> str | None:
        name = cells.text(self._given(row, Field.ALBUM))
        return name[:LONGEST_NAME] if name else None

    def _other_spelling(self, row: Cells, field: Field, name: str) -> str | None:
        spelling = cells.text(self._given(row, field))
        return None if spelling == name or spelling is None else spelling[:LONGEST_NAME]

    def _explicit(self, row: Cells) -> bool | None:
        given = self._given(row, Field.EXPLICIT)
        explicit = cells.yes_or_no(given)
        if given is not None and explicit is None:
            self._warnings["explicit: neither yes nor no"] += 1
        return explicit

    def _tags(self, row: Cells, credited: Sequence[Named]) -> tuple[Tag, ...]:
        """Tags and the genre of the track; where it has neither, the genres of its artists."""
        weights: dict[str, float] = {}
        for field in (Field.GENRE, Field.TAGS):
            if field in self._at:
                weights |= cells.tags(self._cell(row, field))
        if not weights:
            genres = [genre for each in credited for genre in each.genres]
            weights = dict.fromkeys(genres, ARTIST_GENRE_WEIGHT)
        some = list(weights.items())[:MOST_TAGS]
        return tuple(_tag(name, weight) for name, weight in some)

    # --- rows about something else ---

    def _ref(self, row: Cells) -> Ref:
        for field in (Field.SPOTIFY_ID, Field.MBID):
            given = self._given(row, field)
            if given is None:
                continue
            found = cells.spotify_id(given) if field is Field.SPOTIFY_ID else _mbid(given)
            if found is None:
                raise _Bad(
                    "not a Spotify id" if field is Field.SPOTIFY_ID else "not a MusicBrainz id"
                )
            return Ref(field=field, value=found)
        local = cells.text(self._cell(row, Field.LOCAL_ID))
        if local is None:
            raise _Bad("no track id")
        return Ref(field=Field.LOCAL_ID, value=local)

    def _named(
        self, row: Cells, field: Field, *, year: int | None = None, genres: tuple[str, ...] = ()
    ) -> Named:
        id_ = cells.any_id(self._cell(row, field))
        name = cells.text(self._cell(row, Field.NAME))
        if id_ is None:
            raise _Bad("no id")
        if name is None:
            raise _Bad("no name")
        if field is Field.PLAYLIST_ID:
            id_ = self._playlist_id(id_)
        return Named(id=id_, name=name[:LONGEST_NAME], year=year, genres=genres)

    # --- values ---

    def _cell(self, row: Cells, field: Field) -> object:
        at = self._at.get(field)
        return None if at is None else row[at]

    def _given(self, row: Cells, field: Field) -> object:
        """The cell; None if it is there only to say that nothing is."""
        at = self._at.get(field)
        return None if at is None or cells.is_nothing(row[at]) else row[at]

    def _place(self, row: Cells) -> Place | None:
        id_ = cells.any_id(self._given(row, Field.PLAYLIST_ID))
        name = cells.text(self._given(row, Field.PLAYLIST_NAME))
        if id_ is None and name is None:
            return None
        return Place(
            playlist=self._playlist_id(id_) if id_ else f"name:{names.key(name or '')}",
            name=name[:LONGEST_NAME] if name else None,
            position=cells.number(self._cell(row, Field.POSITION)),
        )

    def _playlist_id(self, id_: str) -> str:
        return f"{self._namespace}/{id_}" if id_.isdecimal() and self._namespace else id_

    def _year(self, row: Cells) -> int | None:
        for field in (Field.DATE, Field.YEAR):
            given = self._given(row, field)
            if given is None:
                continue
            year = cells.year(given)
            if year is not None and FIRST_YEAR <= year <= self._latest_year:
                return year
            self._warnings[f"{field}: not a year of recorded music"] += 1
        return None

    def _duration_ms(self, row: Cells) -> int | None:
        given = self._given(row, Field.DURATION)
        if given is None:
            return None
        duration_ms = cells.duration_ms(given, self._ms_per_unit)
        if duration_ms is not None and 0 < duration_ms <= _LONGEST_MS:
            return duration_ms
        self._warnings["duration: not a playing time"] += 1
        return None

    def _popularity(self, row: Cells) -> float | None:
        return self._number(row, self._popularities) if self._popularities else None

    def _sound(self, row: Cells) -> AudioFeatures | None:
        """The audio features; None if not one of them is known."""
        known: dict[str, Any] = {}
        for column in self._features:
            value = self._number(row, column)
            if value is not None:
                known[column.name] = int(value) if column.whole else value
        return AudioFeatures(**known) if known else None

    def _number(self, row: Cells, column: _Number) -> float | None:
        """A number inside its range; one that is not is unknown, and counted."""
        given = row[column.at]
        number = cells.number(given)
        if number is None:
            if not cells.is_nothing(given):
                mode = _MODES.get(str(given).strip().lower())
                if mode is not None and column.name == Field.MODE:
                    return mode
                self._warnings[f"{column.name}: not a number"] += 1
            return None
        if column.low <= number <= column.high and not (column.whole and number % 1):
            return number
        if number != column.not_found:
            self._warnings[f"{column.name}: out of range"] += 1
        return None


def _mbid(value: object) -> str | None:
    return ids.clean_mbid(cells.text(value))


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] not in "CZ"  # controls, invisible marks, spaces


def _shown(what: str, name: str | None) -> str:
    """`name` if a reader would see anything in it."""
    if not name or not (_LETTER.search(name) or any(map(_is_visible, name))):
        raise _Bad(f"no {what}")
    if len(name) > LONGEST_NAME:
        raise _Bad(f"{what} of more than {LONGEST_NAME:,} characters")
    return name


@lru_cache(maxsize=1 << 14)
def _tag(name: str, weight: float) -> Tag:
    return Tag(name=name, weight=weight, source=SOURCE)


def _track_id(title: str, artist: str, spotify_id: str | None, mbid: str | None) -> TrackId:
    if spotify_id is not None:
        return TrackId(spotify_id)  # as `ids.track_id` says, without checking its digits again
    return _named_id(title, artist, mbid)


@lru_cache(maxsize=1 << 16)  # radio logs name the same songs again and again
def _named_id(title: str, artist: str, mbid: str | None) -> TrackId:
    return ids.track_id(title=title, artist=artist, mbid=mbid)
