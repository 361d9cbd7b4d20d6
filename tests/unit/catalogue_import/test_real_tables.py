"""Real tables, read where they lie: every row of every one of them accounted for.

Skipped where they are not; nothing of them is copied into the project.
"""

import gzip
import itertools
import os
from pathlib import Path

import pytest
from catalogue_files import rows

from catalogue_import.importing import Options, import_tables

SHARED = Path(os.environ.get("GROVE_SHARED") or Path(__file__).parents[4] / "shared") / "data"
EDITORIAL = "playlists/spotify_editorial_2023"
# Pairs that stand in three lists: a few hundred here. Mining all takes longer than all else.
QUICK = Options(fewest_together=3)

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real tables in {SHARED}")


def loaded(catalogue, *names):
    return imported([SHARED / name for name in names], catalogue)


def imported(paths, catalogue):
    ledger = import_tables(paths, catalogue, options=QUICK)
    for told in ledger.tables:
        assert told.rows == told.imported + told.duplicates + told.rejected.total()
    return ledger


def test_spotify_songs(catalogue):
    """The collection our measurements are made on: its numbers are known from other tools."""
    ledger = loaded(catalogue, "tracks/spotify_songs.csv.gz")
    assert (ledger.rows, ledger.imported, ledger.duplicates) == (32_833, 28_352, 4_476)
    assert ledger.rejected == {"no title": 5}
    assert ledger.playlists == 471
    assert not ledger.warnings
    assert rows(catalogue, "SELECT count(*) FROM catalogue_tags") == [(0,)]
    again = loaded(catalogue, "playlists/classic_rock_song_list.csv")
    twice = loaded(catalogue, "playlists/classic_rock_song_list.csv")
    assert (again.imported, twice.imported, twice.duplicates) == (2_225, 0, 2_229)


@pytest.mark.parametrize(
    ("name", "rows_read", "songs"),
    [
        pytest.param("tracks/msd_spotify_lastfm_50k.csv.gz", 10_000, 9_999, id="msd"),
        pytest.param("playlists/wfmu_wake_shows.csv.gz", 15_000, 8_540, id="wfmu"),
    ],
)
def test_the_first_rows_of_large_collections(catalogue, tmp_path, name, rows_read, songs):
    """How songs are told apart by name alone may change; then so does WFMU's count.

    Whole, they are read by `make quality`: 50,674 songs of 50,683 rows and 27,029 of 77,623.
    """
    head = tmp_path / Path(name).stem
    with gzip.open(SHARED / name, "rb") as table, head.open("wb") as copy:
        copy.writelines(itertools.islice(table, rows_read + 1))
    ledger = imported([head], catalogue)
    assert ledger.rows == rows_read
    assert not ledger.rejected.total()
    assert ledger.imported == pytest.approx(songs, rel=0.01)


def test_a_collection_in_three_tables(catalogue):
    names = ("audio_features", "playlists", "tracks")
    ledger = loaded(catalogue, *(f"{EDITORIAL}/{name}.csv.gz" for name in names))
    assert ledger.rows == 9_634 + 8_141 + 100
    assert not ledger.rejected.total()
    assert ledger.imported == pytest.approx(8_154 + 8_141, rel=0.01)


def test_persian_songs_are_found_in_persian(catalogue):
    ledger = loaded(catalogue, "tracks/persian_spotify_10k.csv.gz")
    assert (ledger.rows, ledger.imported, ledger.duplicates) == (10_632, 10_277, 355)
    sql = "SELECT count(*) FROM catalogue_search WHERE catalogue_search MATCH ?"
    assert rows(catalogue, sql, '"معین"')[0][0] > 10
