"""Part of stage 7: put the chosen tracks in an order worth listening to. Pure.

An energy arc (a rise, a breath, a peak, a soft landing) with small steps of tempo and key from
track to track, and never two tracks of one artist closer than the promised gap.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grovemusic.domain import names
from grovemusic.domain.music import ScoredTrack, Track, TrackId
from grovemusic.domain.playlist import FlowRole
from grovemusic.pipeline.spacing import last_places, spread

# Place in the list 0-1 -> place 0-1 among the list's own tracks by energy.
ARC = ((0.0, 0.45), (0.3, 0.7), (0.45, 0.4), (0.72, 1.0), (0.9, 0.5), (1.0, 0.15))
PEAK_FROM, PEAK_TO = 0.6, 0.82
VALLEY_FROM, VALLEY_TO = 0.38, 0.52
# Source of the weights: AudioMuse-AI orders by energy, tempo and key in about these shares.
TEMPO_WEIGHT, KEY_WEIGHT, OPENER_WEIGHT = 0.25, 0.15, 0.08
UNKNOWN_COST = 0.25  # a track of unknown energy fits everywhere about this well
TAG_ENERGY = {
    "ambient": 0.1, "sleep": 0.05, "acoustic": 0.3, "folk": 0.35, "singer-songwriter": 0.3,
    "chill": 0.3, "chillout": 0.3, "mellow": 0.3, "ballad": 0.25, "slowcore": 0.2, "soul": 0.5,
    "jazz": 0.4, "classical": 0.2, "trip-hop": 0.45, "rnb": 0.5, "r&b": 0.5, "indie": 0.55,
    "pop": 0.6, "hip-hop": 0.65, "hip hop": 0.65, "rap": 0.65, "disco": 0.75, "house": 0.8,
    "techno": 0.85, "dance": 0.8, "electronic": 0.65, "rock": 0.75, "punk": 0.9,
    "hard rock": 0.9, "metal": 0.95, "drum and bass": 0.9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A track and what it does at its place."""

    track: ScoredTrack
    role: FlowRole


def arrange(
    tracks: Sequence[ScoredTrack], *, gap: int, before: Sequence[Track] = ()
) -> list[Placed]:
    """All of `tracks` in playing order, with their roles.

    Args:
        tracks: Such that `spacing.can_be_spread` holds; ties are settled by their order.
        gap: Other tracks between two of one artist, at least.
        before: Tracks that play first (the seeds); the gap counts from them.

    Cost: the number of tracks squared, times the number of artists.
    """
    energies = {each.track.id: energy(each.track) for each in tracks}
    sequence = _greedy(tracks, energies, gap, before) or _spread_first(tracks, gap, before)
    peaks = _peaks(sequence, energies)
    return [
        Placed(each, _role(place, sequence, energies, peaks)) for place, each in enumerate(sequence)
    ]


def energy(track: Track) -> float | None:
    """0-1 from the audio analysis, else from what its tags usually mean, else unknown."""
    if track.features is not None and track.features.energy is not None:
        return track.features.energy
    known = [(tag.weight, TAG_ENERGY[tag.name]) for tag in track.tags if tag.name in TAG_ENERGY]
    total = sum(weight for weight, _value in known)
    return sum(weight * value for weight, value in known) / total if total else None


def arc(place: float) -> float:
    """The height of the arc at `place` 0-1: a line through the points of ARC."""
    for (x0, y0), (x1, y1) in pairwise(ARC):
        if place <= x1:
            return y0 + (y1 - y0) * (place - x0) / (x1 - x0)
    return ARC[-1][1]


def key_distance(one: Track, other: Track) -> float | None:
    """Steps on the circle of fifths over 6: 0 the same key, 1 the farthest; None if unknown."""
    if one.features is None or other.features is None:
        return None
    a, b = one.features.key, other.features.key
    if a is None or b is None:
        return None
    # A minor key sits where its relative major does, three semitones up.
    a = (a + 3) % 12 if one.features.mode == 0 else a
    b = (b + 3) % 12 if other.features.mode == 0 else b
    steps = (a - b) * 7 % 12
    return min(steps, 12 - steps) / 6


def _greedy(
    tracks: Sequence[ScoredTrack],
    energies: Mapping[TrackId, float | None],
    gap: int,
    before: Sequence[Track],
) -> list[ScoredTrack] | None:
    """Place by place the track that fits the arc best; None if that runs into a dead end."""
    known = sorted(value for value in energies.values() if value is not None)
    left = list(tracks)
    sequence: list[ScoredTrack] = []
    last = last_places([names.artist_key(track.artist) for track in before])
    while left:
        place, end = len(sequence), len(tracks) - 1
        free = [e for e in left if place - last.get(_artist(e), -1_000) > gap]
        counts = Counter(_artist(e) for e in left)
        urgent = [
            e
            for e in free
            if place + (counts[_artist(e)] - 1) * (gap + 1) >= end and counts[_artist(e)] > 1
        ]
        choices = urgent or free
        if not choices:
            return None
        target = _quantile(known, arc(place / end if end else 0.0))
        previous = sequence[-1].track if sequence else (before[-1] if before else None)
        best = min(choices, key=lambda e: _cost(e, energies, target, previous, place))
        left.remove(best)
        sequence.append(best)
        last[_artist(best)] = place
    return sequence


def _cost(
    each: ScoredTrack,
    energies: Mapping[TrackId, float | None],
    target: float | None,
    previous: Track | None,
    place: int,
) -> tuple[float, str]:
    """How badly a track fits at this place; the id breaks ties the same way everywhere."""
    own = energies[each.track.id]
    cost = UNKNOWN_COST if own is None or target is None else abs(own - target)
    if previous is not None:
        cost += TEMPO_WEIGHT * _tempo_step(previous, each.track)
        cost += KEY_WEIGHT * (key_distance(previous, each.track) or 0.0)
    if place == 0:
        cost -= OPENER_WEIGHT * each.overall
    return cost, each.track.id


def _tempo_step(one: Track, other: Track) -> float:
    """0-1; half and double time count as the same tempo."""
    a = one.features.tempo_bpm if one.features else None
    b = other.features.tempo_bpm if other.features else None
    if not a or not b:
        return 0.0
    return min(1.0, min(abs(a - b), abs(a - 2 * b), abs(2 * a - b)) / 60)


def _spread_first(
    tracks: Sequence[ScoredTrack], gap: int, before: Sequence[Track]
) -> list[ScoredTrack]:
    """The gap above all, whatever it does to the arc."""
    artists = [_artist(each) for each in tracks]
    order = spread(artists, gap=gap, before=[names.artist_key(t.artist) for t in before])
    return [tracks[index] for index in order] if order is not None else list(tracks)


def _quantile(known: Sequence[float], share: float) -> float | None:
    return known[round(share * (len(known) - 1))] if known else None


def _peaks(
    sequence: Sequence[ScoredTrack], energies: Mapping[TrackId, float | None]
) -> frozenset[int]:
    """Places of the one or two most energetic tracks where the arc is highest."""
    end = len(sequence) - 1
    window = [at for at in range(1, end) if PEAK_FROM <= at / end <= PEAK_TO]
    window.sort(key=lambda at: (-(energies[sequence[at].track.id] or 0.0), at))
    return frozenset(window[: 1 + len(sequence) // 25])


def _role(
    place: int,
    sequence: Sequence[ScoredTrack],
    energies: Mapping[TrackId, float | None],
    peaks: frozenset[int],
) -> FlowRole:
    """What the track at `place` does: by where it stands and how its energy moves."""
    if place == 0:
        return FlowRole.OPENER
    if place == len(sequence) - 1:
        return FlowRole.CLOSER
    if place in peaks:
        return FlowRole.PEAK
    where = place / (len(sequence) - 1)
    own, last = (energies[sequence[at].track.id] for at in (place, place - 1))
    if VALLEY_FROM <= where <= VALLEY_TO and own is not None and own <= (last or 0.0):
        return FlowRole.VALLEY
    if where < PEAK_TO and (own is None or last is None or own >= last):
        return FlowRole.BUILDER
    return FlowRole.TRANSITION


def _artist(each: ScoredTrack) -> str:
    return names.artist_key(each.track.artist)
