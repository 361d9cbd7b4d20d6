"""Facts put into words, without a language model. Pure.

Every sentence is built from evidence and nothing else, so it can be checked word for word. Good
enough to ship: this is what a listener reads when no model is set up or the model fails.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from grovemusic.domain.music import Category, Evidence, Part, ScoredTrack, Track
from grovemusic.domain.playlist import FlowRole, PlaylistTrack
from grovemusic.pipeline.weights import WEIGHTS

FACTS_A_REASON = 3
SOUND_WORDS = {
    "energy": "energy", "danceability": "groove", "valence": "brightness of mood",
    "acousticness": "acoustic warmth", "instrumentalness": "share of singing",
    "speechiness": "share of spoken words", "liveness": "live feel", "loudness_db": "loudness",
    "tempo_bpm": "tempo",
}  # fmt: skip
ROLES: Mapping[FlowRole, str] = {
    FlowRole.OPENER: "It opens the list.",
    FlowRole.PEAK: "One of the peaks of the list.",
    FlowRole.VALLEY: "A moment to breathe.",
    FlowRole.CLOSER: "It brings the list home.",
}
ORIGIN = {
    "lastfm": "Last.fm", "musicbrainz": "MusicBrainz", "listenbrainz": "ListenBrainz",
    "catalogue": "the catalogue",
}  # fmt: skip


def reason(scored: ScoredTrack, role: FlowRole, seeds: Sequence[Track]) -> str:
    """One or two sentences: the strongest facts, and what the track does at its place."""
    clauses = [text for fact in strongest(scored) if (text := clause(fact, seeds)) is not None]
    said = list(dict.fromkeys(clauses))[:FACTS_A_REASON]
    if not said:
        said = ["it came up in the search, but little is known about it"]
    sentence = _capital(_joined(said)) + "."
    return f"{sentence} {ROLES[role]}" if role in ROLES else sentence


def strongest(scored: ScoredTrack) -> list[Evidence]:
    """The facts behind the score, the one that moved it most first; weak parts are left out."""
    ranked = sorted(
        (
            (-(each.value or 0.0) * WEIGHTS.parts[part], at, part)
            for at, (part, each) in enumerate(scored.parts.items())
            if (each.value or 0.0) >= 0.3
        ),
    )
    return [fact for _gain, _at, part in ranked for fact in scored.parts[part].evidence]


def clause(fact: Evidence, seeds: Sequence[Track]) -> str | None:
    """One fact as part of a sentence; None for facts that only support another."""
    words = CLAUSES.get(fact.fact)
    return words(fact, seeds[fact.seed]) if words and fact.seed < len(seeds) else None


def _together(fact: Evidence, seed: Track) -> str:
    count = round(fact.value or 0)
    named = f" (“{fact.names[0]}”)" if fact.names else ""
    if count == 1:
        return f"it shares a playlist{named} with “{seed.title}”"
    return f"it shares {count} playlists with “{seed.title}”"


def _sessions(_fact: Evidence, seed: Track) -> str:
    return f"ListenBrainz listeners play it in one sitting with “{seed.title}”"


def _similar(fact: Evidence, seed: Track) -> str:
    return f"Last.fm finds it {round(100 * (fact.value or 0))} % similar to “{seed.title}”"


def _same_artist(_fact: Evidence, seed: Track) -> str:
    return f"it is by {seed.artist} too"


def _similar_artist(fact: Evidence, seed: Track) -> str:
    who = fact.names[0] if fact.names else "the artist"
    if fact.source == "catalogue":
        return f"{who} shares playlists with {seed.artist}"
    return (
        f"{ORIGIN.get(fact.source, fact.source)} counts {who} among the artists like {seed.artist}"
    )


def _tags(fact: Evidence, _seed: Track) -> str:
    shown = fact.names[:3]
    return f"both are tagged {_and(shown)}"


def _sound(fact: Evidence, _seed: Track) -> str:
    return f"close in {_and([SOUND_WORDS.get(name, name) for name in fact.names[:2]])}"


def _years(fact: Evidence, _seed: Track) -> str:
    apart = round(fact.value or 0)
    year = fact.names[0] if fact.names else ""
    if apart == 0:
        return f"from the same year, {year}"
    later = "later" if apart > 0 else "earlier"
    return f"from {year}, {_years_word(abs(apart))} {later}"


def _fame(fact: Evidence, _seed: Track) -> str:
    wish = fact.names[0] if fact.names else "balanced"
    return {
        "popular": "widely known",
        "deep-cuts": "known to some, not to everyone",
        "hidden-gems": "known to few",
    }.get(wish, "about as well known")


CLAUSES: Mapping[str, Callable[[Evidence, Track], str]] = {
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
    """A name for the list."""
    if len(seeds) == 1:
        return f"From {seeds[0].title} by {seeds[0].artist}"
    return "From " + _and([seed.title for seed in seeds])


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


def _joined(clauses: Sequence[str]) -> str:
    """Clauses as one sentence: "a, b; c"."""
    return (
        clauses[0]
        + "".join(f", {each}" for each in clauses[1:2])
        + "".join(f"; {each}" for each in clauses[2:])
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def part_words(part: Part) -> str:
    """A part's name for people."""
    return {
        Part.TAGS: "tags", Part.AUDIO: "sound", Part.COOCCURRENCE: "heard together",
        Part.ARTIST: "artist", Part.TIME: "time", Part.POPULARITY: "popularity",
    }[part]  # fmt: skip
