"""Stage 4 of 8: from profiles to candidates, each with the evidence of where it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grovemusic.domain.ask import Era, era_holds
from grovemusic.domain.merging import Pool, merge_evidence, merge_tracks
from grovemusic.domain.music import Candidate, Evidence, Missing, Profile, Track
from grovemusic.domain.works import song_keys
from grovemusic.pipeline.gather import Gathered, gather, without_repeats
from grovemusic.ports import Source

RANK_SOFTNESS = (
    20  # in 1 / (softness + rank): how much more the first of a list says than the tenth
)
FEWEST_A_SEED = 75  # candidates asked of a source for each of many seeds
LOOKED_AT_FOR_AN_ERA = 2  # times the number wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """Candidates, the most promising first, and how many each source brought."""

    candidates: tuple[Candidate, ...]
    found: Mapping[str, int]
    missing: tuple[Missing, ...] = ()


async def generate(
    seeds: Sequence[Profile], sources: Sequence[Source], *, wanted: int, era: Era | None = None
) -> Generated:
    """Up to `wanted` different recordings, none of them a seed in any version.

    With an `era`, none known to be of other years; those of unknown year may stay.

    Three rounds: every source names candidates; every source adds what it knows about the ones
    that are kept (bulk calls only); every source ties candidates found elsewhere to the seeds.
    """
    pool = Pool(
        of_seed(candidate, number)
        for number, seed in enumerate(seeds)
        for candidate in seed.similar
    )
    found: dict[str, int] = {}
    missing: list[Missing] = []
    # Five seeds find in part the same tracks; more than twice what is wanted is never looked at.
    each_wanted = min(wanted, max(FEWEST_A_SEED, 2 * wanted // max(1, len(seeds))))
    for number, seed in enumerate(seeds):
        gathered = await _named(seed, number, sources, each_wanted, era)
        missing += gathered.missing
        for name, candidates in gathered.answers:
            found[name] = found.get(name, 0) + len(candidates)
            for candidate in candidates:
                pool.add(candidate)
    # Many a year is told only by the details, so more of them are asked for when years matter.
    looked_at = wanted if era is None else LOOKED_AT_FOR_AN_ERA * wanted
    open_ = not_outside(without_seeds(pool.candidates(), seeds), era)
    kept, gone = await _detailed(most_promising(open_, seeds, looked_at), sources)
    kept = most_promising(not_outside(kept, era), seeds, wanted)
    missing += gone
    kept, gone = await _related(kept, seeds, sources)
    missing += gone
    return Generated(candidates=tuple(kept), found=found, missing=without_repeats(missing))


async def _named(
    seed: Profile, number: int, sources: Sequence[Source], wanted: int, era: Era | None
) -> Gathered[list[Candidate]]:
    return await gather(
        sources,
        lambda source: source.candidates(seed, wanted=wanted, seed_number=number, era=era),
    )


def of_seed(candidate: Candidate, number: int) -> Candidate:
    """What was said about a seed before it had a number, as evidence of seed `number`."""
    return replace(
        candidate, evidence=tuple(replace(fact, seed=number) for fact in candidate.evidence)
    )


def not_outside(candidates: Sequence[Candidate], era: Era | None) -> list[Candidate]:
    """Candidates that are of `era` or may be: their year is unknown."""
    return [
        each
        for each in candidates
        if era is None or each.track.year is None or era_holds(era, each.track.year)
    ]


def without_seeds(candidates: Sequence[Candidate], seeds: Sequence[Profile]) -> list[Candidate]:
    """Candidates that are not a version of a seed."""
    taken = {key for seed in seeds for key in song_keys(seed.track.title, seed.track.artist)}
    return [
        candidate
        for candidate in candidates
        if taken.isdisjoint(song_keys(candidate.track.title, candidate.track.artist))
    ]


def most_promising(
    candidates: Sequence[Candidate], seeds: Sequence[Profile], wanted: int
) -> list[Candidate]:
    """The `wanted` candidates that stand highest in most lists, best first.

    Reciprocal rank fusion over the evidence, weighted by the seed each list belongs to: nothing
    needs to be known about a candidate but where it stood. Source: Cormack et al., SIGIR 2009.
    """
    weights = [seed.weight for seed in seeds]

    def promise(candidate: Candidate) -> float:
        return sum(
            weights[fact.seed] / (RANK_SOFTNESS + (fact.rank or 50)) for fact in candidate.evidence
        )

    ordered = sorted(candidates, key=lambda each: (-promise(each), each.track.id))
    return ordered[:wanted]


async def _detailed(
    candidates: Sequence[Candidate], sources: Sequence[Source]
) -> tuple[list[Candidate], tuple[Missing, ...]]:
    """`candidates` with what the sources know; ones that turn out equal become one."""
    tracks = [candidate.track for candidate in candidates]
    gathered = await gather(sources, lambda source: source.details(tracks))
    pool = Pool()
    for candidate in candidates:
        track = candidate.track
        for _name, known in gathered.answers:
            more = known.get(track.id)
            if more is not None and more != track:  # most came from the same row
                track = merge_tracks(track, more)
        pool.add(replace(candidate, track=track))
    return pool.candidates(), gathered.missing


async def _related(
    candidates: Sequence[Candidate], seeds: Sequence[Profile], sources: Sequence[Source]
) -> tuple[list[Candidate], tuple[Missing, ...]]:
    """`candidates` with the further evidence sources have about them and the seeds."""
    tracks = [candidate.track for candidate in candidates]
    more: dict[str, tuple[Evidence, ...]] = {}
    missing: list[Missing] = []
    for number, seed in enumerate(seeds):
        gathered = await _tied(seed, number, tracks, sources)
        missing += gathered.missing
        for _name, related in gathered.answers:
            for track_id, facts in related.items():
                more[track_id] = merge_evidence(more.get(track_id, ()), facts)
    return [
        replace(each, evidence=merge_evidence(each.evidence, more.get(each.track.id, ())))
        for each in candidates
    ], tuple(missing)


async def _tied(
    seed: Profile, number: int, tracks: Sequence[Track], sources: Sequence[Source]
) -> Gathered[dict[str, tuple[Evidence, ...]]]:
    return await gather(sources, lambda source: source.relate(seed, tracks, seed_number=number))
