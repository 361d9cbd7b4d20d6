"""How alike two tracks sound, from the numbers an audio analysis gave them and their lengths."""

import math
from collections.abc import Iterator, Mapping, Sequence

from grovemusic.domain import names
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import Candidate, Evidence, Part, PartScore, Track
from grovemusic.domain.percentiles import Percentiles
from grovemusic.pipeline.parts.context import Context, best_seed, mean

# Key and mode are not here: on real playlists they are worth nothing (docs/quality.md).
COMPARED = (
    "energy", "danceability", "valence", "acousticness", "instrumentalness", "speechiness",
    "liveness", "loudness_db", "tempo_bpm", "duration_ms",
)  # fmt: skip
OF_THE_TRACK = "duration_ms"  # the others are results of the analysis
Sound = tuple[float | None, ...]  # percentile ranks of the compared numbers; None where unknown
FEWEST = 4  # numbers both must have
FALLS = 10.0  # exp(-10 d²): 0.32 of all tracks apart is a likeness of 0.37
OF_ARTISTS = 0.65  # share of how alike the artists usually sound
TELLING = 0.15  # from the middle of all tracks: nearer it a number says nothing special
ALIKE = 0.17  # of all tracks lie between two that share a quality, at most
# What it means when both tracks are far below or above the middle, to be put after "just as".
QUALITIES: Mapping[str, tuple[str | None, str | None]] = {
    "energy": ("calm", "energetic"),
    "valence": ("dark in mood", "bright in mood"),
    "danceability": (None, "danceable"),
    "acousticness": (None, "acoustic"),
    "tempo_bpm": ("slow", "fast"),
    "loudness_db": ("quiet", "loud"),
    "speechiness": (None, "wordy"),
    "instrumentalness": (None, "instrumental"),
    "liveness": (None, "live in feel"),
    "duration_ms": ("short", "long"),
}
QUALITIES_NAMED = 2


def score(candidate: Candidate, context: Context) -> PartScore:
    """A third how alike the two tracks sound, two thirds how alike their artists usually do.

    Each is exp(-10 d²), d the root mean square of the differences in percentile rank among all
    tracks of the catalogue, in which a number counts by how much playlists go by it
    (`Corpus.coherence`); the mean over the seeds. Twins have 1, strangers about 0.3. An artist with
    one analysed track usually sounds like that track. Unknown with fewer than four numbers in
    common.
    """
    sound = ranks(candidate.track, context.corpus)
    if sound is None:
        return PartScore(value=None)
    act = names.artist_key(candidate.track.artist)
    weighed_sound = weighed(sound, context.telling)
    usual = context.weighed_usual.get(act, weighed_sound)
    alike = [
        None if ours is None else _both((ours, weighed_sound), (acts, usual), context.telling)
        for ours, acts in context.weighed_seeds
    ]
    value = mean(alike, context.seeds)
    if value is None:
        return PartScore(value=None)
    closest = best_seed(alike)
    facts = _facts(sound, candidate.track.artist, act, context, closest)
    return PartScore(value=value, evidence=tuple(facts))


def _facts(
    sound: Sound, artist: str, act: str, context: Context, closest: int
) -> Iterator[Evidence]:
    ours = context.sounds[closest]
    if ours is None:
        return
    yield Evidence(
        part=Part.AUDIO,
        source="catalogue",
        fact="sounds_alike",
        value=distance(ours, sound),
        names=_shared(context.qualities[closest], ours, sound),
        seed=closest,
    )
    seed_act = context.seed_artists[closest]
    mine, theirs = context.usual_sounds.get(seed_act), context.usual_sounds.get(act)
    if mine is not None and theirs is not None and act != seed_act:
        yield Evidence(
            part=Part.AUDIO,
            source="catalogue",
            fact="artists_sound_alike",
            value=distance(mine, theirs),
            names=(names.primary_artist(artist),),
            seed=closest,
        )


def _shared(qualities: Sequence[tuple[int, str]], ours: Sound, theirs: Sound) -> tuple[str, ...]:
    """What is special about how the seed sounds and true of the other too, most special first."""
    shared: list[str] = []
    for column, word in qualities:
        a, b = ours[column], theirs[column]
        if a is not None and b is not None and abs(a - b) <= ALIKE:
            shared.append(word)
            if len(shared) == QUALITIES_NAMED:
                break
    return tuple(shared)


def qualities(sound: Sound) -> tuple[tuple[int, str], ...]:
    """What is special about a sound: place among `COMPARED` and word, the most special first."""
    special: list[tuple[float, str, int]] = []
    for column, name in enumerate(COMPARED):
        rank, (low, high) = sound[column], QUALITIES[name]
        off = 0.0 if rank is None else rank - 0.5
        word = high if off > 0 else low
        if word is not None and abs(off) >= TELLING:
            special.append((-abs(off), word, column))
    return tuple((column, word) for _off, word, column in sorted(special))


def telling(corpus: Corpus) -> tuple[float, ...]:
    """How much each of the compared numbers counts: shares that add up to 1."""
    shares = [corpus.telling(name) for name in COMPARED]
    return tuple(share / sum(shares) for share in shares)


def weighed(sound: Sound, shares: Sequence[float]) -> Sound:
    """A sound whose squared distance to another is the weighted mean of squared differences."""
    return tuple(
        None if rank is None else rank * math.sqrt(share)
        for rank, share in zip(sound, shares, strict=True)
    )


def _both(
    tracks: tuple[Sound, Sound], acts: tuple[Sound, Sound], shares: Sequence[float]
) -> float | None:
    alike = likeness(*tracks, shares)
    if alike is None or acts == tracks:
        return alike
    usually = likeness(*acts, shares)
    return alike if usually is None else (1 - OF_ARTISTS) * alike + OF_ARTISTS * usually


def ranks(track: Track, corpus: Corpus) -> Sound | None:
    """The compared numbers as percentile ranks in the catalogue; None if nobody analysed it."""
    if track.features is None:
        return None
    return tuple(
        _rank(track.duration_ms if name == OF_THE_TRACK else getattr(track.features, name), of)
        for name, of in ((name, corpus.percentiles.get(name)) for name in COMPARED)
    )


def _rank(value: float | None, of: Percentiles | None) -> float | None:
    return None if value is None or of is None else of.rank(value)


def usual_ranks(sound: Mapping[str, float]) -> Sound:
    """An artist's mean ranks in the order of `COMPARED`."""
    return tuple(sound.get(name) for name in COMPARED)


def likeness(ours: Sound, theirs: Sound, shares: Sequence[float]) -> float | None:
    """0-1 for two sounds `weighed` by `shares`; None with fewer than four numbers in common."""
    try:
        return math.exp(-FALLS * math.dist(ours, theirs) ** 2)  # type: ignore[arg-type]
    except TypeError:  # a number is missing, which is rare
        return _likeness_of_known(ours, theirs, shares)


def _likeness_of_known(ours: Sound, theirs: Sound, shares: Sequence[float]) -> float | None:
    known = [
        (a - b, share)
        for a, b, share in zip(ours, theirs, shares, strict=True)
        if a is not None and b is not None
    ]
    if len(known) < FEWEST:
        return None
    squared = sum(apart * apart for apart, _share in known) / sum(share for _a, share in known)
    return math.exp(-FALLS * squared)


def distance(one: Sound, other: Sound) -> float:
    """Root mean square of the differences in percentile rank of the numbers both have, 0-1."""
    apart = [a - b for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return round(math.sqrt(sum(each * each for each in apart) / (len(apart) or 1)), 3)
