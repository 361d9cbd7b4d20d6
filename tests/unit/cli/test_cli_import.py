"""`grove import` and `grove doctor` from the outside."""

import json
import re

import pytest
from grove_client import GroveClient

from grovemusic.cli import doctor
from grovemusic.domain.errors import UpstreamError
from grovemusic.pipeline.services import RunSources
from grovemusic.settings import Secret, Settings
from grovemusic.sources.silent import Silent

KEY = Secret("sk-secret")
TABLE = """track_name,track_artist,release,energy,tempo,who
Pale Morning,The Lanterns,2001,0.5,120,x
Pale Evening,The Lanterns,2003,0.6,121,x
Glass River,Ada Moor,2002,0.7,122,x
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "tracks.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_small_table_is_read_and_accounted_for(run, tmp_path, table):
    folder = tmp_path / "data"
    ran = run(folder, "import", "tracks", table)
    assert ran.code == 0
    assert re.search(r"\b3 +rows", ran.out)
    assert re.search(r"\b3 +imported", ran.out)
    assert "title ← track_name" in ran.out.replace("\n", " ")
    assert "not used" in ran.out
    assert run(folder, "resolve", "pale morning").out.strip() == "1. Pale Morning by The Lanterns"


def test_an_override_says_which_column_is_meant(run, tmp_path, table):
    folder = tmp_path / "data"
    assert run(folder, "import", "tracks", table, "--column", "year=release").code == 0
    shown = run(folder, "resolve", "pale morning").out
    assert "Pale Morning by The Lanterns (2001)" in shown


def test_the_ledger_as_json_adds_up(run, tmp_path, table):
    ledger = run(tmp_path / "data", "import", "tracks", table, table, "--json").json
    first, second = ledger["tables"]
    assert (first["imported"], first["duplicates"]) == (3, 0)
    assert (second["imported"], second["duplicates"]) == (0, 3)
    assert ledger["rows"] == 6


def test_rows_without_a_title_are_rejected_with_their_reason(run, tmp_path, table):
    table.write_text(TABLE + ",Nobody,2000,0.1,100,x\n", encoding="utf-8")
    out = run(tmp_path / "data", "import", "tracks", table).out
    assert "rejected: " in out
    assert "(row 4)" in out


def test_hostile_cells_are_shown_harmlessly(run, tmp_path, table):
    table.write_text(
        TABLE.replace("who", "[red]\x1b[31mwho") + "\x1b[2J,[bold]x,2000,9.9,100,x\n",
        encoding="utf-8",
    )
    ran = run(tmp_path / "data", "import", "tracks", table)
    assert "\x1b" not in ran.out + ran.err
    assert "[red]" in ran.out


@pytest.mark.parametrize(
    ("override", "word"),
    [("year", "--column"), ("=x", "--column"), ("yeer=release", "yeer"), ("year=nope", "nope")],
)
def test_an_override_of_nothing_is_refused(run, tmp_path, table, override, word):
    assert word in run(tmp_path / "data", "import", "tracks", table, "--column", override).trouble


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("binary.csv", bytes(range(256)) * 20),
        ("zeros.csv.gz", b"\x1f\x8b" + b"\0" * 50),
        ("not.parquet", b"PAR1 nothing more"),
        ("not.sqlite", b"SQLite format 3\0 nothing more"),
        ("prose.csv", b"Once upon a time\nthere was no table\n"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_its_name(run, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    ran = run(tmp_path / "data", "import", "tracks", path)
    assert ran.code == 1
    assert name in ran.out + ran.trouble


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    ran = run(tmp_path / "data", "import", "tracks", tmp_path / "no.csv")
    assert ran.code == 1
    assert ran.trouble == f"{tmp_path / 'no.csv'}: is not a file"
    assert run(tmp_path / "data", "import", "tracks", tmp_path).code == 1


def test_the_demo_never_covers_real_music(run, tmp_path, table):
    folder = tmp_path / "data"
    run(folder, "import", "tracks", table)
    ran = run(folder, "import", "demo", "--tracks", 2000)
    assert ran.code == 1
    assert ran.trouble
    assert run(folder, "doctor", "--json").json["catalogue"]["invented"] == 0


def test_real_music_takes_the_place_of_the_demo_and_says_so(run, own_catalogue, table):
    ran = run(own_catalogue, "import", "tracks", table)
    assert "2,000 songs) made room" in " ".join(ran.out.split())
    counts = run(own_catalogue, "doctor", "--json").json["catalogue"]
    assert counts == {"tracks": 3, "playlists": 0, "invented": 0}


@pytest.mark.parametrize("tracks", [0, 1999, 10_000_001])
def test_a_demo_has_2000_tracks_or_more(run, tmp_path, tracks):
    ran = run(tmp_path, "import", "demo", "--tracks", tracks)
    assert ran.trouble.startswith("--tracks: 2,000 to 10,000,000")


def test_doctor_says_what_is_there_and_what_is_missing(grove):
    report = grove("doctor", "--json").json
    assert set(report) == {"data", "catalogue", "credits", "sources", "faults"}
    states = {row["source"]: row["state"] for row in report["sources"]}
    assert states["catalogue"] == states["vectors"] == "ready"
    assert states["lastfm"] == states["musicbrainz"] == states["listenbrainz"] == "not set up"
    assert all(row["costs"] and row["note"] for row in report["sources"] if row["state"] != "ready")
    shown = grove("doctor")
    assert shown.code == 0
    assert "2,000 tracks" in shown.out
    assert all(source in shown.out for source in states)


@pytest.mark.parametrize(
    ("known", "state", "note"),
    [
        ({}, "not set up", "ANTHROPIC_API_KEY"),
        ({"anthropic_api_key": Secret("sk-secret")}, "key is set", ""),
        (
            {"anthropic_api_key": Secret("sk-secret"), "writer": "none"},
            "not set up",
            "GROVE_WRITER",
        ),
        ({"anthropic_api_key": Secret("sk-secret"), "offline": True}, "not set up", "GROVE_OFF"),
    ],
)
def test_doctor_says_whether_a_model_would_write_without_asking_it(known, state, note):
    """To ask would cost money."""
    row = doctor._writer(Settings(**known))
    assert row["state"] == state
    assert row["note"].startswith(note)
    assert bool(row["costs"]) is (state == "not set up")
    assert "sk-secret" not in str(row)


class Unreachable(Silent):
    name = "lastfm"
    effect_when_missing = "no listeners' tags"
    is_ours = False

    async def find(self, query, *, limit):
        raise UpstreamError("lastfm", "refuses our key")


def test_doctor_says_which_source_does_not_answer_why_and_what_that_costs(own_demo, capsys):
    with GroveClient(own_demo) as client:
        sources = RunSources([Unreachable()], [], dict)
        object.__setattr__(client.services, "sources", lambda: sources)
        capsys.readouterr()
        assert client.do(doctor.examine(client.installation, as_json=True)) == 0
        row = json.loads(capsys.readouterr().out)["sources"][0]
        assert client.do(doctor.examine(client.installation, as_json=False)) == 0
    assert row == {
        "source": "lastfm",
        "state": "no answer",
        "note": "refuses our key",
        "costs": "no listeners' tags",
    }
    assert "refuses our key" in capsys.readouterr().out


def test_doctor_fails_when_something_is_broken(own_demo, capsys):
    async def faults():
        return ["the [red]disk[/red] is full"]

    with GroveClient(own_demo) as client:
        object.__setattr__(client.services, "faults", faults)
        assert client.do(doctor.examine(client.installation, as_json=False)) == 1
    assert "fault: the [red]disk[/red] is full" in capsys.readouterr().out


def test_doctor_calls_an_empty_catalogue_empty(run, tmp_path):
    report = run(tmp_path / "new", "doctor", "--json").json
    assert report["sources"][0]["state"] == "empty"
    assert "grove import" in report["sources"][0]["note"]
