"""Where memberships come from, and which are refused."""

import sqlite3

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from catalogue_import.kernel.memberships import (
    Memberships,
    from_pairs,
    from_parquet,
    from_sqlite,
)

STARTS, MEMBERS = np.array([0, 2, 3]), np.array([0, 1, 1], dtype=np.uint32)


def lists_in(memberships):
    return [
        memberships.members[start:stop].tolist()
        for start, stop in zip(memberships.first, memberships.first[1:], strict=False)
    ]


def test_columns_in_any_order_become_lists():
    found = from_pairs(np.array([7, 2, 7, 2]), np.array([1, 0, 3, 2]), 4)
    assert lists_in(found) == [[0, 2], [1, 3]]


def test_gaps_between_playlist_numbers_cost_nothing():
    """A number may be an id: were there an entry for each in between, memory would be gone."""
    found = from_pairs(np.array([3, 1 << 60]), np.array([1, 0]), 2)
    assert lists_in(found) == [[1], [0]]


@pytest.mark.parametrize(
    ("playlist", "item", "message"),
    [
        ([0, 1], [0], "one length"),
        ([0, -1], [0, 1], "playlist 1 is -1"),
        ([0, 1], [-5, 1], "item 0 is -5"),
        ([0, 1], [0, 2], "item 1 is 2, there are 2 items"),
    ],
)
def test_a_number_out_of_range_is_named_with_its_place(playlist, item, message):
    with pytest.raises(ValueError, match=message):
        from_pairs(np.array(playlist), np.array(item), 2)


@pytest.mark.parametrize(
    ("first", "members", "items", "message"),
    [
        (STARTS[:0], MEMBERS, 2, "ends"),
        (STARTS[1:], MEMBERS, 2, "ends"),
        (STARTS[:2], MEMBERS, 2, "ends"),
        (np.array([0, 3, 2, 3]), MEMBERS, 2, "want lists"),
        (STARTS, MEMBERS, 1, "member 1 is 1, there are 1 items"),
        (STARTS, MEMBERS.astype(np.int64), 2, "uint32"),
        (STARTS.astype(np.int32), MEMBERS, 2, "int64"),
        (STARTS, MEMBERS, 1 << 32, "items"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(first, members, items, message):
    with pytest.raises(ValueError, match=message):
        Memberships(first, members, items)


def test_playlists_of_the_catalogue_are_numbered_in_the_order_of_ids():
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE catalogue_playlist_tracks (playlist_id, track_id, position)")
    rows = [("p2", "c", 0), ("p1", "b", 0), ("p2", "a", 1), ("p1", "a", 1)]
    db.executemany("INSERT INTO catalogue_playlist_tracks VALUES (?, ?, ?)", rows)
    named = from_sqlite(db)
    assert list(named.ids) == ["a", "b", "c"]
    assert [sorted(each) for each in lists_in(named.memberships)] == [[0, 1], [0, 2]]
    db.close()


@pytest.mark.parametrize("ids", [["x", "y", "z"], [10, 20, 30]])
def test_parquet_columns_are_numbered_in_the_order_of_ids(tmp_path, ids):
    table = pa.table({"list": [2, 1, 2, 1], "song": [ids[2], ids[1], ids[0], ids[0]]})
    path = tmp_path / "memberships.parquet"
    pyarrow.parquet.write_table(table, path, row_group_size=2)
    named = from_parquet(path, playlist="list", track="song")
    assert list(named.ids) == [str(each) for each in ids]
    assert [sorted(each) for each in lists_in(named.memberships)] == [[0, 1], [0, 2]]


def test_an_empty_table_is_no_lists(tmp_path):
    path = tmp_path / "memberships.parquet"
    none = pa.array([], type=pa.string())
    pyarrow.parquet.write_table(pa.table({"list": none, "song": none}), path)
    named = from_parquet(path, playlist="list", track="song")
    assert (len(named.memberships), list(named.ids)) == (0, [])


def test_an_empty_cell_is_named(tmp_path):
    path = tmp_path / "memberships.parquet"
    pyarrow.parquet.write_table(pa.table({"list": [1, None], "song": ["a", "b"]}), path)
    with pytest.raises(ValueError, match=r"memberships.parquet: 1 rows have no list"):
        from_parquet(path, playlist="list", track="song")
