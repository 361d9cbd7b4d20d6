"""Which tracks have a vector from the start and which earn one: the specification's tiers as data.

The specification keeps tier C out of the index for good; design.md promotes whatever is asked for
often enough. A popularity of last summer says little about a song that three listeners want now,
so C earns its vector too (docs/decisions/0045-promotion.md).
"""

from dataclasses import dataclass

# Asked for so often, a track is promoted into the vector index.
ACCESSES_TO_PROMOTE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Attributes:
    least_popularity: 0-100, of the snapshot.
    vector_from_import: Its vectors are uploaded with the import; else they are earned.
    features_in_d1: What was read from the cold store is kept in the hot tables too, which have
        10 GB; else only at the edge, for a week.
    """

    name: str
    least_popularity: float
    vector_from_import: bool
    features_in_d1: bool


A = Tier(name="A", least_popularity=30, vector_from_import=True, features_in_d1=True)
B = Tier(name="B", least_popularity=10, vector_from_import=False, features_in_d1=True)
C = Tier(name="C", least_popularity=0, vector_from_import=False, features_in_d1=False)
TIERS = (A, B, C)


def tier_of(popularity: float | None) -> Tier:
    """The tier of a track; one whose popularity nobody knows is nobody's favourite: C."""
    fame = 0.0 if popularity is None else popularity
    return next((tier for tier in TIERS if fame >= tier.least_popularity), C)
