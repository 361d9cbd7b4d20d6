"""The next version of a playlist: one edit applied, everything else left as it is. Pure.

A replacement comes from the pool the playlist was chosen from, under the same promises. Tracks
the edit does not name keep their place, their sentence and their score, byte for byte.
"""

from collections.abc import Sequence
from dataclasses import replace

from grovemusic.domain import names
from grovemusic.domain.errors import BadAsk, Conflict
from grovemusic.domain.music import Profile, ScoredTrack
from grovemusic.domain.playlist import Edit, EditKind, Playlist, PlaylistTrack
from grovemusic.domain.works import song_keys
from grovemusic.pipeline import wording
from grovemusic.pipeline.curate import Barred, admissible, one_a_song, within_era
from grovemusic.pipeline.likeness import likeness

LEAN = 3.0  # points (of 10) that full likeness to the named track adds or takes
CHANGED_BY_LIKING = 3  # positions that "more like this" or "less like this" gives away


def refine(
    playlist: Playlist,
    edit: Edit,
    *,
    pool: Sequence[ScoredTrack],
    seeds: Sequence[Profile],
    version: int,
    at_ms: int,
) -> Playlist:
    """The next version.

    Raises:
        BadAsk: a position the list does not have, or none where one is needed.
        Conflict: a locked track was named, or the pool has nothing left that keeps the promises.
    """
    _check(playlist, edit)
    chosen = [playlist.tracks[position - 1] for position in edit.positions]
    match edit.kind:
        case EditKind.LOCK | EditKind.UNLOCK:
            tracks = _locked(playlist.tracks, edit.positions, locked=edit.kind is EditKind.LOCK)
        case EditKind.MOVE:
            tracks = _moved(playlist.tracks, edit.positions[0], edit.to or 1)
        case EditKind.REPLACE | EditKind.BAN | EditKind.BAN_ARTIST:
            playlist = widened(playlist, edit.kind, chosen)
            out = _out_of(playlist, edit)
            tracks = _replaced(playlist, out, _options(playlist, pool, seeds), seeds)
        case EditKind.MORE_LIKE | EditKind.LESS_LIKE:
            sign = 1.0 if edit.kind is EditKind.MORE_LIKE else -1.0
            tracks = _leaned(playlist, chosen[0], sign, _options(playlist, pool, seeds), seeds)
        case _:
            raise BadAsk("kind", f"{edit.kind.value} moves between versions and makes none")
    return replace(
        playlist,
        tracks=tracks,
        version=version,
        parent=playlist.version,
        change=describe(edit, chosen),
        created_at_ms=at_ms,
    )


def widened(playlist: Playlist, kind: EditKind, chosen: Sequence[PlaylistTrack]) -> Playlist:
    """`playlist` with what an edit takes out: for good (BAN, BAN_ARTIST) or for now (REPLACE)."""
    if kind is EditKind.REPLACE:
        out = {key for each in chosen for key in _song(each.scored)}
        return replace(playlist, replaced_songs=tuple(sorted({*playlist.replaced_songs, *out})))
    if kind is EditKind.BAN:
        songs = {key for each in chosen for key in _song(each.scored)}
        return replace(playlist, banned_songs=tuple(sorted({*playlist.banned_songs, *songs})))
    if kind is EditKind.BAN_ARTIST:
        artists = {names.artist_key(each.scored.track.artist) for each in chosen}
        everyone = tuple(sorted({*playlist.banned_artists, *artists}))
        return replace(playlist, banned_artists=everyone)
    return playlist


def describe(edit: Edit, chosen: Sequence[PlaylistTrack]) -> str:
    """The edit as a sentence for the list of versions."""
    what = ", ".join(f"“{each.scored.track.title}”" for each in chosen[:3])
    if len(chosen) > 3:
        what += f" and {len(chosen) - 3} more"
    return {
        EditKind.LOCK: f"Locked {what}",
        EditKind.UNLOCK: f"Unlocked {what}",
        EditKind.REPLACE: f"Replaced {what}",
        EditKind.BAN: f"Banned {what}",
        EditKind.BAN_ARTIST: "Banned " + ", ".join(e.scored.track.artist for e in chosen[:3]),
        EditKind.MORE_LIKE: f"More like {what}",
        EditKind.LESS_LIKE: f"Less like {what}",
        EditKind.MOVE: f"Moved {what} to {edit.to}",
    }.get(edit.kind, edit.kind.value)


def _check(playlist: Playlist, edit: Edit) -> None:
    if not edit.positions:
        raise BadAsk("positions", "name at least one position")
    for position in edit.positions:
        if not 1 <= position <= len(playlist.tracks):
            raise BadAsk("positions", f"1 to {len(playlist.tracks)}, got {position}")
    if len(set(edit.positions)) != len(edit.positions):
        raise BadAsk("positions", "every position once")
    single = edit.kind in {EditKind.MOVE, EditKind.MORE_LIKE, EditKind.LESS_LIKE}
    if single and len(edit.positions) != 1:
        raise BadAsk("positions", f"{edit.kind.value} takes one position")
    if edit.kind is EditKind.MOVE and not 1 <= (edit.to or 0) <= len(playlist.tracks):
        raise BadAsk("to", f"1 to {len(playlist.tracks)}, got {edit.to}")
    changes = {EditKind.REPLACE, EditKind.BAN, EditKind.BAN_ARTIST}
    for position in edit.positions if edit.kind in changes else ():
        each = playlist.tracks[position - 1]
        if each.locked or each.is_seed:
            why = "locked; unlock it first" if each.locked else "your own song"
            raise Conflict(f"position {position} is {why}")


def _locked(
    tracks: Sequence[PlaylistTrack], positions: Sequence[int], *, locked: bool
) -> tuple[PlaylistTrack, ...]:
    return tuple(
        replace(each, locked=locked) if each.position in positions else each for each in tracks
    )


def _moved(tracks: Sequence[PlaylistTrack], position: int, to: int) -> tuple[PlaylistTrack, ...]:
    """The track carried to its new place; the listener's hand may break the artist gap."""
    order = [each for each in tracks if each.position != position]
    order.insert(to - 1, tracks[position - 1])
    return tuple(
        each if each.position == place else replace(each, position=place)
        for place, each in enumerate(order, 1)
    )


def _out_of(playlist: Playlist, edit: Edit) -> list[int]:
    """Positions that must get another track: those named, and others by a banned artist."""
    banned = [
        each.position
        for each in playlist.tracks
        if names.artist_key(each.scored.track.artist) in playlist.banned_artists
        and not each.locked
        and not each.is_seed
    ]
    return sorted({*edit.positions, *banned})


def _options(
    playlist: Playlist, pool: Sequence[ScoredTrack], seeds: Sequence[Profile]
) -> list[ScoredTrack]:
    """Tracks of the pool that may come in, best first: no song of the list, nothing banned.

    What was taken out before comes last: replacing twice must not bring the first track back.
    """
    inside = {key for each in playlist.tracks for key in _song(each.scored)}
    barred = Barred(
        songs=frozenset(inside.union(playlist.banned_songs)),
        artists=frozenset(playlist.banned_artists),
    )
    allowed = one_a_song(admissible(pool, seeds, playlist.ask, barred))
    allowed = within_era(allowed, playlist.ask)[0]
    gone = set(playlist.replaced_songs)
    return sorted(allowed, key=lambda each: not gone.isdisjoint(_song(each)))


def _replaced(
    playlist: Playlist,
    out: Sequence[int],
    options: Sequence[ScoredTrack],
    seeds: Sequence[Profile],
) -> tuple[PlaylistTrack, ...]:
    """Other tracks at the positions `out`, the first option that keeps cap and gap at each."""
    tracks = list(playlist.tracks)
    left = list(options)
    leaving = set(out)
    for position in out:
        leaving.discard(position)
        stay = [each for each in tracks if each.position not in {position, *leaving}]
        fitting = next((o for o in left if _fits(o, position, stay, playlist)), None)
        if fitting is None:
            raise Conflict(
                f"nothing else in this playlist's search fits position {position}; "
                "make a new playlist for a wider choice"
            )
        left.remove(fitting)
        tracks[position - 1] = _placed(fitting, tracks[position - 1], seeds)
    return tuple(tracks)


def _fits(
    option: ScoredTrack, position: int, others: Sequence[PlaylistTrack], playlist: Playlist
) -> bool:
    """True if the option at that position keeps the artist cap and the gap."""
    artist = names.artist_key(option.track.artist)
    same = [each for each in others if names.artist_key(each.scored.track.artist) == artist]
    return len(same) < playlist.ask.max_per_artist and all(
        abs(each.position - position) > playlist.ask.artist_gap for each in same
    )


def _placed(option: ScoredTrack, before: PlaylistTrack, seeds: Sequence[Profile]) -> PlaylistTrack:
    originals = [seed.track for seed in seeds]
    return PlaylistTrack(
        position=before.position,
        scored=option,
        flow_role=before.flow_role,
        reason=wording.reason(option, before.flow_role, originals),
    )


def _leaned(
    playlist: Playlist,
    named: PlaylistTrack,
    sign: float,
    options: Sequence[ScoredTrack],
    seeds: Sequence[Profile],
) -> tuple[PlaylistTrack, ...]:
    """A few tracks exchanged so that the list leans toward (or away from) the named one.

    Out go the unlocked tracks that lean the wrong way most; less-like takes the named one too.
    """

    def leaning(each: ScoredTrack) -> float:
        return each.overall + sign * LEAN * likeness(each, named.scored)

    free = [e for e in playlist.tracks if not e.locked and not e.is_seed and e is not named]
    if not free and (sign > 0 or named.locked or named.is_seed):
        raise Conflict("every other track is locked; unlock some first")
    worst = sorted(free, key=lambda each: (leaning(each.scored), each.position))
    out = [each.position for each in worst[:CHANGED_BY_LIKING]]
    if sign < 0 and not named.locked and not named.is_seed:
        out = [named.position, *out[: CHANGED_BY_LIKING - 1]]
    ordered = sorted(options, key=lambda each: (-leaning(each), each.track.id))
    return _replaced(playlist, sorted(out), ordered, seeds)


def _song(each: ScoredTrack) -> frozenset[str]:
    return song_keys(each.track.title, each.track.artist)
