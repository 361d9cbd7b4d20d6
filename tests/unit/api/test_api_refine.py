"""Edits of a finished playlist: one change, a new version, everything else byte for byte."""

import pytest

from grovemusic.domain.playlist import EditKind


def tracks(document):
    return document["playlist"]


def others(document, *positions):
    """The tracks at all other positions, byte for byte."""
    return [track for track in tracks(document) if track["position"] not in positions]


def titles(document):
    return [track["title"] for track in tracks(document)]


def test_lock_and_unlock_change_the_lock_and_nothing_else(played):
    grove, first = played
    locked = grove.refined(first, "lock", 2, 5)
    assert [track["position"] for track in tracks(locked) if track["locked"]] == [2, 5]
    assert others(locked, 2, 5) == others(first, 2, 5)
    unlocked = grove.refined(locked, "unlock", 2, 5)
    assert tracks(unlocked) == tracks(first)
    assert (unlocked["version"], unlocked["parent"]) == (3, 2)


@pytest.mark.parametrize("positions", [(3,), (1, 15), (4, 5, 6)])
def test_replace_gives_other_tracks_at_these_positions_only(played, positions):
    grove, first = played
    second = grove.refined(first, "replace", *positions)
    assert others(second, *positions) == others(first, *positions)
    assert len(set(titles(second))) == 15
    for position in positions:
        assert tracks(second)[position - 1]["id"] != tracks(first)[position - 1]["id"]
        assert tracks(second)[position - 1]["reason"]
    assert "Replaced" in second["change"]


def test_a_replaced_track_may_come_back_and_a_banned_one_never_does(played):
    grove, first = played
    gone = tracks(first)[2]["id"]
    second = grove.refined(first, "ban", 3)
    third = grove.refined(second, "replace", *range(1, 8))
    fourth = grove.refined(third, "less_like", 9)
    assert all(gone not in {t["id"] for t in tracks(each)} for each in (second, third, fourth))


def test_a_banned_artist_leaves_every_position_and_stays_away(played):
    grove, first = played
    artist = "Azure Valley"
    at = [track["position"] for track in tracks(first) if track["artist"] == artist]
    assert len(at) == 2
    second = grove.refined(first, "ban_artist", at[0])
    assert others(second, *at) == others(first, *at)
    third = grove.refined(second, "replace", *range(1, 6))
    for document in (second, third):
        assert artist not in {track["artist"] for track in tracks(document)}


def test_a_locked_track_by_a_banned_artist_stays(played):
    """The listener has said so by name, and a lock is the stronger wish."""
    grove, first = played
    at = [t["position"] for t in tracks(first) if t["artist"] == "Azure Valley"]
    locked = grove.refined(first, "lock", at[1])
    second = grove.refined(locked, "ban_artist", at[0])
    assert tracks(second)[at[1] - 1] == tracks(locked)[at[1] - 1]


@pytest.mark.parametrize("kind", ["more_like", "less_like"])
def test_leaning_changes_a_few_tracks_and_keeps_the_locked_ones(played, kind):
    grove, first = played
    locked = grove.refined(first, "lock", 1, 2, 3, 4)
    second = grove.refined(locked, kind, 6)
    changed = [
        new["position"]
        for old, new in zip(tracks(locked), tracks(second), strict=True)
        if old != new
    ]
    assert 1 <= len(changed) <= 3
    assert all(position > 4 for position in changed)
    assert (6 in changed) is (kind == "less_like")


def test_more_like_and_less_like_a_locked_track_leave_it_alone(played):
    grove, first = played
    document = grove.refined(first, "lock", 6)
    for kind in ("more_like", "less_like"):
        before, document = document, grove.refined(document, kind, 6)
        assert tracks(document)[5] == tracks(before)[5]
        assert tracks(document) != tracks(before)


@pytest.mark.parametrize(("position", "to"), [(7, 2), (2, 7), (1, 15), (15, 1), (4, 4)])
def test_move_carries_one_track_and_only_shifts_the_rest(played, position, to):
    grove, first = played
    second = grove.refined(first, "move", position, to=to)
    wanted = titles(first)
    wanted.insert(to - 1, wanted.pop(position - 1))
    assert titles(second) == wanted
    by_id = {track["id"]: track for track in tracks(first)}
    for track in tracks(second):
        assert {**by_id[track["id"]], "position": track["position"]} == track
    low, high = sorted((position, to))
    assert others(second, *range(low, high + 1)) == others(first, *range(low, high + 1))


def test_undo_and_redo_walk_the_versions_and_make_none(played):
    grove, first = played
    second = grove.refined(first, "replace", 3)
    third = grove.refined(second, "move", 1, to=2)
    assert grove.refined(third, "undo") == second
    back = grove.refined(second, "undo")
    assert back == first
    assert grove.refined(back, "redo") == second
    assert grove.refined(second, "redo") == third
    assert grove.books().versions == 3


def test_redo_after_a_new_edit_follows_the_newest_branch(played):
    """Undo, then another edit: what was undone stays readable, but redo leads along the new one."""
    grove, first = played
    second = grove.refined(first, "lock", 1)
    grove.refined(second, "undo")
    third = grove.refined(first, "lock", 2)
    assert (third["version"], third["parent"]) == (3, 1)
    assert grove.refined(third, "undo") == first
    assert grove.refined(first, "redo") == third
    path = f"/api/playlist/{first['playlistId']}"
    assert grove.get(path, params={"version": 2}).json() == second


@pytest.mark.parametrize("kind", ["undo", "redo"])
def test_there_is_an_end_to_both_ways(played, kind):
    grove, first = played
    answer = grove.refine(first, kind)
    assert answer.status_code == 409
    assert f"nothing to {kind}" in answer.json()["detail"]


@pytest.mark.parametrize("kind", [kind.value for kind in EditKind])
def test_an_edit_of_a_version_that_is_no_longer_current_is_refused(played, kind):
    """Somebody else, or another tab, was faster: nobody's work is overwritten."""
    grove, first = played
    grove.refined(first, "lock", 1)
    more = {"to": 3} if kind == "move" else {}
    positions = () if kind in {"undo", "redo"} else (2,)
    before = grove.books()
    answer = grove.refine(first, kind, *positions, **more)
    assert answer.status_code == 409
    assert "load it again" in answer.json()["detail"]
    assert grove.books() == before


def test_of_edits_at_once_one_wins_and_the_others_are_told(played):
    grove, first = played
    path = f"/api/playlist/{first['playlistId']}/refine"
    bodies = [{"kind": "lock", "positions": [n], "version": 1} for n in range(1, 7)]
    answers = grove.at_once(*[("POST", path, {"json": body}) for body in bodies])
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409, 409]
    (won,) = (each.json() for each in answers if each.status_code == 200)
    assert grove.get(f"/api/playlist/{first['playlistId']}").json() == won
    assert grove.books().versions == 2


@pytest.mark.parametrize("kind", ["replace", "ban", "ban_artist"])
def test_a_locked_track_is_not_taken_away(played, kind):
    grove, first = played
    locked = grove.refined(first, "lock", 3)
    answer = grove.refine(locked, kind, 2, 3)
    assert answer.status_code == 409
    assert "position 3 is locked" in answer.json()["detail"]
    assert grove.get(f"/api/playlist/{first['playlistId']}").json() == locked


def test_the_listeners_own_song_is_not_taken_away(grove):
    first = grove.make("Electric Tide by Azure Valley", includeSeed=True)
    answer = grove.refine(first, "replace", 1)
    assert answer.status_code == 409
    assert "your own song" in answer.json()["detail"]


def test_promises_hold_after_many_edits(played):
    """No song twice, at most two an artist and three others between them, whatever is replaced."""
    grove, document = played
    for positions in [(1, 2, 3), (4, 9, 14), (5,), (6, 7, 8), (15,), (10, 11, 12, 13)]:
        document = grove.refined(document, "replace", *positions)
        assert len(set(titles(document))) == 15
        places = {}
        for track in tracks(document):
            places.setdefault(track["artist"], []).append(track["position"])
        assert all(len(each) <= 2 for each in places.values())
        assert all(each[-1] - each[0] > 3 for each in places.values() if len(each) == 2)


def test_when_the_search_has_nothing_left_that_fits_it_says_so(played):
    grove, document = played
    for _ in range(20):
        answer = grove.refine(document, "ban", *range(1, 16))
        if answer.status_code != 200:
            break
        document = answer.json()
    assert answer.status_code == 409
    assert "make a new playlist" in answer.json()["detail"]
    assert grove.get(f"/api/playlist/{document['playlistId']}").json() == document


def test_versions_tell_what_was_changed(played):
    grove, first = played
    second = grove.refined(first, "replace", 3)
    grove.refined(second, "undo")
    answer = grove.get(f"/api/playlist/{first['playlistId']}/versions").json()
    assert answer["current"] == 1
    assert [(each["version"], each["parent"]) for each in answer["versions"]] == [(1, None), (2, 1)]
    assert answer["versions"][1]["change"] == f"Replaced “{tracks(first)[2]['title']}”"


def test_edits_cost_nothing(played):
    grove, first = played
    before = grove.get("/api/user/credits").json()
    grove.refined(grove.refined(first, "replace", 1), "undo")
    assert grove.get("/api/user/credits").json() == before


def test_an_edit_after_the_archive_is_gone_says_so(grove):
    """Replacing needs the pool of the search; walking the versions does not."""
    first = grove.make("Electric Tide by Azure Valley")
    second = grove.refined(first, "lock", 1)
    (run,) = grove.rows("SELECT r2_key FROM runs")
    grove.do(grove.services.archive.delete([run["r2_key"]]))
    assert grove.refine(second, "replace", 2).status_code == 404
    assert grove.refined(second, "undo") == first
