"""Numbered .sql files, each applied once, in order, whole or not at all."""

import asyncio
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from grovemusic.domain.errors import StorageFailure
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.migrations import apply_migrations, statements_in

REAL = Path(__file__).parents[3] / "migrations"


@pytest.fixture
def database(tmp_path):
    with closing(SqliteDatabase(tmp_path / "grove.sqlite")) as database:
        yield database


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text("CREATE TABLE first (a);\nINSERT INTO first VALUES (1);")
    (folder / "0002_second.sql").write_text("ALTER TABLE first ADD COLUMN b;")
    return folder


@pytest.mark.parametrize("name", ["grove", "catalogue"])
async def test_our_own_migrations_apply_once(database, name):
    assert await apply_migrations(database, REAL / name)
    assert await apply_migrations(database, REAL / name) == []


async def test_files_are_applied_in_the_order_of_their_numbers(database, folder):
    applied = await apply_migrations(database, folder)
    assert applied == ["0001_first.sql", "0002_second.sql"]
    assert await database.rows("SELECT a, b FROM first") == [{"a": 1, "b": None}]


async def test_only_what_is_missing_is_applied(database, folder):
    await apply_migrations(database, folder)
    (folder / "0003_third.sql").write_text("INSERT INTO first VALUES (2, 3);")
    assert await apply_migrations(database, folder) == ["0003_third.sql"]
    assert len(await database.rows("SELECT * FROM first")) == 2


async def test_the_table_is_the_one_wrangler_keeps(database, folder):
    """So `wrangler d1 migrations apply` on an exported database goes on where we stopped."""
    await apply_migrations(database, folder)
    rows = await database.rows("SELECT id, name, applied_at FROM d1_migrations ORDER BY id")
    assert [(row["id"], row["name"]) for row in rows] == [
        (1, "0001_first.sql"),
        (2, "0002_second.sql"),
    ]
    assert all(row["applied_at"] for row in rows)


async def test_a_failing_file_leaves_nothing_behind_and_is_named(database, folder):
    (folder / "0003_bad.sql").write_text("CREATE TABLE half (a);\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(StorageFailure, match=r"0003_bad\.sql: .*no such table: nowhere"):
        await apply_migrations(database, folder)
    tables = {row["name"] for row in await database.rows("SELECT name FROM sqlite_schema")}
    assert "first" in tables
    assert "half" not in tables
    (folder / "0003_bad.sql").write_text("CREATE TABLE half (a);")
    assert await apply_migrations(database, folder) == ["0003_bad.sql"]


async def test_a_file_cannot_end_its_transaction(database, folder):
    (folder / "0003_bad.sql").write_text("CREATE TABLE half (a);\nCOMMIT;\nSELECT * FROM nowhere;")
    with pytest.raises(StorageFailure, match=r"0003_bad\.sql: .*COMMIT"):
        await apply_migrations(database, folder)
    with pytest.raises(StorageFailure, match="no such table"):
        await database.rows("SELECT * FROM half")


async def test_many_connections_at_once_apply_each_file_once(tmp_path, folder):
    with ExitStack() as stack:
        databases = [
            stack.enter_context(closing(SqliteDatabase(tmp_path / "new.sqlite"))) for _ in range(5)
        ]
        applied = await asyncio.gather(*(apply_migrations(each, folder) for each in databases))
    assert sorted(name for names in applied for name in names) == [
        "0001_first.sql",
        "0002_second.sql",
    ]


async def test_two_processes_at_once_apply_each_file_once(tmp_path, other_process):
    path = tmp_path / "new.sqlite"
    others = [other_process("migrate", path, REAL / "catalogue") for _ in range(2)]
    for other in others:
        other.says("ready")
    for other in others:
        other.tell("go")
    with closing(SqliteDatabase(path)) as database:
        here = await apply_migrations(database, REAL / "catalogue")
        for other in others:
            other._process.stdout.readline()
            other.ends_well()
        rows = await database.rows("SELECT name FROM d1_migrations")
    assert len(rows) == len(list((REAL / "catalogue").glob("*.sql")))
    assert len(here) <= len(rows)


@pytest.mark.parametrize("name", ["first.sql", "1_first.sql", "0001.sql"])
async def test_a_file_without_a_number_is_an_error(database, folder, name):
    """It would be applied in an order nobody meant."""
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(StorageFailure, match=name):
        await apply_migrations(database, folder)


async def test_a_folder_without_files_is_an_error(database, tmp_path):
    """An installation that lost them must not start with an empty database."""
    with pytest.raises(StorageFailure, match="nothing here"):
        await apply_migrations(database, tmp_path / "nothing here")


def test_a_script_is_cut_at_the_right_semicolons():
    script = """
    -- a comment; with a semicolon
    CREATE TABLE a (b TEXT DEFAULT ';'); /* another; */
    CREATE TRIGGER t AFTER INSERT ON a BEGIN
      UPDATE a SET b = 1; DELETE FROM a;
    END;
    ;
    SELECT 'it''s; fine'
    -- the end;
    """
    statements = list(statements_in(script))
    assert len(statements) == 3
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement).close()


def test_a_script_of_comments_has_no_statements():
    assert list(statements_in("-- nothing;\n/* at; all */\n")) == []
