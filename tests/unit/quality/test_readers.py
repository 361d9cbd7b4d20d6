"""Playlists from every kind of file, with versions merged and leaks left alone."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from quality.datasets import KNOWN, NoSuchDataset, opened
from quality.readers import NoPlaylists, read

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
SPOTIFY = [f"{number:022d}" for number in range(10, 40)]


def table(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def rows(titles, playlist="Mine"):
    return [
        {
            "track_id": SPOTIFY[number],
            "track_name": title,
            "track_artist": "Somebody",
            "playlist_id": playlist,
            "playlist_genre": "pop",
        }
        for number, title in enumerate(titles)
    ]


def test_versions_of_a_song_become_one_work_that_a_list_holds_once(tmp_path):
    path = table(tmp_path / "mine.csv", rows(["Song", "Song - Live", "Other Tune", "Song (Remix)"]))
    data = read([path])
    assert [track.title for track in data.works] == ["Song", "Other Tune"]
    assert data.playlists[0].works == (0, 1)
    assert data.dropped["versions merged"] == 2


def test_the_genre_of_a_playlist_is_no_tag_of_its_tracks(tmp_path):
    data = read([table(tmp_path / "mine.csv", rows(["Song", "Other Tune"]))])
    assert all(not track.tags for track in data.works)


def test_a_date_in_the_name_makes_a_log(tmp_path):
    shows = rows(["Song"], "WA-2017-01-02") + rows(["Other Tune"], "WA-2017-01-03")
    data = read([table(tmp_path / "shows.csv", shows)])
    assert data.is_log
    assert [each.date for each in data.playlists] == ["2017-01-02", "2017-01-03"]


def test_a_slice_of_the_million_playlists_is_read(tmp_path):
    track = {
        "track_name": "Song", "artist_name": "Somebody", "duration_ms": 1000,
        "track_uri": f"spotify:track:{SPOTIFY[0]}",
    }  # fmt: skip
    path = tmp_path / "mpd.slice.0-999.json"
    path.write_text(json.dumps({"playlists": [{"pid": 5, "tracks": [track]}]}))
    data = read([path])
    assert data.works[0].spotify_id == SPOTIFY[0]
    assert data.playlists[0].id == "5"


def test_a_folder_of_jspf_is_read(tmp_path):
    for name in ("one", "two"):
        listed = [{"title": "Song", "creator": "Somebody"}, {"title": name, "creator": "Else"}]
        (tmp_path / f"{name}.jspf").write_text(json.dumps({"playlist": {"track": listed}}))
    data = read([tmp_path])
    assert len(data.works) == 3
    assert [each.id for each in data.playlists] == ["one.jspf", "two.jspf"]


def test_radio_lists_with_tags_are_read(tmp_path):
    texts = {
        "song_hash.txt": "0\tSong (w\\/ Guest)\tSomebody\n1\tOther Tune\tElse\n",
        "tag_hash.txt": "0, rock\n1, jazz\n",
        "tags.txt": "0 1\n#\n",
        "train.txt": "12 34\n5 6\n0 1 0\n1\n",
    }
    for name, text in texts.items():
        with gzip.open(tmp_path / f"{name}.gz", "wt") as file:
            file.write(text)
    data = read([tmp_path])
    assert {tag.name for tag in data.works[0].tags} == {"rock", "jazz"}
    assert not data.works[1].tags
    assert [each.works for each in data.playlists] == [(0, 1), (1,)]


def test_a_table_without_playlists_is_refused(tmp_path):
    bare = [{"track_name": "Song", "track_artist": "Somebody", "track_id": SPOTIFY[0]}]
    with pytest.raises(NoPlaylists):
        read([table(tmp_path / "bare.csv", bare)])


def test_what_is_neither_a_name_nor_a_file_is_refused(tmp_path):
    with pytest.raises(NoSuchDataset):
        opened("nothing-of-the-sort", tmp_path)


@pytest.mark.parametrize(
    ("name", "works", "playlists"),
    [("spotify_editorial_2023", 8_002, 100), ("yes_small", 3_145, 41_480)],
)
def test_the_named_datasets_are_read_in_place(name, works, playlists):
    if not (DATA / KNOWN[name].path).exists():
        pytest.skip(f"{name} is not on this machine")
    data, _most = opened(name, DATA)
    assert (len(data.works), len(data.playlists)) == (works, playlists)
