"""Everything that can be typed wrongly or lie broken: one sentence, the right exit code."""

import os
import shutil
import subprocess
import sys

import pytest

from grovemusic.runtime.embedded.installation import PROJECT

SONG = "Electric Tide by Azure Valley"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--era", "2010"], "--era: two years like 2010-2024, got '2010'"),
        (["--era", "ten-twenty"], "--era: two years like 2010-2024, got 'ten-twenty'"),
        (["--era", "²-³"], "--era: two years like 2010-2024, got '²-³'"),
        (["--era", "2010-2024-2030"], "--era: two years like 2010-2024, got '2010-2024-2030'"),
        (["--era", "2024-2010"], "--era: the first year comes first, got 2024-2010"),
        (["--era", "9-10"], "--era: wants 1860 to 2100 as years, got 9"),
        (["--era", "9" * 5000 + "-1"], "--era: two years like 2010-2024"),
        (["--size", "14"], "--size: wants 15 to 100 tracks, got 14"),
        (["--size", "101"], "--size: wants 15 to 100 tracks, got 101"),
        (["--minutes", "29"], "--minutes: wants 30 to 480 minutes, got 29"),
        (["--size", "20", "--minutes", "60"], "--minutes: give either --minutes or --size"),
        (["--weight", "1", "--weight", "2"], "--weight: one for each of the 1 songs, got 2"),
        (["--weight", "0"], "--weight: above 0 and at most 100, got 0"),
        (["--weight", "nan"], "--weight: above 0 and at most 100, got nan"),
        (["--max-per-artist", "0"], "--max-per-artist: wants 1 to 100 tracks, got 0"),
        (["--gap", "-1"], "--gap: wants 0 to 20 tracks, got -1"),
        (["--block", ""], "--block: must not be empty"),
        (["--title", "\x1b[31m"], "--title: must not hold the control character U+001B"),
        (["--random-seed", "-1"], "--random-seed: wants 0 to 2147483647, got -1"),
        (["--save", "list.doc"], "format: wants one of json, md, jspf, xspf, m3u8, csv, got 'doc'"),
        (["--save", "list"], "format: wants one of json, md, jspf, xspf, m3u8, csv, got ''"),
        (["--save", "/nowhere/at/all/list.md"], "--save: there is no folder /nowhere/at/all"),
    ],
    ids=lambda each: " ".join(each)[:30] if isinstance(each, list) else "",
)
def test_a_wrong_wish_is_named_as_it_was_typed(run, tmp_path, arguments, sentence):
    """And nothing has begun: not even a folder was needed to say so."""
    ran = run(tmp_path / "data", "playlist", SONG, *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert ran.trouble.startswith(sentence)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "song", ["", "  ", "x" * 10_000, "a\x00b", "a\x1bb"], ids=lambda song: repr(song[:9])
)
@pytest.mark.parametrize("command", ["playlist", "resolve"])
def test_a_song_that_is_no_song_is_refused(grove, command, song):
    assert grove(command, song).trouble.startswith("song: ")


def test_six_songs_are_too_many(grove):
    assert grove("playlist", *[SONG] * 6).trouble == "songs: at most 5 songs, got 6"


@pytest.mark.parametrize(
    "arguments",
    [
        ["playlist"],
        ["playlist", SONG, "--size", "ten"],
        ["playlist", SONG, "--mood", "sad"],
        ["playlist", SONG, "--popularity", "viral"],
        ["playlist", SONG, "--choose", "0"],
        ["playlist", SONG, "--nonsense"],
        ["nonsense"],
        ["export", "pl_x"],
        ["import"],
        ["import", "tracks"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_says_where_help_is(grove, arguments):
    ran = grove(*arguments)
    assert ran.code == 2
    assert "Usage: " in ran.err + ran.out
    assert "Traceback" not in ran.err


def test_an_unknown_playlist_or_version_or_format_is_said_so(played):
    grove, identity = played
    assert grove("export", "pl_x", "md").trouble == "there is no playlist 'pl_x'"
    assert grove("export", "pl_x", "doc").trouble.startswith("format: wants one of json, md")
    sentence = f"there is no playlist version '{identity} 7'"
    assert grove("export", identity, "md", "--version", 7).trouble == sentence


def test_a_file_that_cannot_be_written_is_named(played, tmp_path):
    grove, identity = played
    for path in (tmp_path, tmp_path / "no" / "such.md"):
        ran = grove("export", identity, "md", "--output", path)
        assert ran.trouble.startswith(f"{path}: cannot be written: ")


def test_unknown_and_unreadable_settings_are_all_named(grove):
    ran = grove("doctor", GROVE_CALOURS="1", GROVE_PORT="abc", GROVE_WRITER="poet")
    assert ran.code == 2
    for name in ("GROVE_CALOURS", "GROVE_PORT", "GROVE_WRITER"):
        assert name in ran.err


@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999999"])
def test_an_impossible_port_is_refused(grove, port):
    assert grove("serve", "--port", port).trouble.startswith("--port: wants 1 to 65535")


def test_a_data_folder_that_is_a_file_is_named(run, tmp_path):
    path = tmp_path / "file"
    path.write_text("not a folder", encoding="utf-8")
    for command in (["playlist", SONG], ["doctor"], ["import", "demo"], ["export", "pl_x", "md"]):
        ran = run(path, *command)
        assert ran.code == 1
        assert ran.trouble.startswith("data folder")


def test_a_data_folder_that_cannot_be_made_is_named(run):
    assert run("/dev/null/data", "playlist", SONG).trouble.startswith("data folder: /dev/null/data")


FILES = ["grove.db", "catalogue.db", "cache.db", "vectors.db", "actors.db", "objects/index.sqlite"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_database_is_named(run, tmp_path, name):
    path = tmp_path / "data" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this was a database once, before the disk was full " * 100)
    ran = run(tmp_path / "data", "playlist", SONG)
    assert ran.code == 1
    assert name in ran.trouble


@pytest.mark.parametrize("name", ["grove.db", "catalogue.db", "actors.db"])
def test_a_damaged_database_is_named(run, played_folder, tmp_path, name):
    folder = shutil.copytree(played_folder, tmp_path / "data")
    path = folder / name
    damaged = bytearray(path.read_bytes())
    for at in range(4096, len(damaged), 4096):
        damaged[at : at + 64] = b"\xff" * 64
    path.write_bytes(damaged)
    ran = run(folder, "playlist", SONG)
    assert ran.code == 1
    assert "malformed" in ran.trouble
    assert name in ran.trouble


def test_a_file_that_is_gone_is_made_again(run, own_demo):
    """A cache, say: the installation heals itself where nothing is lost."""
    for name in ("cache.db", "actors.db", "objects"):
        path = own_demo / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert run(own_demo, "playlist", SONG).code == 0


def test_a_terminal_without_the_letters_still_gets_its_table(module_demo):
    """An old Windows console, a cron job in the C locale: question marks, but an answer. Once in
    a process of its own, since it is the process that has the encoding.
    """
    clean = {name: text for name, text in os.environ.items() if not name.startswith("GROVE_")}
    own = {"GROVE_DATA": str(module_demo), "GROVE_OFFLINE": "1", "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(
        [sys.executable, "-c", CALL, "playlist", "月影と季節 by 時任野凪"],
        capture_output=True,
        check=False,
        cwd=PROJECT,
        env={**clean, **own},
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert b"15 tracks" in ran.stdout
    assert b"Traceback" not in ran.stderr


CALL = "from grovemusic.cli import main; main()"
