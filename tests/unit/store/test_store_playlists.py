"""Versions are written once, and of two edits of one version only the first counts."""

from dataclasses import replace

import pytest
from builders import playlist, scored, track

from grovemusic.domain.errors import Conflict, StorageFailure, UnknownThing

FIRST = playlist(
    scored(track("One", "Ann")), scored(track("Two", "Bob")), title="First", created_at_ms=1_000
)


def version(number, parent, **changes):
    changes.setdefault("title", f"Version {number}")
    known = {"version": number, "parent": parent, "created_at_ms": 1_000 + number}
    return replace(FIRST, **known, **changes)


@pytest.fixture
def stored(desk):
    """A desk with the first version of a playlist."""
    desk.add_user("user_1", 10)
    desk.rows(
        "INSERT INTO runs (id, user_id, seed_query, playlist_size, status, credits_reserved, "
        "created_at) VALUES ('run_1', 'user_1', 'x', 15, 'processing', 0, 0)"
    )
    desk.do(desk.playlists.add(FIRST, user_id="user_1"))
    return desk


def current(desk):
    return desk.do(desk.playlists.current("pl_1"))


def numbers(desk):
    return [note.version for note in desk.do(desk.playlists.versions("pl_1"))]


def test_what_is_stored_comes_back_as_it_was(stored):
    assert stored.do(stored.playlists.get("pl_1")) == FIRST
    assert current(stored) == ("user_1", 1)


def test_storing_the_first_version_again_changes_nothing(stored):
    stored.do(stored.playlists.add(FIRST, user_id="user_1"))
    assert numbers(stored) == [1]


def test_storing_the_first_version_again_after_an_edit_undoes_nothing(stored):
    """A run that died after its last step does it once more when it wakes up."""
    second = version(2, 1)
    stored.do(stored.playlists.add_version(second))
    stored.do(stored.playlists.add(FIRST, user_id="user_1"))
    assert stored.do(stored.playlists.get("pl_1")) == second
    assert numbers(stored) == [1, 2]


def test_a_second_playlist_of_one_run_is_refused(stored):
    with pytest.raises(StorageFailure, match="UNIQUE"):
        stored.do(stored.playlists.add(replace(FIRST, id="pl_2"), user_id="user_1"))


def test_an_edit_becomes_the_current_version_and_the_old_ones_stay(stored):
    second, third = version(2, 1), version(3, 2)
    stored.do(stored.playlists.add_version(second))
    stored.do(stored.playlists.add_version(third))
    assert stored.do(stored.playlists.get("pl_1")) == third
    assert [stored.do(stored.playlists.get("pl_1", n)) for n in (1, 2, 3)] == [
        FIRST,
        second,
        third,
    ]
    notes = stored.do(stored.playlists.versions("pl_1"))
    assert [(note.version, note.parent) for note in notes] == [(1, None), (2, 1), (3, 2)]


def test_an_edit_of_an_older_version_is_refused_whole(stored):
    stored.do(stored.playlists.add_version(version(2, 1)))
    with pytest.raises(Conflict, match="changed since version 1"):
        stored.do(stored.playlists.add_version(version(3, 1)))
    assert current(stored)[1] == 2
    assert numbers(stored) == [1, 2]


def test_of_edits_at_once_one_is_stored(stored):
    edits = [version(2, 1, title=f"Edit {n}") for n in range(6)]
    answers = stored.at_once(*(stored.playlists.add_version(each) for each in edits))
    assert sum(isinstance(answer, Conflict) for answer in answers) == 5
    won = edits[answers.index(None)]
    assert stored.do(stored.playlists.get("pl_1")) == won


def test_an_edit_never_lands_on_a_version_somebody_else_made(stored):
    """Two edits of version 1, an undo in between: the later one must neither replace the other
    nor make it current behind the listener's back.
    """
    theirs = version(2, 1, title="Theirs")
    stored.do(stored.playlists.add_version(theirs))
    stored.do(stored.playlists.move_to("pl_1", 1, over=2, at_ms=5))
    with pytest.raises(Conflict):
        stored.do(stored.playlists.add_version(version(2, 1, title="Ours")))
    assert current(stored)[1] == 1
    assert stored.do(stored.playlists.get("pl_1", 2)) == theirs


def test_moving_needs_the_current_version_and_one_that_exists(stored):
    stored.do(stored.playlists.add_version(version(2, 1)))
    stored.do(stored.playlists.move_to("pl_1", 1, over=2, at_ms=5))
    assert current(stored)[1] == 1
    for to, over in [(2, 2), (7, 1), (2, 7)]:
        with pytest.raises(Conflict):
            stored.do(stored.playlists.move_to("pl_1", to, over=over, at_ms=6))
    assert current(stored)[1] == 1


def test_unknown_playlists_and_versions_are_unknown(stored):
    with pytest.raises(UnknownThing, match="no playlist 'pl_9'"):
        stored.do(stored.playlists.get("pl_9"))
    with pytest.raises(UnknownThing, match="version"):
        stored.do(stored.playlists.get("pl_1", 2))
    with pytest.raises(UnknownThing):
        stored.do(stored.playlists.current("pl_9"))
    assert stored.do(stored.playlists.versions("pl_9")) == []


def test_an_edit_of_an_unknown_playlist_is_refused(stored):
    with pytest.raises(Conflict):
        stored.do(stored.playlists.add_version(replace(version(2, 1), id="pl_9")))


def test_a_list_of_a_hundred_tracks_with_evidence_fits(stored):
    """D1 takes two million bytes a value."""
    many = [scored(track(f"Song {n} " + "x" * 200, f"Artist {n}")) for n in range(100)]
    big = replace(playlist(*many), version=2, parent=1)
    stored.do(stored.playlists.add_version(big))
    assert stored.do(stored.playlists.get("pl_1")) == big
