"""Years in tens: a decade can be filtered by cheaply where a range of years cannot."""

FIRST, LAST = 1860, 2090  # of recorded sound there is nothing older


def decade_of(year: int | None) -> int | None:
    """1990 for 1990-1999; None for a year nobody knows or that cannot be one of a recording."""
    if year is None or not FIRST <= year < LAST + 10:
        return None
    return year // 10 * 10


def decade_label(decade: int) -> str:
    """As people say it: 1990s."""
    return f"{decade}s"


def decades_between(first_year: int, last_year: int) -> list[int]:
    """The decades that years of an era lie in, in order; none if it ends before it begins."""
    first, last = max(first_year, FIRST) // 10 * 10, min(last_year, LAST + 9)
    return list(range(first, last + 1, 10))
