"""Honest rivals, each ranking all works of the dataset: what is easy, and what the spec says.

All of them are given the same training lists and the same facts as the pipeline. Equal scores are
ordered by how many training lists hold the work.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from grovemusic.catalogue.features import audio_vector
from grovemusic.domain.music import Part
from grovemusic.pipeline.parts.audio import COMPARED, OF_THE_TRACK
from quality.lists import Dataset
from quality.vectorised import Facts, Floats, Ints, Learnt

NEIGHBOURS = 300  # kept an item; more gave nothing on the tuning part
SHRINK = 10.0  # best of 0, 5, 10 and 20 on the tuning part
SPEC_WEIGHTS: Mapping[Part, float] = {
    Part.TAGS: 0.15, Part.AUDIO: 0.25, Part.COOCCURRENCE: 0.25, Part.ARTIST: 0.15,
    Part.TIME: 0.10, Part.POPULARITY: 0.10,
}  # fmt: skip
_PMI_FROM, _PMI_TO = -5.0, 10.0
FARTHEST = 3.0  # deviations: one odd number must not decide alone
_SPREAD_YEARS = 7.0  # the spec says "Gaussian decay" and no width

Rank = Callable[[Sequence[int]], Floats]


class Sounds:
    """Audio numbers for the two rivals that use them: standardised, and the spec's thirteen."""

    def __init__(self, data: Dataset, facts: Facts) -> None:
        key = [each.features.key if each.features else None for each in data.works]
        angle = np.array([np.nan if each is None else each * math.tau / 12 for each in key])
        circle = np.nan_to_num(np.stack([np.sin(angle), np.cos(angle)], 1)) / math.sqrt(2)
        standard = _standardised(facts.measured)
        self.known: NDArray[np.bool_] = np.logical_not(np.isnan(standard).all(axis=1))
        self.standard: Floats = np.hstack([np.nan_to_num(standard), circle])
        thirteen = [
            audio_vector(each.features, each.popularity) if each.features else (0.0,) * 13
            for each in data.works
        ]
        rows = np.array(thirteen)
        length = np.sqrt((rows**2).sum(1, keepdims=True))
        self.spec: Floats = rows / np.where(length > 0, length, 1.0)


def rivals(facts: Facts, sounds: Sounds, learnt: Learnt) -> Mapping[str, Rank]:
    """Name -> a function from seeds to a score for each work."""
    found: dict[str, Rank] = {
        "popularity": lambda _seeds: learnt.playlists,
        "item-kNN": ItemKnn(learnt),
        "audio neighbours": lambda seeds: _near(sounds, np.array(seeds)),
        "tags only": lambda seeds: np.nan_to_num(learnt.parts(seeds)[Part.TAGS]),
        "spec formula": SpecFormula(facts, sounds, learnt),
    }
    if not sounds.known.any():
        del found["audio neighbours"]
    if not facts.tagged.any():
        del found["tags only"]
    return found


class ItemKnn:
    """Cosine between works over their lists, shrunk, summed over the seeds: by `implicit`.

    Dividing each work's column by sqrt(lists + shrink) makes the library's product of columns
    the shrunk cosine.
    """

    def __init__(self, learnt: Learnt) -> None:
        from implicit.nearest_neighbours import ItemItemRecommender  # the gate does without
        from threadpoolctl import threadpool_limits

        scale = 1.0 / np.sqrt(learnt.playlists + SHRINK)
        scaled = sparse.csr_matrix(learnt.holds @ sparse.diags(scale))
        self._model = ItemItemRecommender(K=NEIGHBOURS, num_threads=1)
        with threadpool_limits(1, "blas"):
            self._model.fit(scaled, show_progress=False)

    def __call__(self, seeds: Sequence[int]) -> Floats:
        summed: Floats = np.asarray(self._model.similarity[list(seeds)].sum(0)).ravel()
        return summed


class SpecFormula:
    """The specification to the letter: six weights, unknown is zero, PMI and cosine as written.

    Tags: Jaccard. Audio: cosine of thirteen numbers. Co-occurrence: .6 of PMI brought from -5..10
    to 0-1, .4 of Jaccard, 0 for pairs never seen; pairs need one list in common, not the spec's
    three, which would leave nothing of sparse data. Artist: 1 for the same. Time: Gaussian.
    Popularity: nearness in percentiles. Several seeds: the mean.
    """

    def __init__(self, facts: Facts, sounds: Sounds, learnt: Learnt) -> None:
        self._facts, self._sounds, self._learnt = facts, sounds, learnt
        self._has = sparse.csr_matrix(facts.tags > 0, dtype=float)
        self._tag_count = np.asarray(self._has.sum(1)).ravel()
        fame = facts.fame if not np.isnan(facts.fame).all() else learnt.playlists
        place = stats.rankdata(np.nan_to_num(fame))  # equals share a place: files are in order
        self._percentile: Floats = np.where(np.isnan(fame), np.nan, place / max(1, len(fame)))

    def __call__(self, seeds: Sequence[int]) -> Floats:
        total: Floats = np.zeros(len(self._facts))
        for seed in seeds:
            for part, values in self._parts(seed).items():
                total += SPEC_WEIGHTS[part] * np.nan_to_num(values)
        return total / len(seeds)

    def _parts(self, seed: int) -> dict[Part, Floats]:
        facts, learnt = self._facts, self._learnt
        shared = np.asarray((self._has[seed] @ self._has.T).todense()).ravel()
        either = self._tag_count + self._tag_count[seed] - shared
        together = np.asarray((learnt.holds[:, [seed]].T @ learnt.holds).todense()).ravel()
        own, theirs = learnt.playlists[seed], learnt.playlists
        with np.errstate(divide="ignore", invalid="ignore"):
            pmi = np.log2(together * learnt.lists / (own * theirs))
            jaccard = together / (own + theirs - together)
            likely = np.clip((pmi - _PMI_FROM) / (_PMI_TO - _PMI_FROM), 0.0, 1.0)
            met = np.where(together > 0, 0.6 * likely + 0.4 * jaccard, 0.0)
            tags = shared / either
        apart = facts.year - facts.year[seed]
        fame = self._percentile
        return {
            Part.TAGS: tags,
            Part.AUDIO: self._sounds.spec @ self._sounds.spec[seed],
            Part.COOCCURRENCE: met,
            Part.ARTIST: (facts.artist_of == facts.artist_of[seed]).astype(float),
            Part.TIME: np.exp(-(apart**2) / (2 * _SPREAD_YEARS**2)),
            Part.POPULARITY: 1.0 - np.abs(fame - fame[seed]),
        }


def _standardised(measured: Floats) -> Floats:
    """The results of the analysis in deviations from their means, at most three either way."""
    numbers = measured[:, [at for at, name in enumerate(COMPARED) if name != OF_THE_TRACK]]
    known = ~np.isnan(numbers)
    count = np.maximum(1, known.sum(0))
    mean = np.where(known, numbers, 0).sum(0) / count
    spread = np.sqrt(np.where(known, (numbers - mean) ** 2, 0).sum(0) / count)
    deviations = (numbers - mean) / np.where(spread > 0, spread, 1.0)
    return np.asarray(np.clip(deviations, -FARTHEST, FARTHEST))


def _near(sounds: Sounds, seeds: Ints) -> Floats:
    known = seeds[sounds.known[seeds]]
    if not len(known):
        return np.zeros(len(sounds.known))
    apart = np.zeros(len(sounds.known))
    for seed in known:
        apart += np.sqrt(((sounds.standard - sounds.standard[seed]) ** 2).sum(1))
    nearness: Floats = np.where(sounds.known, -apart / len(known), -np.inf)
    return nearness
