"""A playlist as plain JSON values: what the API answers and what the JSON export holds.

Names are camelCase as in grovemusic-spec, "Request/Response Examples". Null means unknown, and
texts stay as the services wrote them: whoever shows them escapes them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from grovemusic.domain.music import Evidence, Part, ScoredTrack, Track
from grovemusic.domain.playlist import Playlist, PlaylistTrack
from grovemusic.domain.run import Stage
from grovemusic.exports.identifiers import identifiers, web_address
from grovemusic.exports.text import encodable


@dataclass(frozen=True, slots=True)
class PartName:
    """What a part of the score is called in JSON, in columns and elements, and to people."""

    json: str
    column: str
    words: str


PART_NAMES: Mapping[Part, PartName] = {
    Part.TAGS: PartName("tagOverlap", "tag_overlap", "tags"),
    Part.AUDIO: PartName("audioFeature", "audio_feature", "sound"),
    Part.COOCCURRENCE: PartName("playlistCooccurrence", "playlist_cooccurrence", "playlists"),
    Part.ARTIST: PartName("artistSimilarity", "artist_similarity", "artist"),
    Part.TIME: PartName("temporalProximity", "temporal_proximity", "time"),
    Part.POPULARITY: PartName("popularityFit", "popularity_fit", "popularity"),
}


def playlist_document(
    playlist: Playlist,
    *,
    credits_used: int | None = None,
    processing_time_ms: int | None = None,
) -> dict[str, Any]:
    """The answer to `GET /api/generate/{runId}` for a complete run."""
    seeds = [track_document(seed) for seed in playlist.seeds]
    document = {
        "runId": playlist.run_id,
        "status": Stage.COMPLETE.value,
        "playlistId": playlist.id,
        "version": playlist.version,
        "parent": playlist.parent,
        "change": playlist.change,
        "createdAt": created_at(playlist),
        "title": playlist.title,
        "seedTrack": seeds[0] if seeds else None,
        "seedTracks": seeds,
        "narrative": playlist.narrative,
        "narrativeBy": playlist.narrative_by,
        "playlist": [playlist_track_document(each) for each in playlist.tracks],
        "durationMs": playlist.duration_ms,
        "notes": list(playlist.notes),
        "missing": [
            {"source": each.source, "reason": each.reason, "effect": each.effect}
            for each in playlist.missing
        ],
        "invented": playlist.invented,
        "creditsUsed": credits_used,
        "processingTimeMs": processing_time_ms,
    }
    sendable: dict[str, Any] = _encodable(document)
    return sendable


def track_document(track: Track) -> dict[str, Any]:
    """What is known about a recording; `genre` is its strongest tag."""
    known = identifiers(track)
    strongest = max(track.tags, key=lambda tag: tag.weight, default=None)
    return {
        "id": track.id,
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "year": track.year,
        "yearSource": track.year_source,
        "genre": strongest.name if strongest else None,
        "durationMs": track.duration_ms,
        "mbid": known.mbid,
        "artistMbid": known.artist_mbid,
        "isrc": known.isrc,
        "spotifyId": known.spotify_id,
        "invented": track.invented,
    }


def playlist_track_document(track: PlaylistTrack) -> dict[str, Any]:
    """A track at its place, with its reason, its scores and the evidence behind each score."""
    scored = track.scored
    return {
        "position": track.position,
        **track_document(scored.track),
        "reason": track.reason,
        "reasonBy": track.reason_by,
        "similarityScore": track.similarity,
        "flowRole": track.flow_role.value,
        "category": scored.category.value if scored.category else None,
        "scores": {
            **{name.json: part_score(scored, part) for part, name in PART_NAMES.items()},
            "overall": rounded(scored.overall),
        },
        "confidence": rounded(scored.confidence),
        "evidence": {
            name.json: [_evidence_document(each) for each in _evidence_of(scored, part)]
            for part, name in PART_NAMES.items()
        },
        "locked": track.locked,
        "isSeed": track.is_seed,
    }


def overall_score(track: PlaylistTrack) -> float | None:
    """0-10; None for the listener's own song, which was compared with nothing."""
    return None if track.is_seed else rounded(track.scored.overall)


def part_score(scored: ScoredTrack, part: Part) -> float | None:
    """One part of the score, 0-1; None for unknown."""
    return rounded(scored.parts[part].value)


def rounded(value: float | None, digits: int = 3) -> float | None:
    """`value` as JSON can say it; None for unknown and for what is no number."""
    return round(value, digits) if value is not None and math.isfinite(value) else None


def created_at(playlist: Playlist) -> str | None:
    """When this version was made, ISO 8601 in UTC; None if nobody noted it."""
    if not playlist.created_at_ms:
        return None
    return datetime.fromtimestamp(playlist.created_at_ms // 1000, UTC).isoformat()


def _evidence_of(scored: ScoredTrack, part: Part) -> list[Evidence]:
    """What the part was computed from, then what else was found, without repeats."""
    others = [each for each in scored.evidence if each.part is part]
    return list(dict.fromkeys([*scored.parts[part].evidence, *others]))


def _evidence_document(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source,
        "fact": evidence.fact,
        "value": rounded(evidence.value, 6),
        "rank": evidence.rank,
        "names": list(evidence.names),
        "seed": evidence.seed,
        "url": web_address(evidence.url),
    }


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return encodable(value)
        case list():
            return [_encodable(each) for each in value]
        case dict():
            return {name: _encodable(each) for name, each in value.items()}
        case _:
            return value
