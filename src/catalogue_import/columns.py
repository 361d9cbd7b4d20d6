"""Which column of a table means what, judged by its name and a few of its values. Pure.

The answer is shown before anything is read, and any part of it can be overruled.
"""

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalogue_import import cells
from grovemusic.domain import ids

SAMPLE_ROWS = 200  # rows that are looked at to tell units and kinds of ids


class Field(StrEnum):
    """What we can use of a row."""

    __hash__ = str.__hash__  # that of Enum is slow, and every cell is found by its field

    SPOTIFY_ID = "spotify_id"
    MBID = "mbid"
    LOCAL_ID = "local_id"  # an id that means something only among the tables of one import
    ISRC = "isrc"
    TITLE = "title"
    ARTIST = "artist"
    ARTIST_IDS = "artist_ids"
    ARTIST_ID = "artist_id"
    ALT_TITLE = "alt_title"
    ALT_ARTIST = "alt_artist"
    ALBUM = "album"
    ALBUM_ID = "album_id"
    DATE = "date"
    YEAR = "year"
    DURATION = "duration"
    EXPLICIT = "explicit"
    POPULARITY = "popularity"
    TAGS = "tags"
    GENRE = "genre"
    PLAYLIST_ID = "playlist_id"
    PLAYLIST_NAME = "playlist_name"
    POSITION = "position"
    NAME = "name"  # of the artist, album or playlist a row is about
    TEMPO = "tempo_bpm"
    ENERGY = "energy"
    DANCEABILITY = "danceability"
    VALENCE = "valence"
    ACOUSTICNESS = "acousticness"
    INSTRUMENTALNESS = "instrumentalness"
    SPEECHINESS = "speechiness"
    LIVENESS = "liveness"
    LOUDNESS = "loudness_db"
    KEY = "key"
    MODE = "mode"
    TIME_SIGNATURE = "time_signature"


class Role(StrEnum):
    """What the rows of a table are about, in the order tables have to be read."""

    ARTISTS = "artists"
    ALBUMS = "albums"
    TRACKS = "tracks"
    FEATURES = "audio features"
    PLAYLISTS = "playlists"
    MEMBERSHIPS = "playlist tracks"


class IdKind(StrEnum):
    """What the values of a column called "id" or "track_id" are."""

    SPOTIFY = "spotify"
    MBID = "mbid"
    LOCAL = "local"


FEATURES = (
    Field.TEMPO, Field.ENERGY, Field.DANCEABILITY, Field.VALENCE, Field.ACOUSTICNESS,
    Field.INSTRUMENTALNESS, Field.SPEECHINESS, Field.LIVENESS, Field.LOUDNESS, Field.KEY,
    Field.MODE, Field.TIME_SIGNATURE,
)  # fmt: skip
_FEWEST_FEATURES = 4  # that make a table one of audio features

# Folded column names, the most telling first; one column serves one field.
_NAMES: Mapping[Field, str] = {
    Field.PLAYLIST_ID: "playlist_id playlist_uri playlist_url show_id pid list_id setlist_id",
    Field.PLAYLIST_NAME: "playlist_name playlist_title playlist show_name list_name",
    Field.POSITION: "position pos playlist_position track_position",
    Field.SPOTIFY_ID: "spotify_id spotify_track_id spotify_track_uri spotify_uri track_uri",
    Field.MBID: "mbid recording_mbid musicbrainz_id musicbrainz_trackid musicbrainz_recording_id",
    Field.ISRC: "isrc track_isrc external_ids_isrc",
    Field.TITLE: "track_name track_title song_title song_name title song_clean song track trackname"
    " master_metadata_track_name name",
    Field.ARTIST: "track_artist artist_name artist_names artists_names artist_clean artist artists"
    " track_artists artistname performer master_metadata_album_artist_name",
    Field.ARTIST_IDS: "artist_ids artists_ids",
    Field.ARTIST_ID: "artist_id spotify_artist_id track_artist_id",
    Field.ALBUM: "track_album_name album_name album_title album release_name"
    " master_metadata_album_album_name",
    Field.ALBUM_ID: "album_id track_album_id",
    Field.DATE: "track_album_release_date album_release_date release_date released",
    Field.YEAR: "release_year album_release_year track_year year",
    Field.DURATION: "duration_ms track_duration_ms length_ms duration_s duration_sec"
    " duration_seconds length_s length_seconds duration_min duration_minutes duration length"
    " track_length track_duration",
    Field.EXPLICIT: "explicit is_explicit track_explicit",
    Field.POPULARITY: "track_popularity popularity spotify_popularity",
    Field.TAGS: "tags track_tags lastfm_tags tag",
    Field.GENRE: "genre track_genre genres",
    Field.TEMPO: "tempo bpm tempo_bpm",
    Field.LOUDNESS: "loudness loudness_db",
    Field.TIME_SIGNATURE: "time_signature timesignature",
    **{
        field: field.value
        for field in FEATURES
        if field not in {Field.TEMPO, Field.LOUDNESS, Field.TIME_SIGNATURE}
    },
}  # fmt: skip
_ANY_ID = ("track_id", "id", "trackid", "song_id", "recording_id", "uri", "track_uid")
_ALTERNATIVE = re.compile(
    r"(?P<name>.+)_(?:farsi|persian|arabic|hebrew|japanese|kanji|kana|romaji|romani[sz]ed|korean|"
    r"hangul|chinese|pinyin|russian|cyrillic|greek|hindi|latin|original|native|english|en|alt|"
    r"translit(?:erated|eration)?)"
)
_UNIT_NAMES = ((("_ms",), 1), (("_s", "_sec", "_seconds"), 1000), (("_min", "_minutes"), 60_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """How a table will be read.

    Attributes:
        columns: Our field -> their column.
        unused: Columns that are not read, in their order.
        ms_per_unit: What one unit of the duration column is worth.
    """

    role: Role
    columns: Mapping[Field, str]
    unused: tuple[str, ...] = ()
    ms_per_unit: int = 1

    @property
    def says_nothing(self) -> bool:
        """Whether it looks like a table of tracks without their names: of something else."""
        return self.role is Role.TRACKS and Field.TITLE not in self.columns


def recognise(
    table: str,
    header: Sequence[str],
    sample: Sequence[Sequence[object]] = (),
    *,
    overrides: Mapping[str, str] | None = None,
) -> Recognised:
    """Tell what a table is about and which of its columns we can use.

    Args:
        table: Its name: decides between tables of artists, albums and playlists, which may all
            be "id, name, …".
        sample: Some rows, to tell what ids and durations are.
        overrides: Field -> column, said by the caller; an empty column means "do not use".

    Raises:
        ValueError: an override names a field or a column that does not exist.
    """
    said = _checked(overrides or {}, header)
    folded: dict[str, str] = {}
    for column in header:
        folded.setdefault(_fold(column), column)
    role = _role(_fold(table), folded)
    columns = _by_name(role, folded)
    columns |= _track_id(role, folded, columns, header, sample)
    columns = {field: column for field, column in columns.items() if column not in said.values()}
    columns = {f: c for f, c in (columns | said).items() if c}
    used = set(columns.values())
    return Recognised(
        role=role,
        columns=columns,
        unused=tuple(column for column in header if column not in used),
        ms_per_unit=_ms_per_unit(columns.get(Field.DURATION), header, sample),
    )


def _checked(overrides: Mapping[str, str], header: Sequence[str]) -> dict[Field, str]:
    said: dict[Field, str] = {}
    for name, column in overrides.items():
        if name not in Field.__members__.values():
            raise ValueError(f"there is no field {name!r}; there are: {', '.join(Field)}")
        if column and column not in header:
            raise ValueError(f"there is no column {column!r}; there are: {', '.join(header)}")
        said[Field(name)] = column
    return said


def _fold(name: str) -> str:
    return re.sub(r"[^\w]+|_+", "_", name.strip().lower()).strip("_")


def _role(table: str, folded: Mapping[str, str]) -> Role:
    """What a table is about, from the columns only such a table has, then from its name."""
    names = set(folded)
    features = sum(bool(names & set(_NAMES[field].split())) for field in FEATURES)
    has_title = bool(names & (set(_NAMES[Field.TITLE].split()) - {"name"}))
    has_id = bool(names & {*_ANY_ID, *_NAMES[Field.SPOTIFY_ID].split()})
    if features >= _FEWEST_FEATURES and has_id and not has_title and "name" not in names:
        return Role.FEATURES
    if has_title or names & {"artist_ids", "artists", "artist", "artist_name", "duration_ms"}:
        return _album_or_track(table, names, has_title=has_title)
    has_playlist = bool(names & set(_NAMES[Field.PLAYLIST_ID].split()))
    if has_playlist and has_id and "playlist_name" not in names:
        return Role.MEMBERSHIPS
    if has_playlist or names & {"collaborative", "owner_id"}:
        return Role.PLAYLISTS
    if "name" in names and has_id:
        for word, role in (
            ("playlist", Role.PLAYLISTS), ("artist", Role.ARTISTS), ("album", Role.ALBUMS),
        ):  # fmt: skip
            if word in table:
                return role
        if {"genres", "followers"} <= names:
            return Role.ARTISTS
    return Role.TRACKS


def _album_or_track(table: str, names: set[str], *, has_title: bool) -> Role:
    albums_only = {"album_type", "total_tracks", "upc", "release_date_precision"}
    if not has_title and (names & albums_only or "album" in table) and "album_id" not in names:
        return Role.ALBUMS
    return Role.TRACKS


def _by_name(role: Role, folded: Mapping[str, str]) -> dict[Field, str]:
    """Each field's most tellingly named column."""
    found: dict[Field, str] = {}
    for field, names in _fields_of(role):
        column = next((folded[name] for name in names if name in folded), None)
        if column is not None and column not in found.values():
            found[field] = column
    if role is Role.TRACKS:
        found |= _alternatives(folded)
        if {Field.PLAYLIST_ID, Field.PLAYLIST_NAME} & found.keys():
            found.pop(Field.GENRE, None)  # beside a playlist it is the playlist's
    return found


def _fields_of(role: Role) -> Iterable[tuple[Field, Sequence[str]]]:
    match role:
        case Role.TRACKS:
            return [(field, names.split()) for field, names in _NAMES.items()]
        case Role.FEATURES:
            fields = [*FEATURES, Field.SPOTIFY_ID, Field.MBID, Field.DURATION, Field.POPULARITY]
            return [(field, _NAMES[field].split()) for field in fields]
        case Role.MEMBERSHIPS:
            fields = [Field.PLAYLIST_ID, Field.SPOTIFY_ID, Field.MBID, Field.POSITION]
            return [(field, _NAMES[field].split()) for field in fields]
        case Role.PLAYLISTS:
            return [
                (Field.PLAYLIST_ID, [*_NAMES[Field.PLAYLIST_ID].split(), "id", "uri"]),
                (Field.NAME, ["playlist_name", "name", "title"]),
            ]
        case Role.ARTISTS:
            return [
                (Field.ARTIST_ID, ["artist_id", "id", "uri"]),
                (Field.NAME, ["artist_name", "name"]),
                (Field.GENRE, ["genres", "genre"]),
            ]
        case Role.ALBUMS:
            return [
                (Field.ALBUM_ID, ["album_id", "id", "uri"]),
                (Field.NAME, ["album_name", "name", "title"]),
                (Field.DATE, ["release_date", "album_release_date"]),
            ]


def _alternatives(folded: Mapping[str, str]) -> dict[Field, str]:
    """Columns with another spelling of title or artist: track_name_farsi, artist_romaji."""
    found: dict[Field, str] = {}
    for name, column in folded.items():
        match = _ALTERNATIVE.fullmatch(name)
        if match and match["name"] in _NAMES[Field.TITLE].split():
            found.setdefault(Field.ALT_TITLE, column)
        elif match and match["name"] in _NAMES[Field.ARTIST].split():
            found.setdefault(Field.ALT_ARTIST, column)
    return found


def _track_id(
    role: Role,
    folded: Mapping[str, str],
    columns: Mapping[Field, str],
    header: Sequence[str],
    sample: Sequence[Sequence[object]],
) -> dict[Field, str]:
    """What a column called just "id" or "track_id" holds, seen from its values."""
    if role not in {Role.TRACKS, Role.FEATURES, Role.MEMBERSHIPS}:
        return {}
    found: dict[Field, str] = {}
    for name in _ANY_ID:
        column = folded.get(name)
        if column is None or column in columns.values():
            continue
        match id_kind(_values(column, header, sample)):
            case IdKind.SPOTIFY:
                field = Field.SPOTIFY_ID
            case IdKind.MBID:
                field = Field.MBID
            case IdKind.LOCAL:
                field = Field.LOCAL_ID
        if field not in columns:
            found.setdefault(field, column)
    return found


def id_kind(values: Iterable[object]) -> IdKind:
    """What most of some ids are. Without any they are taken for Spotify's."""
    known = [text for value in values if (text := cells.text(value)) is not None]
    if sum(cells.spotify_id(text) is not None for text in known) * 2 >= len(known):
        return IdKind.SPOTIFY
    if sum(ids.clean_mbid(text) is not None for text in known) * 2 >= len(known):
        return IdKind.MBID
    return IdKind.LOCAL


def _values(column: str, header: Sequence[str], sample: Sequence[Sequence[object]]) -> list[object]:
    at = header.index(column)
    return [row[at] for row in sample if at < len(row)]


def _ms_per_unit(
    column: str | None, header: Sequence[str], sample: Sequence[Sequence[object]]
) -> int:
    """The unit a duration column's name says, unless its values say it cannot be.

    Half of all songs last between 1 and 20 minutes: a median of 222,200 is in milliseconds, of
    215 in seconds, of 3.7 in minutes.
    """
    if column is None:
        return 1
    numbers = [n for value in _values(column, header, sample) if (n := cells.number(value))]
    if not numbers:
        folded = _fold(column)
        return next((worth for ends, worth in _UNIT_NAMES if folded.endswith(ends)), 1)
    middle = statistics.median(numbers)
    if middle >= 5_000:
        return 1
    return 1_000 if middle >= 25 else 60_000
