"""How close the artists are: the same, a guest, called similar, heard by the same people."""

import math

from grovemusic.domain import names
from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Profile
from grovemusic.pipeline.parts.context import Context

CLOSEST_OTHER = 0.8  # an artist is never as close as the seed's own


def score(seed: Profile, candidate: Candidate, context: Context) -> PartScore:
    """1 for the same artist, up to 0.8 for a similar one, 0 when similar ones are known and this
    is none of them, unknown when nobody told us which artists are similar.
    """
    key = names.artist_key(candidate.track.artist)
    same = key == names.artist_key(seed.track.artist) or (
        seed.track.artist_mbid is not None and seed.track.artist_mbid == candidate.track.artist_mbid
    )
    if same:
        return PartScore(
            value=1.0, evidence=(_fact("same_artist", "catalogue", 1.0, candidate, context),)
        )
    if (close := context.artist_closeness.get(key)) is not None:
        closeness, source = close
        fact = _fact("similar_artist", source, closeness, candidate, context)
        return PartScore(value=CLOSEST_OTHER * math.sqrt(closeness), evidence=(fact,))
    if context.artist_closeness:
        source = next(iter(context.artist_closeness.values()))[1]
        fact = _fact("not_among_similar_artists", source, 0.0, candidate, context)
        return PartScore(value=0.0, evidence=(fact,))
    return PartScore(value=None)


def _fact(fact: str, source: str, value: float, candidate: Candidate, context: Context) -> Evidence:
    return Evidence(
        part=Part.ARTIST,
        source=source,
        fact=fact,
        value=round(value, 4),
        names=(names.primary_artist(candidate.track.artist),),
        seed=context.seed_number,
    )
