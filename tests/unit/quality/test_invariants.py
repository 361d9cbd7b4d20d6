"""What holds on every playlist ever produced, over random catalogues and random asks.

From candidates with their evidence to the list with its words: score, curate, order, explain.
"""

import random
import re
from collections import Counter

from builders import evidence, track
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grovemusic.domain import names
from grovemusic.domain.ask import Ask, Mood, PopularityBias, SeedQuery
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import (
    AudioFeatures,
    Candidate,
    Category,
    Part,
    Profile,
    SimilarArtist,
    Tag,
)
from grovemusic.domain.works import song_keys
from grovemusic.pipeline.curate import CLOSE_ENOUGH_MS, credited, curate, quota_counts
from grovemusic.pipeline.explain import from_templates
from grovemusic.pipeline.score import score

TAGS = ["soul", "jazz", "ambient", "zydeco", "dream pop", "rock"]
WORDS = ["Night", "River Glass", "Home", "Golden Hour", "Paper Moon", "Slow Fire", "Ash", "Blue 99"]
SUFFIXES = ["", "", "", " - Live", " (Remix)", " - 2011 Remaster", " (feat. Guest)"]
QUOTED = re.compile(r"“([^”]*)”")
NUMBER = re.compile(r"\d+")


class Shop:
    """Seeds, candidates and a catalogue's yardsticks, all drawn from one number."""

    def __init__(self, number, size, seeds):
        self.rng = random.Random(number)
        self.size = size
        self.seeds = [self.profile(at, seeds) for at in range(seeds)]
        self.candidates = [self.candidate(at) for at in range(size)]
        self.corpus = Corpus(
            tracks=size,
            playlists=self.rng.choice([0, 30, 5_000]),
            tagged=size,
            tag_counts={tag: self.rng.randint(1, size + 1) for tag in TAGS},
            pair_prior=self.rng.choice([1.0, 15.0, 400.0]),
            artist_repeats=self.maybe(self.rng.random() / 3),
        )

    def maybe(self, value):
        return value if self.rng.random() < 0.7 else None

    def song(self, at, title, artist):
        rng = self.rng
        features = AudioFeatures(
            energy=self.maybe(rng.random()), valence=self.maybe(rng.random()),
            danceability=self.maybe(rng.random()), acousticness=self.maybe(rng.random()),
            tempo_bpm=self.maybe(rng.uniform(50, 200)), loudness_db=self.maybe(-20 * rng.random()),
        )  # fmt: skip
        chosen = rng.sample(TAGS, rng.randint(0, 3))
        return track(
            title, artist, id=f"{at:022d}", year=self.maybe(rng.randint(1960, 2025)),
            duration_ms=self.maybe(rng.randint(60_000, 420_000)), features=self.maybe(features),
            tags=tuple(Tag(name=tag, weight=rng.random(), source="lastfm") for tag in chosen),
            popularity=self.maybe(100 * rng.random()), playlists=self.maybe(rng.randint(0, 40)),
        )  # fmt: skip

    def profile(self, at, seeds):
        near = tuple(
            SimilarArtist(
                name=f"Artist {n}",
                closeness=self.rng.random(),
                source=self.rng.choice(["lastfm", "catalogue"]),
            )
            for n in self.rng.sample(range(20), self.rng.randint(0, 5))
        )
        song = self.song(10**6 + at, f"Seed Tune {at}", f"Artist {self.rng.randint(0, 5)}")
        return Profile(track=song, weight=1 / seeds, similar_artists=near)

    def candidate(self, at):
        rng = self.rng
        artists = max(1, self.size // rng.choice((1, 3, 6)))
        title = f"{rng.choice(WORDS)} {rng.randint(0, self.size)}{rng.choice(SUFFIXES)}"
        return Candidate(
            track=self.song(at, title, f"Artist {rng.randint(0, artists)}"),
            evidence=tuple(fact for _ in range(rng.randint(0, 3)) for fact in self.facts()),
        )

    def facts(self):
        rng = self.rng
        seed, rank = rng.randrange(len(self.seeds)), rng.randint(1, 100)
        kind = rng.choice(["together", "similar_track", "listened_together", "found"])
        if kind == "together":
            named = tuple(rng.sample(["Rainy Day", "Party 12"], rng.randint(0, 2)))
            together = evidence(
                Part.COOCCURRENCE, "together_in_playlists", source="catalogue",
                value=float(rng.randint(1, 9)), rank=rank, names=named, seed=seed,
            )  # fmt: skip
            close = evidence(
                Part.COOCCURRENCE, "playlist_closeness", value=rng.random(), rank=rank, seed=seed
            )
            return together, close
        if kind == "found":
            return (evidence(Part.TAGS, "found_by_tag", rank=rank, names=("soul",), seed=seed),)
        value = rng.random() if kind == "similar_track" else float(rng.randint(1, 500))
        return (evidence(Part.COOCCURRENCE, kind, value=value, rank=rank, seed=seed),)


shops = st.builds(Shop, st.integers(0, 2**32), st.integers(0, 90), st.integers(1, 3))


@st.composite
def asks(draw):
    by_length = draw(st.booleans())
    return Ask(
        seeds=(SeedQuery(query="Seed by Sower"),),
        size=draw(st.integers(15, 40)),
        minutes=draw(st.integers(30, 120)) if by_length else None,
        era=draw(st.one_of(st.none(), st.just((1970, 2000)))),
        mood=draw(st.one_of(st.none(), st.sampled_from(list(Mood)))),
        popularity=draw(st.sampled_from(list(PopularityBias))),
        max_per_artist=draw(st.integers(1, 4)),
        artist_gap=draw(st.integers(0, 5)),
        blocked_artists=tuple(draw(st.lists(st.sampled_from(["Artist 1", "Guest"]), max_size=2))),
        include_seed=draw(st.booleans()),
        random_seed=draw(st.integers(0, 3)),
    )


def made(shop, ask):
    """The playlist of this ask, what curating said, and the candidates by id."""
    scored = score(shop.candidates, shop.seeds, ask, shop.corpus)
    curated = curate(scored, shop.seeds, ask)
    return from_templates(curated.tracks, shop.seeds, ask), curated


many = settings(max_examples=150, suppress_health_check=list(HealthCheck))


@many
@given(shops, asks())
def test_no_work_twice_no_blocked_artist_cap_and_gap_hold(shop, ask):
    explained, _curated = made(shop, ask)
    listed = [each.scored for each in explained.tracks]
    chosen = [each.scored for each in explained.tracks if not each.is_seed]
    seen = {key for seed in shop.seeds for key in song_keys(seed.track.title, seed.track.artist)}
    for each in chosen:
        keys = song_keys(each.track.title, each.track.artist)
        assert seen.isdisjoint(keys)
        seen |= keys
    blocked = {names.artist_key(name) for name in ask.blocked_artists}
    assert all(blocked.isdisjoint(credited(each)) for each in chosen)
    leads = [names.artist_key(each.track.artist) for each in listed]
    own = [names.artist_key(each.scored.track.artist) for each in explained.tracks if each.is_seed]
    for lead, count in Counter(leads).items():
        assert count <= max(ask.max_per_artist, own.count(lead))
    for at, lead in enumerate(leads):
        if at >= len(own):  # the listener's own songs may stand as near as they like
            assert lead not in leads[max(0, at - ask.artist_gap) : at]


@many
@given(shops, asks())
def test_the_length_is_exact_or_the_reason_is_stated(shop, ask):
    explained, curated = made(shop, ask)
    if ask.minutes is None:
        assert len(explained.tracks) == ask.size or any("only" in note for note in curated.notes)
        return
    lengths = [each.scored.track.duration_ms for each in explained.tracks]
    off = sum(length or 215_000 for length in lengths) - ask.minutes * 60_000
    excused = any("only" in n or "unknown" in n for n in curated.notes)
    assert abs(off) <= CLOSE_ENOUGH_MS or excused


@many
@given(shops, asks())
def test_quotas_hold_within_one_track_or_the_reason_is_stated(shop, ask):
    if ask.minutes is not None or ask.include_seed:
        return
    _explained, curated = made(shop, ask)
    counts = Counter(each.category for each in curated.tracks)
    wildcards = counts.pop(None, 0)
    wanted = quota_counts(ask.popularity, len(curated.tracks))
    missed = sum(max(0, wanted[tier] - counts[tier]) for tier in Category)
    assert missed <= wildcards + 1 or curated.notes


@many
@given(shops, asks())
def test_every_fact_in_an_explanation_is_in_the_evidence(shop, ask):
    explained, _curated = made(shop, ask)
    seeds = [seed.track for seed in shop.seeds]
    for placed in explained.tracks:
        if placed.is_seed:
            continue
        facts = [fact for part in placed.scored.parts.values() for fact in part.evidence]
        said = placed.reason
        quotable = {seed.title for seed in seeds} | {name for f in facts for name in f.names}
        assert set(QUOTED.findall(said)) <= quotable
        spoken = QUOTED.sub("", said)
        for name in [*(seed.artist for seed in seeds), *(n for f in facts for n in f.names)]:
            spoken = re.sub(rf"\b{re.escape(name)}\b", "", spoken)
        figures = {str(round(abs(f.value))) for f in facts if f.value is not None}
        figures |= {str(round(100 * f.value)) for f in facts if f.value is not None}
        assert set(NUMBER.findall(spoken)) <= figures | {str(placed.scored.track.year)}
        tags = {tag.name for tag in placed.scored.track.tags}
        for tag in TAGS:
            if re.search(rf"tagged [^.]*\b{tag}\b", said):
                assert tag in tags
                assert any(tag in {each.name for each in seed.tags} for seed in seeds)


@many
@given(shops, asks())
def test_every_score_and_part_is_on_its_scale(shop, ask):
    for each in score(shop.candidates, shop.seeds, ask, shop.corpus):
        assert 0.0 <= each.overall <= 10.0
        assert 0.0 <= each.confidence <= 1.0 + 1e-9
        assert list(each.parts) == list(Part)
        for part in each.parts.values():
            assert part.value is None or 0.0 <= part.value <= 1.0
            assert part.value is None or part.evidence
