"""What a playlist costs, and what each tier may do.

Source: grovemusic-spec, "Credit System" and "Rate Limiting". Its table and its formula disagree
above 30 tracks; its worked example fits the formula, so the formula it is.
"""

from dataclasses import dataclass

TRACKS_PER_CREDIT = 25


def credits_for(tracks: int) -> int:
    """Credits a playlist of `tracks` tracks costs: one for every 25 begun."""
    return -(-tracks // TRACKS_PER_CREDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """What a subscription allows. None is "as many as you like"."""

    name: str
    credits_per_month: int
    runs_per_day: int | None
    runs_per_minute: int | None


TIERS = {
    tier.name: tier
    for tier in (
        Tier(name="free", credits_per_month=5, runs_per_day=2, runs_per_minute=1),
        Tier(name="basic", credits_per_month=50, runs_per_day=20, runs_per_minute=5),
        Tier(name="pro", credits_per_month=150, runs_per_day=None, runs_per_minute=10),
        # The one listener of an embedded installation: nobody to protect from but themselves.
        Tier(name="local", credits_per_month=100_000, runs_per_day=None, runs_per_minute=None),
    )
}
