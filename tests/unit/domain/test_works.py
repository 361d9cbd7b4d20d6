"""A playlist holds a song once, whatever the version is called."""

import pytest

from grovemusic.domain.ids import track_id
from grovemusic.domain.music import Track
from grovemusic.domain.works import (
    Version,
    best_versions,
    same_recording,
    song_keys,
    split_version,
    work_key,
)


def track(title, artist="Someone", **known):
    return Track(id=track_id(title=title, artist=artist), title=title, artist=artist, **known)


@pytest.mark.parametrize(
    ("title", "base", "version"),
    [
        ("Song", "Song", Version.STUDIO),
        ("Song - 2011 Remaster", "Song", Version.STUDIO),
        ("Song (Remastered 2009)", "Song", Version.STUDIO),
        ("Song - Radio Edit", "Song", Version.SINGLE_EDIT),
        ("Song - Live at the Roxy", "Song", Version.LIVE),
        ("Song (Acoustic)", "Song", Version.LIVE),
        ("Song (feat. A) - B Remix", "Song", Version.REMIX),
        ("Song [C Bootleg]", "Song", Version.REMIX),
        ("(I Can't Get No) Satisfaction", "(I Can't Get No) Satisfaction", Version.STUDIO),
        ("(Remix)", "(Remix)", Version.STUDIO),
    ],
)
def test_version_words_are_cut_and_named(title, base, version):
    assert split_version(title) == (base, version)


@pytest.mark.parametrize(
    "other",
    [
        "Pink + White - Live",
        "PINK & WHITE",
        "Pink and White (2018 Remaster)",
        "Pink + White (X Remix)",
    ],
)
def test_every_version_has_the_same_work_key(other):
    assert work_key("Pink + White", "Frank Ocean") == work_key(other, "Frank Ocean feat. Beyoncé")


def test_a_cover_under_a_long_title_is_the_same_song_to_a_listener():
    one, other = song_keys("Killing Me Softly", "A"), song_keys("Killing Me Softly", "B")
    assert one & other


def test_one_word_titles_by_different_artists_are_different_songs():
    assert not song_keys("Home", "A") & song_keys("Home", "B")


def test_equal_isrc_decides_whatever_the_names_say():
    assert same_recording(track("A", isrc="USRC17607839"), track("B", isrc="USRC17607839"))


def test_different_mbids_are_different_recordings_whatever_the_names_say():
    one, other = "0" * 8 + "-0000-0000-0000-" + "0" * 12, "1" * 8 + "-0000-0000-0000-" + "0" * 12
    assert not same_recording(track("A", mbid=one), track("A", mbid=other))


def test_lengths_further_apart_than_five_seconds_are_different_recordings():
    assert same_recording(track("A", duration_ms=200_000), track("A", duration_ms=204_000))
    assert not same_recording(track("A", duration_ms=200_000), track("A", duration_ms=206_000))


def test_an_unknown_length_does_not_keep_equal_names_apart():
    assert same_recording(track("A", duration_ms=200_000), track("A"))


def test_studio_is_preferred_to_edit_to_live_to_remix():
    versions = [track("A - X Remix"), track("A - Live"), track("A - Radio Edit"), track("A")]
    for count in range(4, 0, -1):
        some = versions[:count]
        assert best_versions(some) == [some[-1]]
