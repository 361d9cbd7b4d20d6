"""Stage 6 of 8: from many good candidates to the ones that belong together. Pure.

Promises, strongest first: no song twice in any version; no blocked artist; at most n tracks an
artist and room for the gap between them; tracks of the wished era; exact length; the mix of
popular tracks, deep cuts and hidden gems. When they cannot all hold, the last gives way first,
and a note says so. The first three never give way.
"""

import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grovemusic.domain import names
from grovemusic.domain.ask import LARGEST, TYPICAL_TRACK_S, Ask, PopularityBias, wanted_tracks
from grovemusic.domain.music import Category, Profile, ScoredTrack
from grovemusic.domain.works import preference, song_keys, work_key
from grovemusic.pipeline.spacing import can_be_spread

QUOTAS: Mapping[PopularityBias, Mapping[Category, float]] = {
    PopularityBias.BALANCED: {
        Category.POPULAR: 0.35, Category.DEEP_CUT: 0.50, Category.HIDDEN_GEM: 0.15,
    },
    PopularityBias.POPULAR: {
        Category.POPULAR: 0.60, Category.DEEP_CUT: 0.35, Category.HIDDEN_GEM: 0.05,
    },
    PopularityBias.DEEP_CUTS: {
        Category.POPULAR: 0.15, Category.DEEP_CUT: 0.70, Category.HIDDEN_GEM: 0.15,
    },
    PopularityBias.HIDDEN_GEMS: {
        Category.POPULAR: 0.10, Category.DEEP_CUT: 0.45, Category.HIDDEN_GEM: 0.45,
    },
}  # fmt: skip
REPEAT_COSTS = 0.7  # points (of 10) for every earlier track by the same artist
JITTER = 0.6  # points (of 10) a random seed may move a score by, either way
CLOSE_ENOUGH_MS = 30_000  # a list of so many minutes may be off by this


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    """The chosen tracks, best first, and what had to give way."""

    tracks: tuple[ScoredTrack, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """Songs that must not come up: heard lately, banned, or already in the list (`song_keys`)."""

    songs: frozenset[str] = frozenset()
    artists: frozenset[str] = frozenset()  # artist_key


def curate(
    scored: Sequence[ScoredTrack],
    seeds: Sequence[Profile],
    ask: Ask,
    barred: Barred = Barred(),
) -> Curated:
    """Choose the playlist's tracks.

    Args:
        scored: In any order.
        seeds: Kept out; with `include_seed` they take places and count for their artists.

    Returns:
        Exactly the wanted number, or the wanted minutes within half a minute; fewer with a note
        when there are not enough. Equal input gives equal output.

    Cost: linear in candidates times tracks wanted at worst; no I/O.
    """
    ranked = one_a_song(jittered(admissible(scored, seeds, ask, barred), ask.random_seed))
    ranked = varied(ranked, ask.random_seed)
    ranked, era_notes = within_era(ranked, ask)
    own = [names.artist_key(seed.track.artist) for seed in seeds] if ask.include_seed else []
    if ask.minutes is None:
        chosen, notes = _of_size(ranked, ask.size - len(own), ask, own)
        notes += _short(len(chosen) + len(own), ask.size, "tracks")
    else:
        chosen, notes = _of_length(ranked, seeds, ask, own)
    return Curated(tracks=tuple(chosen), notes=(*era_notes, *notes))


def admissible(
    scored: Iterable[ScoredTrack], seeds: Sequence[Profile], ask: Ask, barred: Barred
) -> list[ScoredTrack]:
    """Candidates that are no seed, not barred, and by no blocked artist (guests count too)."""
    blocked = {names.artist_key(name) for name in ask.blocked_artists} | barred.artists
    songs = set(barred.songs)
    for seed in seeds:
        songs |= song_keys(seed.track.title, seed.track.artist)
    return [
        each
        for each in scored
        if songs.isdisjoint(song_keys(each.track.title, each.track.artist))
        and blocked.isdisjoint(credited(each))
    ]


def credited(each: ScoredTrack) -> set[str]:
    """The artist_key of everyone named for a track: lead artist, whole credit and guests."""
    _base, guests = names.split_featured(each.track.title)
    _lead, credit_guests = names.split_featured(each.track.artist)
    everyone = (each.track.artist, *guests, *credit_guests, *names.people(each.track.artist))
    return {names.artist_key(name) for name in everyone} | {names.key(each.track.artist)}


def jittered(scored: Iterable[ScoredTrack], random_seed: int) -> list[ScoredTrack]:
    """Best first; a random seed above 0 moves every score a little, the same way every time."""
    return sorted(scored, key=lambda each: (-_points(each, random_seed), each.track.id))


def _points(each: ScoredTrack, random_seed: int) -> float:
    if not random_seed:
        return each.overall
    text = f"{random_seed}:{each.track.id}".encode()
    share = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) / 2**64
    return each.overall + JITTER * (2 * share - 1)


def one_a_song(ranked: Iterable[ScoredTrack]) -> list[ScoredTrack]:
    """Every song once, at the place of its best-ranked version, as the version people prefer.

    Studio before single edit before live before remix; only among versions by the same artist,
    since a cover under the same title is somebody else's.
    """
    chosen: list[ScoredTrack] = []
    place_of: dict[str, int] = {}
    for each in ranked:
        keys = song_keys(each.track.title, each.track.artist)
        place = next((place_of[key] for key in sorted(keys) if key in place_of), None)
        if place is None:
            place = len(chosen)
            chosen.append(each)
        elif _same_artist_song(each, chosen[place]) and preference(each.track) < preference(
            chosen[place].track
        ):
            chosen[place] = each
        for key in keys:
            place_of.setdefault(key, place)
    return chosen


def varied(ranked: Sequence[ScoredTrack], random_seed: int = 0) -> list[ScoredTrack]:
    """The same tracks with every further one of an artist moved down by `REPEAT_COSTS` points.

    A second song by somebody has to be that much better than the next song by somebody new. A
    version that took the place of a better one counts as no worse than what follows it.
    """
    at_least = list(
        itertools.accumulate((_points(each, random_seed) for each in reversed(ranked)), max)
    )[::-1]
    before: Counter[str] = Counter()
    left: dict[str, float] = {}
    for each, points in zip(ranked, at_least, strict=True):
        left[each.track.id] = points - REPEAT_COSTS * before[_lead(each)]
        before[_lead(each)] += 1
    return sorted(ranked, key=lambda each: -left[each.track.id])


def within_era(ranked: list[ScoredTrack], ask: Ask) -> tuple[list[ScoredTrack], list[str]]:
    """Tracks of the wished years; those of unknown year only when the others do not suffice."""
    if ask.era is None:
        return ranked, []
    first, last = ask.era
    inside = [e for e in ranked if e.track.year is not None and first <= e.track.year <= last]
    needed = wanted_tracks(ask)
    if len(inside) >= needed:
        return inside, []
    unknown = [each for each in ranked if each.track.year is None]
    if not unknown:
        return inside, []
    text = f"too few tracks are known to be from {first}-{last}; ones of unknown year fill the rest"
    return inside + unknown, [text]


def quota_counts(bias: PopularityBias, size: int) -> dict[Category, int]:
    """How many tracks of each tier, adding up to `size`: largest remainders."""
    shares = QUOTAS[bias]
    counts = {tier: math.floor(share * size) for tier, share in shares.items()}
    by_rest = sorted(shares, key=lambda tier: (-(shares[tier] * size % 1), tier))
    for tier in by_rest[: size - sum(counts.values())]:
        counts[tier] += 1
    return counts


def _of_size(
    ranked: Sequence[ScoredTrack], size: int, ask: Ask, own: Sequence[str]
) -> tuple[list[ScoredTrack], list[str]]:
    """`size` tracks under the largest artist cap that leaves room for the gap."""
    chosen: list[ScoredTrack] = []
    relaxed = False
    for cap in range(ask.max_per_artist, 0, -1):
        chosen, relaxed = _pick(ranked, size, quota_counts(ask.popularity, size), cap, own)
        if _can_be_arranged(chosen, ask, own):
            break
    while chosen and not _can_be_arranged(chosen, ask, own):
        chosen.pop()
    if not relaxed or len(chosen) < size:
        return chosen, []
    return chosen, [
        "the mix of popular tracks, deep cuts and hidden gems could not be kept exactly"
    ]


def _pick(
    ranked: Sequence[ScoredTrack],
    size: int,
    quotas: Mapping[Category, int],
    cap: int,
    own: Sequence[str],
) -> tuple[list[ScoredTrack], bool]:
    """The best `size` tracks within quotas and cap; then, if short, beyond the quotas.

    Tracks of unknown fame fit every tier, so they take whatever place is free.
    """
    by_artist = Counter(own)
    room = dict(quotas)
    chosen: list[ScoredTrack] = []
    left: list[ScoredTrack] = []
    for each in ranked:
        tier = each.category or max(room, key=lambda name: room[name])
        if len(chosen) < size and by_artist[_lead(each)] < cap and room[tier] > 0:
            chosen.append(each)
            room[tier] -= 1
            by_artist[_lead(each)] += 1
        else:
            left.append(each)
    within = len(chosen)
    for each in left:
        if len(chosen) < size and by_artist[_lead(each)] < cap:
            chosen.append(each)
            by_artist[_lead(each)] += 1
    chosen.sort(key=lambda each: (-each.overall, each.track.id))
    return chosen, len(chosen) > within


def _of_length(
    ranked: Sequence[ScoredTrack], seeds: Sequence[Profile], ask: Ask, own: Sequence[str]
) -> tuple[list[ScoredTrack], list[str]]:
    """Tracks that play for `ask.minutes`: the size nearest to it, then single swaps."""
    target_ms = (ask.minutes or 0) * 60_000
    seeds_ms = sum(seed.track.duration_ms or _TYPICAL_MS for seed in seeds) if own else 0
    best: list[ScoredTrack] = []
    notes: list[str] = []
    off = math.inf
    for size in range(1, LARGEST - len(own) + 1):
        chosen, said = _of_size(ranked, size, ask, own)
        distance = abs(seeds_ms + _length_ms(chosen) - target_ms)
        if distance >= off or len(chosen) < size:
            if seeds_ms + _length_ms(chosen) > target_ms or len(chosen) < size:
                break
            continue
        best, notes, off = chosen, said, distance
    best = _nudged(best, ranked, target_ms - seeds_ms, ask, own)
    total_ms = seeds_ms + _length_ms(best)
    if any(each.track.duration_ms is None for each in best):
        notes = [*notes, "some lengths are unknown and were taken as 3:35"]
    if target_ms - total_ms > CLOSE_ENOUGH_MS:
        notes = [*notes, *_short(round(total_ms / 60_000), ask.minutes or 0, "minutes")]
    elif total_ms - target_ms > CLOSE_ENOUGH_MS:
        minutes = total_ms / 60_000
        text = f"only tracks of other lengths fit: it plays for {minutes:.1f} minutes"
        notes = [*notes, f"{text}, {ask.minutes} were wanted"]
    return best, notes


def _nudged(
    chosen: list[ScoredTrack],
    ranked: Sequence[ScoredTrack],
    target_ms: int,
    ask: Ask,
    own: Sequence[str],
) -> list[ScoredTrack]:
    """One or two of the weakest tracks exchanged for others, to come within half a minute."""
    for _ in range(2):
        off_ms = _length_ms(chosen) - target_ms
        if abs(off_ms) <= CLOSE_ENOUGH_MS:
            break
        swap = _best_swap(chosen, ranked, off_ms, ask, own)
        if swap is None:
            break
        out, into = swap
        chosen = [into if each is out else each for each in chosen]
    return chosen


def _best_swap(
    chosen: Sequence[ScoredTrack],
    ranked: Sequence[ScoredTrack],
    off_ms: int,
    ask: Ask,
    own: Sequence[str],
) -> tuple[ScoredTrack, ScoredTrack] | None:
    """The exchange within one tier that leaves the length nearest to the target."""
    inside = {each.track.id for each in chosen}
    options: list[tuple[float, float, str, ScoredTrack, ScoredTrack]] = []
    for out in chosen[len(chosen) // 2 :]:
        others = Counter([*own, *(_lead(each) for each in chosen if each is not out)])
        for into in ranked:
            if into.track.id in inside or into.category is not out.category:
                continue
            if _lead(into) != _lead(out) and others[_lead(into)] >= min(ask.max_per_artist, 1):
                continue
            left_ms = abs(off_ms - _ms(out) + _ms(into))
            if left_ms < abs(off_ms):
                rounded = max(0.0, left_ms - CLOSE_ENOUGH_MS)
                options.append((rounded, out.overall - into.overall, into.track.id, out, into))
    if not options:
        return None
    _left, _loss, _id, out, into = min(options, key=lambda option: option[:3])
    return out, into


def _can_be_arranged(chosen: Sequence[ScoredTrack], ask: Ask, own: Sequence[str]) -> bool:
    return can_be_spread([_lead(each) for each in chosen], gap=ask.artist_gap, before=own)


_TYPICAL_MS = TYPICAL_TRACK_S * 1000


def _ms(each: ScoredTrack) -> int:
    return each.track.duration_ms or _TYPICAL_MS


def _length_ms(chosen: Iterable[ScoredTrack]) -> int:
    return sum(map(_ms, chosen))


def _lead(each: ScoredTrack) -> str:
    return names.artist_key(each.track.artist)


def _same_artist_song(one: ScoredTrack, other: ScoredTrack) -> bool:
    return work_key(one.track.title, one.track.artist) == work_key(
        other.track.title, other.track.artist
    )


def _short(got: int, wanted: int, unit: str) -> list[str]:
    if got >= wanted:
        return []
    return [f"only {got} of {wanted} {unit} fit what was asked for; the list is shorter"]
