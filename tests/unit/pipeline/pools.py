"""Random pools of scored candidates, for rules that must hold on every playlist."""

import random

from builders import scored, track
from hypothesis import strategies as st

from grovemusic.domain.ask import Ask, Mood, PopularityBias, SeedQuery
from grovemusic.domain.music import AudioFeatures, Category, Profile

WORDS = ["Night", "River", "Glass", "Home", "Golden Hour", "Paper Moon", "Slow Fire", "Ash", "Blue"]
SUFFIXES = [
    "",
    "",
    "",
    " - Live",
    " (Remix)",
    " - 2011 Remaster",
    " (feat. Guest)",
    " - Radio Edit",
]


def pools(smallest=0, largest=80):
    """Lists of scored tracks with repeats of songs and artists, unknowns included.

    One drawn number seeds the rest: drawing every field would cost a hundred times as much.
    """
    sizes = st.integers(smallest, largest)
    return st.tuples(sizes, st.integers(0, 2**32)).map(lambda drawn: _pool(*drawn))


def _pool(count, number):
    rng = random.Random(number)

    def maybe(value):
        return value if rng.random() < 0.7 else None

    return [
        scored(
            track(
                f"{rng.choice(WORDS)} {rng.randint(0, count)}{rng.choice(SUFFIXES)}",
                f"Artist {rng.randint(0, max(1, count // rng.choice((1, 3, 6))))}",
                id=f"{n:022d}",
                year=maybe(rng.randint(1960, 2025)),
                duration_ms=maybe(rng.randint(60_000, 420_000)),
                features=AudioFeatures(
                    energy=maybe(rng.random()),
                    tempo_bpm=maybe(rng.uniform(50, 200)),
                    key=maybe(rng.randint(0, 11)),
                    mode=maybe(rng.randint(0, 1)),
                ),
            ),
            overall=10 * rng.random(),
            category=maybe(rng.choice(list(Category))),
            audio=0.5,
        )
        for n in range(count)
    ]


@st.composite
def asks(draw):
    """Any ask the input check lets through, for one seed."""
    era = draw(st.one_of(st.none(), st.tuples(st.integers(1960, 1990), st.integers(1991, 2025))))
    by_length = draw(st.booleans())
    return Ask(
        seeds=(SeedQuery(query="Seed by Sower"),),
        size=draw(st.integers(15, 40)),
        minutes=draw(st.integers(30, 120)) if by_length else None,
        era=era,
        mood=draw(st.one_of(st.none(), st.sampled_from(list(Mood)))),
        popularity=draw(st.sampled_from(list(PopularityBias))),
        max_per_artist=draw(st.integers(1, 5)),
        artist_gap=draw(st.integers(0, 6)),
        blocked_artists=tuple(draw(st.lists(st.sampled_from(["Artist 1", "Guest"]), max_size=2))),
        include_seed=draw(st.booleans()),
        random_seed=draw(st.integers(0, 5)),
    )


SEEDS = (Profile(track=track("Seed", "Sower", duration_ms=200_000, year=2000)),)
