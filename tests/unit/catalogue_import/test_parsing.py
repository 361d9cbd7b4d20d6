"""Rows: used, or rejected with a reason; a bad value alone never costs a row."""

from collections import Counter

import pytest
from catalogue_files import HEARD, IDS, SOUND

from catalogue_import.columns import recognise
from catalogue_import.ledger import Reject
from catalogue_import.parsing import Entry, Membership, Named, Parser, Sound

MBID = "6f1b4a52-90b5-4c0d-8a2b-3f1e5d7c9a10"
FEATURES_ALONE = {"energy": 0.5, "valence": 0.5, "tempo": 120, "loudness": -7}


class NoNames:
    """Nobody said anything about artists and albums."""

    def artist(self, artist_id):
        return None

    def album(self, album_id):
        return None


class SomeNames:
    """One artist with a genre, one album with a year."""

    def artist(self, artist_id):
        return Named(id="a1", name="Ada", genres=("dub",)) if artist_id == "a1" else None

    def album(self, album_id):
        return Named(id="b1", name="Blue", year=1971) if album_id == "b1" else None


def parse(cells, *, table="tracks", known=None, width=None):
    """The only row of a table with these cells, and what was wrong with its values."""
    warnings = Counter()
    row = list(cells.values())[:width]
    recognised = recognise(table, list(cells), [row])
    parser = Parser(
        recognised, list(cells), known or NoNames(), warnings, latest_year=2026, namespace="folder"
    )
    return parser.parse(1, row), warnings


def track(**cells):
    found, warnings = parse({"title": "One", "artist": "Ada"} | cells)
    assert isinstance(found, Entry), found
    return found, warnings


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"title": "", "artist": "Ada"}, "no title", id="no title"),
        pytest.param({"title": "One", "artist": " "}, "no artist", id="no artist"),
        pytest.param({"title": "NA", "artist": "NA"}, "no title", id="R's NA for both"),
        pytest.param({"title": "\u200b", "artist": "Ada"}, "no title", id="nothing to see"),
        pytest.param({"title": "x" * 1001, "artist": "Ada"}, "title of more", id="monstrous"),
        pytest.param(
            {"title": "One", "artist": "Ada", "spotify_id": "abc"}, "not a Spotify id", id="bad id"
        ),
        pytest.param(
            {"title": "One", "artist": "Ada", "mbid": "abc"}, "not a Music", id="bad MBID"
        ),
        pytest.param({"artist": "Ada"}, "no title", id="no such column"),
    ],
)
def test_a_row_that_names_no_track_is_rejected_with_the_reason(cells, reason):
    found, _warnings = parse(cells)
    assert isinstance(found, Reject)
    assert found.reason.startswith(reason)
    assert found.record == cells


@pytest.mark.parametrize("title", ["NA", "None", "-", "!!!", "÷", "夜", "🎵"])
def test_odd_titles_of_known_artists_are_titles(title):
    """Bands have called songs all of these."""
    assert track(title=title)[0].track.title == title


@pytest.mark.parametrize(
    ("cells", "field", "warning"),
    [
        ({"energy": "1.2"}, "energy", "energy: out of range"),
        ({"energy": "high"}, "energy", "energy: not a number"),
        ({"energy": "inf"}, "energy", "energy: not a number"),
        ({"loudness": "-200"}, "loudness_db", "loudness_db: out of range"),
        ({"key": "12"}, "key", "key: out of range"),
        ({"key": "3.5"}, "key", "key: out of range"),
        ({"tempo": "9000"}, "tempo_bpm", "tempo_bpm: out of range"),
    ],
)
def test_a_bad_audio_number_is_unknown_and_counted(cells, field, warning):
    found, warnings = track(**({"valence": "0.5"} | cells))
    assert getattr(found.track.features, field) is None
    assert found.track.features.valence == 0.5
    assert warnings == {warning: 1}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"key": "-1"}, "key"),
        ({"tempo": "0"}, "tempo_bpm"),
        ({"time_signature": "0"}, "time_signature"),
        ({"energy": "NA"}, "energy"),
        ({"energy": ""}, "energy"),
    ],
)
def test_what_means_unknown_is_unknown_without_a_warning(cells, field):
    found, warnings = track(**({"valence": "0.5"} | cells))
    assert getattr(found.track.features, field) is None
    assert not warnings


@pytest.mark.parametrize(
    ("cells", "field", "want"),
    [
        pytest.param({"popularity": "101"}, "popularity", None, id="popularity 101"),
        pytest.param({"popularity": "43"}, "popularity", 43.0, id="popularity"),
        pytest.param({"release_date": "1975-10-31"}, "year", 1975, id="date"),
        pytest.param({"release_date": "1075", "year": "1975"}, "year", 1975, id="year behind date"),
        pytest.param({"year": "3000"}, "year", None, id="future"),
        pytest.param({"duration_ms": "-5"}, "duration_ms", None, id="negative time"),
        pytest.param({"duration_ms": "0"}, "duration_ms", None, id="no time"),
        pytest.param({"track_length": "3.5"}, "duration_ms", 210_000, id="minutes"),
        pytest.param({"isrc": "us-rc1-76-07839"}, "isrc", "USRC17607839", id="ISRC"),
        pytest.param({"isrc": "nonsense"}, "isrc", None, id="no ISRC"),
        pytest.param({"album": "NA"}, "album", None, id="no album"),
        pytest.param({"mbid": MBID.upper()}, "mbid", MBID, id="MBID"),
    ],
)
def test_values_are_checked(cells, field, want):
    assert getattr(track(**cells)[0].track, field) == want


def test_the_track_id_comes_from_the_best_id_there_is():
    by_names = track()[0].track.id
    by_mbid = track(mbid=MBID)[0].track.id
    by_spotify = track(mbid=MBID, spotify_id=f"spotify:track:{IDS[0]}")[0].track.id
    assert by_spotify == IDS[0]
    assert len({by_names, by_mbid, by_spotify}) == 3
    assert track(title="ONE", artist="ada")[0].track.id == by_names


def test_a_wrong_mbid_beside_a_right_spotify_id_is_only_a_warning():
    found, warnings = track(spotify_id=IDS[0], mbid="nonsense")
    assert (found.track.id, found.track.mbid) == (IDS[0], None)
    assert warnings == {"mbid: not a MusicBrainz id": 1}


def test_tags_and_genre_are_tags_of_the_track():
    found, _warnings = track(tags="rock, alternative_rock", genre="RnB")
    assert {tag.name for tag in found.track.tags} == {"rock", "alternative rock", "rnb"}


def test_artists_named_elsewhere_are_put_in_with_their_genres():
    """The spec's own source has artist ids in a row of tracks, names and genres elsewhere."""
    cells = {"id": IDS[0], "name": "One", "artist_ids": '["a1", "zz"]', "album_id": "b1"}
    found, _warnings = parse(cells, known=SomeNames())
    assert (found.track.artist, found.track.album, found.track.year) == ("Ada", "Blue", 1971)
    assert [(tag.name, tag.weight) for tag in found.track.tags] == [("dub", 0.5)]
    assert found.spotify_artist_id == "a1"


def test_several_artists_keep_the_first_in_front():
    assert track(artist="['Ada', 'Bo']")[0].track.artist == "Ada; Bo"


def test_other_spellings_are_kept_for_finding():
    found, _warnings = track(title_farsi="سفر", artist_romaji="Ada")
    assert (found.alt_title, found.alt_artist) == ("سفر", None)


@pytest.mark.parametrize(
    ("cells", "playlist"),
    [
        pytest.param({"playlist_id": "37i9dQZF1DX0XUsuxWHRQd"}, "37i9dQZF1DX0XUsuxWHRQd", id="id"),
        pytest.param({"playlist_id": "spotify:playlist:abc"}, "abc", id="URI"),
        pytest.param({"pid": "17"}, "folder/17", id="a bare number means its own collection"),
        pytest.param({"playlist_name": "Pop Remix"}, "name:pop remix", id="only a name"),
    ],
)
def test_playlists_are_known_by_id_or_name(cells, playlist):
    assert track(**cells)[0].place.playlist == playlist


def test_a_row_with_more_cells_than_columns_is_not_guessed_at():
    """Something has split or shifted: every value might be another column's."""
    parser_row = {"title": "One", "artist": "Ada"}
    warnings = Counter()
    parser = Parser(
        recognise("t", list(parser_row)), list(parser_row), NoNames(), warnings, latest_year=2026
    )
    assert parser.parse(1, ["One", "Ada", "?"]).reason == "more cells than columns"


def test_a_short_row_lacks_its_last_cells():
    found, warnings = parse({"title": "One", "artist": "Ada", "year": "1999"}, width=2)
    assert (found.track.title, found.track.year) == ("One", None)
    assert warnings == {"row with too few cells": 1}


def test_rows_of_features_refer_to_a_track():
    found, _warnings = parse(
        {"id": IDS[0]} | dict(zip(SOUND, HEARD, strict=True)), table="audio_features"
    )
    assert isinstance(found, Sound)
    assert (found.ref.value, found.features.tempo_bpm, found.duration_ms) == (
        IDS[0],
        120.5,
        200_000,
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"id": ""} | FEATURES_ALONE, "no track id", id="about nothing"),
        pytest.param({"id": IDS[0]} | dict.fromkeys(FEATURES_ALONE, ""), "no audio", id="silent"),
    ],
)
def test_rows_of_features_that_say_nothing_are_rejected(cells, reason):
    found, _warnings = parse(cells, table="audio_features")
    assert found.reason.startswith(reason)


def test_rows_of_places_need_both_ends():
    header = {"playlist_id": "p", "track_id": IDS[0], "position": "3"}
    found, _warnings = parse(header, table="playlist_tracks")
    assert isinstance(found, Membership)
    assert (found.place.playlist, found.place.position) == ("p", 3.0)
    assert parse(header | {"playlist_id": ""}, table="playlist_tracks")[0].reason == "no playlist"
