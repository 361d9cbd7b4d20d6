"""How close the artists are: the same, called similar, heard by the same people."""

import math

from grovemusic.domain import names
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Profile
from grovemusic.pipeline.parts.context import Context, best_seed, mean

CLOSEST_OTHER = 0.8  # an artist a service calls similar is never as close as the seed's own
# Of lists with one song of an artist, those that go on to another by the same: where every fifth
# does, artists say all they can; on the radio hardly one does, and they say little.
USUAL_REPEATS = 0.2


def score(candidate: Candidate, context: Context) -> PartScore:
    """Up to 1 for the artist of any seed, the mean square root of the closeness for others.

    How much that is worth follows from the catalogue: it is what its playlists do with artists.
    0 when similar artists are known and this is none of them, unknown when nobody named any.
    """
    key = names.artist_key(candidate.track.artist)
    same = next(
        (n for n, seed in enumerate(context.seeds) if _is_by(candidate, seed, key, context, n)),
        None,
    )
    if same is not None:
        fact = _fact("same_artist", "catalogue", 1.0, candidate, same)
        return PartScore(value=worth(context.corpus), evidence=(fact,))
    told = [near.get(key, (0.0, ""))[0] if near else None for near in context.artists]
    close = mean([each if each is None else math.sqrt(each) for each in told], context.seeds)
    if close is None:
        return PartScore(value=None)
    closest = best_seed(told)
    kind = "similar_artist" if told[closest] else "not_among_similar_artists"
    fact = _fact(kind, _source(context, closest, key), told[closest] or 0.0, candidate, closest)
    return PartScore(value=worth(context.corpus) * CLOSEST_OTHER * close, evidence=(fact,))


def worth(corpus: Corpus) -> float:
    """What artists say in this catalogue, 0-1; 1 where nobody knows how its lists treat them."""
    repeats = corpus.artist_repeats
    return 1.0 if repeats is None else min(1.0, repeats / USUAL_REPEATS)


def _is_by(candidate: Candidate, seed: Profile, key: str, context: Context, number: int) -> bool:
    return key == context.seed_artists[number] or (
        seed.track.artist_mbid is not None and seed.track.artist_mbid == candidate.track.artist_mbid
    )


def _source(context: Context, number: int, key: str) -> str:
    near = context.artists[number]
    return near[key][1] if key in near else next(iter(near.values()))[1]


def _fact(fact: str, source: str, value: float, candidate: Candidate, number: int) -> Evidence:
    return Evidence(
        part=Part.ARTIST,
        source=source,
        fact=fact,
        value=round(value, 4),
        names=(names.primary_artist(candidate.track.artist),),
        seed=number,
    )
