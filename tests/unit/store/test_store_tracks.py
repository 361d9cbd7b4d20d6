"""What was once known about a track is never lost again."""

import json

from builders import tags, track
from hypothesis import given, settings
from hypothesis import strategies as st

FACTS = {
    "artist_mbid": "aaaaaaaa-2222-4333-8444-555555555555",
    "album": "Album",
    "year": 1999,
    "lastfm_url": "https://www.last.fm/music/x/_/y",
    "tags": tags(jazz=1, soul=0.5),
}
IDS = {
    "mbid": "11111111-2222-4333-8444-555555555555",
    "isrc": "GBAAA9900001",
    "spotify_id": "0" * 22,
}


def song(**known):
    return track("Song", "Artist", **known)


def row(desk, of=None):
    (found,) = desk.rows("SELECT * FROM tracks WHERE id = ?", (of or song()).id)
    return found


def external(desk, of=None):
    sql = "SELECT scheme, value FROM track_external_ids WHERE track_id = ? ORDER BY scheme, value"
    return [(each["scheme"], each["value"]) for each in desk.rows(sql, (of or song()).id)]


def test_everything_known_is_written_down(desk):
    desk.do(desk.tracks.remember([song(**FACTS, **IDS)]))
    found = row(desk)
    assert (found["title"], found["artist"], found["album"]) == ("Song", "Artist", "Album")
    assert found["release_year"] == 1999
    assert json.loads(found["tags"]) == [
        {"name": "jazz", "weight": 1},
        {"name": "soul", "weight": 0.5},
    ]
    assert external(desk) == [
        ("isrc", IDS["isrc"]),
        ("mbid", IDS["mbid"]),
        ("spotify", IDS["spotify_id"]),
    ]


def test_what_nobody_knows_is_null_and_not_empty(desk):
    desk.do(desk.tracks.remember([song()]))
    found = row(desk)
    assert [found[name] for name in ("artist_mbid", "album", "release_year", "tags")] == [None] * 4
    assert external(desk) == []


def test_knowing_less_later_loses_nothing(desk):
    desk.do(desk.tracks.remember([song(**FACTS, **IDS)]))
    before, ids = row(desk), external(desk)
    desk.clock.advance(60)
    desk.do(desk.tracks.remember([song()]))
    after = row(desk)
    assert external(desk) == ids
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == before


@given(facts=st.permutations([*FACTS, *IDS]))
@settings(max_examples=15)
def test_facts_add_up_in_whatever_order_they_come(shared_desk, facts):
    known = FACTS | IDS
    whole = track("Whole", " ".join(facts))
    for name in facts:
        shared_desk.do(
            shared_desk.tracks.remember([track("Whole", whole.artist, **{name: known[name]})])
        )
    found = row(shared_desk, whole)
    assert (found["album"], found["release_year"]) == ("Album", 1999)
    assert found["artist_mbid"] == FACTS["artist_mbid"]
    assert json.loads(found["tags"])
    assert len(external(shared_desk, whole)) == 3


def test_the_earliest_year_stands(desk):
    for year in (2001, 1999, 2011, None):
        desk.do(desk.tracks.remember([song(year=year)]))
    assert row(desk)["release_year"] == 1999


def test_a_second_id_of_a_service_stands_beside_the_first(desk):
    desk.do(desk.tracks.remember([song(isrc="GBAAA9900001")]))
    desk.do(desk.tracks.remember([song(isrc="USAAA9900001")]))
    assert external(desk) == [("isrc", "GBAAA9900001"), ("isrc", "USAAA9900001")]


def test_one_track_twice_in_one_list_is_one_track(desk):
    desk.do(desk.tracks.remember([song(album="Album"), song(year=1999)]))
    found = row(desk)
    assert (found["album"], found["release_year"]) == ("Album", 1999)


def test_nothing_to_remember_is_fine(desk):
    desk.do(desk.tracks.remember([]))
    assert desk.rows("SELECT * FROM tracks") == []


def test_a_hundred_tracks_are_two_statements(desk):
    songs = [track(f"Song {n}", "Artist", isrc=f"GBAAA99{n:05}") for n in range(100)]
    desk.do(desk.tracks.remember(songs))
    assert desk.rows("SELECT count(*) AS n FROM tracks") == [{"n": 100}]
    assert desk.rows("SELECT count(*) AS n FROM track_external_ids") == [{"n": 100}]


def test_titles_are_kept_letter_by_letter(desk):
    for title in ("Don't", 'say "it"', "'; DROP TABLE tracks; --", "月影", "🎵", "a\tb", "\u202e"):
        one = track(title, "Artist")
        desk.do(desk.tracks.remember([one]))
        assert row(desk, one)["title"] == title
