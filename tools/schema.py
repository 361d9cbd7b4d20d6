"""Writes schema.sql and spotify-schema.sql: what the migrations add up to, one statement each."""

import pathlib
import sqlite3
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = {"schema.sql": "grove", "spotify-schema.sql": "catalogue"}
HEAD = "-- Made by `make schema` from migrations/{folder}; change those, not this.\n\n"


def schema_of(folder: pathlib.Path) -> str:
    """The statements of the schema that the folder's migrations make, in their order."""
    db = sqlite3.connect(":memory:")
    for script in sorted(folder.glob("*.sql")):
        db.executescript(script.read_text(encoding="utf-8"))
    rows = db.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE '%_search_%' ORDER BY rowid"
    ).fetchall()
    db.close()
    return "".join(f"{sql};\n\n" for (sql,) in rows).rstrip() + "\n"


def main() -> int:
    """Write both files."""
    for name, folder in FILES.items():
        text = HEAD.format(folder=folder) + schema_of(ROOT / "migrations" / folder)
        (ROOT / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
