"""How long the stages will take and what they will need, before anything is done.

Seconds and bytes a track or place, measured on an invented catalogue (docs/catalogue.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue_import.columns import Role
from catalogue_import.stages import sources
from catalogue_import.stages.options import Options

# Microseconds of one core, and bytes on disk, a track | a place in a playlist.
_COSTS: dict[str, tuple[float, float, float, float]] = {
    "acquire": (4.0, 0.0, 0.2, 0.0),
    "validate": (0.0, 0.0, 0.0, 0.0),
    "transform": (200.0, 360.0, 4.0, 4.0),
    "crossreference": (69.0, 220.0, 0.0, 0.0),
    "vectorize": (21.0, 170.0, 0.0, 0.0),
    "upload": (44.0, 150.0, 0.0, 0.0),
    "index": (460.0, 4_000.0, 0.0, 0.0),
    "mine": (8.0, 0.0, 10.0, 200.0),
    "verify": (1.0, 0.0, 1.6, 0.0),
}
_INVENTED = (150.0, 500.0, 6.0, 100.0)  # what a demo costs more in `acquire`
_PLACES_A_LIST = 55.0  # of an invented world


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of one stage: seconds on one core of 2024, bytes it leaves on disk."""

    seconds: float
    disk_bytes: float


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to import."""

    tracks: int
    places: int


def extent(options: Options) -> Extent:
    """What the tables say of themselves; text is guessed from its size.

    Raises:
        NoSource, UnreadableFile, WrongSchema: as the import would.
    """
    if options.demo is not None:
        return Extent(options.demo.tracks, int(options.demo.playlists * _PLACES_A_LIST))
    tracks = places = 0
    readable = [path for path in sources.located(options.sources) if not _is_packed(path)]
    for source in sources.opened(readable):
        rows = source.table.total or source.table.path.stat().st_size // _ROW_BYTES
        if source.role is Role.TRACKS:
            tracks += rows
            places += rows if source.names_places else 0
        elif source.role is Role.MEMBERSHIPS:
            places += rows
    packed = set(sources.located(options.sources)) - set(readable)
    tracks += sum(path.stat().st_size for path in packed) // _PACKED_BYTES
    return Extent(tracks, places)


_ROW_BYTES = 150
_PACKED_BYTES = 200


def _is_packed(path: Path) -> bool:
    return path.suffix == ".zst"  # a database in it is laid out by `acquire` only


def estimates(options: Options, names: Sequence[str]) -> dict[str, Estimate]:
    """Stage -> what it will take, for those named."""
    size = extent(options)
    found = {}
    for name in names:
        per_track_us, track_bytes, per_place_us, place_bytes = _COSTS[name]
        if name == "acquire" and options.demo is not None:
            per_track_us, track_bytes, per_place_us, place_bytes = _INVENTED
        tracks, places = size.tracks, size.places
        if name == "index":
            tracks = min(tracks, options.hot)
        found[name] = Estimate(
            (tracks * per_track_us + places * per_place_us) / 1e6,
            tracks * track_bytes + places * place_bytes,
        )
    return found
