"""A catalogue from tables of tracks and playlists, or from an invented world.

Phases, each a transaction of its own: the rows of each table; neighbours; facts; vectors. A phase
that was cut off leaves nothing behind, and an import that was cut off can simply be repeated:
rows that are there count as duplicates, and a phase whose mark is missing is done again.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from catalogue_import import columns, facts, mining, pairs, percentiles, reading, sound
from catalogue_import.columns import Recognised, Role
from catalogue_import.database import opened, transaction
from catalogue_import.demo import DemoCatalogue
from catalogue_import.errors import RealDataPresent
from catalogue_import.journal import Journal
from catalogue_import.ledger import Ledger, Progress, silent
from catalogue_import.loading import Loader, link_by_isrc
from catalogue_import.reading import Table
from catalogue_import.removing import demo_tracks, forget_vectors, real_tracks, remove_demo
from catalogue_import.rows import Reader
from catalogue_import.staging import Staging
from catalogue_import.vectorising import give_vectors
from grovemusic.ports import Vector

Upsert = Callable[[list[Vector]], None]
Forget = Callable[[list[str]], None]

REAL, DEMO = "import", "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the caller may choose.

    Attributes:
        columns: Our field (`columns.Field`) -> their column, where recognition errs; an empty
            column means "do not use". Holds for every table that has the column.
        fewest_together: In how many playlists two tracks must be to count as neighbours; None
            leaves it to the density of the playlists.
        again: Mine, count and make vectors even if nothing has changed.
        now_s: The clock, Unix seconds.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    fewest_together: int | None = None
    shrink: float = pairs.SHRINK
    again: bool = False
    now_s: Callable[[], float] = time.time


_USUAL = Options()


def recognise(
    files: Iterable[Path], overrides: Mapping[str, str] | None = None
) -> list[tuple[Table, Recognised]]:
    """The tables of some files and how each would be read, in the order they would be read in.

    Raises:
        UnreadableFile: a file is no table or is damaged at its beginning.
        ValueError: an override names a field or a column that does not exist.
    """
    said = overrides or {}
    tables = [table for path in files for table in reading.tables(Path(path))]
    everywhere = {column for table in tables for column in table.header}
    for name, column in said.items():
        if column and column not in everywhere:
            raise ValueError(f"{name}: there is no column {column!r}")
    found = [(table, _recognised(table, said)) for table in tables]
    order = list(Role)
    return sorted(found, key=lambda each: order.index(each[1].role))


def import_tables(
    files: Iterable[Path],
    catalogue: Path,
    *,
    upsert: Upsert | None = None,
    forget: Forget | None = None,
    options: Options = _USUAL,
    progress: Progress = silent,
) -> Ledger:
    """Load tables of tracks, features, artists, albums and playlists; then mine and make vectors.

    The same files again change nothing. The first real import removes the demo catalogue.

    Args:
        files: In any order; tables that explain others are read first.
        catalogue: A SQLite file with the schema of migrations/catalogue.
        upsert: Takes vectors, at most 1,000 at once; None makes none.
        forget: Takes ids whose vectors are to be deleted, at most 1,000 at once.

    Raises:
        UnreadableFile: a file is no table or is damaged. Nothing of it was imported; when that
            shows only while it is being read, the files before it have been.
        ValueError: an option names a field or a column that does not exist.
    """
    found = recognise(files, options.columns)
    with opened(catalogue) as db:
        run = _Run(db, REAL, options, progress)
        if demo_tracks(db):
            run.make_room()
        for table, recognised in found:
            if table.inner is not None and recognised.says_nothing:
                run.ledger.skipped.append(table.shown)
            else:
                run.read(table, recognised)
        run.finish(upsert, forget)
        return run.ledger


def load_demo(
    world: DemoCatalogue,
    catalogue: Path,
    *,
    upsert: Upsert | None = None,
    forget: Forget | None = None,
    options: Options = _USUAL,
    progress: Progress = silent,
) -> Ledger:
    """Load an invented world in place of any other, through the same code as real tables.

    Raises:
        RealDataPresent: the catalogue holds imported music; nothing was changed.
    """
    with opened(catalogue) as db:
        if real := real_tracks(db):
            raise RealDataPresent(real)
        run = _Run(db, DEMO, options, progress)
        if not _holds(db, world):
            run.make_room()
        run.read_world(world)
        run.finish(upsert, forget)
        return run.ledger


def _recognised(table: Table, said: Mapping[str, str]) -> Recognised:
    own = {name: column for name, column in said.items() if not column or column in table.header}
    return columns.recognise(table.name, table.header, table.sample(), overrides=own)


def _holds(db: sqlite3.Connection, world: DemoCatalogue) -> bool:
    """Whether the catalogue already holds this very world."""
    ends = (world.track_id(0), world.track_id(len(world) - 1))
    sql = "SELECT count(*) FROM catalogue_tracks WHERE id IN (?, ?)"
    return demo_tracks(db) == len(world) and db.execute(sql, ends).fetchone()[0] == len(ends)


def _playlists(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM catalogue_playlists").fetchone()[0])


class _Run:
    """One import on its way."""

    def __init__(
        self, db: sqlite3.Connection, origin: str, options: Options, progress: Progress
    ) -> None:
        self.ledger = Ledger()
        self._db, self._options, self._progress = db, options, progress
        self._journal = Journal(db, options.now_s)
        self._playlists_before = _playlists(db)
        staging = Staging(db)
        self._reader = Reader(
            Loader(db, staging, origin=origin),
            staging,
            self._journal,
            progress,
            latest_year=time.gmtime(options.now_s()).tm_year + 1,
        )

    def make_room(self) -> None:
        """Remove the demo catalogue, as soon as there really is a track to make room for."""

        def remove() -> None:
            self.ledger.demo_removed += remove_demo(self._db)
            self._playlists_before = _playlists(self._db)

        self._reader.before_first_track = remove

    def read(self, table: Table, recognised: Recognised) -> None:
        with self._phase(f"reading {table.shown}"), transaction(self._db):
            self._reader.read(table, recognised, self.ledger)
            self._forget_marks()

    def read_world(self, world: DemoCatalogue) -> None:
        with self._phase("inventing"), transaction(self._db):
            self._reader.read_world(world, self.ledger)
            self._forget_marks()

    def finish(self, upsert: Upsert | None, forget: Forget | None) -> None:
        """All that is made from the whole catalogue, where it is not up to date."""
        if self._is_due(facts.MINED):
            with self._phase("mining"), transaction(self._db):
                self._mine()
        if self._is_due(facts.COUNTED):
            with self._phase("counting"), transaction(self._db):
                self._count()
        # The vector index may live in the same file: no transaction of ours while it writes.
        with self._phase("vectors"):
            if forget is not None:
                forget_vectors(self._db, forget)
            if upsert is not None and self._is_due(facts.VECTORISED):
                spread = facts.spreads(facts.audio(self._db))
                self.ledger.vectors = give_vectors(self._db, spread, upsert, self._progress)
                facts.put(self._db, {facts.VECTORISED: True})
        self.ledger.playlists = _playlists(self._db) - self._playlists_before
        self._journal.finish()

    def _mine(self) -> None:
        mined = mining.mine(
            self._db,
            self._progress,
            fewest=self._options.fewest_together,
            shrink=self._options.shrink,
        )
        self.ledger.pairs, self.ledger.artist_pairs = mined.pairs, mined.artist_pairs
        self.ledger.fewest_together = mined.fewest_together
        how = {
            "playlists": mined.playlists,
            "fewest_together": mined.fewest_together,
            "shrink": self._options.shrink,
            "pair_prior": mined.pair_prior,
            "artist_repeats": mined.artist_repeats,
        }
        facts.put(self._db, {facts.MINED: how})
        facts.forget(self._db, facts.COUNTED)

    def _count(self) -> None:
        link_by_isrc(self._db)
        origin = DEMO if demo_tracks(self._db) else REAL
        counted = {**facts.counts(self._db), "audio": facts.audio(self._db), "origin": origin}
        counted |= {"well_known": facts.well_known(self._db)}
        ranked = percentiles.percentiles(self._db)
        counted |= {"percentiles": ranked}
        sound.average_artists(self._db, ranked)
        counted |= {"coherence": sound.coherence(self._db)}
        facts.put(self._db, {**counted, facts.COUNTED: True})

    def _is_due(self, mark: str) -> bool:
        return self._options.again or facts.get(self._db, mark) is None

    def _forget_marks(self) -> None:
        """What was made from the catalogue is out of date if anything of it has changed."""
        if self._reader.places:
            facts.forget(self._db, facts.MINED)
        if self._reader.changes:
            facts.forget(self._db, facts.COUNTED, facts.VECTORISED)

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        start_s = time.perf_counter()
        yield
        spent_s = time.perf_counter() - start_s
        self.ledger.seconds[name] = self.ledger.seconds.get(name, 0.0) + spent_s
