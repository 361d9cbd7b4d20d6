"""Memberships and rows in files."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mining_reference import NAMES, assert_same, columns, many_lists, mined_by

from catalogue_import.kernel import files
from catalogue_import.kernel.engines import NUMPY, choose
from catalogue_import.kernel.memberships import from_pairs
from catalogue_import.kernel.rules import Room, Rules


def cut(playlist, item, at):
    """A stream of chunks, cut at the given places."""
    places = [0, *sorted(at), len(playlist)]
    return [(playlist[start:stop], item[start:stop]) for start, stop in pairwise(places)]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20))), st.data())
def test_where_a_stream_is_cut_changes_nothing(tmp_path_factory, pairs, data):
    pairs.sort(key=lambda pair: pair[0])
    playlist = np.array([pair[0] for pair in pairs], dtype=np.int64)
    item = np.array([pair[1] for pair in pairs], dtype=np.int64)
    at = data.draw(st.lists(st.integers(0, len(pairs)), max_size=4))
    folder = tmp_path_factory.mktemp("stored")
    stored = files.store(cut(playlist, item, at), folder, items=21)
    whole = from_pairs(playlist, item, 21)
    np.testing.assert_array_equal(stored.first, whole.first)
    np.testing.assert_array_equal(stored.members, whole.members)


@pytest.mark.parametrize(
    ("playlist", "item", "message"),
    [
        ([5, 4], [0, 1], "membership 4: playlist 4 after a higher number"),
        ([1, 2], [0, 1], "membership 3: playlist 1 after a higher number"),
        ([-1, 2], [0, 1], "membership 3: playlist -1"),
        ([3, 4], [0, 9], "membership 4: item 9, there are 9 items"),
        ([3, 4], [-1, 2], "membership 3: item -1"),
        ([3], [0, 1], "one length, got 1 and 2"),
    ],
)
def test_a_wrong_chunk_is_named_and_leaves_no_file(tmp_path: Path, playlist, item, message):
    chunks = [
        (np.array([0, 0, 2]), np.array([1, 2, 8])),
        (np.array(playlist), np.array(item)),
    ]
    with pytest.raises(ValueError, match=message):
        files.store(chunks, tmp_path, items=9)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        files.opened(tmp_path, items=9)


def test_unsigned_columns_are_as_good_as_signed_ones(tmp_path):
    chunk = np.array([0, 0, 7], dtype=np.uint32), np.array([3, 2, 1], dtype=np.uint32)
    assert files.store([chunk], tmp_path, items=4).first.tolist() == [0, 2, 3]


def test_rows_come_back_as_they_were_mined(tmp_path):
    memberships = many_lists(1, lists=200, longest=30, items=60)
    mined = choose(NUMPY)(memberships, Rules(), Room())
    rows = files.store_rows(mined.neighbours, tmp_path)
    want = columns(choose(NUMPY)(memberships, Rules(), Room()))
    found = files.opened_rows(tmp_path)
    assert rows == len(want["item"]) > 100
    for name in NAMES:
        np.testing.assert_array_equal(found[name], want[name], err_msg=name)


def test_no_rows_are_files_too(tmp_path):
    assert files.store_rows([], tmp_path) == 0
    assert len(files.opened_rows(tmp_path)["pmi"]) == 0


def test_rows_of_a_mining_that_failed_are_not_there(tmp_path):
    def failing():
        yield from choose(NUMPY)(
            many_lists(1, lists=50, longest=30, items=9), Rules(), Room()
        ).neighbours
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        files.store_rows(failing(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_mapped_memberships_are_mined_like_those_in_memory(tmp_path):
    pytest.importorskip("numba", reason="the compiled kernel needs the extra 'catalogue'")
    whole = many_lists(2, lists=300, longest=30, items=90)
    playlist = np.repeat(np.arange(len(whole)), np.diff(whole.first))
    mapped = files.store([(playlist, whole.members)], tmp_path, items=90)
    mine = choose("numba")
    assert_same(mined_by(mine, mapped, Rules()), mined_by(mine, whole, Rules()))
