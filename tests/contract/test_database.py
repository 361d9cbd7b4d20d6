"""SQL that means the same everywhere."""

import asyncio
import json

import pytest

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Statement

SONGS = "CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT UNIQUE, plays INTEGER DEFAULT 0)"


async def test_rows_have_column_names_and_the_order_of_the_query(database):
    await database.rows(SONGS)
    for title in ("Army of Me", "Hyperballad", "Isobel"):
        await database.rows("INSERT INTO songs (title) VALUES (?)", title)
    assert await database.rows("SELECT id, title AS name FROM songs ORDER BY id DESC LIMIT 2") == [
        {"id": 3, "name": "Isobel"},
        {"id": 2, "name": "Hyperballad"},
    ]


async def test_a_statement_without_rows_gives_none(database):
    assert await database.rows(SONGS) == []
    assert await database.rows("SELECT * FROM songs") == []


async def test_returning_gives_what_was_written(database):
    """Claims and counters are written this way: the answer says whether it happened."""
    await database.rows(SONGS)
    upsert = """
    INSERT INTO songs (title, plays) VALUES (?, 1)
    ON CONFLICT (title) DO UPDATE SET plays = plays + 1 RETURNING plays
    """
    assert await database.rows(upsert, "Isobel") == [{"plays": 1}]
    assert await database.rows(upsert, "Isobel") == [{"plays": 2}]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty text"),
        pytest.param("Sigur Rós – Ágætis byrjun 🎵", id="text beyond ascii"),
        pytest.param(b"\x00\xff\x00", id="bytes"),
        pytest.param(b"", id="no bytes"),
        pytest.param(0.1, id="fraction"),
        pytest.param(-3, id="whole number"),
        pytest.param(2**53 - 1, id="largest whole number"),
        pytest.param(True, id="true is 1"),
    ],
)
async def test_values_come_back_as_they_went_in(database, value):
    await database.rows("CREATE TABLE kept (value)")
    await database.rows("INSERT INTO kept VALUES (?)", value)
    (row,) = await database.rows("SELECT value FROM kept")
    assert row["value"] == value
    assert not isinstance(value, bytes) or isinstance(row["value"], bytes)


async def test_numbers_are_bound_as_doubles(database):
    """D1 does, and SQL that relies on whole numbers would only fail once it is deployed."""
    (row,) = await database.rows("SELECT 7 / ? AS share, 'used ' || ? AS note", 2, 2)
    assert row == {"share": 3.5, "note": "used 2.0"}


async def test_a_column_of_whole_numbers_holds_whole_numbers(database):
    await database.rows(SONGS)
    (row,) = await database.rows("INSERT INTO songs (plays) VALUES (?) RETURNING plays", 7)
    assert (row["plays"], type(row["plays"])) == (7, int)


async def test_numbered_parameters_may_be_used_twice(database):
    assert await database.rows("SELECT ?2 AS a, ?1 AS b, ?2 AS c", "x", "y") == [
        {"a": "y", "b": "x", "c": "y"}
    ]


async def test_a_long_list_is_one_value(database):
    """The way round the limit of 100 values."""
    ids = json.dumps(list(range(1000)))
    (row,) = await database.rows("SELECT count(*) AS n FROM json_each(?)", ids)
    assert row["n"] == 1000


async def test_a_hundred_values_are_bound_and_one_more_is_refused(database):
    marks = ", ".join("?" * 100)
    await database.rows(f"SELECT 1 WHERE 1 IN ({marks})", *range(100))
    with pytest.raises(PlatformLimit, match="100"):
        await database.rows(f"SELECT 1 WHERE 1 IN ({marks}, ?)", *range(101))


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        pytest.param(f"SELECT 1 -- {'x' * 100_000}", (), id="long statement"),
        pytest.param("SELECT ?", ("é" * 1_000_001,), id="long text"),
        pytest.param("SELECT ?", (b"x" * 2_000_001,), id="many bytes"),
        pytest.param("SELECT ?", (2**53,), id="whole number a double cannot hold"),
        pytest.param("SELECT ?", (float("nan"),), id="not a number"),
        pytest.param("SELECT ?", (float("inf"),), id="infinite number"),
    ],
)
async def test_what_d1_cannot_take_is_refused(database, sql, values):
    with pytest.raises(PlatformLimit, match="database"):
        await database.rows(sql, *values)
    with pytest.raises(PlatformLimit, match="database"):
        await database.batch([Statement("SELECT 1"), Statement(sql, values)])


async def test_a_value_of_another_type_is_a_bug_of_the_caller(database):
    with pytest.raises(TypeError):
        await database.rows("SELECT ?", ["a", "b"])


@pytest.mark.parametrize(
    "sql",
    [
        "BEGIN",
        "  /* now */ begin immediate",
        "-- well\nCOMMIT",
        "ROLLBACK",
        "SAVEPOINT here",
        "ATTACH ':memory:' AS other",
        "DETACH main",
        "VACUUM",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 3",
        "CREATE TEMP TABLE passing (a)",
        "SELECT sqlite_version()",
        "SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6",
        f"SELECT 1 WHERE {' OR '.join(['1'] * 150)}",
        f"SELECT 'a' LIKE '{'a' * 51}'",
        "SELECT * FROM nowhere",
        "SELEKT 1",
        "",
    ],
)
async def test_sql_that_d1_refuses_fails(database, sql):
    with pytest.raises(StorageFailure, match="database"):
        await database.rows(sql)
    assert await database.rows("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("values", [(), (1, 2)], ids=["too few", "too many"])
async def test_the_number_of_values_has_to_fit(database, values):
    with pytest.raises(StorageFailure):
        await database.rows("SELECT ?", *values)


async def test_a_broken_constraint_is_named(database):
    """Callers tell "somebody was faster" from other failures by this text."""
    await database.rows(SONGS)
    await database.rows("INSERT INTO songs (title) VALUES ('Isobel')")
    with pytest.raises(StorageFailure, match=r"UNIQUE constraint failed: songs\.title"):
        await database.rows("INSERT INTO songs (title) VALUES ('Isobel')")


async def test_foreign_keys_are_enforced(database):
    await database.rows("CREATE TABLE artists (id INTEGER PRIMARY KEY)")
    await database.rows("CREATE TABLE albums (artist INTEGER REFERENCES artists(id))")
    with pytest.raises(StorageFailure, match="FOREIGN KEY constraint failed"):
        await database.rows("INSERT INTO albums VALUES (1)")


async def test_a_batch_gives_the_rows_of_each_statement_and_sees_its_own_writes(database):
    assert await database.batch(
        [
            Statement(SONGS),
            Statement("INSERT INTO songs (title) VALUES (?) RETURNING id", ("Isobel",)),
            Statement("UPDATE songs SET plays = plays + ? WHERE title = ?", (5, "Isobel")),
            Statement("SELECT plays FROM songs"),
        ]
    ) == [[], [{"id": 1}], [], [{"plays": 5}]]


async def test_a_batch_happens_whole_or_not_at_all(database):
    await database.rows(SONGS)
    with pytest.raises(StorageFailure, match="UNIQUE"):
        await database.batch(
            [
                Statement("INSERT INTO songs (title) VALUES ('Isobel')"),
                Statement("CREATE TABLE more (a)"),
                Statement("INSERT INTO songs (title) VALUES ('Isobel')"),
            ]
        )
    assert await database.rows("SELECT title FROM songs") == []
    with pytest.raises(StorageFailure, match="no such table"):
        await database.rows("SELECT * FROM more")


async def test_a_batch_cannot_end_its_own_transaction(database):
    await database.rows(SONGS)
    with pytest.raises(StorageFailure):
        await database.batch(
            [Statement("INSERT INTO songs (title) VALUES ('Isobel')"), Statement("COMMIT")]
        )
    assert await database.rows("SELECT title FROM songs") == []


async def test_an_empty_batch_does_nothing(database):
    assert await database.batch([]) == []


async def test_writes_at_the_same_time_all_count(database):
    await database.rows(SONGS)
    await database.rows("INSERT INTO songs (title) VALUES ('Isobel')")
    more = Statement("UPDATE songs SET plays = plays + 1")
    await asyncio.gather(*(database.rows(more.sql) for _ in range(20)))
    await asyncio.gather(*(database.batch([more, more]) for _ in range(20)))
    assert await database.rows("SELECT plays FROM songs") == [{"plays": 60}]


async def test_words_can_be_searched(database):
    """Finding songs needs FTS5, and its shadow tables need what is otherwise refused."""
    await database.rows(
        'CREATE VIRTUAL TABLE words USING fts5(title, tokenize = "unicode61 remove_diacritics 0")'
    )
    await database.rows("INSERT INTO words VALUES (?)", "army of me")
    found = await database.rows("SELECT title FROM words WHERE words MATCH ? ORDER BY rank", "arm*")
    assert found == [{"title": "army of me"}]


async def test_columns_can_be_added_later(database):
    """Migrations do."""
    await database.rows(SONGS)
    await database.rows("ALTER TABLE songs ADD COLUMN mood TEXT DEFAULT 'calm'")
    await database.rows("ALTER TABLE songs RENAME COLUMN mood TO feeling")
    await database.rows("INSERT INTO songs (title) VALUES ('Isobel')")
    assert await database.rows("SELECT feeling FROM songs") == [{"feeling": "calm"}]
