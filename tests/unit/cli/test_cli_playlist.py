"""`grove playlist`, `resolve` and `export`: what people read and what programs parse."""

import io
import json

import pytest
from grove_client import GroveClient

from grovemusic.cli import making
from grovemusic.domain.ask import Ask, SeedQuery

SONG = "Electric Tide by Azure Valley"


def test_json_is_the_document_the_api_gives(grove, module_demo):
    """One shape to learn; and the two are the same playlist, field by field."""
    printed = grove("playlist", SONG, "--size", 20, "--json").json
    with GroveClient(module_demo) as client:
        assert client.get(f"/api/generate/{printed['runId']}").json() == printed
    assert len(printed["playlist"]) == 20


def test_the_table_shows_every_track_with_its_reason_and_says_what_is_invented(grove):
    document = grove("playlist", SONG, "--json").json
    ran = grove("playlist", SONG, "--evidence")
    assert ran.code == 0
    for track in document["playlist"]:
        assert track["title"] in ran.out
        assert track["reason"].split(".")[0].split()[-1] in ran.out
    assert document["narrative"].split(".")[0][:40] in ran.out
    assert "Invented demo data" in ran.out
    assert "Parts, low to high" in ran.out


def test_evidence_shows_the_facts_behind_every_part(grove):
    shown = grove("playlist", SONG, "--evidence").out
    assert "together in playlists" in shown
    for part in ("tags", "sound", "playlists", "artist", "time", "popularity"):
        assert f"\n   {part} " in shown


def test_wishes_reach_the_list(grove):
    options = ["--max-per-artist", 1, "--gap", 0, "--block", "Ragouk", "--title", "Mine"]
    more = ["--include-seed", "--random-seed", 3, "--mood", "chill", "--popularity", "deep-cuts"]
    document = grove("playlist", SONG, *options, *more, "--era", "1990–2005", "--json").json
    artists = [track["artist"] for track in document["playlist"]]
    assert document["title"] == "Mine"
    assert document["playlist"][0]["isSeed"]
    assert "Ragouk" not in artists
    assert len(set(artists)) == len(artists)
    assert all(1990 <= track["year"] <= 2005 for track in document["playlist"])


def test_minutes_instead_of_a_size(grove):
    document = grove("playlist", SONG, "--minutes", 45, "--json").json
    assert abs(document["durationMs"] - 45 * 60_000) <= 30_000


def test_several_songs_mix(grove):
    songs = [SONG, "月影と季節 by 時任野凪"]
    document = grove("playlist", *songs, "--weight", 2, "--weight", 1, "--json").json
    assert [seed["title"] for seed in document["seedTracks"]] == ["Electric Tide", "月影と季節"]


@pytest.mark.parametrize("ending", ["md", "csv"])
def test_save_writes_the_format_of_its_ending(grove, tmp_path, ending):
    path = tmp_path / f"list.{ending}"
    ran = grove("playlist", SONG, "--save", path)
    assert ran.code == 0
    assert f"wrote {path}\n" in ran.err
    text = path.read_bytes().decode()
    identity = next(line for line in ran.out.splitlines() if line.startswith("pl_")).split()[0]
    assert grove("export", identity, ending).out == text


@pytest.mark.parametrize("name", ["json", "m3u8"])
def test_export_writes_a_format_to_a_file_or_the_screen(played, tmp_path, name):
    grove, identity = played
    path = tmp_path / "out"
    ran = grove("export", identity, name, "--output", path)
    assert (ran.code, ran.out) == (0, "")
    assert path.read_bytes().decode() == grove("export", identity, name).out


def test_export_of_an_earlier_version(grove, module_demo):
    first = grove("playlist", SONG, "--json").json
    with GroveClient(module_demo) as client:
        client.refined(first, "replace", 1)
    old = json.loads(grove("export", first["playlistId"], "json", "--version", 1).out)
    new = json.loads(grove("export", first["playlistId"], "json").out)
    assert old["playlist"] == first["playlist"]
    assert new["playlist"][0] != old["playlist"][0]


def test_an_unclear_song_lists_its_options_and_exits_with_3(grove):
    """Nobody is there to ask: a script can tell this from a failure."""
    ran = grove("playlist", "Wires")
    assert ran.code == making.UNCLEAR == 3
    assert "1. Wires by" in ran.out
    assert ran.trouble == "say which with --choose NUMBER"


def test_an_unclear_song_as_json_is_the_state_the_api_gives(grove, module_demo):
    ran = grove("playlist", "Wires", "--json")
    assert ran.code == 3
    with GroveClient(module_demo) as client:
        assert client.get(f"/api/generate/{ran.json['runId']}").json() == ran.json
    assert ran.json["choices"][0]["options"][0]["confidence"] > 0.8


def test_choose_takes_the_option_of_that_number(grove):
    options = grove("playlist", "Wires", "--json").json["choices"][0]["options"]
    document = grove("playlist", "Wires", "--choose", 2, "--json").json
    assert document["status"] == "complete"
    assert document["seedTrack"]["id"] == options[1]["id"]


def test_a_person_is_asked_until_they_name_one_of_the_options(own_demo, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("9\nwhat?\n2\n"))  # what they type
    ask = Ask(seeds=(SeedQuery(query="Wires"),))
    options = making.Options(choose=None, evidence=False, save=None, as_json=False, ask_person=True)
    with GroveClient(own_demo) as client:
        assert client.do(making.make(client.installation, ask, options)) == 0
    said = capsys.readouterr()
    assert "2. Wires by" in said.out
    chosen = said.out.split("2. Wires by ")[1].split(" (")[0]
    assert f"From Wires by {chosen}" in said.out


def test_choose_beyond_the_options_says_how_many_there_are(grove):
    assert grove("playlist", "Wires", "--choose", 40).trouble.startswith("--choose: 1 to ")


def test_an_unknown_song_comes_with_suggestions(grove):
    ran = grove("playlist", "nothing at all like this")
    assert ran.code == 1
    assert "nobody here knows" in ran.trouble
    assert "did you mean: All the Solemn Jars by Seilkaitoz?" in ran.err


def test_an_unknown_song_as_json_is_the_state_the_api_gives(grove, module_demo):
    ran = grove("playlist", "zzzz qqqq by nobody", "--json")
    assert ran.code == 1
    with GroveClient(module_demo) as client:
        assert client.get(f"/api/generate/{ran.json['runId']}").json() == ran.json
    assert (ran.json["status"], ran.json["errorKind"]) == ("failed", "NothingFound")


def test_an_empty_catalogue_says_how_to_fill_it(run, tmp_path):
    ran = run(tmp_path / "new", "playlist", SONG)
    assert ran.code == 1
    assert "grove import" in ran.err


def test_resolve_lists_what_a_text_may_mean(grove):
    assert "1. Electric Tide by Azure Valley (1998)" in grove("resolve", "electric tide").out
    found = grove("resolve", "Wires", "--json").json
    assert [option["title"] for option in found["options"][:2]] == ["Wires", "Wires"]
    assert set(found) == {"query", "options", "missing"}


def test_resolve_of_an_unknown_song_fails(grove):
    assert grove("resolve", "zzzzqqqq").trouble == "nobody here knows 'zzzzqqqq'"
    ran = grove("resolve", "zzzzqqqq", "--json")
    assert (ran.code, ran.json["options"]) == (1, [])


def test_version_is_one_line(grove):
    ran = grove("version")
    assert ran.code == 0
    assert ran.out.count("\n") == 1
