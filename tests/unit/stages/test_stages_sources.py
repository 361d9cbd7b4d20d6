"""Sources of every kind give the same catalogue; what is wrong with one is named with its place."""

import csv
import json
import sqlite3
from contextlib import closing

import pytest
import zstandard
from stages_desk import Desk, tables

from catalogue_import.blockstore.spill import Sorted
from catalogue_import.errors import UnreadableFile
from catalogue_import.stages import tables as schemas
from catalogue_import.stages.errors import NoSource, WrongSchema

IDS = [f"{number:022d}" for number in range(100, 110)]
HEAD = ["track_id", "track_name", "track_artist", "track_popularity", "energy", "tempo",
        "danceability", "valence", "playlist_id"]  # fmt: skip


def csv_of(path, rows):
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEAD, *rows])
    return path


def row(number, **changes):
    said = {"track_id": IDS[number], "track_name": f"Song {number}", "track_artist": "Someone",
            "track_popularity": 50, "energy": 0.5, "tempo": 120, "danceability": 0.4,
            "valence": 0.3, "playlist_id": "p1"}  # fmt: skip
    return list({**said, **changes}.values())


def rejects_of(desk, name="tracks"):
    path = desk.work / "transform" / name / "rejects.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_packed_databases_give_what_the_databases_give(finished, tmp_path):
    """Only acquire's own hashes differ: the files do."""
    folder = tmp_path / "packed"
    folder.mkdir()
    for path in (finished.work / "acquire").glob("spotify_*.db"):
        body = zstandard.ZstdCompressor().compress(path.read_bytes())
        (folder / f"{path.name}.zst").write_bytes(body)
    desk = Desk(tmp_path)
    made = desk.run(tables(folder), only=("transform",)).stages["transform"]
    want = finished.manifest.stages["transform"].outputs
    assert {name: each.sha256 for name, each in made.outputs.items()} == {
        name: each.sha256 for name, each in want.items()
    }


def test_a_table_of_text_goes_through_all_stages(tmp_path):
    path = csv_of(tmp_path / "songs.csv", [row(n) for n in range(8)])
    stages = Desk(tmp_path).run(tables(path, tier_a=20)).stages
    assert stages["transform"].figures["tracks"] == 8
    assert stages["transform"].figures["memberships"] == 8
    assert stages["verify"].figures["differences"] == 0
    assert stages["vectorize"].figures["tiers"] == {"A": 8, "B": 0, "C": 0}


def test_bad_rows_are_named_with_file_and_row(tmp_path):
    rows = [row(0), row(1, track_id="not an id"), row(2, track_name=""), row(0), row(3)]
    desk = Desk(tmp_path)
    made = desk.run(tables(csv_of(tmp_path / "songs.csv", rows)), only=("transform",))
    found = {(each["source"], each["position"], each["reason"]) for each in rejects_of(desk)}
    assert found == {
        ("songs.csv", 2, "not a Spotify id"),
        ("songs.csv", 3, "no title"),
        ("songs.csv", 4, "id: twice"),
    }
    stage = made.stages["transform"]
    assert stage.figures["tracks"] == 2
    assert stage.figures["repeated tracks"] == 1
    assert stage.rejects == {"not a Spotify id": 1, "no title": 1}


@pytest.mark.parametrize("value", ["inf", "-inf", "1e999", "loud"])
def test_a_number_that_is_none_is_unknown_and_its_row_is_noted(tmp_path, value):
    path = csv_of(tmp_path / "songs.csv", [row(0), row(1, energy=value)])
    desk = Desk(tmp_path)
    stage = desk.run(tables(path), only=("transform",)).stages["transform"]
    assert stage.figures["values left unknown"]["energy: not a number"] >= 1
    noted = (desk.work / "transform" / "unknown.jsonl").read_text().splitlines()
    assert json.loads(noted[0]) == {"source": "songs.csv", "row": 2}
    rows = Sorted(desk.work / "transform" / "sound", schemas.SOUND_OF_TRACKS).between(0, 1 << 128)
    energy = rows.columns[schemas.FEATURES.index("energy")]
    assert energy.present.tolist() == [True, False]


def test_nan_in_a_database_is_unknown(tmp_path):
    with closing(sqlite3.connect(tmp_path / "songs.db")) as db:
        db.execute("CREATE TABLE tracks (id, name, artist, energy REAL, tempo REAL, key, mode)")
        db.execute("INSERT INTO tracks VALUES (?, 'A', 'B', ?, 120.5, -1, 1)",
                   (IDS[0], float("nan")))  # fmt: skip
        db.commit()
    desk = Desk(tmp_path)
    desk.run(tables(tmp_path / "songs.db"), only=("transform",))
    rows = Sorted(desk.work / "transform" / "sound", schemas.SOUND_OF_TRACKS).between(0, 1 << 128)
    known = dict(zip(schemas.FEATURES, (c.present[0] for c in rows.columns), strict=True))
    assert [name for name, there in known.items() if there] == ["tempo", "mode"]


def test_a_slice_of_the_million_playlist_dataset_is_read(tmp_path):
    track = {"track_uri": f"spotify:track:{IDS[1]}", "track_name": "A", "artist_name": "B",
             "album_name": "C", "duration_ms": 1000, "artist_uri": "spotify:artist:x"}  # fmt: skip
    other = {**track, "track_uri": f"spotify:track:{IDS[2]}", "pos": 1}
    lists = [{"pid": 7, "name": "mine", "tracks": [{**track, "pos": 0}, other]},
             {"pid": 8, "name": "no tracks"}]  # fmt: skip
    path = tmp_path / "mpd.slice.0-999.json"
    path.write_text(json.dumps({"info": {}, "playlists": lists}))
    desk = Desk(tmp_path)
    figures = desk.run(tables(path), only=("transform",)).stages["transform"].figures
    assert (figures["tracks"], figures["memberships"], figures["playlists"]) == (2, 2, 1)
    assert rejects_of(desk)[0]["reason"] == "a playlist without tracks"


def test_a_place_of_an_unknown_track_is_rejected_with_its_row(finished, tmp_path):
    for path in (finished.work / "acquire").glob("spotify_*.db"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with closing(sqlite3.connect(tmp_path / "spotify_playlists.db")) as db:
        (last,) = db.execute("SELECT max(rowid) FROM playlist_tracks").fetchone()
        db.execute("INSERT INTO playlist_tracks VALUES (?, ?, 1, NULL)", ("zz", IDS[9]))
        db.execute("INSERT INTO playlist_tracks VALUES (?, ?, 2, NULL)", ("zz", "short"))
        db.commit()
    desk = Desk(tmp_path)
    made = desk.run(tables(*tmp_path.glob("*.db")), only=("transform",)).stages["transform"]
    assert made.rejects == {"no track has this id": 1, "not a Spotify id": 1}
    path = desk.work / "transform" / "memberships.rejects.jsonl"
    found = [json.loads(line) for line in path.read_text().splitlines()]
    assert {each["position"] for each in found} == {last + 1, last + 2}
    assert all(each["source"] == "spotify_playlists.db/playlist_tracks" for each in found)


@pytest.mark.parametrize(
    ("file", "sql", "names"),
    [
        ("spotify_tracks.db", "CREATE TABLE tracks (id, name)", "artist_ids"),
        ("spotify_tracks.db", "CREATE TABLE songs (id, name)", "table tracks"),
        ("spotify_playlists.db", "CREATE TABLE playlists (id, name)", "table playlist_tracks"),
        ("spotify_audio_features.db", "CREATE TABLE audio_features (id, energy)", "tempo"),
    ],
)
def test_a_wrong_schema_is_named(tmp_path, file, sql, names):
    with closing(sqlite3.connect(tmp_path / file)) as db:
        db.execute(sql)
        db.commit()
    with pytest.raises(WrongSchema, match=names) as caught:
        Desk(tmp_path).run(tables(tmp_path / file))
    assert file in str(caught.value)


def test_a_truncated_package_is_named(finished, tmp_path):
    body = (finished.work / "acquire" / "spotify_tracks.db").read_bytes()
    path = tmp_path / "spotify_tracks.db.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(body)[:-2000])
    with pytest.raises((UnreadableFile, WrongSchema), match=r"spotify_tracks"):
        Desk(tmp_path).run(tables(path))


def test_a_database_damaged_in_its_middle_is_named(finished, tmp_path):
    body = bytearray((finished.work / "acquire" / "spotify_tracks.db").read_bytes())
    body[8192:40960] = b"\xff" * 32768
    (tmp_path / "spotify_tracks.db").write_bytes(body)
    with pytest.raises(UnreadableFile, match=r"spotify_tracks\.db"):
        Desk(tmp_path).run(tables(tmp_path / "spotify_tracks.db"))


def test_a_folder_without_tables_is_said_so(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoSource, match="no table"):
        Desk(tmp_path).run(tables(tmp_path / "empty"))
