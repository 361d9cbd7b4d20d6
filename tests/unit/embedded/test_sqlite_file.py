"""One connection on one thread: shared with other processes, never in the way of the event loop."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from grovemusic.domain.errors import StorageBusy, StorageFailure
from grovemusic.ports import Statement
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.sqlite_file import SqliteFile

LONG = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 300000)
SELECT max(n) AS n FROM counted
"""


def test_many_may_open_a_new_file_at_the_same_time(tmp_path):
    """`grove serve` and `grove playlist`, started together on a new machine."""
    schema = ("CREATE TABLE IF NOT EXISTS things (a)",)

    def columns(_):
        with closing(SqliteFile("test", tmp_path / "new.sqlite", schema=schema)) as file:
            query = "SELECT name FROM pragma_table_info('things')"
            return asyncio.run(
                file.run(lambda connection: list(map(tuple, connection.execute(query))))
            )

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(columns, range(24))) == [[("a",)]] * 24


async def test_a_long_query_leaves_the_event_loop_free(tmp_path):
    with closing(SqliteDatabase(tmp_path / "a.sqlite")) as database:
        query = asyncio.ensure_future(database.rows(LONG))
        turns = 0
        while not query.done():
            await asyncio.sleep(0)
            turns += 1
        assert await query == [{"n": 300_000}]
    assert turns > 10


async def test_a_write_that_another_process_blocks_for_too_long_is_busy(tmp_path):
    """And works as soon as the other has ended."""
    path = tmp_path / "a.sqlite"
    with (
        closing(SqliteDatabase(path, busy_timeout_s=0.05)) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        await database.rows("CREATE TABLE things (a)")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy, match="database: database is locked"):
            await database.rows("INSERT INTO things VALUES (1)")
        with pytest.raises(StorageBusy):
            await database.batch([Statement("INSERT INTO things VALUES (1)")])
        assert await database.rows("SELECT * FROM things") == []  # who only reads never waits
        other.execute("COMMIT")
        await database.rows("INSERT INTO things VALUES (1)")


async def test_a_write_waits_for_another_process(tmp_path):
    path = tmp_path / "a.sqlite"
    with (
        closing(SqliteDatabase(path)) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        await database.rows("CREATE TABLE things (a)")
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.ensure_future(database.rows("INSERT INTO things VALUES (1)"))
        await asyncio.sleep(0)
        other.execute("COMMIT")
        await writing
        assert len(await database.rows("SELECT * FROM things")) == 1


async def test_a_cancelled_batch_happens_whole_or_not_at_all(tmp_path):
    with closing(SqliteDatabase(tmp_path / "a.sqlite")) as database:
        await database.rows("CREATE TABLE things (a)")
        for _ in range(20):
            insert = Statement("INSERT INTO things VALUES (1)")
            batch = asyncio.ensure_future(database.batch([insert] * 10))
            await asyncio.sleep(0)
            batch.cancel()
            (row,) = await database.rows("SELECT count(*) AS n FROM things")
            assert row["n"] % 10 == 0


@pytest.mark.parametrize(
    "content",
    [pytest.param(b"no database, just text, " * 99, id="text"), pytest.param(b"\0" * 4096, id="0")],
)
def test_a_file_that_is_no_database_is_named(tmp_path, content):
    path = tmp_path / "grove.sqlite"
    path.write_bytes(content)
    with pytest.raises(StorageFailure, match=r"database: file is not a database .*grove\.sqlite"):
        SqliteDatabase(path)


async def test_a_damaged_database_is_named(tmp_path):
    path = tmp_path / "grove.sqlite"
    with closing(SqliteDatabase(path)) as database:
        await database.rows("CREATE TABLE things (a)")
        for _ in range(50):
            await database.rows("INSERT INTO things VALUES (?)", "x" * 1000)
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = b"\xa5" * (len(content) - 4096 * 2)
    path.write_bytes(content)
    with (
        closing(SqliteDatabase(path)) as database,
        pytest.raises(StorageFailure, match=r"malformed .*grove\.sqlite"),
    ):
        await database.rows("SELECT * FROM things")


def test_a_path_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageFailure, match="file"):
        SqliteDatabase(tmp_path / "file" / "grove.sqlite")
    with pytest.raises(StorageFailure, match="unable to open"):
        SqliteDatabase(tmp_path)


async def test_a_closed_file_says_so(tmp_path):
    database = SqliteDatabase(tmp_path / "a.sqlite")
    database.close()
    database.close()
    with pytest.raises(StorageFailure, match="closed"):
        await database.rows("SELECT 1")
