"""Which tables an import reads, what each is about, and what it must have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue_import import columns, reading
from catalogue_import.columns import Field, Recognised, Role
from catalogue_import.reading import Table
from catalogue_import.stages import slices
from catalogue_import.stages.errors import NoSource, WrongSchema

# The five databases of the specification: file -> table -> columns that must be there.
DATABASES: dict[str, dict[str, str]] = {
    "spotify_tracks": {"tracks": "id name artist_ids album_id duration_ms isrc popularity"},
    "spotify_artists": {"artists": "id name genres"},
    "spotify_albums": {"albums": "id name release_date"},
    "spotify_audio_features": {
        "audio_features": "id danceability energy key loudness mode speechiness acousticness"
        " instrumentalness liveness valence tempo time_signature"
    },
    "spotify_playlists": {"playlists": "id name", "playlist_tracks": "playlist_id track_id"},
}
_ENDINGS = (".db", ".sqlite", ".sqlite3", ".csv", ".tsv", ".txt", ".parquet", ".json")
_PACKED = (".zst", ".gz", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class Source:
    """A table and how it is read."""

    table: Table
    recognised: Recognised

    @property
    def role(self) -> Role:
        return self.recognised.role

    @property
    def names_places(self) -> bool:
        """Whether its rows say in which playlist a track stands."""
        fields = self.recognised.columns
        return Field.PLAYLIST_ID in fields or Field.PLAYLIST_NAME in fields

    @property
    def names_sounds(self) -> bool:
        return any(field in self.recognised.columns for field in columns.FEATURES)


def located(paths: Iterable[Path]) -> list[Path]:
    """The files of some files and folders, in the order of their names.

    Raises:
        NoSource: one is not there, or a folder has nothing of ours.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.is_file() and _is_ours(each))
            if not inside:
                raise NoSource(f"{path}: there is no table in this folder")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise NoSource(f"{path}: there is no such file")
    return found


def _is_ours(path: Path) -> bool:
    name = path.name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return name.endswith(_ENDINGS)


def opened(paths: Sequence[Path]) -> list[Source]:
    """The tables of some files, in the order they have to be read; those that tell us something.

    Raises:
        UnreadableFile: a file is no table or is damaged at its beginning.
        WrongSchema: a table lacks columns it must have.
    """
    found = []
    for path in paths:
        tables = [slices.table(path)] if slices.is_slice(path) else reading.tables(path)
        _check_database(path, tables)
        for table in tables:
            recognised = columns.recognise(table.name, table.header, table.sample())
            if recognised.says_nothing and table.inner is not None:
                continue
            _check(table, recognised)
            found.append(Source(table, recognised))
    order = list(Role)
    return sorted(found, key=lambda each: order.index(each.role))


def _check_database(path: Path, tables: Sequence[Table]) -> None:
    """The specification's databases are known by name, and must be what they are called."""
    wanted = DATABASES.get(path.name.split(".", maxsplit=1)[0], {})
    if not any(table.inner for table in tables):
        return  # a table of text that happens to be called so
    there = {table.inner: table for table in tables}
    for name, needed in wanted.items():
        if name not in there:
            raise WrongSchema(path.name, [f"table {name}"])
        missing = [each for each in needed.split() if each not in there[name].header]
        if missing:
            raise WrongSchema(there[name].shown, missing)


def _check(table: Table, recognised: Recognised) -> None:
    have = recognised.columns
    some_id = (Field.SPOTIFY_ID, Field.MBID, Field.LOCAL_ID)
    wanted: dict[Role, list[tuple[Field, ...]]] = {
        Role.TRACKS: [(Field.TITLE,), (Field.ARTIST, Field.ARTIST_IDS, Field.ARTIST_ID)],
        Role.FEATURES: [some_id],
        Role.MEMBERSHIPS: [some_id, (Field.PLAYLIST_ID, Field.PLAYLIST_NAME)],
        Role.ARTISTS: [(Field.ARTIST_ID,), (Field.NAME,)],
        Role.ALBUMS: [(Field.ALBUM_ID,), (Field.NAME,)],
        Role.PLAYLISTS: [(Field.PLAYLIST_ID,)],
    }
    missing = [" or ".join(any_of) for any_of in wanted[recognised.role]
               if not any(field in have for field in any_of)]  # fmt: skip
    if missing:
        raise WrongSchema(table.shown, missing)
