"""What the embedded database promises beyond the contract."""

from contextlib import closing

import pytest

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Statement
from grovemusic.runtime.embedded.database import SqliteDatabase


@pytest.fixture
def database(tmp_path):
    with closing(SqliteDatabase(tmp_path / "grove.sqlite")) as database:
        yield database


async def test_everything_is_still_there_after_a_restart(tmp_path):
    with closing(SqliteDatabase(tmp_path / "a.sqlite")) as database:
        await database.rows("CREATE TABLE things (a)")
        await database.batch([Statement("INSERT INTO things VALUES (?)", ("kept",))])
    with closing(SqliteDatabase(tmp_path / "a.sqlite")) as database:
        assert await database.rows("SELECT a FROM things") == [{"a": "kept"}]


async def test_two_processes_that_count_lose_nothing(tmp_path, other_process):
    path = tmp_path / "a.sqlite"
    with closing(SqliteDatabase(path)) as database:
        await database.rows("CREATE TABLE counts (n)")
        await database.rows("INSERT INTO counts VALUES (0)")
        others = [other_process("count_in_database", path, 150) for _ in range(2)]
        for other in others:
            other.says("ready")
        for other in others:
            other.tell("go")
        for _ in range(100):
            await database.rows("UPDATE counts SET n = n + 1")
        for other in others:
            other.ends_well()
        assert await database.rows("SELECT n FROM counts") == [{"n": 400}]


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT 1; SELECT 2", id="two statements"),
        pytest.param("SELECT 1; COMMIT", id="a second statement that ends the transaction"),
        pytest.param(f"SELECT max({', '.join(['1'] * 33)})", id="33 arguments"),
        pytest.param(f"SELECT {', '.join(['1'] * 101)}", id="101 columns"),
        pytest.param("PRAGMA foreign_keys = OFF", id="no more foreign keys"),
        pytest.param("SELECT load_extension('x')", id="extension"),
        pytest.param("SELECT 1 WHERE 'a' REGEXP 'a'", id="regexp"),
        pytest.param("CREATE TEMP VIEW passing AS SELECT 1", id="temporary view"),
        pytest.param("-- nothing", id="only a comment"),
    ],
)
async def test_more_sql_that_d1_refuses_fails(database, sql):
    with pytest.raises(StorageFailure, match="database"):
        await database.rows(sql)


async def test_half_a_character_is_refused(database):
    """A browser can send it; no database can keep it."""
    with pytest.raises(PlatformLimit, match="UTF-8"):
        await database.rows("SELECT ?", "\ud83c")


async def test_a_failed_batch_leaves_no_transaction_open(database):
    with pytest.raises(StorageFailure):
        await database.batch([Statement("SELECT * FROM nowhere")])
    assert await database.batch([Statement("SELECT 1 AS one")]) == [[{"one": 1}]]
    await database.rows("PRAGMA foreign_key_check")


async def test_numbers_computed_by_sql_are_whole_where_they_can_be(database):
    """As JavaScript has it: one kind of number."""
    (row,) = await database.rows("SELECT 4 / 2.0 AS two, 1 / 2.0 AS half, ? AS five", 5)
    assert [row["two"], row["half"], row["five"]] == [2, 0.5, 5]
    assert [type(each) for each in row.values()] == [int, float, int]
