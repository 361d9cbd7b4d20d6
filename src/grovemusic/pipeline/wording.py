"""Facts put into words, without a language model. Pure.

Every sentence is built from evidence and nothing else, so it can be checked word for word. Good
enough to ship: this is what a listener reads when no model is set up or the model fails.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grovemusic.domain.music import Category, Evidence, Part, PartScore, ScoredTrack, Track
from grovemusic.domain.names import primary_artist
from grovemusic.domain.playlist import FlowRole, PlaylistTrack
from grovemusic.domain.works import split_version

ASIDES_A_REASON = 2
WORTH_SAYING = 0.3  # parts below this are no reason to be in the list
# One playlist in common is a reason that anybody can check, however little it counts for the score.
SHARED_TELLS_AS_MUCH_AS = 0.5
# How much a fact of each part tells a listener, who can check some more readily than others. Not
# the weights of the score: those are for ranking, and sound ranks better than it explains.
TELLING: Mapping[Part, float] = {
    Part.COOCCURRENCE: 1.2, Part.TAGS: 0.6, Part.ARTIST: 0.55, Part.AUDIO: 0.6, Part.TIME: 0.25,
    Part.POPULARITY: 0.15,
}  # fmt: skip
UNNAMED = frozenset({"sounds_alike", "fame"})  # facts whose words do not name the song
ROLES: Mapping[FlowRole, str] = {
    FlowRole.OPENER: "It opens the list.",
    FlowRole.PEAK: "A peak of the list.",
    FlowRole.VALLEY: "A moment to breathe.",
    FlowRole.CLOSER: "It brings the list home.",
}
ORIGIN = {
    "lastfm": "Last.fm", "musicbrainz": "MusicBrainz", "listenbrainz": "ListenBrainz",
    "catalogue": "the catalogue",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """A fact as a sentence of its own, and as an aside: "…, by Solange too"."""

    sentence: str
    aside: str


def reason(scored: ScoredTrack, role: FlowRole, seeds: Sequence[Track]) -> str:
    """Two or three short sentences: the strongest facts, and what the track does at its place."""
    said = list(
        dict.fromkeys(
            words for fact in strongest(scored) if (words := clause(fact, seeds)) is not None
        )
    )
    if not said:
        sentences = ["It came up in the search, but little is known about it."]
    else:
        sentences = [said[0].sentence]
        if asides := [each.aside for each in said[1 : 1 + ASIDES_A_REASON]]:
            between = ", and " if "," in asides[0] else " and "
            sentences.append(_capital(between.join(asides)) + ".")
    said_of_place = [ROLES[role]] if role in ROLES else []
    return " ".join(_ended_once(each) for each in [*sentences, *said_of_place])


def _ended_once(sentence: str) -> str:
    """Names may end in a full stop themselves: "… by The Notorious B.I.G."."""
    return sentence.removesuffix(".") if sentence.endswith("..") else sentence


def strongest(scored: ScoredTrack) -> list[Evidence]:
    """The facts behind the score, the most telling first; weak parts are left out.

    Told first is what says most to a listener, who can go and check.
    """
    told = {part: _tells(part, each) for part, each in scored.parts.items()}
    ranked = sorted(
        (-value * TELLING[part], at, part)
        for at, (part, value) in enumerate(told.items())
        if value >= WORTH_SAYING
    )
    return [fact for _gain, _at, part in ranked for fact in scored.parts[part].evidence]


def _tells(part: Part, score: PartScore) -> float:
    value = score.value or 0.0
    shared = any(fact.fact == "together_in_playlists" for fact in score.evidence)
    return max(value, SHARED_TELLS_AS_MUCH_AS) if part is Part.COOCCURRENCE and shared else value


def clause(fact: Evidence, seeds: Sequence[Track]) -> Clause | None:
    """One fact in words; None for facts that only support another."""
    words = CLAUSES.get(fact.fact)
    if words is None or fact.seed >= len(seeds):
        return None
    said = words(fact, seeds[fact.seed])
    if said is None or len(seeds) == 1 or fact.fact not in UNNAMED:
        return said
    # With several songs to compare with, a comparison has to say which it means.
    than = f" as “{seeds[fact.seed].title}”"
    return Clause(said.sentence.removesuffix(".") + f"{than}.", said.aside + than)


def _together(fact: Evidence, seed: Track) -> Clause:
    count = round(fact.value or 0)
    if count == 1:
        named = f", “{fact.names[0]}”" if fact.names else ""
        return Clause(
            f"It shares a playlist with “{seed.title}”{named}.",
            f"in a playlist with “{seed.title}”",
        )
    named = f", among them “{fact.names[0]}”" if fact.names else ""
    return Clause(
        f"It shares {count} playlists with “{seed.title}”{named}.",
        f"in {count} playlists with “{seed.title}”",
    )


def _sessions(_fact: Evidence, seed: Track) -> Clause:
    return Clause(
        f"ListenBrainz listeners play it in one sitting with “{seed.title}”.",
        f"played in one sitting with “{seed.title}”",
    )


def _similar(fact: Evidence, seed: Track) -> Clause:
    percent = round(100 * (fact.value or 0))
    return Clause(
        f"Last.fm finds it {percent} % similar to “{seed.title}”.",
        f"{percent} % similar by Last.fm’s count",
    )


def _same_artist(_fact: Evidence, seed: Track) -> Clause:
    artist = primary_artist(seed.artist)
    return Clause(f"It is by {artist} too.", f"by {artist} too")


def _similar_artist(fact: Evidence, seed: Track) -> Clause:
    who = fact.names[0] if fact.names else "the artist"
    if fact.source == "catalogue":
        return Clause(
            f"{who} and {seed.artist} often share playlists.",
            f"by an artist who shares playlists with {seed.artist}",
        )
    origin = ORIGIN.get(fact.source, fact.source)
    return Clause(
        f"{origin} counts {who} among the artists like {seed.artist}.",
        f"by an artist like {seed.artist}, says {origin}",
    )


def _tags(fact: Evidence, _seed: Track) -> Clause | None:
    if not fact.names:
        return None
    shown = _and(fact.names[:3])
    return Clause(f"Both are tagged {shown}.", f"tagged {shown} as well")


def _sound(fact: Evidence, _seed: Track) -> Clause:
    if not fact.names:
        return Clause("It sounds much alike.", "much alike in sound")
    shared = _and(fact.names)
    return Clause(f"It is just as {shared}.", f"just as {shared}")


def _years(fact: Evidence, _seed: Track) -> Clause:
    apart = round(fact.value or 0)
    year = fact.names[0] if fact.names else ""
    if apart == 0:
        return Clause(f"It came out in the same year, {year}.", f"from the same year, {year}")
    when = f"{_years_word(abs(apart))} {'later' if apart > 0 else 'earlier'}"
    return Clause(f"It came out {when}, in {year}.", f"from {year}, {when}")


def _fame(fact: Evidence, _seed: Track) -> Clause:
    wish = fact.names[0] if fact.names else "balanced"
    known = {
        "popular": "widely known",
        "deep-cuts": "known to some, not to everyone",
        "hidden-gems": "known to few",
    }.get(wish, "about as well known")
    return Clause(f"It is {known}.", known)


CLAUSES: Mapping[str, Callable[[Evidence, Track], Clause | None]] = {
    "together_in_playlists": _together,
    "listened_together": _sessions,
    "similar_track": _similar,
    "same_artist": _same_artist,
    "similar_artist": _similar_artist,
    "shared_tags": _tags,
    "sounds_alike": _sound,
    "years_apart": _years,
    "fame": _fame,
}


def narrative(tracks: Sequence[PlaylistTrack], seeds: Sequence[Track]) -> str:
    """Two or three sentences about the whole list, each of them countable."""
    songs = _and([f"“{seed.title}” by {seed.artist}" for seed in seeds])
    count = f"{len(tracks)} tracks" if len(tracks) != 1 else "One track"
    sentences = [f"{count} from {songs}{_span(tracks)}."]
    if tags := _common_tags(tracks):
        sentences.append(f"Most common tags: {_and(tags)}.")
    if mix := _mix(tracks):
        sentences.append(f"{mix}.")
    peak = next((each for each in tracks if each.flow_role is FlowRole.PEAK), None)
    if peak is not None and len(tracks) > 2:
        sentences.append(
            f"It opens with {_named(tracks[0])}, peaks around {_named(peak)} "
            f"and closes with {_named(tracks[-1])}."
        )
    return " ".join(sentences)


def title(seeds: Sequence[Track]) -> str:
    """A name for the list: the songs without "Remastered 2011" and the like."""
    songs = [split_version(seed.title)[0] for seed in seeds]
    return f"From {songs[0]} by {seeds[0].artist}" if len(songs) == 1 else "From " + _and(songs)


def _span(tracks: Sequence[PlaylistTrack]) -> str:
    years = sorted(y for each in tracks if (y := each.scored.track.year) is not None)
    if not years:
        return ""
    return f", released in {years[0]}" if years[0] == years[-1] else f", {years[0]}–{years[-1]}"


def _common_tags(tracks: Sequence[PlaylistTrack]) -> list[str]:
    counts = Counter(tag.name for each in tracks for tag in each.scored.track.tags[:5])
    return [name for name, count in counts.most_common(3) if count > 1]


def _mix(tracks: Sequence[PlaylistTrack]) -> str:
    counts = Counter(each.scored.category for each in tracks)
    words = {
        Category.POPULAR: ("well-known track", "well-known tracks"),
        Category.DEEP_CUT: ("deep cut", "deep cuts"),
        Category.HIDDEN_GEM: ("hidden gem", "hidden gems"),
    }
    parts = [f"{counts[tier]} {words[tier][counts[tier] != 1]}" for tier in words if counts[tier]]
    return _capital(_and(parts)) if parts else ""


def _named(each: PlaylistTrack) -> str:
    return f"“{each.scored.track.title}” by {each.scored.track.artist}"


def _years_word(count: int) -> str:
    return "a year" if count == 1 else f"{count} years"


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
