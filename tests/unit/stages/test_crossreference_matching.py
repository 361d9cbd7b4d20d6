"""Which recording a track is, how that is known and how sure it is."""

import csv

import numpy as np
import pytest

from catalogue_import.crossreference import codes, reference
from catalogue_import.crossreference.matching import Method, match
from catalogue_import.crossreference.reference import Reference
from catalogue_import.stages.errors import WrongSchema

MBIDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(20)]
HEAD = ["recording_mbid", "isrc", "recording_name", "artist_credit_name", "length"]


def reference_of(folder, rows, head=HEAD):
    path = folder / "dump.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, *rows])
    told = reference.build(reference.dumps([path]), folder / "arrays", lambda *_: None)
    return Reference.opened(folder / "arrays"), told


def matched(known, isrc=None, title="Pale Morning", artist="The Lanterns", length_ms=200_000):
    found = match(known, [isrc], np.array([length_ms]), lambda _at: (title, artist))
    row = int(found.row[0])
    mbid = None if row < 0 else MBIDS.index(_shown(known.mbid[row]))
    return mbid, Method(int(found.method[0])), float(found.confidence[0])


def _shown(raw):
    text = bytes(raw).ljust(16, b"\0").hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


@pytest.fixture
def known(tmp_path):
    found, _told = reference_of(tmp_path, [
        [MBIDS[0], "USABC2000001", "Another Song", "Somebody", 100_000],
        [MBIDS[1], "GBABC2000002", "Pale Morning", "The Lanterns", 201_000],
        [MBIDS[2], "", "Pale Morning", "Lanterns feat. Ada Moor", 230_000],
        [MBIDS[3], "USABC2000003", "Pale Morning", "The Lanterns", 90_000],
        [MBIDS[4], "USABC2000003", "Glass River", "The Lanterns", 200_500],
        [MBIDS[5], "DEABC2000009", "Not This", "Nobody", 1_000],
        [MBIDS[6], "", "Only Names", "Ada Moor", ""],
        [MBIDS[7], "", "Two of Them", "Ada Moor", ""],
        [MBIDS[8], "", "Two of Them", "Ada Moor", ""],
    ])  # fmt: skip
    return found


@pytest.mark.parametrize("isrc", ["USABC2000001", "us-abc-20-00001", "US ABC 20 00001"])
def test_an_isrc_decides_in_any_spelling(known, isrc):
    """Whatever the names say: the ISRC was given to the recording."""
    assert matched(known, isrc) == (0, Method.ISRC_EXACT, 1.0)


def test_an_isrc_under_another_country_counts_where_the_names_agree(known):
    assert matched(known, "QMABC2000002", length_ms=900_000) == (1, Method.ISRC_FUZZY, 0.9)


def test_an_isrc_under_another_country_of_another_song_is_nothing(known):
    got = matched(known, "USABC2000009", title="Unheard Of", artist="Somebody Else")
    assert got == (None, Method.NO_MATCH, 0.0)


@pytest.mark.parametrize(
    ("title", "want"),
    [("Glass River", (4, Method.ISRC_EXACT, 1.0)), ("Neither", (4, Method.ISRC_EXACT, 0.95))],
)
def test_of_several_recordings_under_one_isrc_names_decide_then_length(known, title, want):
    assert matched(known, "USABC2000003", title=title, length_ms=200_000) == want


@pytest.mark.parametrize(
    ("length_ms", "want"),
    [
        pytest.param(201_000, (1, 0.97), id="to the millisecond"),
        pytest.param(203_500, (1, 0.92), id="two and a half seconds"),
        pytest.param(228_000, (2, 0.93), id="the closest of two takes"),
        pytest.param(215_000, (None, 0.0), id="fourteen seconds is another take"),
        pytest.param(-1, (None, 0.0), id="unknown, and there are several takes"),
    ],
)
def test_names_need_a_length_that_fits(known, length_ms, want):
    mbid, method, sure = matched(known, length_ms=length_ms)
    assert (mbid, sure) == want
    assert method is (Method.NO_MATCH if mbid is None else Method.METADATA_MATCH)


def test_names_alone_count_where_only_one_recording_has_them(known):
    assert matched(known, None, "Only Names", "Ada Moor")[::2] == (6, 0.86)
    assert matched(known, None, "Two of Them", "Ada Moor")[0] is None


@pytest.mark.parametrize(
    "title", ["Pale Morning (feat. Ada Moor)", "pale  MORNING", "Pâle Morning"]
)
def test_guests_case_and_accents_do_not_part_names(known, title):
    assert matched(known, None, title, "Lanterns", 201_000)[0] == 1


def test_another_version_is_another_recording(known):
    assert matched(known, None, "Pale Morning - Live", length_ms=201_000)[0] is None


def test_without_a_dump_nothing_is_matched(tmp_path):
    found, told = reference_of(tmp_path, [])
    assert told == {"recordings": 0, "faults": {}}
    assert matched(found, "USABC2000001")[1] is Method.NO_MATCH


def test_the_canonical_dump_and_lists_of_isrcs_are_read(tmp_path):
    head = ["id", "recording_mbid", "recording_name", "artist_credit_name", "isrcs"]
    found, told = reference_of(
        tmp_path,
        [[1, MBIDS[0], "A", "B", "{USABC2000001,USABC2000002}"], [2, "nonsense", "A", "B", ""],
         [3, MBIDS[1], "C", "D", "nothing"]],
        head,
    )  # fmt: skip
    assert told == {"recordings": 2, "faults": {"not a MusicBrainz id": 1, "not an ISRC": 1}}
    assert matched(found, "USABC2000002")[0] == 0


def test_a_dump_without_ids_of_recordings_is_named(tmp_path):
    with pytest.raises(WrongSchema, match=r"dump\.csv"):
        reference_of(tmp_path, [["x", "y"]], ["song", "singer"])


def test_codes_are_equal_only_for_equal_isrcs():
    found = codes.codes(["USABC2000001", "us-abc-20-00001", "GBABC2000001", None, "12"])
    assert found[0] == found[1] != found[2]
    assert found[3] == found[4] == 0
    assert codes.tails(found)[0] == codes.tails(found)[2]
