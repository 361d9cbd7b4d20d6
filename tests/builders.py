"""Short ways to say what a test is about; everything else gets a dull default."""

from grovemusic.domain import ids
from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.domain.music import Evidence, Part, PartScore, ScoredTrack, Tag, Track
from grovemusic.domain.playlist import FlowRole, Playlist, PlaylistTrack


def track(title="Untitled", artist="Someone", **known):
    known.setdefault("id", ids.track_id(title=title, artist=artist))
    return Track(title=title, artist=artist, **known)


def tags(**weights):
    """tags(jazz=1, soul=0.5), all as Last.fm would give them."""
    return tuple(Tag(name=name, weight=weight, source="lastfm") for name, weight in weights.items())


def evidence(part=Part.TAGS, fact="tags_in_common", *, source="lastfm", **known):
    return Evidence(part=part, fact=fact, source=source, **known)


def scored(of=None, *, overall=5.0, confidence=1.0, because=(), **known):
    """A track with its parts by name: scored(song, tags=0.8); the others are unknown.

    `because` is the evidence; each goes to the part it names.
    """
    parts = {
        part: PartScore(
            value=known.pop(part.value, None),
            evidence=tuple(each for each in because if each.part is part),
        )
        for part in Part
    }
    return ScoredTrack(
        track=of or track(), parts=parts, overall=overall, confidence=confidence, **known
    )


def placed(of=None, *, position=1, **known):
    """A track, scored or not, at its place."""
    known.setdefault("flow_role", FlowRole.BUILDER)
    whole = of if isinstance(of, ScoredTrack) else scored(of)
    return PlaylistTrack(position=position, scored=whole, **known)


def playlist(*tracks, **known):
    """A playlist of tracks, scored tracks or placed ones; the first two get places in order."""
    defaults = {
        "id": "pl_1",
        "run_id": "run_1",
        "version": 1,
        "title": "A playlist",
        "seeds": (track("Seed", "Sower"),),
        "ask": Ask(seeds=(SeedQuery(query="Seed by Sower"),)),
    }
    in_places = tuple(
        each if isinstance(each, PlaylistTrack) else placed(each, position=position)
        for position, each in enumerate(tracks, 1)
    )
    return Playlist(tracks=in_places, **(defaults | known))
