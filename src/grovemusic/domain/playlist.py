"""A playlist, its versions, and the edits that lead from one to the next."""

import math
from dataclasses import dataclass
from enum import StrEnum

from grovemusic.domain.ask import Ask
from grovemusic.domain.music import Missing, ScoredTrack, Track


class FlowRole(StrEnum):
    """What a track does at its place in the list."""

    OPENER = "opener"
    BUILDER = "builder"
    PEAK = "peak"
    VALLEY = "valley"
    TRANSITION = "transition"
    CLOSER = "closer"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistTrack:
    """A track at its place.

    Attributes:
        position: 1 for the first.
        reason: One or two sentences; every fact in them is in the evidence.
        reason_by: "template", or the model that wrote the sentence.
        is_seed: The listener's own song, asked for with `include_seed`.
    """

    position: int
    scored: ScoredTrack
    flow_role: FlowRole
    reason: str = ""
    reason_by: str = "template"
    locked: bool = False
    is_seed: bool = False

    @property
    def similarity(self) -> int:
        """1-10, for people."""
        return max(1, min(10, math.floor(self.scored.overall + 0.5)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """One version of a playlist. A version never changes; an edit makes the next one.

    Attributes:
        notes: Promises that could not all be kept, and what was done about it.
        missing: Sources that could not help.
        change: What the edit was that made this version; empty for the first.
        parent: The version it was made from; None for the first.
        banned_songs, banned_artists: Ruled out by edits so far, as song keys and artist keys.
        replaced_songs: Taken out by edits so far; they come back only when nothing else is left.
    """

    id: str
    run_id: str
    version: int
    title: str
    seeds: tuple[Track, ...]
    ask: Ask
    tracks: tuple[PlaylistTrack, ...]
    narrative: str = ""
    narrative_by: str = "template"
    notes: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    created_at_ms: int = 0
    change: str = ""
    parent: int | None = None
    banned_songs: tuple[str, ...] = ()
    banned_artists: tuple[str, ...] = ()
    replaced_songs: tuple[str, ...] = ()

    @property
    def duration_ms(self) -> int | None:
        """Playing time; None when a length is unknown."""
        lengths = [each.scored.track.duration_ms for each in self.tracks]
        known = [length for length in lengths if length is not None]
        return sum(known) if len(known) == len(lengths) else None

    @property
    def invented(self) -> bool:
        """True if any of it comes from the demo catalogue."""
        return any(each.scored.track.invented for each in self.tracks)


class EditKind(StrEnum):
    """How a listener may change a playlist."""

    LOCK = "lock"
    UNLOCK = "unlock"
    REPLACE = "replace"  # another track at these positions
    BAN = "ban"  # the same, and never these tracks again in this playlist
    BAN_ARTIST = "ban_artist"  # the same for the artists at these positions
    MORE_LIKE = "more_like"
    LESS_LIKE = "less_like"
    MOVE = "move"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change. `positions` are 1-based; `to` is where MOVE puts the first of them."""

    kind: EditKind
    positions: tuple[int, ...] = ()
    to: int | None = None
