"""Short ways to make tables, catalogues, and to look into them."""

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

MIGRATIONS = Path(__file__).parents[3] / "migrations" / "catalogue"
IDS = [f"{digit}AAAAAAAAAAAAAAAAAAAA{letter}" for digit in "01234" for letter in "abcdefgh"]
SOUND = (
    "danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness",
    "instrumentalness", "liveness", "valence", "tempo", "duration_ms", "time_signature",
)  # fmt: skip
HEARD = (0.5, 0.6, 1, -7.5, 1, 0.05, 0.2, 0.0, 0.1, 0.4, 120.5, 200_000, 4)


def empty_catalogue(path):
    """A catalogue file with the schema and nothing in it."""
    with closing(sqlite3.connect(path)) as db:
        for script in sorted(MIGRATIONS.glob("*.sql")):
            db.executescript(script.read_text(encoding="utf-8"))
    return path


def rows(path, sql, *values):
    """What a statement finds in a database file."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql, values).fetchall()


def table(path, header, *body, delimiter=",", encoding="utf-8"):
    """A file of delimited text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([header, *body])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def database(path, **tables):
    """An SQLite file; each table is (header, row, row, …)."""
    with closing(sqlite3.connect(path)) as db, db:
        for name, (header, *body) in tables.items():
            columns = ", ".join(f'"{column}"' for column in header)
            db.execute(f"CREATE TABLE {name} ({columns})")
            blanks = ", ".join("?" * len(header))
            db.executemany(f"INSERT INTO {name} VALUES ({blanks})", body)  # noqa: S608
    return path


def everything(path):
    """All rows of all tables but the record of imports, to see whether anything has changed."""
    with closing(sqlite3.connect(path)) as db:
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("catalogue_search_", "imports", "import_rejects", "sqlite_"))
        ]
        found = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608
    return {name: sorted(map(repr, some)) for name, some in found.items()}
