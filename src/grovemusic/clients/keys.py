"""Under which names answers are kept, and how long.

Keys are at most 512 bytes and hold no secret: ids as they are, names and lists as short hashes.
The patterns and times are the specification's ("KV Cache Keys & TTLs"); where it is silent, facts
that hardly change are kept a month, similarities a week and everything that is counted a day.
"""

import hashlib
from collections.abc import Iterable

from grovemusic.domain import names
from grovemusic.ports import CacheRule

DAY_S = 24 * 3600
WEEK_S = 7 * DAY_S
MONTH_S = 30 * DAY_S


def rule(kind: str, name: str, ttl_s: int) -> CacheRule:
    """For example `rule("mb:recording", mbid, MONTH_S)`."""
    return CacheRule(f"{kind}:{name}", ttl_s)


def hashed(*parts: str) -> str:
    """32 hexadecimal digits that stand for `parts`, their order and their division."""
    joined = "\0".join(parts).encode(errors="replace")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def hashed_names(*parts: str) -> str:
    """As `hashed`, and the same for names that differ only in case, accents or spaces."""
    return hashed(*(names.fold(part) for part in parts))


def hashed_set(parts: Iterable[str]) -> str:
    """As `hashed`, whatever the order."""
    return hashed(*sorted(parts))
