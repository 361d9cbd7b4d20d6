"""What an import did, told so that nothing is lost: every row is imported, repeated or rejected."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

EXAMPLES = 3  # rejected rows kept for each reason, to be shown


class Progress(Protocol):
    """Told now and then how far a phase has come; `total` is None while nobody knows it."""

    def __call__(self, phase: str, done: int, total: int | None) -> None: ...


def silent(phase: str, done: int, total: int | None) -> None:
    """A `Progress` for callers that do not look."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row we could not use. Rejects are counted, kept and shown, never dropped."""

    row: int  # 1-based, the header not counted
    reason: str
    record: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class TableLedger:
    """One table of one file.

    Attributes:
        table: Its name, where a file may have several.
        columns: Our field -> their column, as recognised or as the caller said.
        unused: Columns we do not look at, and those that describe something else than the track.
        rows: Rows of the table, counted as they were read; the three below add up to it.
        imported: Rows that told us of something new.
        duplicates: Rows about something we had; they may still have filled an unknown field or
            put a track into a further playlist.
        examples: Reason -> the first few rows rejected for it.
        warnings: What was wrong with single values -> how often; the rest of the row was used.
    """

    file: str
    table: str | None
    role: str
    columns: Mapping[str, str]
    unused: tuple[str, ...] = ()
    rows: int = 0
    imported: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Reject]] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)

    def reject(self, reject: Reject) -> None:
        """Count a row that could not be used, and keep it if it is among the first."""
        self.rejected[reject.reason] += 1
        kept = self.examples.setdefault(reject.reason, [])
        if len(kept) < EXAMPLES:
            kept.append(reject)


@dataclass(slots=True, kw_only=True)
class Ledger:
    """All of an import.

    Attributes:
        skipped: Tables of databases that are about something else than music.
        memberships: Places of tracks in playlists that were new.
        playlists: Playlists that were new.
        pairs: Neighbours stored for tracks, after mining; 0 if there was nothing new to mine.
        artist_pairs: The same for artists.
        fewest_together: In how many playlists two tracks had to stand together to count.
        vectors: Tracks given to the vector index.
        demo_removed: Invented tracks that made room for real ones.
        seconds: Phase -> how long it took.
    """

    tables: list[TableLedger] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    memberships: int = 0
    playlists: int = 0
    pairs: int = 0
    artist_pairs: int = 0
    fewest_together: int | None = None
    vectors: int = 0
    demo_removed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def imported(self) -> int:
        return sum(table.imported for table in self.tables)

    @property
    def duplicates(self) -> int:
        return sum(table.duplicates for table in self.tables)

    @property
    def rejected(self) -> Counter[str]:
        """Reason -> rows, over all tables."""
        return sum((table.rejected for table in self.tables), Counter())

    @property
    def warnings(self) -> Counter[str]:
        """What was wrong with single values -> how often, over all tables."""
        return sum((table.warnings for table in self.tables), Counter())
