"""Tags in common, where a rare tag says more than "rock"."""

import math

from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Profile
from grovemusic.pipeline.parts.context import Context

SHOWN = 5  # shared tags named in the evidence


def score(seed: Profile, candidate: Candidate, context: Context) -> PartScore:
    """Cosine of the two tag vectors, each tag weighted by its weight and its rarity.

    Unknown when either track has no tags: nobody tagged it, which says nothing about it.
    """
    ours = {tag.name: tag.weight for tag in seed.track.tags}
    theirs = {tag.name: tag.weight for tag in candidate.track.tags}
    if not ours or not theirs:
        return PartScore(value=None)
    rarity = {name: context.corpus.rarity(name) for name in {*ours, *theirs}}
    shared = [name for name in ours if name in theirs]
    product = sum(ours[name] * theirs[name] * rarity[name] ** 2 for name in shared)
    value = product / (_length(ours, rarity) * _length(theirs, rarity))
    shared.sort(key=lambda name: (-ours[name] * theirs[name] * rarity[name], name))
    source = next((tag.source for tag in candidate.track.tags if tag.name in shared), "")
    fact = Evidence(
        part=Part.TAGS,
        source=source or candidate.track.tags[0].source,
        fact="shared_tags" if shared else "no_shared_tags",
        value=float(len(shared)),
        names=tuple(shared[:SHOWN]),
        seed=context.seed_number,
    )
    return PartScore(value=min(1.0, value), evidence=(fact,))


def _length(weights: dict[str, float], rarity: dict[str, float]) -> float:
    return math.sqrt(sum((weight * rarity[name]) ** 2 for name, weight in weights.items())) or 1.0
