"""Real tables, read where they lie: every row of every one of them accounted for.

Skipped where they are not; nothing of them is copied into the project.
"""

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
    ledger = import_tables([SHARED / name for name in names], catalogue, options=QUICK)
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
    ("names", "rows_read", "imported", "rejected"),
    [
        pytest.param(["tracks/msd_spotify_lastfm_50k.csv.gz"], 50_683, 50_674, 0, id="msd"),
        pytest.param(["playlists/wfmu_wake_shows.csv.gz"], 77_623, 27_029, 2, id="wfmu"),
        pytest.param(
            [f"{EDITORIAL}/{n}.csv.gz" for n in ("audio_features", "playlists", "tracks")],
            9_634 + 8_141 + 100,
            8_154 + 8_141,
            0,
            id="editorial",
        ),
    ],
)
def test_other_collections(catalogue, names, rows_read, imported, rejected):
    """How songs are told apart by name alone may change; then so does WFMU's count."""
    ledger = loaded(catalogue, *names)
    assert ledger.rows == rows_read
    assert ledger.rejected.total() == rejected
    assert ledger.imported == pytest.approx(imported, rel=0.01)


def test_persian_songs_are_found_in_persian(catalogue):
    ledger = loaded(catalogue, "tracks/persian_spotify_10k.csv.gz")
    assert (ledger.rows, ledger.imported, ledger.duplicates) == (10_632, 10_277, 355)
    sql = "SELECT count(*) FROM catalogue_search WHERE catalogue_search MATCH ?"
    assert rows(catalogue, sql, '"معین"')[0][0] > 10
