"""One cell of a table, as a value or as unknown. Pure, and never raises on data.

Cells are text in CSV, and text, numbers, truths, times or lists in Parquet and SQLite.
"""

import ast
import datetime as dt
import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from grovemusic.domain import ids

# What R, pandas, SQL dumps and spreadsheets write where they have nothing.
_NOTHING = frozenset({"", "na", "n/a", "nan", "none", "null", "nil", "#n/a", "-", "\\n"})
LONGEST_TAG = 80  # characters
_LONGEST_NOTHING = 12  # with some space around it
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?")
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_SPOTIFY = re.compile(
    r"(?:spotify:track:|https?://open\.spotify\.com/(?:[\w-]+/)*track/)?"
    r"([0-9A-Za-z]{22})(?:[?/#].*)?"
)
_SEPARATORS = re.compile(r"\s*[,;|]\s*")
_TRUTHS = {
    "true": True, "t": True, "yes": True, "y": True, "1": True, "1.0": True,
    "false": False, "f": False, "no": False, "n": False, "0": False, "0.0": False,
}  # fmt: skip


def is_nothing(value: object) -> bool:
    """Whether a cell is empty or says that it is."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_NOTHING and value.strip().lower() in _NOTHING
    return value is None or (isinstance(value, float) and math.isnan(value))


def text(value: object) -> str | None:
    """The cell as one line of text without surrounding space; None if that is empty."""
    if isinstance(value, str):
        return _one_line(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bytes):
        return _one_line(value.decode("utf-8", errors="replace"))
    if isinstance(value, list | tuple):
        return "; ".join(found for each in value if (found := text(each))) or None
    return _one_line(str(value))


def _one_line(value: str) -> str | None:
    if not value.isascii():
        # Half a surrogate pair cannot be stored.
        value = value.encode("utf-8", errors="replace").decode()
    return " ".join(value.replace("\0", " ").split()) or None


def number(value: object) -> float | None:
    """The cell as a finite number; None for anything else."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def yes_or_no(value: object) -> bool | None:
    """The cell as a truth; None for anything that is not clearly one."""
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(str(value).strip().lower())


def year(value: object) -> int | None:
    """The year of "1999", "1999-10", "1999-10-31", 1999.0 or a date; None if it is none."""
    if isinstance(value, dt.date | dt.datetime):
        return value.year
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if math.isfinite(value) and value == int(value) else None
    line = str(value).strip()
    match = _DATE.fullmatch(line.removesuffix(".0"))
    if not match:
        return None
    month, day = (int(part) if part else 1 for part in match.group(2, 3))
    return int(match[1]) if 0 <= month <= 12 and 0 <= day <= 31 else None


def duration_ms(value: object, ms_per_unit: int) -> int | None:
    """A playing time in a known unit or written as "3:45"; None if it is neither."""
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value.strip())):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000
    found = number(value)
    return None if found is None or abs(found) > 1e12 else round(found * ms_per_unit)


def spotify_id(value: object) -> str | None:
    """The 22 digits of a Spotify track id, URI or URL; None for anything else."""
    match = _SPOTIFY.fullmatch(str(value).strip())
    if match is None:
        return None
    digits = match[1]
    # 22 digits that begin with less than 7 never need more than 128 bits.
    return digits if digits[0] in "0123456" or ids.is_base62(digits) else None


def any_id(value: object) -> str | None:
    """An id of an artist, album or playlist: what stands last in a Spotify URI or URL."""
    line = text(value)
    if line is None:
        return None
    if line.startswith(("spotify:", "https://open.spotify.com/", "http://open.spotify.com/")):
        line = re.split(r"[:/]", line.split("?", maxsplit=1)[0])[-1]
    return line or None


def names(value: object) -> list[str]:
    """Several names in one cell: a list, a list written as JSON or Python, or one name."""
    listed = _listed(value)
    if listed is not None:
        return [found for each in listed if (found := text(each))]
    line = text(value)
    return [line] if line else []


def tags(value: object) -> dict[str, float]:
    """Tag -> weight, 1 for the strongest; from a list, "a, b; c|d", or an object with weights.

    A list says nothing about weights: each of its tags counts fully.
    """
    if isinstance(value, str) and value.strip().startswith("{"):
        value = _literal(value)
    if isinstance(value, Mapping):
        weights = {_tag(name): number(weight) or 0.0 for name, weight in value.items()}
        return _scaled({name: weight for name, weight in weights.items() if name and weight > 0})
    listed = _listed(value)
    if listed is None:
        found = map(_tag_name, _SEPARATORS.split(text(value) or ""))
    else:
        found = map(_tag, listed)
    return dict.fromkeys(filter(None, found), 1.0)


def _tag(value: object) -> str:
    line = text(value)
    return "" if line is None else _tag_name(line)


@lru_cache(maxsize=1 << 14)  # the same few words, on track after track
def _tag_name(line: str) -> str:
    if line.lower() in _NOTHING:
        return ""
    return " ".join(line.lower().replace("_", " ").split())[:LONGEST_TAG]


def _scaled(weights: Mapping[str, float]) -> dict[str, float]:
    top = max(weights.values(), default=1.0)
    return {name: round(weight / top, 4) for name, weight in weights.items()}


def _listed(value: object) -> Sequence[object] | None:
    """The items of a list or of text that is written like one; None if it is neither."""
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, str) and value.strip().startswith("["):
        found = _literal(value)
        return found if isinstance(found, list) else None
    return None


def _literal(written: str) -> object:
    """What JSON or Python text stands for; None if it is neither."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(written.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
