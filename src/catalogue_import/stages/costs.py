"""What a catalogue costs on Cloudflare: once to load, and each month. Formulas, no measurements.

Prices: Workers Paid as of July 2026, developers.cloudflare.com/workers/platform/pricing and the
pricing pages of R2, D1, KV and Vectorize. Allowances are subtracted. A gigabyte has 10**9 bytes.
"""

from dataclasses import dataclass
from math import ceil

FULL_SIZE = 256_000_000
BASE_DOLLARS = 5.00  # Workers Paid, a month
_MILLION = 1e6
_GB = 1e9

# Bytes a row in the cold store, as measured on invented catalogues (docs/catalogue.md).
TRACK_BYTES = 106.0
CROSSREFERENCE_BYTES = 41.0
NEIGHBOUR_BYTES = 27.0
# Over all tracks: 10-15 M of 256 M stand in enough playlists, and have 30 to 60 each. (27 GB in
# all; the specification expects 10-50.)
NEIGHBOURS_A_TRACK = 4.0
MATCHED = 0.15  # of all tracks: 3 % by ISRC, 5-10 % by names (specification)
VECTORS_AN_INDEX = 20_000_000
HOT_ROW_BYTES = 1_420.0  # of a track in all tables of the database, indexes included
HOT_PAIR_BYTES = 145.0
SIMILAR_BYTES = 165.0
ROWS_A_HOT_TRACK = 18.0  # rows written, each index touched is one more
ROWS_A_PAIR = 2.0
ROWS_A_SIMILAR = 3.0
SHARD_ROWS = 62_528


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is kept and how much it is asked for.

    Attributes:
        hot, hot_pairs, similar: Tracks, their neighbours and their similar tracks in the database.
        popular: Share of tracks with popularity 30 or more; they have vectors.
        searches: Of the vector index, a month.
        cold_reads: Look-ups that get to the cold store, a month; each is two reads at most.
    """

    tracks: int = FULL_SIZE
    popular: float = 15 / 256
    hot: int = 1_000_000
    hot_pairs: int = 10_000_000
    similar: int = 1_000_000
    dimensions: int = 13
    searches: int = 1_000_000
    cold_reads: int = 5_000_000

    def __post_init__(self) -> None:
        if self.tracks < 1 or not 0 <= self.popular <= 1 or self.dimensions < 1:
            raise ValueError(f"want a track or more and shares of 0-1, got {self}")
        if min(self.hot, self.hot_pairs, self.similar, self.searches, self.cold_reads) < 0:
            raise ValueError(f"want counts of 0 or more, got {self}")

    @property
    def vectors(self) -> int:
        return round(self.tracks * self.popular)

    @property
    def cold_bytes(self) -> float:
        row = TRACK_BYTES + CROSSREFERENCE_BYTES * MATCHED + NEIGHBOUR_BYTES * NEIGHBOURS_A_TRACK
        return self.tracks * row

    @property
    def hot_bytes(self) -> float:
        pairs = self.hot_pairs * HOT_PAIR_BYTES + self.similar * SIMILAR_BYTES
        return min(self.hot, self.tracks) * HOT_ROW_BYTES + pairs

    @property
    def rows_written(self) -> float:
        """Once, by loading the database."""
        pairs = self.hot_pairs * ROWS_A_PAIR + self.similar * ROWS_A_SIMILAR
        return min(self.hot, self.tracks) * ROWS_A_HOT_TRACK + pairs


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill. `how` is the formula with its numbers."""

    what: str
    how: str
    monthly: float = 0.0
    once: float = 0.0


def bill(size: Size) -> list[Line]:
    """All lines; what they add up to is the price."""
    vectors, indexes = size.vectors, max(1, ceil(size.vectors / VECTORS_AN_INDEX))
    # A query goes to every index; the vectors of an index that is asked count as queried once.
    queried = (size.searches * indexes + vectors) * size.dimensions
    stored = vectors * size.dimensions
    cold_gb, hot_gb = size.cold_bytes / _GB, size.hot_bytes / _GB
    reads = 2 * size.cold_reads
    shards = ceil(size.tracks / SHARD_ROWS)
    # Neighbours have four rows a block, so sixteen times as many shards.
    writes = shards * (1 + 1 + 16) * 2  # each is put and read back by `verify`
    written = size.rows_written
    return [
        Line("Workers Paid", "the plan", monthly=BASE_DOLLARS),
        Line(
            "R2, stored",
            f"({cold_gb:,.1f} GB - 10) x $0.015",
            monthly=_beyond(cold_gb, 10) * 0.015,
        ),
        Line(
            "R2, look-ups",
            f"({reads / _MILLION:,.1f} M reads - 10) x $0.36",
            monthly=_beyond(reads / _MILLION, 10) * 0.36,
        ),
        Line(
            "R2, loading",
            f"({writes / _MILLION:,.2f} M puts - 1) x $4.50",
            once=_beyond(writes / _MILLION, 1) * 4.50,
        ),
        Line("D1, stored", f"({hot_gb:,.1f} GB - 5) x $0.75", monthly=_beyond(hot_gb, 5) * 0.75),
        Line(
            "D1, loading",
            f"({written / _MILLION:,.1f} M rows - 50) x $1.00",
            once=_beyond(written / _MILLION, 50) * 1.00,
        ),
        Line(
            "Vectorize, stored",
            f"({stored / _MILLION:,.0f} M numbers - 10) x $0.0005, {vectors:,} vectors",
            monthly=_beyond(stored / _MILLION, 10) * 0.0005,
        ),
        Line(
            "Vectorize, searched",
            f"({queried / _MILLION:,.0f} M numbers - 50) x $0.01, {indexes} "
            + ("index" if indexes == 1 else "indexes"),
            monthly=_beyond(queried / _MILLION, 50) * 0.01,
        ),
        Line("KV", "within 10 M reads, 1 M writes, 1 GB"),
    ]


def total(lines: list[Line]) -> tuple[float, float]:
    """Dollars a month, dollars once."""
    return sum(each.monthly for each in lines), sum(each.once for each in lines)


def _beyond(amount: float, included: float) -> float:
    return max(0.0, amount - included)
