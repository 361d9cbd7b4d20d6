"""A source with nothing to say: the base of sources that answer only some questions."""

from collections.abc import Sequence

from grovemusic.domain.ask import Era
from grovemusic.domain.music import Candidate, Evidence, Profile, Track
from grovemusic.domain.queries import SongQuery
from grovemusic.domain.run import Option


class Silent:
    """Implements `ports.Source`; override what the source can answer."""

    name = "silent"
    effect_when_missing = "nothing"

    is_ours = False

    async def find(self, query: SongQuery, *, limit: int) -> list[Option]:
        """Nothing matches."""
        del query, limit
        return []

    async def describe(self, seed: Profile) -> Profile:
        """Nothing to add."""
        return seed

    async def candidates(
        self, seed: Profile, *, wanted: int, seed_number: int, era: Era | None
    ) -> list[Candidate]:
        """Nobody comes to mind."""
        del seed, wanted, seed_number, era
        return []

    async def details(self, tracks: Sequence[Track]) -> dict[str, Track]:
        """None of them is known here."""
        del tracks
        return {}

    async def relate(
        self, seed: Profile, tracks: Sequence[Track], *, seed_number: int
    ) -> dict[str, tuple[Evidence, ...]]:
        """No ties are known."""
        del seed, tracks, seed_number
        return {}
