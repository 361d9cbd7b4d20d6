"""Recognising columns: by name, by value, and never against what the caller says."""

import pytest
from catalogue_files import IDS

from catalogue_import.columns import Field, Role, recognise

SONGS = (
    "track_id track_name track_artist track_popularity track_album_id track_album_name"
    " track_album_release_date playlist_name playlist_id playlist_genre playlist_subgenre"
    " danceability energy key loudness mode speechiness acousticness instrumentalness liveness"
    " valence tempo duration_ms"
).split()
MSD = (
    "track_id name artist spotify_id tags genre year duration_ms danceability energy key loudness"
    " speechiness acousticness instrumentalness liveness valence tempo"
).split()
PERSIAN = (
    "track_id disc_number duration_ms explicit track_name track_name_farsi artist_name"
    " artist_name_farsi popularity track_number album_id album_name album_release_date"
    " album_release_year danceability energy key loudness mode tempo time_signature"
).split()
EDITORIAL = (
    "track_id track_name artist_name artist_id track_popularity album_name album_id track_length"
    " release_date playlist_id playlist_name genre"
).split()
EDITORIAL_SOUND = (
    "danceability energy key loudness mode speechiness acousticness instrumentalness liveness"
    " valence tempo type id uri track_href analysis_url duration_ms time_signature"
).split()


@pytest.mark.parametrize(
    ("table", "header", "role"),
    [
        ("spotify_songs", SONGS, Role.TRACKS),
        ("msd", MSD, Role.TRACKS),
        ("wfmu", ["show_id", "Artist", "Title", "ArtistToken"], Role.TRACKS),
        ("classic_rock", ["Song Clean", "ARTIST CLEAN", "Release Year"], Role.TRACKS),
        ("editorial_features", EDITORIAL_SOUND, Role.FEATURES),
        ("editorial_names", ["genre_id", "genre", "playlist_id", "playlist_name"], Role.PLAYLISTS),
        ("tracks", "id name artist_ids album_id duration_ms isrc".split(), Role.TRACKS),
        ("artists", "id name genres followers popularity".split(), Role.ARTISTS),
        ("albums", "id name artist_ids release_date album_type upc".split(), Role.ALBUMS),
        ("playlists", "id name description owner_id followers".split(), Role.PLAYLISTS),
        ("playlist_tracks", "playlist_id track_id position".split(), Role.MEMBERSHIPS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_table_is_about(table, header, role):
    assert recognise(table, header).role is role


@pytest.mark.parametrize(
    ("header", "want"),
    [
        pytest.param(
            SONGS,
            {
                Field.SPOTIFY_ID: "track_id",
                Field.TITLE: "track_name",
                Field.ARTIST: "track_artist",
                Field.DATE: "track_album_release_date",
                Field.PLAYLIST_ID: "playlist_id",
                Field.PLAYLIST_NAME: "playlist_name",
            },
            id="spotify_songs",
        ),
        pytest.param(
            PERSIAN,
            {Field.ALT_TITLE: "track_name_farsi", Field.ALT_ARTIST: "artist_name_farsi"},
            id="other spellings",
        ),
        pytest.param(
            ["Song Clean", "ARTIST CLEAN", "Release Year", "COMBINED"],
            {Field.TITLE: "Song Clean", Field.ARTIST: "ARTIST CLEAN", Field.YEAR: "Release Year"},
            id="capitals and spaces",
        ),
    ],
)
def test_columns_are_found_by_name(header, want):
    found = recognise("table", header).columns
    assert {field: found.get(field) for field in want} == want


@pytest.mark.parametrize("header", [SONGS, EDITORIAL])
def test_what_describes_a_playlist_is_no_tag_of_its_tracks(header):
    """A playlist's genre would leak the very list we are to recommend into its tracks."""
    found = recognise("table", header)
    assert not {Field.TAGS, Field.GENRE} & found.columns.keys()
    assert {"playlist_genre", "playlist_subgenre", "genre"} & set(found.unused)


def test_a_genre_without_a_playlist_beside_it_is_the_tracks():
    assert recognise("msd", MSD).columns[Field.GENRE] == "genre"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        pytest.param(IDS, Field.SPOTIFY_ID, id="22 digits"),
        pytest.param(["6f1b4a52-90b5-4c0d-8a2b-3f1e5d7c9a10"], Field.MBID, id="UUID"),
        pytest.param(["TRIOREW128F424EAF0", "17"], Field.LOCAL_ID, id="anything else"),
    ],
)
def test_what_an_id_is_shows_in_its_values(values, field):
    found = recognise("tracks", ["id", "title", "artist"], [[v, "t", "a"] for v in values])
    assert found.columns[field] == "id"


def test_a_spotify_id_beside_another_id_is_preferred():
    sample = [["TRIOREW128F424EAF0", "n", "a", IDS[0]]]
    found = recognise("msd", MSD[:4], sample).columns
    assert found[Field.SPOTIFY_ID] == "spotify_id"
    assert found[Field.LOCAL_ID] == "track_id"


@pytest.mark.parametrize(
    ("column", "values", "ms_per_unit"),
    [
        pytest.param("duration_ms", ["222200", "180000"], 1, id="named and true"),
        pytest.param("duration_ms", ["215.3", "180"], 1000, id="named ms, but seconds"),
        pytest.param("track_length", ["3.86", "2.75"], 60_000, id="minutes"),
        pytest.param("duration", ["222", "180"], 1000, id="seconds"),
        pytest.param("length_s", [], 1000, id="only the name to go by"),
        pytest.param("duration_min", ["x"], 60_000, id="no numbers"),
    ],
)
def test_units_of_durations_are_named_and_checked(column, values, ms_per_unit):
    header = ["title", "artist", column]
    found = recognise("t", header, [["t", "a", value] for value in values])
    assert found.columns[Field.DURATION] == column
    assert found.ms_per_unit == ms_per_unit


def test_what_the_caller_says_counts():
    header = ["title", "artist", "other"]
    found = recognise("t", header, overrides={"title": "other", "artist": ""}).columns
    assert found[Field.TITLE] == "other"
    assert Field.ARTIST not in found


@pytest.mark.parametrize("overrides", [{"titel": "title"}, {"title": "titel"}])
def test_an_override_of_nothing_is_refused(overrides):
    with pytest.raises(ValueError, match="there is no"):
        recognise("t", ["title", "artist"], overrides=overrides)


def test_every_column_is_used_or_named_as_unused():
    found = recognise("t", SONGS)
    assert {*found.columns.values(), *found.unused} == set(SONGS)
