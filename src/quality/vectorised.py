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
from catalogue_import import sound as sounds
from catalogue_import.percentiles import as_ranks, points
from grovemusic.domain import names
from grovemusic.domain.corpus import LEAST_TELLING, USUAL_COHERENCE, USUAL_PERCENTILES
from grovemusic.domain.music import Part
from grovemusic.domain.percentiles import Percentiles
from grovemusic.pipeline.parts import artist, audio, cooccurrence, popularity, time
from grovemusic.pipeline.weights import Weights
from grovemusic.sources.catalogue import ALIKE_ENOUGH
from grovemusic.store.catalogue import LONGEST, SHORTEST
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
        self.year_rank = _ranked(self.year, "year")
        length = _column([each.duration_ms for each in works])
        analysed = [each.features is not None for each in works]
        sounds = [
            length if name == audio.OF_THE_TRACK
            else _column([getattr(each.features, name, None) for each in works])
            for name in audio.COMPARED
        ]  # fmt: skip
        ranks = [_ranked(each, name) for name, each in zip(audio.COMPARED, sounds, strict=True)]
        unheard = np.logical_not(analysed)[:, None]
        self.measured: Floats = np.where(unheard, UNKNOWN, np.stack(sounds, 1))
        self.sound: Floats = np.where(unheard, UNKNOWN, np.stack(ranks, 1))
        self.usual_sound = _usual_sounds(self.sound, self.artist_of, self.artists)
        self.tags = _tags(data)
        self.tagged: NDArray[np.bool_] = np.array([bool(each.tags) for each in works])

    def __len__(self) -> int:
        return len(self.year)


class Learnt:
    """Counts of the training lists, as the importer mines them but for its limits of size."""

    def __init__(self, facts: Facts, training: Sequence[Playlist]) -> None:
        self.facts = facts
        told = [each.works for each in training if len(each.works) >= SHORTEST]
        lists = [each for each in told if len(each) <= LONGEST]
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
        self.telling = _telling(facts.measured, told)
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
        facts = self.facts
        tracks = self._alike(facts.sound, seeds)
        acts = self._alike(facts.usual_sound, seeds)
        both = (1 - audio.OF_ARTISTS) * tracks + audio.OF_ARTISTS * acts
        return _mean(np.where(np.isnan(acts), tracks, both))

    def _alike(self, sound: Floats, seeds: Ints) -> Floats:
        apart = (sound[seeds][:, None] - sound[None]) ** 2
        known = ~np.isnan(apart)
        counted = np.maximum(1e-9, (known * self.telling).sum(2))
        squared = (np.where(known, apart, 0.0) * self.telling).sum(2) / counted
        return np.where(known.sum(2) >= audio.FEWEST, np.exp(-audio.FALLS * squared), UNKNOWN)

    def _cooccurrence(self, seeds: Ints) -> Floats:
        together = np.asarray((self.holds[:, seeds].T @ self.holds).todense(), dtype=float)
        together[np.arange(len(seeds)), seeds] = 0.0
        heard = (self.playlists[seeds][:, None] > 0) & (self.playlists[None] > 0)
        share = together / (self.playlists[seeds][:, None] + self.pair_prior)
        mean = _mean(np.where(heard | (together > 0), share, UNKNOWN))
        evened = cooccurrence.EVENED * (1 - 1 / len(seeds))
        mean /= (self.playlists + self.pair_prior) ** evened
        best_share = np.nanmax(mean, initial=0.0)
        value: Floats = self._trust(seeds) * mean / (best_share or 1.0)
        return value

    def _trust(self, seeds: Ints) -> float:
        stand_in = float(self.playlists[seeds].sum())
        return stand_in / (stand_in + cooccurrence.TRUSTED_AT * self.pair_prior)

    def _artist(self, seeds: Ints) -> Floats:
        facts, theirs = self.facts, self.facts.artist_of[seeds]
        close = self._closeness(theirs)
        named = (close > 0).any(axis=1, keepdims=True)
        others = _mean(np.where(named, np.sqrt(close), UNKNOWN))[facts.artist_of]
        same = np.isin(facts.artist_of, theirs)
        worth = 1.0 if self.repeats is None else min(1.0, self.repeats / artist.USUAL_REPEATS)
        return worth * np.where(same, 1.0, artist.CLOSEST_OTHER * others)

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
        year, rank = self.facts.year, self.facts.year_rank
        years = np.abs(year[seeds][:, None] - year[None]) / time.FADES_YEARS
        passed = np.abs(rank[seeds][:, None] - rank[None]) / time.FADES_RANKS
        return _mean((np.exp(-years) + np.exp(-passed)) / 2)

    def _popularity(self, seeds: Ints) -> Floats:
        fame = self.facts.fame
        ours = np.where(np.isnan(fame[seeds]), 0.5, fame[seeds])
        near = np.exp(-np.abs(ours[:, None] - fame[None]) / popularity.FADES).mean(0)
        instead = np.log1p(self.playlists) / math.log1p(self.lists)
        trust = self._trust(seeds)
        instead = trust * popularity.STRANGERS + (1 - trust) * np.minimum(1.0, instead)
        return np.where(np.isnan(fame), instead, near)


def _usual_sounds(sound: Floats, artist_of: Ints, artists: int) -> Floats:
    """For each work the mean over the analysed works of its artist."""
    analysed = ~np.isnan(sound).all(axis=1)
    usual = np.full_like(sound, UNKNOWN)
    for column in range(sound.shape[1]):
        known = ~np.isnan(sound[:, column])
        of = artist_of[known]
        total = np.bincount(of, weights=sound[known, column], minlength=artists)
        count = np.bincount(of, minlength=artists)
        mean = np.where(count > 0, total / np.maximum(1, count), UNKNOWN)
        usual[:, column] = np.where(analysed, mean[artist_of], UNKNOWN)
    return usual


def _ranked(values: Floats, name: str) -> Floats:
    """Percentile ranks as the pipeline gives them, from the quantiles an import would keep."""
    known = values[~np.isnan(values)]
    scale = Percentiles(points(known)) if len(known) else USUAL_PERCENTILES[name]
    return as_ranks(values, scale)


def _telling(sound: Floats, lists: Sequence[Sequence[int]]) -> Floats:
    """Weight of each number, as `catalogue_import.sound.coherence` finds it."""
    places, works = _places(lists)
    weights = [USUAL_COHERENCE[name] for name in audio.COMPARED]
    for column in range(sound.shape[1]):
        known = ~np.isnan(sound[works, column])
        if known.sum() >= sounds.FEWEST_PLACES:
            groups = np.unique(places[known], return_inverse=True)[1]
            weights[column] = sounds.between(sound[works[known], column], groups) or 0.0
    return np.maximum(LEAST_TELLING, weights)


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
