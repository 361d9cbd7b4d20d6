"""Whatever stands in a table, an import neither crashes nor loses a row."""

import csv
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from catalogue_files import IDS, empty_catalogue
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue_import.errors import UnreadableFile
from catalogue_import.importing import import_tables

HEADERS = (
    "id track_id spotify_id uri mbid isrc title name track_name artist artist_name artists"
    " artist_ids album album_id release_date year duration duration_ms explicit popularity tags"
    " genre tempo key mode energy valence loudness time_signature playlist_id playlist_name"
    " position other"
).split()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plausible = st.sampled_from(
    [
        *IDS[:4],
        "One",
        "Ada",
        "0.5",
        "1999",
        "1999-10-31",
        "NA",
        "",
        "-1",
        "3:45",
        "[1",
        '["a"]',
        "1e999",
    ]
)
cells = st.one_of(texts, plausible, st.integers().map(str), st.floats().map(str))
values = st.one_of(
    cells, st.none(), st.binary(max_size=8), st.integers(-(2**63), 2**63 - 1), st.floats()
)
headers = st.lists(st.one_of(st.sampled_from(HEADERS), texts), min_size=1, max_size=12)
many = settings(max_examples=40)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return empty_catalogue(tmp_path_factory.mktemp("template") / "catalogue.db")


def imported(template, folder, *files):
    """The ledger of an import into a fresh catalogue, its sums checked."""
    catalogue = shutil.copy(template, Path(folder) / "catalogue.db")
    ledger = import_tables(files, catalogue, upsert=lambda _vectors: None)
    for told in ledger.tables:
        assert told.rows == told.imported + told.duplicates + told.rejected.total()
    return ledger


@many
@given(headers, st.lists(st.lists(cells, min_size=1, max_size=13), max_size=15))
def test_delimited_text(template, header, body):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "garbage.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows([header, *body])
        ledger = imported(template, folder, path)
        assert ledger.rows == len(body)


@many
@given(
    st.lists(st.sampled_from(HEADERS), min_size=1, max_size=12, unique=True),
    st.data(),
    st.sampled_from(
        ["tracks", "artists", "albums", "playlists", "playlist_tracks", "audio_features"]
    ),
)
def test_databases_with_cells_of_any_type(template, header, data, name):
    row = st.lists(values, min_size=len(header), max_size=len(header))
    body = data.draw(st.lists(row, max_size=12))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "garbage.db"
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(f"CREATE TABLE {name} ({', '.join(header)})")
            db.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(header))})", body)  # noqa: S608
        ledger = imported(template, folder, path)
        assert ledger.rows == len(body) or ledger.skipped


@many
@given(st.binary(max_size=400))
def test_bytes(template, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "garbage"
        path.write_bytes(b"title,artist\n" + content)
        imported(template, folder, path)
        path.write_bytes(content)
        try:
            imported(template, folder, path)
        except UnreadableFile as error:
            assert error.file == "garbage"  # noqa: PT017  # most bytes are a readable table
