"""What clients may send, with examples. Names are camelCase; unknown fields are refused."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic.alias_generators import to_camel

from grovemusic.domain.ask import (
    LARGEST,
    LONGEST_MIN,
    LONGEST_QUERY,
    MOST_BLOCKED,
    MOST_SEEDS,
    SHORTEST_MIN,
    SMALLEST,
    Ask,
    Mood,
    PopularityBias,
    SeedQuery,
    checked,
)
from grovemusic.domain.errors import BadAsk
from grovemusic.domain.playlist import Edit, EditKind

MOST_VERSIONS = 1_000_000  # of one playlist: no more than anyone can name


class _Body(BaseModel):
    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, populate_by_name=False, frozen=True
    )


class Seed(_Body):
    """One of several songs."""

    query: StrictStr = Field(max_length=20_000)
    weight: Annotated[float, Field(strict=True, gt=0, le=100)] = 1.0


class Preferences(_Body):
    """How the list should lean. Every field is optional."""

    era_range: tuple[StrictInt, StrictInt] | None = Field(
        None, description="First and last year of release, both included", examples=[[2010, 2024]]
    )
    mood_bias: Mood | None = None
    popularity_bias: PopularityBias = PopularityBias.BALANCED
    max_per_artist: StrictInt = Field(2, description="A promise: never more tracks of one artist")
    artist_gap: StrictInt = Field(3, description="Other tracks between two of one artist")
    blocked_artists: list[StrictStr] = Field(default_factory=list, max_length=MOST_BLOCKED)


class GenerateBody(_Body):
    """A playlist to be made from one song, or from several."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "query": "Pink + White by Frank Ocean",
                    "playlistSize": 20,
                    "preferences": {"eraRange": [2010, 2024], "popularityBias": "balanced"},
                }
            ]
        }
    )

    query: StrictStr | None = Field(
        None,
        max_length=20_000,
        description=f'"Song by Artist", "Artist - Song", an ISRC, an MBID or a song\'s address; '
        f"at most {LONGEST_QUERY} characters",
    )
    seeds: list[Seed] | None = Field(
        None, description=f"Instead of `query`: up to {MOST_SEEDS} songs with weights"
    )
    playlist_size: StrictInt = Field(15, description=f"{SMALLEST} to {LARGEST} tracks")
    minutes: StrictInt | None = Field(
        None, description=f"Instead of a size: {SHORTEST_MIN} to {LONGEST_MIN} minutes of music"
    )
    preferences: Preferences = Field(default_factory=Preferences)
    include_seed: StrictBool = False
    random_seed: StrictInt = Field(0, description="0 is the best list; others are other good ones")
    title: StrictStr | None = Field(None, max_length=1_000)

    def ask(self) -> Ask:
        """What the body asks for.

        Raises:
            BadAsk: a field that cannot be served.
        """
        if (self.query is None) == (self.seeds is None):
            raise BadAsk("query", "give either a query or seeds")
        if self.minutes is not None and "playlist_size" in self.model_fields_set:
            raise BadAsk("minutes", "give either minutes or a playlistSize")
        seeds = (
            (SeedQuery(query=self.query),)
            if self.query is not None
            else tuple(SeedQuery(query=s.query, weight=s.weight) for s in self.seeds or ())
        )
        likes = self.preferences
        return checked(
            Ask(
                seeds=seeds,
                size=self.playlist_size,
                minutes=self.minutes,
                era=likes.era_range,
                mood=likes.mood_bias,
                popularity=likes.popularity_bias,
                max_per_artist=likes.max_per_artist,
                artist_gap=likes.artist_gap,
                blocked_artists=tuple(likes.blocked_artists),
                include_seed=self.include_seed,
                random_seed=self.random_seed,
                title=self.title,
            )
        )


class ChoiceBody(_Body):
    """Which song was meant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seed": 0, "option": 1}]})

    seed: StrictInt = Field(0, ge=0, lt=MOST_SEEDS, description="Which of the songs, 0 the first")
    option: StrictInt = Field(ge=0, le=50, description="Which of its options, 0 the first")


class ResolveBody(_Body):
    """A song to look up."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"query": "Pink + White by Frank Ocean"}]}
    )

    query: StrictStr = Field(max_length=20_000)


class RefineBody(_Body):
    """One edit of a playlist. `version` is the one the listener was looking at."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "replace", "positions": [7], "version": 1},
                {"kind": "move", "positions": [7], "to": 2, "version": 2},
                {"kind": "undo", "version": 3},
            ]
        }
    )

    kind: EditKind
    positions: list[StrictInt] = Field(default_factory=list, max_length=LARGEST)
    to: StrictInt | None = None
    version: StrictInt = Field(ge=1, le=MOST_VERSIONS)

    def edit(self) -> Edit:
        """The edit.

        Raises:
            BadAsk: something is given that this kind of edit does not take.
        """
        if self.kind in {EditKind.UNDO, EditKind.REDO} and self.positions:
            raise BadAsk("positions", f"{self.kind.value} takes none")
        if self.kind is not EditKind.MOVE and self.to is not None:
            raise BadAsk("to", f"only move takes it, not {self.kind.value}")
        return Edit(kind=self.kind, positions=tuple(self.positions), to=self.to)


class Started(BaseModel):
    """A run has begun; follow it at `streamUrl`."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "runId": "run_abc123",
                    "playlistId": "pl_def456",
                    "status": "processing",
                    "creditsReserved": 1,
                    "streamUrl": "/api/generate/run_abc123/stream",
                }
            ]
        },
    )

    run_id: str
    playlist_id: str
    status: str
    credits_reserved: int
    stream_url: str


PROBLEM: dict[str, Any] = {
    "description": "What went wrong, as RFC 9457 problem details",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "instance"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "instance": {"type": "string"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                    "suggestions": {"type": "array", "items": {"type": "string"}},
                },
            },
            "example": {
                "type": "/problems/BadAsk",
                "title": "Unprocessable Entity",
                "status": 422,
                "detail": "playlistSize: wants 15 to 100 tracks, got 14",
                "instance": "/api/generate",
                "errors": [{"field": "playlistSize", "problem": "wants 15 to 100 tracks, got 14"}],
            },
        }
    },
}
