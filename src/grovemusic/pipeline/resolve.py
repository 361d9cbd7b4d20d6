"""Stage 2 of 8: from the words a listener typed to tracks.

Every source is asked what the words may mean; `choose` decides. The catalogue is asked first: a
song it invented for the demo exists nowhere else, so nobody else is bothered with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grovemusic.domain.ask import Ask
from grovemusic.domain.errors import NothingFound
from grovemusic.domain.merging import merge_tracks
from grovemusic.domain.music import Missing, Profile, Track
from grovemusic.domain.queries import SongQuery, read_query
from grovemusic.domain.run import Option
from grovemusic.domain.works import preference, split_version, work_key
from grovemusic.pipeline.gather import gather, without_repeats
from grovemusic.ports import Source

OPTIONS = 10  # as many as a person reads
PLAUSIBLE = 0.5  # below this an option is only a suggestion
AHEAD = 0.08  # a sure answer is this much surer than the next song's
MORE_FAMOUS = 0.2  # of two equally named songs, one this much better known is meant
CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What the words mean.

    Attributes:
        seeds: One profile for every song that is clear, weights adding up to 1.
        choices: Number of the seed -> options best first, for those that are not clear.
    """

    seeds: tuple[Profile, ...]
    choices: Mapping[int, tuple[Option, ...]]
    missing: tuple[Missing, ...] = ()


async def resolve(
    ask: Ask, sources: Sequence[Source], *, sure: float, chosen: Mapping[int, Track]
) -> Resolved:
    """Look every seed up; `chosen` holds the tracks a listener has already picked, by number.

    Raises:
        NothingFound: nobody knows one of the songs. Its suggestions are near misses.
    """
    seeds: list[Profile] = []
    choices: dict[int, tuple[Option, ...]] = {}
    missing: list[Missing] = []
    total = sum(seed.weight for seed in ask.seeds)
    for number, seed in enumerate(ask.seeds):
        track = chosen.get(number)
        if track is None:
            query = read_query(seed.query)
            options, gone = await find(query, sources)
            missing += gone
            track = choose(options, query, sure=sure, missing=tuple(gone))
            if track is None:
                plausible = [each for each in options if each.confidence >= PLAUSIBLE]
                choices[number] = tuple(plausible[:OPTIONS])
                continue
        seeds.append(Profile(track=track, weight=seed.weight / total))
    return Resolved(seeds=tuple(seeds), choices=choices, missing=without_repeats(missing))


async def find(query: SongQuery, sources: Sequence[Source]) -> tuple[list[Option], list[Missing]]:
    """What `query` may mean, best first, one option a song and version."""
    near = [source for source in sources if source.name == CATALOGUE]
    far = [source for source in sources if source.name != CATALOGUE]
    local = await gather(near, lambda source: source.find(query, limit=OPTIONS * 2))
    options = merged(option for _name, found in local.answers for option in found)
    if options and options[0].track.invented and options[0].confidence >= PLAUSIBLE:
        return options, list(local.missing)
    remote = await gather(far, lambda source: source.find(query, limit=OPTIONS * 2))
    everything = [*options, *(option for _name, found in remote.answers for option in found)]
    return merged(everything), [*local.missing, *remote.missing]


def merged(options: Iterable[Option]) -> list[Option]:
    """Options for the same song and version put together, best first.

    Two sources that name the same song make it a little surer; ties go to the better known one,
    then to the preferred version, then to the order they came in.
    """
    best: dict[tuple[str, int], Option] = {}
    for option in options:
        key = (
            work_key(option.track.title, option.track.artist),
            split_version(option.track.title)[1],
        )
        there = best.get(key)
        if there is None:
            best[key] = option
        else:
            first, second = sorted((there, option), key=lambda each: -each.confidence)
            best[key] = replace(first, track=merge_tracks(first.track, second.track))
    return sorted(
        best.values(),
        key=lambda option: (
            -option.confidence,
            -(option.track.fame or 0.0),
            preference(option.track),
        ),
    )


def choose(
    options: Sequence[Option], query: SongQuery, *, sure: float, missing: tuple[Missing, ...] = ()
) -> Track | None:
    """The track that is meant; None when the listener has to say.

    Raises:
        NothingFound: no option is plausible. Its suggestions are the nearest names.
    """
    plausible = [option for option in options if option.confidence >= PLAUSIBLE]
    if not plausible:
        suggestions = tuple(_named(each) for each in options[:5])
        later_s = max((each.retry_after_s for each in missing), default=0.0)
        raise NothingFound(_not_found(query, missing), suggestions, retry_after_s=later_s)
    top = plausible[0]
    if top.confidence < sure:
        return None
    rivals = [
        option
        for option in plausible[1:]
        if work_key(option.track.title, option.track.artist)
        != work_key(top.track.title, top.track.artist)
        and option.confidence > top.confidence - AHEAD
    ]
    if all(_outshines(top.track, rival.track) for rival in rivals):
        return top.track
    return None


def _outshines(track: Track, rival: Track) -> bool:
    return (track.fame or 0.0) >= (rival.fame or 0.0) + MORE_FAMOUS


def _not_found(query: SongQuery, missing: tuple[Missing, ...]) -> str:
    text = f"nobody here knows {query.text!r}"
    if missing:
        text += "; could not ask " + " and ".join(each.source for each in missing)
    return text


def _named(option: Option) -> str:
    return f"{option.track.title} by {option.track.artist}"
