"""Questions to the catalogue's tables, on rows that a person can count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_desk import Desk

from grovemusic.domain import names
from grovemusic.domain.music import Tag
from grovemusic.domain.works import work_key
from grovemusic.store.catalogue import MOST_IDS, Catalogue, Companion, Shared

SONGS = [  # id, title, artist, popularity, year
    ("t1", "Pale Morning", "The Lanterns", 50, 1999),
    ("t2", "Pale Evening", "The Lanterns", 40, 1995),
    ("t3", "Morning Pale", "Ada Moor", 60, 1999),
    ("t4", "AND OR NOT", "NEAR", 10, None),
    ("t5", 'Say "It"', "Don't Ask", 20, 2004),
    ("t6", "月影と季節", "時任野凪", 30, 1988),
    ("t7", "Осень без тишины", "Аглая Снегирь", 30, 2001),
    ("t8", "آواز زمستان", "سپهر کوهپایه", 30, 2003),
    ("t9", "🎵", "÷", 5, None),
    ("t10", "Björk Ålesund", "Sigur Rós", 70, 1999),
    ("t11", "Pale Morning - Live", "The Lanterns", 45, 2000),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The songs above in a database."""
    desk = Desk(tmp_path_factory.mktemp("catalogue"), "catalogue")
    for track_id, title, artist, popularity, year in SONGS:
        desk.rows(
            "INSERT INTO catalogue_tracks (id, title, artist, artist_key, work_key, year, decade, "
            "popularity, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'import')",
            track_id,
            title,
            artist,
            names.artist_key(artist),
            work_key(title, artist),
            year,
            year and year // 10 * 10,
            popularity,
        )
        desk.rows(
            "INSERT INTO catalogue_search (id, title, artist) VALUES (?, ?, ?)",
            track_id,
            names.search_text(title),
            names.search_text(artist),
        )
    yield desk
    desk.close()


@pytest.fixture
def search(desk):
    """Ids found for a text as a listener types it."""
    catalogue = Catalogue(desk.db)

    def found(text, **how):
        return desk.do(catalogue.search(names.words(text), **how))

    return found


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("pale morning", {"t1", "t3", "t11"}),
        ("MORNING, pale!", {"t1", "t3", "t11"}),
        ("pale lanterns", {"t1", "t2", "t11"}),
        ("palemorning", {"t1"}),
        ("bjork alesund", {"t10"}),
        ("sigur ros", {"t10"}),
        ("and or not", {"t4"}),
        ("AND", {"t4"}),
        ("NEAR", {"t4"}),
        ("near and", {"t4"}),
        ('say "it"', {"t5"}),
        ("dont ask", {"t5"}),
        ("don't ask", {"t5"}),
        ("月影", {"t6"}),
        ("季節", {"t6"}),
        ("時任", {"t6"}),
        ("осень", {"t7"}),
        ("ОСЕНЬ", {"t7"}),
        ("آواز", {"t8"}),
        ("🎵", {"t9"}),
        ("÷", {"t9"}),
        ("pale midnight", set()),
        ("title", set()),
        ("zzz", set()),
    ],
)
def test_all_words_must_be_there_in_any_order_case_and_accent(search, text, ids):
    """What looks like an operator of the index is a word like any other."""
    assert set(search(text)) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("pale morn", {"t1", "t3", "t11"}),
        ("pale m", {"t1", "t3", "t11"}),
        ("pale eve", {"t2"}),
        ("lanterns pal", {"t1", "t2", "t11"}),
        ("осе", {"t7"}),
        ("月", {"t6"}),
        ("pal morning", set()),  # only the last word is still being typed
    ],
)
def test_the_last_word_may_be_begun(search, text, ids):
    assert set(search(text, begun=True)) == ids


def test_any_word_is_enough_when_not_every_one_is_asked_for(search):
    assert set(search("pale nonsense", every=False)) == {"t1", "t2", "t3", "t11"}
    assert set(search("evenings xyz", every=False)) == {"t2"}  # by its beginning
    assert search("nonsense xyz", every=False) == []


@pytest.mark.parametrize(
    "words",
    [(), ("",), ('"',), ('""', '"'), ("*",), ("q*",), ("(", ")"), ("^q",), ("q:b",), ("-q",)],
    ids=str,
)
@pytest.mark.parametrize("how", [{}, {"begun": True}, {"every": False}], ids=str)
def test_words_of_signs_only_find_nothing_and_break_nothing(desk, words, how):
    assert desk.do(Catalogue(desk.db).search(words, **how)) == []


@given(text=st.text(max_size=60), every=st.booleans(), begun=st.booleans())
@settings(max_examples=150)
def test_any_text_can_be_searched_for(search, text, every, begun):
    found = search(text, every=every, begun=begun)
    assert len(set(found)) == len(found)
    assert found == search(text, every=every, begun=begun)


def test_a_query_of_the_greatest_length_can_be_searched_for(search):
    """500 characters are 250 words, or 500 of a script without spaces."""
    letters = [chr(ord("a") + n % 26) + str(n % 10) for n in range(160)]
    for text in (" ".join(letters), "".join(chr(0x4E00 + n) for n in range(500)), "x" * 500):
        for how in ({}, {"begun": True}, {"every": False}):
            assert set(search(text, **how)) <= {"t6"}  # whose one sign is among them


def test_no_more_is_found_than_asked_for(search):
    assert len(search("pale", limit=2)) == 2


def test_details_tell_what_is_known_and_leave_the_rest_unknown(desk):
    catalogue = Catalogue(desk.db)
    desk.rows("INSERT OR IGNORE INTO catalogue_tags VALUES ('t1', 'folk', 0.5), ('t1', 'calm', 1)")
    desk.rows(
        "INSERT OR IGNORE INTO spotify_audio_features_cache (spotify_id, tempo, energy) "
        "VALUES ('t1', 120, 0.5)"
    )
    found = desk.do(catalogue.tracks(["t1", "t4", "nope"]))
    assert set(found) == {"t1", "t4"}
    song = found["t1"]
    assert (song.title, song.artist, song.year) == ("Pale Morning", "The Lanterns", 1999)
    assert song.year_source == "catalogue"
    assert song.tags == (
        Tag(name="calm", weight=1, source="catalogue"),
        Tag(name="folk", weight=0.5, source="catalogue"),
    )
    assert (song.features.tempo_bpm, song.features.energy) == (120, 0.5)
    assert song.features.valence is None
    bare = found["t4"]
    assert (bare.year, bare.year_source, bare.tags, bare.features) == (None, None, (), None)


def test_more_ids_than_one_statement_takes_are_asked_for_in_turns(desk):
    catalogue = Catalogue(desk.db)
    ids = [f"no-{n}" for n in range(2 * MOST_IDS + 5)]
    assert set(desk.do(catalogue.tracks([*ids, "t1", "t1", "t2"]))) == {"t1", "t2"}


def test_external_ids_and_work_keys_lead_to_tracks_the_most_popular_first(desk):
    catalogue = Catalogue(desk.db)
    desk.rows("UPDATE catalogue_tracks SET isrc = 'GBAAA9900001', mbid = 'm' WHERE id = 't1'")
    key = work_key("Pale Morning", "The Lanterns")
    found = desk.do(
        catalogue.known(isrcs=["GBAAA9900001"], mbids=["m", "x"], work_keys=[key], spotify_ids=[])
    )
    assert found == {"GBAAA9900001": ["t1"], "m": ["t1"], key: ["t1", "t11"]}
    assert desk.do(catalogue.known()) == {}


def test_companions_come_by_rank_and_pairs_only_among_those_asked_for(desk):
    catalogue = Catalogue(desk.db)
    for rank, (other, together) in enumerate([("t3", 9), ("t2", 5), ("t10", 3)], 1):
        desk.rows(
            "INSERT OR IGNORE INTO playlist_cooccurrence VALUES ('t1', ?, ?, ?, 1.5, 0.25, ?)",
            rank,
            other,
            together,
            1 / rank,
        )
    first, second = desk.do(catalogue.companions(["t1"], each=2))
    assert first == Companion(
        of="t1", track_id="t3", rank=1, together=9, pmi=1.5, jaccard=0.25, cosine=1.0
    )
    assert second.track_id == "t2"
    pairs = desk.do(catalogue.pairs("t1", ["t10", "t2", "t9"]))
    assert [(pair.track_id, pair.rank) for pair in pairs] == [("t2", 2), ("t10", 3)]
    assert desk.do(catalogue.companions([])) == []


def test_shared_playlists_are_named_the_smallest_first(desk):
    catalogue = Catalogue(desk.db)
    for playlist_id, name, size in [
        ("p1", "Huge", 500),
        ("p2", "Tiny", 6),
        ("p3", None, 5),
        ("p4", "Too short to tell", 4),
        ("p5", "Everything", 501),
    ]:
        desk.rows(
            "INSERT OR IGNORE INTO catalogue_playlists VALUES (?, ?, ?, 'import')",
            playlist_id,
            name,
            size,
        )
        for position, track_id in enumerate(["t1", "t2"]):
            desk.rows(
                "INSERT OR IGNORE INTO catalogue_playlist_tracks VALUES (?, ?, ?)",
                playlist_id,
                position,
                track_id,
            )
    assert desk.do(catalogue.shared_playlists("t1", ["t2", "t3"], each=5)) == {
        "t2": Shared(together=3, names=("Tiny", "Huge"))
    }
    assert desk.do(catalogue.shared_playlists("t1", ["t2"], each=1)) == {
        "t2": Shared(together=3, names=("Tiny",))
    }


def test_artists_tags_and_decades_give_their_best_known_tracks(desk):
    catalogue = Catalogue(desk.db)
    desk.rows("INSERT OR IGNORE INTO catalogue_tags VALUES ('t2', 'folk', 0.9)")
    desk.rows("INSERT OR IGNORE INTO catalogue_tags VALUES ('t3', 'folk', 0.7)")
    key = names.artist_key("The Lanterns")
    assert desk.do(catalogue.artist_tracks([key, key, "nobody"], each=2)) == {key: ["t1", "t11"]}
    assert desk.do(catalogue.tag_tracks(["folk", "nope"], each=2)) == {"folk": ["t2", "t3"]}
    assert desk.do(catalogue.decade_tracks(1990, limit=2)) == ["t10", "t3"]


def test_the_yardsticks_of_an_empty_catalogue_are_the_usual_ones(desk):
    corpus = desk.do(Catalogue(desk.db).corpus(["folk", "folk", "nope"]))
    assert (corpus.tracks, corpus.tagged) == (0, 0)
    assert corpus.spread["energy"].deviation > 0
    desk.rows(
        "INSERT OR REPLACE INTO catalogue_facts VALUES ('tracks', '11'), ('tagged_tracks', '3'), "
        """('audio', '{"energy": {"mean": 0.4, "deviation": 0.1}}')"""
    )
    corpus = desk.do(Catalogue(desk.db).corpus([]))
    assert (corpus.tracks, corpus.tagged) == (11, 3)
    assert corpus.spread["energy"].mean == 0.4
    assert corpus.spread["tempo_bpm"].mean == 120


def test_counts_tell_how_many_are_invented(desk):
    counts = desk.do(Catalogue(desk.db).counts())
    assert (counts.tracks, counts.invented) == (len(SONGS), 0)
