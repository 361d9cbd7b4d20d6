"""The rows of one table, from cells to the catalogue, each accounted for."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice

from catalogue_import.columns import Recognised, Role
from catalogue_import.demo import DemoCatalogue
from catalogue_import.journal import Journal, fingerprint
from catalogue_import.ledger import Ledger, Progress, Reject, TableLedger
from catalogue_import.loading import Loader
from catalogue_import.parsing import Entry, Membership, Named, Parsed, Parser, Place, Sound
from catalogue_import.reading import Table
from catalogue_import.staging import Staging
from grovemusic.domain.music import TrackId

_ROWS_AT_ONCE = 10_000
_STRANGER = "no track has this id"


class Reader:
    """Reads tables into one catalogue. Transactions are the caller's.

    Attributes:
        before_first_track: Called once, before the first track of the import is written.
    """

    def __init__(
        self,
        loader: Loader,
        staging: Staging,
        journal: Journal,
        progress: Progress,
        *,
        latest_year: int,
    ) -> None:
        self.before_first_track: Callable[[], None] | None = None
        self._loader, self._staging, self._journal = loader, staging, journal
        self._progress, self._latest_year = progress, latest_year
        self._fingerprint = cache(fingerprint)  # a large file may have several tables

    @property
    def changes(self) -> int:
        """Rows of the catalogue written so far."""
        return self._loader.changes

    @property
    def places(self) -> int:
        """Places in playlists written so far."""
        return self._loader.places

    def read(self, table: Table, recognised: Recognised, ledger: Ledger) -> None:
        """Read a table to its end and say in `ledger` what became of each row.

        Raises:
            UnreadableFile: the file is damaged.
        """
        told = TableLedger(
            file=table.path.name,
            table=table.inner,
            role=recognised.role,
            columns={str(field): column for field, column in recognised.columns.items()},
            unused=recognised.unused,
            warnings=table.warnings,
        )
        parser = Parser(
            recognised,
            table.header,
            self._staging,
            told.warnings,
            latest_year=self._latest_year,
            namespace=table.path.resolve().parent.name,
        )
        sha256 = self._fingerprint(table.path)
        import_id = self._journal.begin(told, sha256)
        seen = self._journal.times(told, sha256) > 1
        with table.open() as rows:
            numbered = enumerate(rows, 1)
            while some := [(n, parser.parse(n, row)) for n, row in islice(numbered, _ROWS_AT_ONCE)]:
                told.rows += len(some)
                rejects = [parsed for _n, parsed in some if isinstance(parsed, Reject)]
                rejects += self._take(some, told, seen=seen)
                for each in rejects:
                    told.reject(each)
                self._journal.reject(import_id, rejects)
                self._progress(f"reading {table.shown}", told.rows, table.total)
        self._write_places(told, ledger)
        self._journal.note(import_id, told)
        ledger.tables.append(told)

    def read_world(self, world: DemoCatalogue, ledger: Ledger) -> None:
        """Read an invented world as if it were a table of tracks and playlists."""
        told = TableLedger(file="demo", table=None, role=Role.TRACKS, columns={})
        named = f"{len(world)} {world.track_id(0)} {world.track_id(len(world) - 1)}"
        import_id = self._journal.begin(told, hashlib.sha256(named.encode()).hexdigest())
        track_ids: list[TrackId] = []
        everything = iter(range(len(world)))
        while some := list(islice(everything, _ROWS_AT_ONCE)):
            entries = [Entry(track=world.track(n), explicit=world.explicit(n)) for n in some]
            told.rows += len(some)
            track_ids += [entry.track.id for entry in entries]
            self._take_tracks(entries, told)
            self._progress("inventing", told.rows, len(world))
        for playlist_id, name, members in world.playlists():
            place = Place(playlist=playlist_id, name=name)
            self._loader.stage_places((track_ids[member], place) for member in members)
        self._write_places(told, ledger)
        self._journal.note(import_id, told)
        ledger.tables.append(told)

    def _take(
        self, rows: Sequence[tuple[int, Parsed | Reject]], told: TableLedger, *, seen: bool
    ) -> list[Reject]:
        """Write what rows say, and count them; gives those about tracks that nobody knows.

        `seen`: this very table was imported before. Only tables of artists and albums need to be
        told, because nothing of the catalogue remembers them.
        """
        self._take_tracks([row for _n, row in rows if isinstance(row, Entry)], told)
        named = [row for _n, row in rows if isinstance(row, Named)]
        match told.role:
            case Role.PLAYLISTS:
                _count(told, len(named), self._loader.name_playlists(named))
            case Role.ARTISTS:
                self._loader.add_genres(named)
                new = self._staging.add_artists(named)
                _count(told, len(named), 0 if seen else new)
            case Role.ALBUMS:
                new = self._staging.add_albums(named)
                _count(told, len(named), 0 if seen else new)
        about = [(n, row) for n, row in rows if isinstance(row, Sound | Membership)]
        found = [(n, row, self._loader.find(row.ref)) for n, row in about]
        sounds = [(id_, row) for _n, row, id_ in found if id_ and isinstance(row, Sound)]
        _count(told, len(sounds), self._loader.add_sounds(sounds))
        places = [(id_, row.place) for _n, row, id_ in found if id_ and isinstance(row, Membership)]
        self._loader.stage_places(places)
        told.duplicates += len(places)  # until they are written: `_write_places`
        return [Reject(n, _STRANGER, {"ref": row.ref.value}) for n, row, id_ in found if not id_]

    def _take_tracks(self, entries: Sequence[Entry], told: TableLedger) -> None:
        if entries and self.before_first_track is not None:
            self.before_first_track()
            self.before_first_track = None
        _count(told, len(entries), self._loader.add(entries))

    def _write_places(self, told: TableLedger, ledger: Ledger) -> None:
        places = self._loader.write_places()
        ledger.memberships += places
        if told.role == Role.MEMBERSHIPS:
            told.imported += places
            told.duplicates -= places


def _count(told: TableLedger, rows: int, new: int) -> None:
    told.imported += new
    told.duplicates += rows - new
