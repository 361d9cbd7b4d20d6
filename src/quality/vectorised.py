"""The six parts of the score for all works of a dataset at once, with numpy.

For tuning only: it gives what `grovemusic.pipeline.score` gives when every work is a candidate and
nothing was cut off (tests/unit/quality/test_vectorised.py compares them). Figures that are
published come from the pipeline itself.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalogue_import import mining, pairs
from grovemusic.domain import names
from grovemusic.domain.music import Part
from grovemusic.pipeline.parts import artist, audio, cooccurrence, popularity, time
from grovemusic.pipeline.weights import Weights
from grovemusic.sources.catalogue import ALIKE_ENOUGH
from quality.lists import Dataset, Playlist

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
UNKNOWN = np.nan


class Facts:
    """What does not depend on the playlists: artists, years, fame, sound and tags as arrays."""

    def __init__(self, data: Dataset) -> None:
        works = data.works
        keys: dict[str, int] = {}
        self.artist_of: Ints = np.array(
            [keys.setdefault(names.artist_key(each.artist), len(keys)) for each in works]
        )
        self.artists = len(keys)
        self.year = _column([each.year for each in works])
        self.fame = _column([each.fame for each in works])
        sounds = [[getattr(each.features, name, None) for name in audio.COMPARED] for each in works]
        sound = np.array(sounds, dtype=float)
        known = ~np.isnan(sound)
        mean = np.where(known, sound, 0).sum(0) / np.maximum(1, known.sum(0))
        spread = np.sqrt(
            np.where(known, (sound - mean) ** 2, 0).sum(0) / np.maximum(1, known.sum(0))
        )
        self.sound: Floats = (sound - mean) / np.where(spread > 0, spread, 1.0)
        self.tags = _tags(data)
        self.tagged: NDArray[np.bool_] = np.array([bool(each.tags) for each in works])

    def __len__(self) -> int:
        return len(self.year)


class Learnt:
    """Counts of the training lists, as the importer mines them but for its limits of size."""

    def __init__(self, facts: Facts, training: Sequence[Playlist]) -> None:
        self.facts = facts
        told = [each.works for each in training if len(each.works) >= mining.SHORTEST]
        lists = [each for each in told if len(each) <= mining.LONGEST]
        self.lists = len(training)
        groups = pairs.gather(*_places(lists), len(facts))
        acts = pairs.gather(
            np.repeat(np.arange(len(groups)), groups.sizes),
            facts.artist_of[groups.members],
            facts.artists,
        )
        self.holds = _matrix(groups)
        self.acts = _matrix(acts)
        self.in_telling_lists: Floats = np.asarray(self.acts.sum(0)).ravel()
        every = np.concatenate([each.works for each in training])
        self.playlists: Floats = np.bincount(every, minlength=len(facts)).astype(float)
        self.pair_prior, self.act_prior = pairs.prior(groups), pairs.prior(acts)
        self.repeats = mining.repeats(groups, facts.artist_of, acts)

    def parts(self, seeds: Sequence[int]) -> dict[Part, Floats]:
        """Each part for every work, not a number where unknown; seeds count alike."""
        chosen = np.array(seeds)
        return {
            Part.TAGS: self._tags(chosen),
            Part.AUDIO: self._audio(chosen),
            Part.COOCCURRENCE: self._cooccurrence(chosen),
            Part.ARTIST: self._artist(chosen),
            Part.TIME: self._time(chosen),
            Part.POPULARITY: self._popularity(chosen),
        }

    def _tags(self, seeds: Ints) -> Floats:
        facts = self.facts
        tagged = seeds[facts.tagged[seeds]]
        if not len(tagged):
            return np.full(len(facts), UNKNOWN)
        alike = np.asarray((facts.tags[tagged] @ facts.tags.T).mean(0)).ravel()
        return np.where(facts.tagged, np.sqrt(np.minimum(1.0, alike)), UNKNOWN)

    def _audio(self, seeds: Ints) -> Floats:
        sound = self.facts.sound
        apart = np.minimum(audio.FARTHEST, np.abs(sound[seeds][:, None] - sound[None])) ** 2
        known = ~np.isnan(apart)
        count = known.sum(2)
        squared = np.where(known, apart, 0.0).sum(2) / np.maximum(1, count)
        return _mean(np.where(count >= audio.FEWEST, np.exp(-squared / 2), UNKNOWN))

    def _cooccurrence(self, seeds: Ints) -> Floats:
        together = np.asarray((self.holds[:, seeds].T @ self.holds).todense(), dtype=float)
        together[np.arange(len(seeds)), seeds] = 0.0
        share = together / (self.playlists[seeds][:, None] + self.pair_prior)
        heard = (self.playlists[seeds][:, None] > 0) & (self.playlists[None] > 0)
        value = _mean(np.where(heard | (together > 0), share / cooccurrence.ALL_THERE_IS, UNKNOWN))
        bent: Floats = np.minimum(1.0, value) ** cooccurrence.BEND
        return bent

    def _artist(self, seeds: Ints) -> Floats:
        facts, theirs = self.facts, self.facts.artist_of[seeds]
        close = self._closeness(theirs)
        others = _mean(np.where((close > 0).any(axis=1, keepdims=True), close, UNKNOWN))[
            facts.artist_of
        ]
        same = np.isin(facts.artist_of, theirs)
        worth = 1.0 if self.repeats is None else min(1.0, self.repeats / artist.USUAL_REPEATS)
        return worth * np.where(same, 1.0, artist.CLOSEST_OTHER * np.sqrt(others))

    def _closeness(self, theirs: Ints) -> Floats:
        """Row a seed, column an artist: how close, 0-1, as mining and the source give it."""
        lists = self.in_telling_lists
        together = np.asarray((self.acts[:, theirs].T @ self.acts).todense(), dtype=float)
        together[np.arange(len(theirs)), theirs] = 0.0
        product = lists[theirs][:, None] * lists[None]
        cosine = together / (np.sqrt(product) + self.act_prior)
        chance = product / max(1, self.acts.shape[0]) / np.maximum(together, 1e-9)
        close: Floats = np.minimum(1.0, cosine * np.maximum(0.0, 1.0 - chance) / ALIKE_ENOUGH)
        return close

    def _time(self, seeds: Ints) -> Floats:
        year = self.facts.year
        return _mean(np.exp(-np.abs(year[seeds][:, None] - year[None]) / time.FADES_YEARS))

    def _popularity(self, seeds: Ints) -> Floats:
        fame = self.facts.fame
        ours = np.where(np.isnan(fame[seeds]), 0.5, fame[seeds])
        near = np.exp(-np.abs(ours[:, None] - fame[None]) / popularity.FADES).mean(0)
        instead = np.log1p(self.playlists) / math.log1p(self.lists)
        return np.where(np.isnan(fame), np.minimum(1.0, instead), near)


def overall(parts: dict[Part, Floats], weights: Weights) -> Floats:
    """What orders the works as `pipeline.score.overall` does."""
    total = np.zeros(len(parts[Part.TAGS]))
    for part, values in parts.items():
        total += weights.parts[part] * np.nan_to_num(values - weights.usual[part])
    return total


def best(scores: NDArray[np.floating[Any]], seeds: Sequence[int], most: int) -> list[int]:
    """The works with the highest scores, best first, without the seeds."""
    scores = scores.copy()
    scores[list(seeds)] = -np.inf
    top = np.argpartition(-scores, min(most, len(scores) - 1))[:most]
    ordered = top[np.argsort(-scores[top], kind="stable")]
    return [int(work) for work in ordered if scores[work] > -np.inf]


def _column(values: Sequence[float | None]) -> Floats:
    return np.array([UNKNOWN if value is None else value for value in values], dtype=float)


def _places(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    numbers = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    return numbers, np.array([work for each in lists for work in each], dtype=np.int64)


def _matrix(groups: pairs.Groups) -> sparse.csr_matrix:
    return sparse.csr_matrix(
        (np.ones(len(groups.members)), groups.members, groups.first),
        shape=(len(groups), groups.items),
    )


def _tags(data: Dataset) -> sparse.csr_matrix:
    """Row a work, column a tag: weight times rarity, rows of length 1."""
    tags: dict[str, int] = {}
    cells = [
        (work, tags.setdefault(tag.name, len(tags)), tag.weight)
        for work, track in enumerate(data.works)
        for tag in track.tags
    ]
    if not cells:
        return sparse.csr_matrix((len(data.works), 1))
    rows, columns, weights = zip(*cells, strict=True)
    matrix = sparse.csr_matrix((weights, (rows, columns)), shape=(len(data.works), len(tags)))
    tagged = sum(bool(track.tags) for track in data.works)
    counts = np.asarray((matrix > 0).sum(0)).ravel()
    rare = matrix @ sparse.diags(1.0 + np.log(np.maximum(1.0, tagged / counts)))
    length = np.sqrt(np.asarray(rare.multiply(rare).sum(1)).ravel())
    return sparse.csr_matrix(sparse.diags(1.0 / np.where(length > 0, length, 1.0)) @ rare)


def _mean(values: Floats) -> Floats:
    """Over the rows where a value is known; not a number where none is."""
    known = ~np.isnan(values)
    count = known.sum(0)
    total = np.where(known, values, 0.0).sum(0)
    return np.where(count > 0, total / np.maximum(1, count), UNKNOWN)
