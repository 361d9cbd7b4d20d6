"""Whole imports: every row accounted for, nothing done twice, nothing half done."""

import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from catalogue_files import HEARD, IDS, SOUND, database, empty_catalogue, everything, rows, table

from catalogue_import.demo import generate
from catalogue_import.errors import RealDataPresent, UnreadableFile
from catalogue_import.importing import Options, import_tables, load_demo, recognise
from grovemusic.domain.names import words

SONGS = (
    "track_id",
    "title",
    "artist",
    "year",
    "popularity",
    "playlist_id",
    "playlist_name",
    *SOUND,
)


def song(number, playlist="p1", *, title=None, **changes):
    cells = {
        "track_id": IDS[number],
        "title": title or f"Song {number}",
        "artist": f"Artist {number % 3}",
        "year": 1990 + number,
        "popularity": 10 * (number % 10),
        "playlist_id": playlist,
        "playlist_name": f"list {playlist}",
        **dict(zip(SOUND, HEARD, strict=True)),
    }
    return list((cells | changes).values())


@pytest.fixture
def songs(tmp_path):
    """Two playlists of six that share four; one row repeated, two that are no songs."""
    body = [song(n) for n in range(6)] + [song(n, "p2") for n in range(2, 8)]
    return table(
        tmp_path / "songs.csv",
        SONGS,
        *body,
        song(2, "p2"),
        song(8, title="NA", artist="NA"),
        song(9, track_id="not an id"),
    )


class Index:
    """A vector index as far as an import needs one."""

    def __init__(self):
        self.vectors, self.batches = {}, []

    def upsert(self, vectors):
        self.batches.append(len(vectors))
        self.vectors.update({vector.id: vector for vector in vectors})

    def forget(self, ids):
        for each in ids:
            self.vectors.pop(each, None)


def assert_accounted(ledger):
    for told in ledger.tables:
        assert told.rows == told.imported + told.duplicates + told.rejected.total()
    assert ledger.rows == sum(told.rows for told in ledger.tables)


def test_every_row_is_imported_repeated_or_rejected(songs, catalogue):
    ledger = import_tables([songs], catalogue)
    (told,) = ledger.tables
    assert (told.rows, told.imported, told.duplicates) == (15, 8, 5)
    assert told.rejected == {"no title": 1, "not a Spotify id": 1}
    assert told.examples["no title"][0].row == 14
    assert (ledger.playlists, ledger.memberships) == (2, 12)
    assert_accounted(ledger)


def test_rejected_rows_are_kept_with_their_reason(songs, catalogue):
    import_tables([songs], catalogue)
    found = rows(catalogue, "SELECT row, reason, record FROM import_rejects ORDER BY row")
    assert [(row, reason) for row, reason, _record in found] == [
        (14, "no title"),
        (15, "not a Spotify id"),
    ]
    assert json.loads(found[1][2])["track_id"] == "not an id"


def test_the_same_file_again_changes_nothing(songs, catalogue):
    index = Index()
    import_tables([songs], catalogue, upsert=index.upsert)
    before, batches = everything(catalogue), list(index.batches)
    again = import_tables([songs], catalogue, upsert=index.upsert)
    assert everything(catalogue) == before
    assert index.batches == batches
    assert (again.imported, again.duplicates) == (0, 13)
    assert (again.memberships, again.playlists, again.pairs, again.vectors) == (0, 0, 0, 0)
    assert_accounted(again)


def test_a_file_given_twice_at_once_is_imported_once(songs, catalogue):
    ledger = import_tables([songs, songs], catalogue)
    assert [told.imported for told in ledger.tables] == [8, 0]
    finished = rows(catalogue, "SELECT imported, finished_at IS NOT NULL FROM imports ORDER BY id")
    assert finished == [(8, 1), (0, 1)]


@pytest.mark.parametrize("phase", ["reading songs.csv", "mining tracks", "vectors"])
def test_an_import_that_was_killed_can_be_repeated(songs, tmp_path, phase):
    """Whichever phase it died in, what comes out in the end is the same."""

    class Killed(Exception):
        pass

    def kill(now, _done, _total):
        if now == phase:
            raise Killed

    whole = empty_catalogue(tmp_path / "whole.db")
    import_tables([songs], whole, upsert=Index().upsert)
    killed, index = empty_catalogue(tmp_path / "killed.db"), Index()
    with pytest.raises(Killed):
        import_tables([songs], killed, upsert=index.upsert, progress=kill)
    unfinished = rows(killed, "SELECT count(*) FROM imports WHERE finished_at IS NOT NULL")
    assert unfinished == [(0,)]
    import_tables([songs], killed, upsert=index.upsert)
    ignoring_times = "SELECT id, title, playlists FROM catalogue_tracks"
    assert rows(killed, ignoring_times) == rows(whole, ignoring_times)
    for each in ("playlist_cooccurrence", "artist_cooccurrence", "catalogue_facts"):
        assert everything(killed)[each] == everything(whole)[each]
    assert len(index.vectors) == 8
    assert rows(killed, "SELECT count(*) FROM imports WHERE finished_at IS NULL") == [(0,)]


def test_a_damaged_file_leaves_nothing_of_itself(songs, tmp_path, catalogue):
    damaged = tmp_path / "damaged.csv.gz"
    damaged.write_bytes(b"\x1f\x8b\x08\x00nonsense")
    before = everything(catalogue)
    with pytest.raises(UnreadableFile, match=r"damaged\.csv\.gz"):
        import_tables([songs, damaged], catalogue)
    assert everything(catalogue) == before


def test_a_second_row_fills_what_is_unknown_and_changes_nothing_else(tmp_path, catalogue):
    header = ("track_id", "title", "artist", "album", "year", "isrc", "energy", "tags")
    first = [IDS[0], "One", "Ada", "", "1999", "", "", "rock"]
    second = [IDS[0], "One (other)", "Bo", "Blue", "2001", "USRC17607839", "0.5", "rock,pop"]
    ledger = import_tables([table(tmp_path / "t.csv", header, first, second)], catalogue)
    assert (ledger.imported, ledger.duplicates) == (1, 1)
    found = rows(catalogue, "SELECT title, artist, album, year, isrc FROM catalogue_tracks")
    assert found == [("One", "Ada", "Blue", 1999, "USRC17607839")]
    assert rows(catalogue, "SELECT energy FROM spotify_audio_features_cache") == [(0.5,)]
    assert rows(catalogue, "SELECT tag FROM catalogue_tags ORDER BY tag") == [("pop",), ("rock",)]


def test_the_same_names_under_two_ids_stay_two_tracks(tmp_path, catalogue):
    """They are versions of one song; which one is heard is decided when a playlist is made."""
    body = [[IDS[0], "One", "Ada"], [IDS[1], "One", "Ada"]]
    import_tables([table(tmp_path / "t.csv", ("id", "title", "artist"), *body)], catalogue)
    found = rows(catalogue, "SELECT count(*), count(DISTINCT work_key) FROM catalogue_tracks")
    assert found == [(2, 1)]


def test_tracks_are_found_by_any_of_their_spellings(tmp_path, catalogue):
    header = ("track_id", "track_name", "track_name_farsi", "artist_name", "artist_name_farsi")
    body = [[IDS[0], "Safar", "", "Moein", "معین"], [IDS[0], "Safar", "سفر", "Moein", "معین"]]
    import_tables([table(tmp_path / "t.csv", header, *body)], catalogue)
    sql = "SELECT id FROM catalogue_search WHERE catalogue_search MATCH ?"
    for text in ("safar", "Safar Moein", "معین", "سفر"):
        query = " ".join(f'"{word}"' for word in words(text))
        assert rows(catalogue, sql, query) == [(IDS[0],)], text


def test_playlists_hold_a_track_once_in_the_given_order(tmp_path, catalogue):
    header = ("playlist_id", "track_id", "title", "artist", "position")
    body = [["p", IDS[n], f"Song {n}", "Ada", position] for n, position in ((0, 3), (1, 1), (0, 2))]
    import_tables([table(tmp_path / "t.csv", header, *body)], catalogue)
    sql = "SELECT position, track_id FROM catalogue_playlist_tracks ORDER BY position"
    assert rows(catalogue, sql) == [(1, IDS[1]), (2, IDS[0])]
    assert rows(catalogue, "SELECT tracks FROM catalogue_playlists") == [(2,)]


def test_what_another_file_adds_to_a_playlist_goes_behind(songs, tmp_path, catalogue):
    import_tables([songs], catalogue)
    more = table(tmp_path / "more.csv", SONGS, song(0), song(20))
    ledger = import_tables([more], catalogue)
    assert ledger.memberships == 1
    sql = "SELECT position FROM catalogue_playlist_tracks WHERE track_id = ?"
    assert rows(catalogue, sql, IDS[20]) == [(7,)]
    assert rows(catalogue, "SELECT tracks FROM catalogue_playlists WHERE id = 'p1'") == [(7,)]


def test_companions_are_stored_both_ways_by_rank(songs, catalogue):
    ledger = import_tables([songs], catalogue, options=Options(fewest_together=1))
    together = dict(
        rows(
            catalogue,
            "SELECT track_b, cooccurrence_count FROM playlist_cooccurrence WHERE track_a = ?",
            IDS[2],
        )
    )
    assert together == {IDS[n]: 2 if 2 <= n <= 5 else 1 for n in range(8) if n != 2}
    assert ledger.pairs == rows(catalogue, "SELECT count(*) FROM playlist_cooccurrence")[0][0]
    (both_ways,) = rows(
        catalogue,
        "SELECT count(*) FROM playlist_cooccurrence a JOIN playlist_cooccurrence b"
        " ON a.track_a = b.track_b AND a.track_b = b.track_a",
    )
    assert both_ways == (ledger.pairs,)


def test_the_fixed_indexes_are_there_again_after_mining(songs, catalogue):
    sql = "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
    before = rows(catalogue, sql)
    import_tables([songs], catalogue)
    assert rows(catalogue, sql) == before


def test_artists_of_one_list_are_close(songs, catalogue):
    import_tables([songs], catalogue)
    sql = "SELECT name_b, playlists FROM artist_cooccurrence WHERE artist_a = ? ORDER BY rank"
    assert rows(catalogue, sql, "artist 0") == [("Artist 1", 2), ("Artist 2", 2)]


def test_facts_are_those_of_the_tables(songs, catalogue):
    import_tables([songs], catalogue)
    found = {
        n: json.loads(v) for n, v in rows(catalogue, "SELECT name, value FROM catalogue_facts")
    }
    assert (found["tracks"], found["playlists"], found["tagged_tracks"]) == (8, 2, 0)
    assert found["origin"] == "import"
    popularity = [10 * (n % 10) for n in range(8)]
    mean = sum(popularity) / 8
    deviation = math.sqrt(sum((each - mean) ** 2 for each in popularity) / 8)
    assert found["audio"]["popularity"] == pytest.approx(
        {"mean": mean, "deviation": deviation, "known": 8}
    )
    assert found["audio"]["tempo_bpm"]["mean"] == 120.5
    assert "key" not in found["audio"]


def test_new_songs_bring_the_facts_up_to_date(songs, tmp_path, catalogue):
    import_tables([songs], catalogue)
    import_tables([table(tmp_path / "more.csv", SONGS, song(20, "p3"))], catalogue)
    assert rows(catalogue, "SELECT value FROM catalogue_facts WHERE name = 'tracks'") == [("9",)]


def test_an_unreadable_option_is_refused_before_anything_happens(songs, catalogue):
    for wrong in ({"titel": "title"}, {"title": "titel"}):
        with pytest.raises(ValueError, match="there is no"):
            import_tables([songs], catalogue, options=Options(columns=wrong))
    assert rows(catalogue, "SELECT count(*) FROM imports") == [(0,)]


def test_what_the_caller_says_about_columns_is_done_and_written_down(tmp_path, catalogue):
    path = table(tmp_path / "t.csv", ("a", "b"), ("One", "Ada"))
    ledger = import_tables(
        [path], catalogue, options=Options(columns={"title": "a", "artist": "b"})
    )
    assert ledger.imported == 1
    (columns,) = rows(catalogue, "SELECT columns FROM imports")[0]
    assert json.loads(columns) == {"title": "a", "artist": "b"}


def test_a_table_without_titles_is_rejected_row_by_row(tmp_path, catalogue):
    ledger = import_tables([table(tmp_path / "t.csv", ("a", "b"), (1, 2), (3, 4))], catalogue)
    assert ledger.rejected == {"no title": 2}


# --- several tables that explain one another ---


@pytest.fixture
def spec_source(tmp_path):
    """The spec's own source schema, with one playlist."""
    return database(
        tmp_path / "spotify.db",
        tracks=(
            (
                "id",
                "name",
                "artist_ids",
                "album_id",
                "duration_ms",
                "explicit",
                "isrc",
                "popularity",
            ),
            *(
                (IDS[n], f"Song {n}", '["ar1"]', "al1", 200_000, 0, f"USRC1760000{n}", 50)
                for n in range(6)
            ),
            (IDS[6], "Nobody's", '["unknown"]', "al1", 200_000, 0, None, 50),
        ),
        artists=(("id", "name", "genres", "followers"), ("ar1", "Ada", '["dub"]', 5)),
        albums=(
            ("id", "name", "release_date", "album_type"),
            ("al1", "Blue", "1971-06", "album"),
        ),
        audio_features=(("id", *SOUND), *((IDS[n], *HEARD) for n in range(5)), (IDS[9], *HEARD)),
        playlists=(("id", "name", "owner_id"), ("p1", "mine", "me")),
        playlist_tracks=(
            ("playlist_id", "track_id", "position"),
            *(("p1", IDS[n], n) for n in range(6)),
            ("p1", IDS[9], 9),
        ),
        settings=(("key_", "value_"), ("a", "b")),
    )


def test_the_specs_source_schema_is_understood(spec_source, catalogue):
    ledger = import_tables([spec_source], catalogue)
    assert_accounted(ledger)
    told = {each.table: each for each in ledger.tables}
    assert {name: (t.imported, t.rejected.total()) for name, t in told.items()} == {
        "artists": (1, 0),
        "albums": (1, 0),
        "tracks": (6, 1),
        "audio_features": (5, 1),
        "playlists": (1, 0),
        "playlist_tracks": (6, 1),
    }
    assert told["audio_features"].rejected == {"no track has this id": 1}
    assert ledger.skipped == ["spotify.db/settings"]
    sql = "SELECT title, artist, album, year, playlists FROM catalogue_tracks WHERE id = ?"
    assert rows(catalogue, sql, IDS[0]) == [("Song 0", "Ada", "Blue", 1971, 1)]
    assert rows(catalogue, "SELECT * FROM spotify_artist_genres") == [("ar1", "dub")]
    assert rows(catalogue, "SELECT name, tracks FROM catalogue_playlists") == [("mine", 6)]


def test_the_specs_source_schema_again_is_all_duplicates(spec_source, catalogue):
    import_tables([spec_source], catalogue)
    before = everything(catalogue)
    again = import_tables([spec_source], catalogue)
    assert (again.imported, everything(catalogue)) == (0, before)


def test_isrcs_tie_spotify_to_musicbrainz(tmp_path, catalogue):
    """Exactly one recording with the ISRC: that is it. Two: nobody knows which."""
    mbids = [f"6f1b4a52-90b5-4c0d-8a2b-3f1e5d7c9a1{n}" for n in range(4)]
    spotify = table(
        tmp_path / "spotify.csv",
        ("spotify_id", "title", "artist", "isrc", "mbid"),
        (IDS[0], "One", "Ada", "USRC17600001", ""),
        (IDS[1], "Two", "Ada", "USRC17600002", ""),
        (IDS[2], "Three", "Ada", "", mbids[3]),
        (IDS[3], "Four", "Ada", "", ""),
    )
    brainz = table(
        tmp_path / "brainz.csv",
        ("mbid", "title", "artist", "isrc"),
        (mbids[0], "One", "Ada", "USRC17600001"),
        (mbids[1], "Two", "Ada", "USRC17600002"),
        (mbids[2], "Two again", "Ada", "USRC17600002"),
    )
    import_tables([spotify, brainz], catalogue)
    sql = "SELECT spotify_id, mbid, match_method FROM spotify_mbid_xref ORDER BY spotify_id"
    assert rows(catalogue, sql) == [
        (IDS[0], mbids[0], "isrc_exact"),
        (IDS[1], None, None),
        (IDS[2], mbids[3], "source"),
    ]


def test_ids_of_the_source_tie_its_tables_together(tmp_path, catalogue):
    """Integer ids mean nothing outside, and everything inside one collection."""
    tracks = table(
        tmp_path / "tracks.csv", ("id", "title", "artist"), (1, "One", "Ada"), (2, "Two", "Bo")
    )
    places = table(tmp_path / "playlist_tracks.csv", ("pid", "track_id"), (7, 1), (7, 2), (7, 3))
    sound = table(tmp_path / "audio_features.csv", ("id", *SOUND), (2, *HEARD))
    ledger = import_tables([places, sound, tracks], catalogue)
    assert [told.imported for told in ledger.tables] == [2, 1, 2]
    assert ledger.rejected == {"no track has this id": 1}
    (playlist,) = rows(catalogue, "SELECT id FROM catalogue_playlists")[0]
    assert playlist == f"{tmp_path.name}/7"


def test_features_in_a_file_of_their_own_find_their_tracks(tmp_path, catalogue):
    """The editorial collection's three files, in the wrong order."""
    header = ("track_id", "track_name", "artist_name", "track_length", "playlist_id", "genre")
    tracks = table(tmp_path / "tracks.csv", header, *(
        (IDS[n], f"Song {n}", "Ada", "3.5", "p1", "Hip-Hop") for n in range(5)
    ))  # fmt: skip
    names = table(
        tmp_path / "playlists.csv", ("genre", "playlist_id", "playlist_name"), ("x", "p1", "Cav")
    )
    sound = table(
        tmp_path / "audio_features.csv", ("id", *SOUND), (IDS[0], *HEARD), (IDS[9], *HEARD)
    )
    ledger = import_tables([sound, names, tracks], catalogue)
    assert [told.imported for told in ledger.tables] == [5, 1, 1]
    assert rows(catalogue, "SELECT name FROM catalogue_playlists") == [("Cav",)]
    assert rows(catalogue, "SELECT count(*) FROM catalogue_tags") == [(0,)]
    assert rows(catalogue, "SELECT DISTINCT duration_ms FROM catalogue_tracks") == [(210_000,)]


def test_parquet_is_imported_like_text(tmp_path, catalogue):
    path = tmp_path / "songs.parquet"
    columns = {
        "id": IDS[:2],
        "title": ["One", "Two"],
        "artists": [["Ada", "Bo"], ["Bo"]],
        "energy": [0.5, float("nan")],
        "tags": [["rock"], None],
    }
    pq.write_table(pa.table(columns), path)
    ledger = import_tables([path], catalogue)
    assert ledger.imported == 2
    assert rows(catalogue, "SELECT artist FROM catalogue_tracks ORDER BY id") == [
        ("Ada; Bo",),
        ("Bo",),
    ]
    assert rows(catalogue, "SELECT artist_key FROM catalogue_tracks ORDER BY id") == [
        ("ada",),
        ("bo",),
    ]
    assert rows(catalogue, "SELECT count(*) FROM spotify_audio_features_cache") == [(1,)]


def test_recognition_can_be_shown_before_anything_is_read(songs):
    ((found, how),) = recognise([songs])
    assert found.shown == "songs.csv"
    assert how.columns["title"] == "title"


# --- vectors ---


def test_vectors_carry_what_a_search_shows(tmp_path, catalogue):
    index = Index()
    header = ("track_id", "title", "artist", "year", "popularity", "tags", *SOUND)
    sound = dict(zip(SOUND, HEARD, strict=True)) | {"key": "-1", "energy": ""}
    body = [IDS[0], "One", "Ada", 1994, 40, "a,b,c,d,e,f", *sound.values()]
    quiet = [IDS[1], "Two", "Ada", "", "", "", *[""] * 10, 120, "", ""]
    import_tables([table(tmp_path / "t.csv", header, body, quiet)], catalogue, upsert=index.upsert)
    (vector,) = index.vectors.values()  # one number alone does not make a neighbour
    assert vector.metadata == {
        "title": "One", "artist": "Ada", "year": 1994, "decade": 1990, "popularity": 40.0,
        "tags": ["a", "b", "c", "d", "e"],
    }  # fmt: skip
    assert len(vector.values) == 13
    assert vector.values[1] == 0.5  # nobody's energy is known
    assert vector.values[9] == 0.5
    assert vector.values[12] == 0.4


def test_vectors_come_a_thousand_at_a_time(catalogue):
    index = Index()
    load_demo(generate(2100), catalogue, upsert=index.upsert)
    assert index.batches[0] == 1000
    assert max(index.batches) <= 1000


# --- real or invented ---


def test_the_demo_is_loaded_through_the_same_tables(catalogue):
    world, index = generate(600), Index()
    ledger = load_demo(world, catalogue, upsert=index.upsert)
    assert (ledger.imported, ledger.playlists) == (600, 60)
    assert ledger.memberships == sum(len(members) for _id, _name, members in world.playlists())
    assert rows(catalogue, "SELECT DISTINCT origin FROM catalogue_tracks") == [("demo",)]
    track = world.track(5)
    sql = "SELECT title, artist, isrc, playlists FROM catalogue_tracks WHERE id = ?"
    assert rows(catalogue, sql, track.id) == [
        (track.title, track.artist, track.isrc, track.playlists)
    ]
    assert_accounted(ledger)


def test_the_same_demo_again_changes_nothing_and_another_replaces_it(catalogue):
    index = Index()
    options = {"upsert": index.upsert, "forget": index.forget}
    load_demo(generate(300), catalogue, **options)
    before = everything(catalogue)
    assert load_demo(generate(300), catalogue, **options).duplicates == 300
    assert everything(catalogue) == before
    ledger = load_demo(generate(200), catalogue, **options)
    assert (ledger.imported, ledger.demo_removed) == (200, 300)
    ids = {id_ for (id_,) in rows(catalogue, "SELECT id FROM catalogue_tracks")}
    assert set(index.vectors) <= ids


def test_the_first_real_import_removes_the_demo_and_says_so(songs, catalogue):
    index = Index()
    load_demo(generate(300), catalogue, upsert=index.upsert)
    ledger = import_tables([songs], catalogue, upsert=index.upsert, forget=index.forget)
    assert (ledger.demo_removed, ledger.playlists) == (300, 2)
    assert rows(catalogue, "SELECT DISTINCT origin FROM catalogue_tracks") == [("import",)]
    assert set(index.vectors) == set(IDS[:8])
    assert rows(catalogue, "SELECT count(*) FROM catalogue_search") == [(8,)]
    assert rows(catalogue, "SELECT count(*) FROM catalogue_facts WHERE name LIKE 'stale%'") == [
        (0,)
    ]


def test_vectors_of_the_demo_are_forgotten_even_if_only_later(songs, catalogue):
    """An import without a vector index leaves word for the next one with it."""
    index = Index()
    load_demo(generate(200), catalogue, upsert=index.upsert)
    import_tables([songs], catalogue)
    import_tables([songs], catalogue, upsert=index.upsert, forget=index.forget)
    assert set(index.vectors) == set(IDS[:8])


def test_an_import_without_a_single_song_leaves_the_demo_alone(tmp_path, catalogue):
    load_demo(generate(200), catalogue)
    before = everything(catalogue)
    ledger = import_tables([table(tmp_path / "t.csv", ("a", "b"), (1, 2))], catalogue)
    assert (ledger.demo_removed, everything(catalogue)) == (0, before)


def test_the_demo_is_never_loaded_over_real_music(songs, catalogue):
    import_tables([songs], catalogue)
    before = everything(catalogue)
    with pytest.raises(RealDataPresent, match="8 real tracks"):
        load_demo(generate(200), catalogue)
    assert everything(catalogue) == before
