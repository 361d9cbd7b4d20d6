"""One edit, the next version: what was named changes, the promises hold, the rest stays."""

from dataclasses import replace
from itertools import pairwise

import pytest
from builders import placed, playlist, scored, tags, track
from hypothesis import given, settings
from hypothesis import strategies as st
from pools import SEEDS, pools

from grovemusic.domain import names
from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.domain.errors import BadAsk, Conflict
from grovemusic.domain.playlist import Edit, EditKind, FlowRole
from grovemusic.domain.works import song_keys
from grovemusic.pipeline.curate import curate
from grovemusic.pipeline.explain import from_templates
from grovemusic.pipeline.refine import refine

ASK = Ask(seeds=(SeedQuery(query="Seed by Sower"),))


def song(number, *, by=None, overall=None, **known):
    points = 9 - number / 10 if overall is None else overall
    return scored(
        track(f"Title Number {number}", by or f"Artist {number}", **known), overall=points
    )


LISTED = [song(number) for number in range(1, 7)]
SPARE = [song(number) for number in range(11, 31)]
LIST = playlist(
    *(
        placed(each, position=at, flow_role=FlowRole.PEAK, reason=f"Reason {at}")
        for at, each in enumerate(LISTED, 1)
    ),
    ask=ASK,
)


def edited(kind, *positions, of=LIST, to=None, pool=None, version=2):
    return refine(
        of,
        Edit(kind=EditKind(kind), positions=positions, to=to),
        pool=LISTED + SPARE if pool is None else pool,
        seeds=SEEDS,
        version=version,
        at_ms=5,
    )


def titles(of):
    return [each.scored.track.title for each in of.tracks]


def changed(before, after):
    """Positions at which the track, its sentence, its score or its lock differ."""
    return [
        new.position for old, new in zip(before.tracks, after.tracks, strict=True) if old != new
    ]


def test_the_next_version_knows_where_it_comes_from():
    after = edited("replace", 3, version=9)
    assert (after.version, after.parent, after.created_at_ms) == (9, 1, 5)
    assert after.change == "Replaced “Title Number 3”"
    assert (after.id, after.run_id, after.title, after.seeds) == (
        LIST.id,
        LIST.run_id,
        LIST.title,
        LIST.seeds,
    )


@pytest.mark.parametrize(
    ("kind", "positions", "sentence"),
    [
        ("lock", (1, 2), "Locked “Title Number 1”, “Title Number 2”"),
        ("unlock", (1,), "Unlocked “Title Number 1”"),
        ("ban", (1, 2), "Banned “Title Number 1”, “Title Number 2”"),
        ("ban_artist", (2,), "Banned Artist 2"),
        ("more_like", (4,), "More like “Title Number 4”"),
        ("less_like", (4,), "Less like “Title Number 4”"),
    ],
)
def test_the_change_is_told_in_words(kind, positions, sentence):
    assert edited(kind, *positions).change == sentence


def test_the_change_names_three_tracks_and_counts_the_rest():
    after = edited("lock", 1, 2, 3, 4, 5)
    assert after.change == "Locked “Title Number 1”, “Title Number 2”, “Title Number 3” and 2 more"


def test_a_replacement_is_the_best_of_the_pool_at_the_same_place_in_the_same_role():
    after = edited("replace", 3)
    assert changed(LIST, after) == [3]
    new = after.tracks[2]
    assert new.scored == SPARE[0]
    assert (new.position, new.flow_role, new.locked) == (3, FlowRole.PEAK, False)
    assert new.reason
    assert new.reason_by == "template"


def test_several_replacements_are_all_different():
    after = edited("replace", 6, 1, 3)
    assert changed(LIST, after) == [1, 3, 6]
    assert len(set(titles(after))) == 6


def test_a_version_of_a_song_in_the_list_is_no_replacement():
    live = scored(track("Title Number 1 (Live)", "Artist 1"), overall=10)
    cover = scored(track("Title Number 2", "Somebody Else"), overall=10)
    of_seed = scored(track("Seed - 2011 Remaster", "Sower"), overall=10)
    after = edited("replace", 3, pool=[live, cover, of_seed, *SPARE])
    assert after.tracks[2].scored == SPARE[0]


def test_a_blocked_artist_is_no_replacement():
    ask = replace(ASK, blocked_artists=("ARTIST 11",))
    assert edited("replace", 3, of=replace(LIST, ask=ask)).tracks[2].scored == SPARE[1]


def test_an_era_holds_for_replacements_too():
    ask = replace(ASK, era=(1990, 1999))
    old = song(50, year=1980, overall=10)
    right = song(51, year=1995, overall=1)
    after = edited("replace", 3, of=replace(LIST, ask=ask), pool=[old, right])
    assert after.tracks[2].scored == right


def test_a_replacement_keeps_the_cap_and_the_gap():
    """At most two of one artist, and three others between them."""
    near = song(40, by="Artist 1", overall=10)  # artist 1 stands at position 1
    assert edited("replace", 3, pool=[near, *SPARE]).tracks[2].scored == SPARE[0]
    assert edited("replace", 6, pool=[near, *SPARE]).tracks[5].scored == near
    third = song(41, by="Artist 1", overall=9.9)
    twice = edited("replace", 6, pool=[near, *SPARE])
    assert edited("replace", 2, of=twice, pool=[third, *SPARE]).tracks[1].scored == SPARE[0]


def test_the_artist_that_leaves_makes_room_for_another_of_theirs():
    same = song(40, by="Artist 3", overall=10)
    assert edited("replace", 3, pool=[same, *SPARE]).tracks[2].scored == same


@pytest.mark.parametrize("kind", ["replace", "ban", "ban_artist"])
def test_without_anything_that_fits_nothing_is_changed(kind):
    with pytest.raises(Conflict, match="nothing else in this playlist's search fits position 3"):
        edited(kind, 3, pool=LISTED)


def test_a_banned_song_is_remembered_in_every_version_of_it():
    after = edited("ban", 3)
    assert set(song_keys("Title Number 3", "Artist 3")) <= set(after.banned_songs)
    live = scored(track("Title Number 3 - Live", "Artist 3"), overall=10)
    again = edited("replace", 4, of=after, pool=[LISTED[2], live, *SPARE])
    assert again.tracks[3].scored == SPARE[1]  # the first spare is in the list by now
    assert again.banned_songs == after.banned_songs


def test_a_banned_artist_leaves_every_free_position():
    twice = replace(
        LIST,
        tracks=(
            *LIST.tracks[:5],
            placed(song(40, by="ARTIST 1 feat. Someone"), position=6, reason="x"),
        ),
    )
    after = edited("ban_artist", 1, of=twice)
    assert changed(twice, after) == [1, 6]
    assert "artist 1" in after.banned_artists
    guest = scored(track("Other Title (feat. Artist 1)", "Artist 99"), overall=10)
    again = edited("replace", 2, of=after, pool=[guest, *SPARE])
    assert again.tracks[1].scored != guest


def test_locks_are_set_and_taken_and_nothing_else_moves():
    locked = edited("lock", 2, 5)
    assert [each.position for each in locked.tracks if each.locked] == [2, 5]
    assert edited("unlock", 2, 5, of=locked).tracks == LIST.tracks


def test_what_is_locked_or_the_listeners_own_is_not_replaced():
    locked = edited("lock", 2)
    own = replace(LIST, tracks=(replace(LIST.tracks[0], is_seed=True), *LIST.tracks[1:]))
    for kind in ("replace", "ban", "ban_artist"):
        with pytest.raises(Conflict, match="position 2 is locked; unlock it first"):
            edited(kind, 2, of=locked)
        with pytest.raises(Conflict, match="position 1 is your own song"):
            edited(kind, 1, of=own)


@pytest.mark.parametrize(
    ("position", "to", "order"),
    [
        (1, 6, [2, 3, 4, 5, 6, 1]),
        (6, 1, [6, 1, 2, 3, 4, 5]),
        (2, 4, [1, 3, 4, 2, 5, 6]),
        (4, 2, [1, 4, 2, 3, 5, 6]),
        (3, 3, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_move_keeps_the_order_of_all_others(position, to, order):
    after = edited("move", position, to=to)
    assert titles(after) == [f"Title Number {number}" for number in order]
    assert [each.position for each in after.tracks] == [1, 2, 3, 4, 5, 6]
    assert {each.reason for each in after.tracks} == {each.reason for each in LIST.tracks}


TAGGED = playlist(
    *(
        placed(song(n, tags=tags(folk=1) if n % 2 else tags(metal=1)), position=n, reason=f"R {n}")
        for n in range(1, 7)
    ),
    ask=ASK,
)
FOLK = [song(n, tags=tags(folk=1), overall=5) for n in range(50, 56)]
METAL = [song(n, tags=tags(metal=1), overall=5) for n in range(60, 66)]


def test_more_like_this_brings_tracks_that_share_more_with_it():
    after = edited("more_like", 1, of=TAGGED, pool=METAL + FOLK)
    out = changed(TAGGED, after)
    assert len(out) == 3
    assert 1 not in out
    assert all(position % 2 == 0 for position in out)  # the metal went
    assert all(after.tracks[position - 1].scored in FOLK for position in out)


def test_less_like_this_takes_it_and_its_kind_away():
    after = edited("less_like", 1, of=TAGGED, pool=FOLK + METAL)
    out = changed(TAGGED, after)
    assert len(out) == 3
    assert 1 in out
    assert all(position % 2 == 1 for position in out)
    assert all(after.tracks[position - 1].scored in METAL for position in out)


@pytest.mark.parametrize("kind", ["more_like", "less_like"])
def test_leaning_leaves_locked_tracks_and_the_listeners_own_alone(kind):
    kept = replace(
        TAGGED,
        tracks=tuple(
            replace(each, locked=each.position in {1, 2, 3}, is_seed=each.position == 4)
            for each in TAGGED.tracks
        ),
    )
    after = edited(kind, 1, of=kept, pool=FOLK + METAL)
    assert set(changed(kept, after)) <= {5, 6}


@pytest.mark.parametrize("kind", [kind for kind in EditKind if kind.value not in {"undo", "redo"}])
@pytest.mark.parametrize("positions", [(), (0,), (7,), (-1,), (1, 1), (10**30,)])
def test_positions_the_list_does_not_have_are_refused(kind, positions):
    with pytest.raises(BadAsk) as refused:
        edited(kind, *positions, to=1)
    assert refused.value.field == "positions"


@pytest.mark.parametrize("kind", ["move", "more_like", "less_like"])
def test_some_edits_are_about_one_track(kind):
    with pytest.raises(BadAsk, match="takes one position"):
        edited(kind, 1, 2, to=1)


@pytest.mark.parametrize("to", [None, 0, 7, -1])
def test_a_move_needs_a_place_to_go(to):
    with pytest.raises(BadAsk) as refused:
        edited("move", 1, to=to)
    assert refused.value.field == "to"


@pytest.mark.parametrize("kind", ["undo", "redo"])
def test_steps_between_versions_are_not_made_here(kind):
    with pytest.raises(BadAsk):
        edited(kind, 1)


EDITS = st.tuples(
    st.sampled_from(["lock", "replace", "ban", "ban_artist", "more_like", "less_like"]),
    st.integers(1, 15),
)


@settings(max_examples=40)
@given(pool=pools(smallest=60, largest=100), edits=st.lists(EDITS, min_size=1, max_size=6))
def test_promises_hold_through_any_edits_of_any_list(pool, edits):
    """No song twice, no cap broken, no gap closed, no locked track lost, nothing banned back."""
    chosen = curate(pool, SEEDS, ASK)
    tracks = from_templates(chosen.tracks, SEEDS, ASK).tracks
    before = replace(LIST, tracks=tracks)
    for kind, position in edits:
        try:
            after = edited(kind, position, of=before, pool=pool)
        except (BadAsk, Conflict):  # not so many tracks, locked, or nothing left that fits
            continue
        _assert_promises(before, after)
        before = after


def _assert_promises(before, after):
    songs = [key for each in after.tracks for key in _keys(each)]
    assert len(set(songs)) == len(songs)
    assert set(songs).isdisjoint(after.banned_songs)
    places = {}
    for each in after.tracks:
        places.setdefault(names.artist_key(each.scored.track.artist), []).append(each.position)
    for artist, held in places.items():
        assert len(held) <= ASK.max_per_artist
        assert all(b - a > ASK.artist_gap for a, b in pairwise(held))
        if artist in after.banned_artists:
            assert all(after.tracks[position - 1].locked for position in held)
    for old, new in zip(before.tracks, after.tracks, strict=True):
        assert not old.locked or old == new


def _keys(each):
    return song_keys(each.scored.track.title, each.scored.track.artist)
