"""Stage 3 of 8: from tracks to profiles. All sources at once, each of them optional."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grovemusic.domain import names
from grovemusic.domain.merging import merge_similar_artists, merge_tracks
from grovemusic.domain.music import Missing, Profile
from grovemusic.pipeline.gather import gather, without_repeats
from grovemusic.ports import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Enriched:
    """The seeds with everything their sources know, in the order of the ask."""

    seeds: tuple[Profile, ...]
    missing: tuple[Missing, ...] = ()


async def enrich(seeds: Sequence[Profile], sources: Sequence[Source]) -> Enriched:
    """Ask every source to describe every seed.

    Cost: each source makes a handful of calls a seed (sources/), all in parallel.
    """
    described: list[Profile] = []
    missing: list[Missing] = []
    for seed in seeds:
        profile, gone = await _described(seed, sources)
        described.append(profile)
        missing += gone
    return Enriched(seeds=tuple(described), missing=without_repeats(missing))


async def _described(
    seed: Profile, sources: Sequence[Source]
) -> tuple[Profile, tuple[Missing, ...]]:
    gathered = await gather(sources, lambda source: source.describe(seed))
    return combined(seed, [profile for _name, profile in gathered.answers]), gathered.missing


def combined(seed: Profile, profiles: Sequence[Profile]) -> Profile:
    """What several sources said about one seed, as one profile."""
    track = seed.track
    for profile in profiles:
        track = merge_tracks(track, profile.track)
    return replace(
        seed,
        track=track,
        similar_artists=merge_similar_artists(
            *(profile.similar_artists for profile in profiles), key=names.artist_key
        ),
        similar=tuple(candidate for profile in profiles for candidate in profile.similar),
    )
