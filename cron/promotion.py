"""At three in the morning: tracks that were asked for often get a vector, and their recording.

It does a few thousand vectors and a hundred look-ups at MusicBrainz a night, and goes on the next
one (`catalogue/promotion.py`, `catalogue/crossref.py`).
"""

from dataclasses import asdict

from grovemusic.domain.errors import UpstreamError
from grovemusic.runtime.platform import Platform
from grovemusic.runtime.wiring import cross_reference_promoted, promotion_of

# At one call a second, and five at most a track, well inside a cron's fifteen minutes.
TRACKS_LOOKED_FOR, CALLS = 100, 300


async def run(platform: Platform) -> None:
    """Promote what waits, and say in the log how far it came."""
    done = await (await promotion_of(platform)).run()
    platform.log("promotion", **asdict(done))
    try:
        await cross_reference_promoted(platform, tracks=TRACKS_LOOKED_FOR, calls=CALLS)
    except UpstreamError as error:
        platform.log("cross_reference_held_up", error=str(error))
