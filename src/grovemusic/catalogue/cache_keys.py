"""Under which names the edge cache keeps what the catalogue knows, and how long.

Names and times are those of spotify-metadata-spec, "Cache Key Patterns". Two are ours: `track` (the
specification keeps no metadata) and `companions` (all of a track's pairs, which a playlist wants,
in one entry instead of a hundred).
"""

from dataclasses import dataclass

HOUR_S = 3600
DAY_S = 24 * HOUR_S
# That nobody knows a track is kept for a day at most: the next import may bring it.
LONGEST_UNKNOWN_S = DAY_S


@dataclass(frozen=True, slots=True)
class Pattern:
    """`prefix` and the id make the key; `ttl_s` is how long an entry lives."""

    prefix: str
    ttl_s: int

    def key(self, name: str) -> str:
        return f"{self.prefix}:{name}"


AUDIO_FEATURES = Pattern("spotify:af", 7 * DAY_S)
CROSS_REFERENCE = Pattern("spotify:xref", 30 * DAY_S)
ISRC = Pattern("spotify:isrc", 30 * DAY_S)
SIMILAR = Pattern("spotify:sim", HOUR_S)  # name: id:limit
TOP_SIMILAR = Pattern("spotify:topsim", 7 * DAY_S)
PAIR = Pattern("spotify:cooc", 7 * DAY_S)  # name: two ids in order, "a:b"
COMPANIONS = Pattern("spotify:companions", 7 * DAY_S)
TRACK = Pattern("spotify:track", 7 * DAY_S)


def pair_name(one: str, other: str) -> str:
    """The same for both orders of two tracks."""
    return ":".join(sorted((one, other)))
