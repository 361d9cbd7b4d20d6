"""How alike two tracks sound, from the numbers an audio analysis gave them."""

import math
from collections.abc import Iterator, Mapping, Sequence

from grovemusic.domain import names
from grovemusic.domain.corpus import Corpus
from grovemusic.domain.music import AudioFeatures, Candidate, Evidence, Part, PartScore
from grovemusic.pipeline.parts.context import Context, best_seed, mean

# Key and mode are not here: on real playlists they are worth nothing (docs/quality.md).
COMPARED = (
    "energy", "danceability", "valence", "acousticness", "instrumentalness", "speechiness",
    "liveness", "loudness_db", "tempo_bpm",
)  # fmt: skip
Sound = tuple[float | None, ...]  # the compared numbers in deviations; None where unknown
FEWEST = 4  # numbers both must have
LEAST_TELLING = 0.02  # weight of a number that playlists do not go by at all
FARTHEST = 3.0  # deviations from the mean: one odd number must not decide alone
TELLING = 0.5  # deviations from the mean: below it a number says nothing special about a track
ALIKE = 0.6  # deviations: within it two tracks share a quality
# What it means when both tracks are far below or above the mean, to be put after "just as".
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
}
QUALITIES_NAMED = 2


def score(candidate: Candidate, context: Context) -> PartScore:
    """Half how alike the two tracks sound, half how alike their artists usually do.

    Each is exp(-d²/2), d the root mean square of the standardised differences, in which a number
    counts by how much playlists go by it (`Corpus.coherence`); the mean over the seeds. Twins have
    1, strangers about 0.4. An artist with one analysed track usually sounds like that track.
    Unknown with fewer than four numbers in common.
    """
    theirs = candidate.track.features
    if theirs is None:
        return PartScore(value=None)
    sound = standardised(theirs, context.corpus)
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
        z, (low, high) = sound[column], QUALITIES[name]
        word = high if (z or 0.0) > 0 else low
        if z is not None and word is not None and abs(z) >= TELLING:
            special.append((-abs(z), word, column))
    return tuple((column, word) for _z, word, column in sorted(special))


def telling(corpus: Corpus) -> tuple[float, ...]:
    """How much each of the compared numbers counts: shares that add up to 1."""
    shares = [max(LEAST_TELLING, corpus.coherence.get(name, 1.0)) for name in COMPARED]
    return tuple(share / sum(shares) for share in shares)


def weighed(sound: Sound, shares: Sequence[float]) -> Sound:
    """A sound whose squared distance to another is the weighted mean of squared differences."""
    return tuple(
        None if z is None else z * math.sqrt(share) for z, share in zip(sound, shares, strict=True)
    )


def _both(
    tracks: tuple[Sound, Sound], acts: tuple[Sound, Sound], shares: Sequence[float]
) -> float | None:
    alike = _likeness(*tracks, shares)
    if alike is None or acts == tracks:
        return alike
    usually = _likeness(*acts, shares)
    return alike if usually is None else (alike + usually) / 2


def standardised(features: AudioFeatures, corpus: Corpus) -> Sound:
    """The compared numbers in deviations from the catalogue's mean, at most three either way."""
    sound: list[float | None] = []
    for name in COMPARED:
        value, spread = getattr(features, name), corpus.spread.get(name)
        known = value is not None and spread is not None and spread.deviation > 0
        z = (value - spread.mean) / spread.deviation if known and spread else None
        sound.append(None if z is None else max(-FARTHEST, min(FARTHEST, z)))
    return tuple(sound)


def _likeness(ours: Sound, theirs: Sound, shares: Sequence[float]) -> float | None:
    try:
        return math.exp(-(math.dist(ours, theirs) ** 2) / 2)  # type: ignore[arg-type]
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
    return math.exp(-squared / 2)


def distance(one: Sound, other: Sound) -> float:
    """Root mean square of the differences of the numbers both have, in standard deviations."""
    apart = [a - b for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return round(math.sqrt(sum(each * each for each in apart) / (len(apart) or 1)), 3)


def differences(one: AudioFeatures, other: AudioFeatures, corpus: Corpus) -> dict[str, float]:
    """Name of a number -> how many standard deviations of the catalogue lie between the two."""
    ours, theirs = standardised(one, corpus), standardised(other, corpus)
    return {
        name: b - a
        for name, a, b in zip(COMPARED, ours, theirs, strict=True)
        if a is not None and b is not None
    }
