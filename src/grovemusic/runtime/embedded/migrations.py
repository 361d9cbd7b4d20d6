"""Numbered .sql files, each applied once, in order, whole or not at all.

The table that remembers them is the one wrangler keeps in D1, so either can go on where the other
stopped.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from grovemusic.domain.errors import PlatformLimit, StorageBusy, StorageFailure
from grovemusic.ports import Database, Statement

_PORT = "migrations"
_TABLE = """
CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)
"""
_APPLIED = "SELECT name FROM d1_migrations"
_CLAIM = "INSERT INTO d1_migrations (name) VALUES (?)"
_CLAIMED_BY_ANOTHER = "UNIQUE constraint failed: d1_migrations.name"
_NUMBERED = re.compile(r"\d{4}_.+\.sql")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|$)", re.DOTALL)


async def apply_migrations(database: Database, folder: Path) -> list[str]:
    """Apply what is missing; gives the names of the files that were applied now, in order.

    Two processes may do it at once: each file is applied by one of them.

    Raises:
        StorageFailure: names the file and what SQLite said. That file has left nothing behind,
            those before it are applied.
    """
    scripts = _scripts(folder)
    await database.rows(_TABLE)
    applied = {row["name"] for row in await database.rows(_APPLIED)}
    waiting = {name: script for name, script in scripts.items() if name not in applied}
    return [name for name, script in waiting.items() if await _applied_here(database, name, script)]


async def _applied_here(database: Database, name: str, script: str) -> bool:
    """Apply one script; False if another process was faster.

    Its name is written first, in the same transaction: that is the claim to it.
    """
    statements = [Statement(sql) for sql in statements_in(script)]
    try:
        await database.batch([Statement(_CLAIM, (name,)), *statements])
    except StorageBusy:
        raise
    except (StorageFailure, PlatformLimit) as error:
        if _CLAIMED_BY_ANOTHER in str(error):
            return False
        raise StorageFailure(_PORT, f"{name}: {error}") from error
    return True


def _scripts(folder: Path) -> dict[str, str]:
    """The .sql files of `folder`, name to text, in the order of their numbers."""
    files = sorted(folder.glob("*.sql"), key=lambda file: file.name)
    if not files:
        raise StorageFailure(_PORT, f"there are none in {folder}")
    for file in files:
        if not _NUMBERED.fullmatch(file.name):
            raise StorageFailure(_PORT, f"want a name like 0001_what.sql, got {file.name}")
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def statements_in(script: str) -> Iterator[str]:
    """The single statements of an SQL script, semicolons in texts and triggers left alone."""
    statement = ""
    for part in re.split("(?<=;)", script):
        statement += part
        if sqlite3.complete_statement(statement):
            if _COMMENT.sub("", statement).strip(" \n\t\r;"):
                yield statement
            statement = ""
    if _COMMENT.sub("", statement).strip():
        yield statement
