"""Whether, and how, tracks can be put in a row with a gap between equal artists. Pure."""

from collections import Counter
from collections.abc import Sequence


def spread(artists: Sequence[str], *, gap: int, before: Sequence[str] = ()) -> list[int] | None:
    """An order of `artists` (as indexes) with `gap` others between equal ones; None if none exists.

    At every place the free artist with most tracks left, the earlier one on a tie: the greedy rule
    for tasks with a cool-down, which succeeds whenever any order does.

    Args:
        artists: One entry a track, by artist key.
        gap: Others between two equal ones, at least.
        before: Artists of tracks that already stand in front; the gap counts from them.
    """
    left: dict[str, list[int]] = {}
    for index, artist in enumerate(artists):
        left.setdefault(artist, []).append(index)
    last = last_places(before)
    order: list[int] = []
    for place in range(len(artists)):
        free = [each for each in left if left[each] and place - last.get(each, -gap - 1) > gap]
        if not free:
            return None
        artist = max(free, key=lambda each: (len(left[each]), -left[each][0]))
        order.append(left[artist].pop(0))
        last[artist] = place
    return order


def can_be_spread(artists: Sequence[str], *, gap: int, before: Sequence[str] = ()) -> bool:
    """True if an order with the gap exists."""
    if max(Counter(artists).values(), default=0) < 2 and not set(before) & set(artists):
        return True
    return spread(artists, gap=gap, before=before) is not None


def last_places(before: Sequence[str]) -> dict[str, int]:
    """Artist -> place of its last track in front, counted from the first free place (0)."""
    return {artist: at - len(before) for at, artist in enumerate(before)}
