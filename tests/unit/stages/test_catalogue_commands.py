"""`grove catalogue` from the outside."""

import json
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from grovemusic.cli.commands import app
from grovemusic.domain.errors import BadAsk

IMPORT = ["import", "--demo", "2000", "--demo-playlists", "100", "--engine", "numpy"]


@pytest.fixture(scope="module")
def grove(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grove")

    def run(*arguments, code=0):
        ran = CliRunner().invoke(
            app, ["catalogue", *arguments], env={"GROVE_DATA": str(folder), "COLUMNS": "200"}
        )
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        assert ran.exit_code == code, ran.output
        return ran.stdout

    run.folder = folder
    run(*IMPORT)
    return run


def test_a_dry_run_says_time_disk_and_dollars_and_does_nothing(grove, tmp_path):
    work = tmp_path / "other"
    shown = grove(*IMPORT, "--dry-run", "--work", str(work))
    assert "never done" in shown
    assert "$" in shown
    assert "on one core" in " ".join(shown.split())
    assert not work.exists()


def test_an_import_that_is_done_is_said_to_be(grove):
    said = json.loads(grove(*IMPORT, "--dry-run", "--json"))
    assert {each["why"] for each in said["stages"]} == {None}


def test_verify_finds_nothing_and_then_what_was_changed(grove):
    assert "0 differences" in grove("verify", "--samples", "50")
    with closing(sqlite3.connect(grove.folder / "catalogue.db")) as db:
        db.execute("UPDATE catalogue_tracks SET year = year + 1")
        db.commit()
    said = json.loads(grove("verify", "--samples", "50", "--json", code=1))
    assert {each["layer"] for each in said["differences"]} == {"database"}
    with closing(sqlite3.connect(grove.folder / "catalogue.db")) as db:
        db.execute("UPDATE catalogue_tracks SET year = year - 1")
        db.commit()


def test_stats_count_every_layer(grove):
    said = json.loads(grove("stats", "--json"))
    rows = {(each["layer"], each["what"].split()[0]): each["rows"] for each in said["layers"]}
    assert rows["database", "catalogue_tracks"] == rows["cold store", "tracks"] == 2000
    assert rows["vectors", "13"] > 0
    assert "cold store" in grove("stats")


def test_cost_is_a_table_or_json(grove):
    assert "all together" in grove("cost")
    said = json.loads(grove("cost", "--tracks", "1000000", "--json"))
    assert said["monthly"] == pytest.approx(sum(each["monthly"] for each in said["lines"]))


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["import"], "FILE"),
        (["import", "--demo", "10"], "--demo"),
        (["import", "--demo", "2000", "x.db"], "--demo"),
        (["import", "--demo", "2000", "--engine", "abacus"], "--engine"),
        (["import", "--demo", "2000", "--until", "lunch"], "--until"),
        (["import", "--demo", "2000", "--tier-b", "60"], "import"),
        (["cost", "--popular", "2"], "cost"),
    ],
)
def test_what_cannot_be_asked_is_named(grove, arguments, field):
    with pytest.raises(BadAsk) as caught:
        grove(*arguments)
    assert caught.value.field == field
