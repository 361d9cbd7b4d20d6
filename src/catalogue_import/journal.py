"""What each import did, in the tables `imports` and `import_rejects`."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from catalogue_import.ledger import Reject, TableLedger

_LONGEST_RECORD = 1000  # characters of a rejected row that are kept
_FORGET_UNFINISHED = """
DELETE FROM imports WHERE sha256 = ? AND file = ? AND finished_at IS NULL
AND id NOT IN (SELECT value FROM json_each(?))
"""
_TIMES = "SELECT count(*) FROM imports WHERE sha256 = ? AND file = ?"
_BEGIN = "INSERT INTO imports VALUES (?, ?, ?, ?, 0, 0, 0, 0, ?, NULL)"
_NOTE = "UPDATE imports SET rows = ?, imported = ?, duplicates = ?, rejected = ? WHERE id = ?"
_FINISH = "UPDATE imports SET finished_at = ? WHERE id = ?"
_REJECT = "INSERT INTO import_rejects (import_id, row, reason, record) VALUES (?, ?, ?, ?)"


class Journal:
    """Writes one row for each table that is read. Transactions are the caller's."""

    def __init__(self, db: sqlite3.Connection, now_s: Callable[[], float]) -> None:
        self._db, self._now_s = db, now_s
        self._begun: list[str] = []

    def begin(self, table: TableLedger, sha256: str) -> str:
        """The id of a new row, not finished. What an import left that was cut off is removed."""
        file = _shown(table)
        self._db.execute(_FORGET_UNFINISHED, (sha256, file, json.dumps(self._begun)))
        times = self.times(table, sha256)
        import_id = f"{sha256[:16]}-{hashlib.sha256(file.encode()).hexdigest()[:8]}-{times + 1}"
        columns = json.dumps(dict(table.columns), ensure_ascii=False)
        self._db.execute(_BEGIN, (import_id, file, sha256, columns, int(self._now_s())))
        self._begun.append(import_id)
        return import_id

    def times(self, table: TableLedger, sha256: str) -> int:
        """How often this very table has been imported."""
        (times,) = self._db.execute(_TIMES, (sha256, _shown(table))).fetchone()
        return int(times)

    def reject(self, import_id: str, rejects: Iterable[Reject]) -> None:
        """Keep rows that could not be used, cut to what fits a screen."""
        rows = ((import_id, each.row, each.reason, _record(each)) for each in rejects)
        self._db.executemany(_REJECT, rows)

    def note(self, import_id: str, table: TableLedger) -> None:
        """Write down how many rows there were, and what became of them."""
        rejected = table.rejected.total()
        counts = (table.rows, table.imported, table.duplicates, rejected)
        self._db.execute(_NOTE, (*counts, import_id))

    def finish(self) -> None:
        """Everything that was begun has been done, to the last phase."""
        now_s = int(self._now_s())
        self._db.executemany(_FINISH, [(now_s, import_id) for import_id in self._begun])


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _shown(table: TableLedger) -> str:
    return table.file if table.table is None else f"{table.file}/{table.table}"


def _record(reject: Reject) -> str:
    text = json.dumps(reject.record, ensure_ascii=False, default=str)
    return text.encode("utf-8", errors="replace").decode()[:_LONGEST_RECORD]
