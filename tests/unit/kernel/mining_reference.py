"""The plainest way to mine, and engines' answers in a form that can be held against it."""

import math
from collections import Counter
from dataclasses import fields
from itertools import combinations

import numpy as np

from catalogue_import.kernel.memberships import Memberships, from_pairs
from catalogue_import.kernel.rules import Room, Rules
from catalogue_import.pairs import Neighbours

NAMES = [field.name for field in fields(Neighbours)]


def lists_of(lists, items) -> Memberships:
    """Memberships from lists of numbers."""
    playlist = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    return from_pairs(playlist, np.array([n for each in lists for n in each], dtype=int), items)


def many_lists(seed, *, lists, longest, items) -> Memberships:
    """Playlists by chance: some items are common, most are rare, some stand twice."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, longest + 1, lists)
    item = (items * rng.random(int(sizes.sum())) ** 3).astype(np.int64)
    return from_pairs(np.repeat(np.arange(lists), sizes), item, items)


def columns(mined):
    """All of what was mined, a column a name."""
    blocks = list(mined.neighbours)
    return {name: np.concatenate([getattr(b, name) for b in blocks] or [[]]) for name in NAMES}


def mined_by(engine, memberships, rules, room=None):
    """Columns, and everything but the rows."""
    mined = engine(memberships, rules, room or Room(threads=2))
    return columns(mined), (mined.lists, mined.ignored, mined.appearances.tolist())


def assert_same(one, other):
    """To the last bit."""
    for name in NAMES:
        np.testing.assert_array_equal(one[0][name], other[0][name], err_msg=name)
    assert one[1] == other[1]


def plainly(lists, rules: Rules):
    """Rows by the spec's loops over dicts."""
    sets = [set(each) for each in lists]
    sets = [each for each in sets if rules.shortest <= len(each) <= rules.longest]
    count, together = Counter(), Counter()
    for each in sets:
        count.update(each)
        together.update(pair for a, b in combinations(each, 2) for pair in ((a, b), (b, a)))
    near = {}
    for (item, other), both in together.items():
        if both >= rules.fewest:
            cosine = both / (math.sqrt(count[item] * count[other]) + rules.shrink)
            near.setdefault(item, []).append((-cosine, other, both))
    for item in sorted(near):
        for rank, (cosine, other, both) in enumerate(sorted(near[item])[: rules.top], 1):
            pmi = math.log2(both * len(sets) / (count[item] * count[other]))
            jaccard = both / (count[item] + count[other] - both)
            yield item, rank, other, both, -cosine, pmi, jaccard
