"""Who stands beside whom: neighbours from shared groups (tracks or artists in playlists).

numpy only. Memory is bounded by blocks, not by the catalogue: a block of items is expanded into
all members of all their groups, sorted, counted, ranked and given away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Added to sqrt(na * nb), so that two items that met once in their only group are not called
# inseparable. NDCG@100 from five seeds of held-out playlists, without and with it: spotify_songs
# .0341/.0362, editorial .0901/.0941, WFMU .0095/.0215, yes_small .3780/.3800; flat from 5 to 20.
SHRINK = 10.0
MOST_TOGETHER = 3  # spec: pairs in three or more playlists
ENOUGH = 10  # neighbours that the typical item has to keep
USUAL_PRIOR = 10.0  # where too few items stand in two groups to tell
_LEAST_PRIOR, _MOST_PRIOR = 1.0, 1000.0
_SAMPLE = 2000  # items looked at to judge the density
_BLOCK = 1 << 20  # members expanded at once: about 100 MB


@dataclass(frozen=True, slots=True)
class Groups:
    """Sets of items, one behind the other.

    Attributes:
        first: Where each group begins in `members`; one entry more than groups.
        members: Item numbers, each at most once a group.
        items: How many items there are; their numbers are 0 to `items` - 1.
    """

    first: Ints
    members: Ints
    items: int

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def sizes(self) -> Ints:
        return np.diff(self.first)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Columns of equal length, sorted by item and rank.

    Attributes:
        rank: 1 for the closest.
        together: In how many groups both are.
        cosine: together / (sqrt(na * nb) + shrink), na being the groups an item is in.
        pmi: log2 of how much more often than by chance they meet.
        jaccard: Groups with both, of those with either.
    """

    item: Ints
    rank: Ints
    other: Ints
    together: Ints
    cosine: Floats
    pmi: Floats
    jaccard: Floats

    def __len__(self) -> int:
        return len(self.item)


def gather(group: Ints, item: Ints, items: int) -> Groups:
    """Groups from pairs of group number and item number, in any order, repeats allowed."""
    keys = np.unique(group * items + item)
    group, members = keys // items, keys % items
    first = np.searchsorted(group, np.arange(int(group[-1]) + 2 if len(group) else 1))
    return Groups(first.astype(np.int64), members, items)


def of_sizes(groups: Groups, shortest: int, longest: int) -> Groups:
    """Only the groups with `shortest` to `longest` members."""
    sizes = groups.sizes
    kept = (sizes >= shortest) & (sizes <= longest)
    first = np.concatenate([[0], np.cumsum(sizes[kept])])
    return Groups(first, groups.members[np.repeat(kept, sizes)], groups.items)


def neighbours(groups: Groups, *, fewest: int, top: int, shrink: float) -> Iterator[Neighbours]:
    """For every item the `top` closest others, block by block, in the order of the items.

    Ties are broken by the other's number.

    Args:
        fewest: Pairs together in fewer groups do not count.

    Cost: the sum of the squared sizes of the groups, times its logarithm.
    """
    back = _transposed(groups)
    for start, end in _blocks(groups, back):
        block = _counted(groups, back, np.arange(start, end))
        yield _ranked(groups, back, block, fewest=fewest, top=top, shrink=shrink)


def density(groups: Groups) -> dict[int, float]:
    """Fewest groups together -> the median number of neighbours an item then has.

    Over items that are in any group: all of them, or an even sample of 2,000.
    """
    back = _transposed(groups)
    present = np.flatnonzero(back.sizes)
    sample = present[:: max(1, len(present) // _SAMPLE)]
    kept: dict[int, list[Ints]] = {fewest: [] for fewest in range(1, MOST_TOGETHER + 1)}
    for start, end in _blocks(groups, back, sample):
        item, _other, together = _counted(groups, back, sample[start:end])
        for fewest, counts in kept.items():
            counts.append(
                np.bincount(item[together >= fewest], minlength=groups.items)[sample[start:end]]
            )
    return {
        fewest: float(np.median(np.concatenate(counts))) if len(sample) else 0.0
        for fewest, counts in kept.items()
    }


def fewest_together(medians: Mapping[int, float]) -> int:
    """In how many groups two items must be together for the pair to count: 3, 2 or 1.

    The strictest rule under which the typical item keeps enough neighbours (10). Pairs seen once
    are mostly chance where data is dense; where it is sparse they are all there is, and asking
    for three would empty the table: of the 1.26 million pairs of spotify_songs 675 would survive,
    and held-out playlists would be continued a twentieth as well (NDCG@100 .0018 against .0361).

    Args:
        medians: As `density` gives them.
    """
    for fewest in sorted(medians, reverse=True):
        if medians[fewest] >= ENOUGH:
            return fewest
    return 1


def prior(groups: Groups) -> float:
    """How many groups an item must be in until the company it keeps there is believed by half.

    With `n` groups of an item, `together` of them shared with another, the share that will be
    shared in future is about together / (n + prior), plus what the other's fame explains. The
    number is that of a beta-binomial whose second moment is that of the counts: small where
    groups repeat their pairs (radio hits: 4; lists by listeners: 15), large where they are all
    but shuffled (a DJ's daily show: 400). Over an even sample of 2,000 items in two groups or more.

    Source: empirical Bayes by moments, Casella, "An Introduction to Empirical Bayes", 1985.
    """
    back = _transposed(groups)
    repeated = np.flatnonzero(back.sizes >= 2)
    sample = repeated[:: max(1, len(repeated) // _SAMPLE)]
    if not len(sample):
        return USUAL_PRIOR
    share = back.sizes / len(groups)
    draws = back.sizes[sample] * (back.sizes[sample] - 1.0)
    alone = float(draws @ ((share**2).sum() - share[sample] ** 2))  # if items met by chance only
    trials = float(draws @ (share.sum() - share[sample]))
    met = 0.0
    for start, end in _blocks(groups, back, sample):
        _item, _other, together = _counted(groups, back, sample[start:end])
        met += float((together * (together - 1.0)).sum())
    if met <= alone:
        return _MOST_PRIOR
    return min(_MOST_PRIOR, max(_LEAST_PRIOR, trials / (met - alone)))


def beyond_chance(found: Neighbours) -> Floats:
    """The cosines of pairs, less the part that is there because both are in many groups."""
    kept: Floats = found.cosine * np.maximum(0.0, 1.0 - np.exp2(-found.pmi))
    return kept


def _transposed(groups: Groups) -> Groups:
    """For each item the groups it is in."""
    group = np.repeat(np.arange(len(groups)), groups.sizes)
    order = np.argsort(groups.members, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(groups.members, minlength=groups.items))])
    return Groups(first.astype(np.int64), group[order], len(groups))


def _blocks(groups: Groups, back: Groups, items: Ints | None = None) -> Iterator[tuple[int, int]]:
    """Runs of items whose groups have no more than `_BLOCK` members together, or single items."""
    weight = np.concatenate([[0], np.cumsum(groups.sizes[back.members])])
    cost = np.diff(weight[back.first])
    total = np.cumsum(cost if items is None else cost[items])
    start = 0
    while start < len(total):
        spent = total[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(total, spent + _BLOCK, side="right")))
        yield start, end
        start = end


def _counted(groups: Groups, back: Groups, items: Ints) -> tuple[Ints, Ints, Ints]:
    """Each pair of one of `items` and another item, and in how many groups both are."""
    degrees = back.sizes[items]
    item = np.repeat(items, degrees)
    group = back.members[_ranges(back.first[items], degrees)]
    sizes = groups.sizes[group]
    other = groups.members[_ranges(groups.first[group], sizes)]
    keys = np.repeat(item, sizes) * groups.items + other
    keys, together = np.unique(keys, return_counts=True)
    item, other = keys // groups.items, keys % groups.items
    apart = item != other
    return item[apart], other[apart], together[apart].astype(np.int64)


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """start, start + 1, … for each start, one run behind the other."""
    ends = np.cumsum(lengths)
    offsets: Ints = np.repeat(starts - (ends - lengths), lengths)
    return offsets + np.arange(len(offsets))


def _ranked(
    groups: Groups,
    back: Groups,
    block: tuple[Ints, Ints, Ints],
    *,
    fewest: int,
    top: int,
    shrink: float,
) -> Neighbours:
    item, other, together = block
    sizes = back.sizes.astype(np.float64)
    cosine = together / (np.sqrt(sizes[item] * sizes[other]) + shrink)
    order = np.lexsort((-cosine, item))  # stable: equals stay in the order of `other`
    order = order[together[order] >= fewest]
    runs = np.flatnonzero(np.diff(item[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(runs, np.diff(runs, append=len(order))) + 1
    order, rank = order[rank <= top], rank[rank <= top]
    item, other, together = item[order], other[order], together[order]
    own, their = sizes[item], sizes[other]
    return Neighbours(
        item=item,
        rank=rank,
        other=other,
        together=together,
        cosine=cosine[order],
        pmi=np.log2(together * len(groups) / (own * their)),
        jaccard=together / (own + their - together),
    )
