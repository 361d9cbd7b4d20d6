"""Files as tables: any packing, delimiter, encoding and format."""

import bz2
import gzip
import lzma
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from catalogue_files import database, table

from catalogue_import import reading
from catalogue_import.errors import UnreadableFile
from catalogue_import.reading import Broken, sniff
from catalogue_import.unpacking import LATIN_1, lines

TEXT = b"title,artist\nOne,A\nTwo,B\n"


def read(path):
    (only,) = reading.tables(path)
    with only.open() as found:
        return only, [list(row) for row in found]


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(lambda data: data, id="plain"),
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(bz2.compress, id="bzip2"),
        pytest.param(lzma.compress, id="xz"),
        pytest.param(zstandard.ZstdCompressor().compress, id="zstd"),
    ],
)
def test_packed_files_are_known_by_their_bytes(tmp_path, pack):
    """Not by their names: people rename files."""
    path = tmp_path / "songs.dat"
    path.write_bytes(pack(TEXT))
    found, rows = read(path)
    assert found.header == ("title", "artist")
    assert rows == [["One", "A"], ["Two", "B"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_recognised(tmp_path, delimiter):
    path = table(tmp_path / "t.csv", ["title", "artist"], ["A, B; C", "D"], delimiter=delimiter)
    assert read(path)[1] == [["A, B; C", "D"]]


def test_one_column_is_not_torn_apart():
    assert sniff(["title\n", "One, Two\n", "Three\n"]) == ","


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_and_without_a_mark(tmp_path, encoding):
    path = table(tmp_path / "t.csv", ["title", "artist"], ["Für Elise", "夜"], encoding=encoding)
    found, rows = read(path)
    assert (found.header, rows) == (("title", "artist"), [["Für Elise", "夜"]])
    assert not found.warnings


def test_a_line_that_is_not_utf_8_is_read_as_latin_1_and_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("title,artist\nCafé,A\n".encode("latin-1"))
    found, rows = read(path)
    assert rows == [["Café", "A"]]
    assert found.warnings == {LATIN_1: 1}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending(ending):
    text = ending.join(["a,b", "1,2", ""]).encode()
    assert list(lines(text.splitlines(keepends=True), Counter())) == ["a,b\n", "1,2\n"]


def test_empty_lines_are_not_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("title,artist\n\nOne,A\n\n\n", encoding="utf-8")
    assert read(path)[1] == [["One", "A"]]


def test_a_quoted_line_break_stays_inside_its_cell(tmp_path):
    path = table(tmp_path / "t.csv", ["title", "artist"], ["One\nLine", "A"])
    assert read(path)[1] == [["One\nLine", "A"]]


def test_an_empty_file_is_a_table_without_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.touch()
    found, rows = read(path)
    assert (found.header, rows) == ((), [])


def test_a_monstrous_cell_breaks_its_row_only(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f"title,artist\n{'x' * ((1 << 24) + 1)},A\nTwo,B\n", encoding="utf-8")
    (only,) = reading.tables(path)
    with only.open() as found:
        rows = list(found)
    assert isinstance(rows[0], Broken)
    assert rows[-1] == ["Two", "B"]


def read_everything(path):
    for found in reading.tables(path):
        with found.open() as rows:
            list(rows)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(TEXT * 5000)[:-40], id="cut off"),
        pytest.param(b"PAR1 not really", id="no Parquet"),
        pytest.param(b"SQLite format 3\0" + b"x" * 99, id="no SQLite"),
        pytest.param(None, id="not there"),
    ],
)
def test_damage_is_told_with_the_name_of_the_file(tmp_path, content):
    path = tmp_path / "broken.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"broken\.bin"):
        read_everything(path)


def test_what_goes_wrong_elsewhere_is_not_blamed_on_the_file(tmp_path):
    """A full disk under the catalogue must not be reported as a damaged download."""
    (only,) = reading.tables(table(tmp_path / "t.csv", ["title"], ["One"]))

    def fail(_row):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk"), only.open() as rows:
        list(map(fail, rows))


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "t.parquet"
    columns = {"title": ["One"], "tags": [["rock", "pop"]], "energy": [0.5], "explicit": [True]}
    pq.write_table(pa.table(columns), path)
    found, rows = read(path)
    assert (found.header, found.total) == (tuple(columns), 1)
    assert rows == [["One", ["rock", "pop"], 0.5, True]]


def test_a_database_has_several_tables(tmp_path):
    path = database(
        tmp_path / "x.db", tracks=(("id", "name"), (1, "One")), artists=(("id", "name"), (2, "A"))
    )
    assert [(t.name, t.total) for t in reading.tables(path)] == [("artists", 1), ("tracks", 1)]
