"""Stage 2: every table is what it must be, and a spread of its rows can be read.

Whole tables are checked row by row in `transform`; this finds a wrong file in seconds, before hours
are spent on the right ones.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from catalogue_import.columns import Role
from catalogue_import.ledger import Reject
from catalogue_import.parsing import Parser
from catalogue_import.reading import Table
from catalogue_import.stages import acquire, sources
from catalogue_import.stages.errors import NoSource
from catalogue_import.stages.manifest import Output, digest
from catalogue_import.stages.names import names_file
from catalogue_import.stages.work import Work

VERSION = 1
OPTIONS = ()
LATEST_YEAR = 2100  # of a fingerprint: the clock must not decide what a row means
_SPREAD = 500


def run(work: Work) -> None:
    """Recognise all tables and look at some rows of each.

    Raises:
        WrongSchema, UnreadableFile: names the table.
        NoSource: no table tells of tracks.
    """
    found = sources.opened(acquire.files(work, acquire.SOURCE))
    if not any(each.role is Role.TRACKS for each in found):
        raise NoSource("no table tells of tracks: id, title, artist")
    with names_file(work.folder / "none.db") as nobody:
        for number, each in enumerate(found):
            said = work.once(f"table {number} {each.table.shown}", lambda: _look(each, nobody))  # noqa: B023
            work.record.outputs[f"{number} {each.table.shown}"] = Output(
                rows=said["rows"] or 0, bytes=0, sha256=digest(said)
            )
            work.record.figures[each.table.shown] = said
            work.progress("tables", number + 1, len(found))


def _look(source: sources.Source, nobody: Any) -> dict[str, Any]:
    parser = Parser(
        source.recognised, source.table.header, nobody, Counter(), latest_year=LATEST_YEAR
    )
    faults: Counter[str] = Counter()
    looked = 0
    for position, row in _spread(source.table):
        looked += 1
        parsed = parser.parse(position, row)
        # Artists are named in another table, which is not looked at here.
        if isinstance(parsed, Reject) and parsed.reason != "no artist":
            faults[parsed.reason] += 1
    return {
        "role": str(source.role),
        "columns": {str(field): name for field, name in source.recognised.columns.items()},
        "unused": list(source.recognised.unused),
        "rows": source.table.total,
        "looked at": looked,
        "faults": dict(faults),
    }


def _spread(table: Table) -> list[tuple[int, Any]]:
    """Rows from all over an SQLite table; the first ones of a file that is read in order."""
    if table.inner is None:
        return list(enumerate(table.sample()[:_SPREAD], 1))
    quoted = '"' + table.inner.replace('"', '""') + '"'
    uri = f"{table.path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        try:
            (last,) = db.execute(f"SELECT max(rowid) FROM {quoted}").fetchone()  # noqa: S608
        except sqlite3.Error:  # a view, or a table without row numbers
            return list(enumerate(table.sample()[:_SPREAD], 1))
        step = max(1, (last or 0) // _SPREAD)
        sql = f"SELECT * FROM {quoted} WHERE rowid = ?"  # noqa: S608
        found = ((at, db.execute(sql, (at,)).fetchone()) for at in range(1, (last or 0) + 1, step))
        return [(at, row) for at, row in found if row is not None]
