"""Files as tables of cells: delimited text, Parquet and SQLite, each read row by row."""

import csv
import itertools
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalogue_import.columns import SAMPLE_ROWS
from catalogue_import.unpacking import guarded, head, lines, unpacked

Cells = Sequence[object]

_DELIMITERS = ",\t;|^~"
_SNIFFED_LINES = 50
_LONGEST_CELL = 1 << 24  # the csv module's own limit of 131,072 is met by real descriptions
_PARQUET, _SQLITE = b"PAR1", b"SQLite format 3\0"
_BATCH_ROWS = 8192


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be taken apart into cells."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of one file.

    Attributes:
        name: The table's own name, or that of the file without its endings.
        inner: The table's own name where a file may have several.
        open: Gives the rows from the first on, each time it is called.
        total: Rows, where the format knows that beforehand.
        warnings: What was odd about the text, counted while it is read.
    """

    path: Path
    name: str
    header: tuple[str, ...]
    open: Callable[[], AbstractContextManager[Iterator[Cells | Broken]]]
    inner: str | None = None
    total: int | None = None
    warnings: Counter[str] = field(default_factory=Counter)

    @property
    def shown(self) -> str:
        """What a person calls it."""
        return self.path.name if self.inner is None else f"{self.path.name}/{self.inner}"

    def sample(self) -> list[Cells]:
        """The first rows."""
        with self.open() as rows:
            some = itertools.islice(rows, SAMPLE_ROWS)
            return [row for row in some if not isinstance(row, Broken)]


def tables(path: Path) -> list[Table]:
    """The tables of a file; its format is told by its first bytes, not by its name.

    Raises:
        UnreadableFile: there is no such file, or it is damaged.
    """
    beginning = head(path)
    if beginning.startswith(_PARQUET):
        return [_parquet(path)]
    if beginning.startswith(_SQLITE):
        return _sqlite(path)
    return [_delimited(path)]


def _stem(path: Path) -> str:
    return path.name.split(".", maxsplit=1)[0]


# --- delimited text ---------------------------------------------------------------------------


def _delimited(path: Path) -> Table:
    with unpacked(path) as stream:
        some = list(itertools.islice(lines(stream, Counter()), _SNIFFED_LINES))
    delimiter = sniff(some)
    header = next(_rows(iter(some), delimiter), [])
    warnings: Counter[str] = Counter()

    @contextmanager
    def rows() -> Iterator[Iterator[Cells | Broken]]:
        warnings.clear()
        with unpacked(path) as stream:
            found = _rows(lines(stream, warnings), delimiter)
            next(found, None)
            yield found

    names = () if isinstance(header, Broken) else tuple(str(cell).strip() for cell in header)
    return Table(path=path, name=_stem(path), header=names, open=rows, warnings=warnings)


def sniff(some: Sequence[str]) -> str:
    """The delimiter that splits these lines most evenly, into the most cells among equals."""

    def evenness(delimiter: str) -> tuple[float, int]:
        # Strictly: a wrong delimiter leaves text after closing quotes, which tells it apart.
        rows = list(_rows(iter(some), delimiter, strict=True))
        widths = [0 if isinstance(row, Broken) else len(row) for row in rows]
        if not widths or widths[0] <= 1:
            return (0.0, 1)
        return (widths.count(widths[0]) / len(widths), widths[0])

    return max(_DELIMITERS, key=evenness)


def _rows(text: Iterator[str], delimiter: str, *, strict: bool = False) -> Iterator[Cells | Broken]:
    """Rows of cells; empty lines are not rows."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter, strict=strict)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Broken(f"not a row of delimited text: {error}")
        else:
            if row:
                yield row


# --- Parquet ----------------------------------------------------------------------------------


def _parquet(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    damage = (pa.ArrowException, OSError)

    def cells(file: Any) -> Iterator[Cells]:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    @contextmanager
    def rows() -> Iterator[Iterator[Cells | Broken]]:
        with pq.ParquetFile(path) as file:
            yield guarded(cells(file), path, damage)

    def shape() -> Iterator[tuple[tuple[str, ...], int]]:
        with pq.ParquetFile(path) as file:
            yield tuple(file.schema_arrow.names), file.metadata.num_rows

    header, total = next(guarded(shape(), path, damage))
    return Table(path=path, name=_stem(path), header=header, open=rows, total=total)


# --- SQLite -----------------------------------------------------------------------------------

_NAMES = r"""
SELECT name FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name
"""


def _sqlite(path: Path) -> list[Table]:
    return list(guarded(_sqlite_tables(path), path, (sqlite3.Error,)))


def _sqlite_tables(path: Path) -> Iterator[Table]:
    with _database(path) as db:
        for (name,) in db.execute(_NAMES).fetchall():
            yield _sqlite_table(path, db, name)


def _sqlite_table(path: Path, db: sqlite3.Connection, name: str) -> Table:
    quoted = '"' + name.replace('"', '""') + '"'
    columns = db.execute(f"SELECT * FROM {quoted} LIMIT 0").description  # noqa: S608
    (total,) = db.execute(f"SELECT count(*) FROM {quoted}").fetchone()  # noqa: S608

    @contextmanager
    def rows() -> Iterator[Iterator[Cells | Broken]]:
        with _database(path) as again:
            found = again.execute(f"SELECT * FROM {quoted}")  # noqa: S608
            yield guarded(found, path, (sqlite3.Error,))

    return Table(
        path=path,
        name=name,
        header=tuple(str(column[0]) for column in columns),
        open=rows,
        inner=name,
        total=total,
    )


@contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
        yield db
