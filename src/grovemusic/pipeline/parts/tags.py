"""Tags in common, where a rare tag says more than "rock"."""

import math
from collections.abc import Mapping

from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Track
from grovemusic.pipeline.parts.context import Context, best_seed, mean

SHOWN = 5  # shared tags named in the evidence


def score(candidate: Candidate, context: Context) -> PartScore:
    """Square root of the mean cosine of the tag vectors, each tag weighted by weight and rarity.

    Unknown when either side has no tags: nobody tagged it, which says nothing about it.
    """
    if not candidate.track.tags:
        return PartScore(value=None)
    theirs = vector(candidate.track, context.rarity)
    alike = [cosine(ours, theirs) if ours else None for ours in context.tags]
    value = mean(alike, context.seeds)
    if value is None:
        return PartScore(value=None)
    closest = best_seed(alike)
    fact = _fact(candidate, context, closest)
    return PartScore(value=math.sqrt(min(1.0, value)), evidence=(fact,))


def vector(track: Track, rarity: Mapping[str, float]) -> dict[str, float]:
    """Tag -> weight times rarity, of length 1; empty without tags."""
    raw = {tag.name: tag.weight * rarity.get(tag.name, 1.0) for tag in track.tags}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {name: value / length for name, value in raw.items()}


def cosine(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Of two vectors of length 1."""
    return sum(value * theirs[name] for name, value in ours.items() if name in theirs)


def _fact(candidate: Candidate, context: Context, number: int) -> Evidence:
    ours, theirs = context.tags[number], vector(candidate.track, context.rarity)
    shared = sorted(
        (name for name in ours if name in theirs),
        key=lambda name: (-ours[name] * theirs[name] / context.rarity.get(name, 1.0), name),
    )
    source = next((tag.source for tag in candidate.track.tags if tag.name in shared), "")
    return Evidence(
        part=Part.TAGS,
        source=source or candidate.track.tags[0].source,
        fact="shared_tags" if shared else "no_shared_tags",
        value=float(len(shared)),
        names=tuple(shared[:SHOWN]),
        seed=number,
    )
