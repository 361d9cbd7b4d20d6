"""A dump of MusicBrainz recordings as arrays that are searched without a database.

Columns are told by their names: those of the ListenBrainz canonical dump (`recording_mbid`,
`recording_name`, `artist_credit_name`), of the MusicBrainz database (`gid`, `name`, `length`) and
of tables made from either; `isrc` may hold several.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue_import import cells, reading
from catalogue_import.crossreference import codes, names
from catalogue_import.reading import Broken, Table
from catalogue_import.stages.errors import WrongSchema
from grovemusic.domain import ids

_AT_ONCE = 50_000
_NAMES = {
    "mbid": ("recording_mbid", "mbid", "gid", "musicbrainz_id", "id"),
    "isrc": ("isrc", "isrcs"),
    "title": ("recording_name", "title", "track_name", "name"),
    "artist": ("artist_credit_name", "artist", "artist_name", "artist_credit"),
    "length_ms": ("length", "length_ms", "duration_ms", "duration"),
}
_SEPARATORS = re.compile(r"[\s,;|]+(?=[A-Za-z]{2}[-A-Za-z0-9])")
UNKNOWN_LENGTH = -1


@dataclass(frozen=True, slots=True)
class Reference:
    """Recordings, and the orders in which they are searched. All mapped from files.

    Attributes:
        mbid: 16 bytes each.
        names: `names.hashes` of title and artist.
        length_ms: `UNKNOWN_LENGTH` where it is.
        isrc, isrc_row: ISRC codes in order, and whose they are.
        tail, tail_row: The same without the country.
        named, named_row: Hashes of names in order, and whose they are.
    """

    mbid: NDArray[np.bytes_]
    names: NDArray[np.uint64]
    length_ms: NDArray[np.int32]
    isrc: NDArray[np.uint64]
    isrc_row: NDArray[np.int64]
    tail: NDArray[np.uint64]
    tail_row: NDArray[np.int64]
    named: NDArray[np.uint64]
    named_row: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.mbid)

    @classmethod
    def opened(cls, folder: Path) -> "Reference":
        """What `build` left in the folder."""
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in cls.__slots__))


def build(
    tables: Sequence[Table], folder: Path, progress: Callable[[str, int, int | None], None]
) -> dict[str, Any]:
    """Read dumps into `folder`; rows, and what could not be used.

    Of two rows about one recording both count: they may have different ISRCs.

    Raises:
        WrongSchema: a table has no column of recordings' ids.
        UnreadableFile: one is damaged.

    Cost: about 40 µs a row; 8 to 40 bytes a row in memory for each of the orders.
    """
    parts: dict[str, list[NDArray[Any]]] = {
        name: [] for name in ("mbid", "names", "length_ms", "isrc", "isrc_row")
    }
    faults: Counter[str] = Counter()
    rows = 0
    for table in tables:
        reader = _Columns(table)
        with table.open() as found:
            some: list[Sequence[object]] = []
            for row in found:
                if isinstance(row, Broken):
                    faults[row.reason] += 1
                    continue
                some.append(row)
                if len(some) >= _AT_ONCE:
                    rows += reader.take(some, rows, parts, faults)
                    some = []
                    progress(f"reading {table.shown}", rows, table.total)
            rows += reader.take(some, rows, parts, faults)
    _store(folder, parts)
    return {"recordings": rows, "faults": dict(faults)}


def dumps(paths: Sequence[Path]) -> list[Table]:
    """The tables of some files."""
    return [table for path in paths for table in reading.tables(path)]


class _Columns:
    def __init__(self, table: Table) -> None:
        folded = {name.strip().lower(): at for at, name in reversed(list(enumerate(table.header)))}
        self._at = {
            what: next((folded[name] for name in known if name in folded), None)
            for what, known in _NAMES.items()
        }
        if self._at["mbid"] is None:
            raise WrongSchema(table.shown, ["recording_mbid"])
        if self._at["isrc"] is None and None in {self._at["title"], self._at["artist"]}:
            raise WrongSchema(table.shown, ["isrc, or recording_name and artist_credit_name"])

    def take(
        self,
        rows: Sequence[Sequence[object]],
        first: int,
        parts: dict[str, list[NDArray[Any]]],
        faults: Counter[str],
    ) -> int:
        """Add the recordings of some rows; how many there were."""
        mbids: list[bytes] = []
        pairs: list[tuple[str | None, str | None]] = []
        lengths: list[float | None] = []
        isrcs: list[str] = []
        owners: list[int] = []
        for row in rows:
            mbid = ids.clean_mbid(cells.text(self._cell(row, "mbid")))
            if mbid is None:
                faults["not a MusicBrainz id"] += 1
                continue
            number = first + len(mbids)
            mbids.append(uuid.UUID(mbid).bytes)
            title, artist = (cells.text(self._cell(row, each)) for each in ("title", "artist"))
            pairs.append((title, artist))
            lengths.append(cells.number(self._cell(row, "length_ms")))
            for isrc in _SEPARATORS.split(cells.text(self._cell(row, "isrc")) or ""):
                if isrc:
                    isrcs.append(isrc.strip('{}"'))
                    owners.append(number)
        if not mbids:
            return 0
        known = codes.codes(isrcs)
        good = known != 0
        if not good.all():
            faults["not an ISRC"] += int((~good).sum())
        parts["mbid"].append(np.frombuffer(b"".join(mbids), "S16"))
        parts["names"].append(names.hashes(pairs))
        parts["length_ms"].append(np.array([_length(each) for each in lengths], np.int32))
        parts["isrc"].append(known[good])
        parts["isrc_row"].append(np.array(owners, np.int64)[good])
        return len(mbids)

    def _cell(self, row: Sequence[object], what: str) -> object:
        at = self._at[what]
        return row[at] if at is not None and at < len(row) else None


def _length(number: float | None) -> int:
    return int(number) if number is not None and 0 < number < 1 << 31 else UNKNOWN_LENGTH


def _store(folder: Path, parts: dict[str, list[NDArray[Any]]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {"mbid": "S16", "names": "u8", "length_ms": "i4", "isrc": "u8", "isrc_row": "i8"}
    whole = {
        name: np.concatenate([np.empty(0, kind), *parts[name]]) for name, kind in kinds.items()
    }
    order = np.lexsort((whole["isrc_row"], whole["isrc"]))
    whole["isrc"], whole["isrc_row"] = whole["isrc"][order], whole["isrc_row"][order]
    tails = codes.tails(whole["isrc"])
    order = np.lexsort((whole["isrc_row"], tails))
    whole["tail"], whole["tail_row"] = tails[order], whole["isrc_row"][order]
    order = np.argsort(whole["names"], kind="stable")
    whole["named"], whole["named_row"] = whole["names"][order], order.astype(np.int64)
    for name, column in whole.items():
        np.save(folder / f"{name}.npy", column)
