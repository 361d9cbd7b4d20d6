"""JSPF with MusicBrainz's extension: the file ListenBrainz and its tools take.

Sources: https://xspf.org/jspf and https://musicbrainz.org/doc/jspf. Two choices where these leave
room: an extension is a plain object as ListenBrainz writes and reads it (xspf.org says array),
and `POST /1/playlist/create` looks at a track's first identifier only, so MusicBrainz leads.
"""

import json
from typing import Any

from grovemusic.domain.playlist import Playlist, PlaylistTrack
from grovemusic.exports.document import (
    PART_NAMES,
    created_at,
    overall_score,
    part_score,
    rounded,
)
from grovemusic.exports.identifiers import RECORDING, identifiers
from grovemusic.exports.text import INVENTED, artist_of, one_line, title_of

CREATOR = "GroveMusic"
PLAYLIST_EXTENSION = "https://musicbrainz.org/doc/jspf#playlist"
TRACK_EXTENSION = "https://musicbrainz.org/doc/jspf#track"


def render(playlist: Playlist) -> str:
    """`playlist` as a JSPF file that stays private when it is uploaded."""
    return json.dumps(jspf_document(playlist), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def jspf_document(playlist: Playlist, *, public: bool = False) -> dict[str, Any]:
    """`playlist` as JSPF. Keys stand in the order of the XSPF specification; unknown ones are out.

    ListenBrainz refuses the whole file if one track has no MusicBrainz recording id:
    `listenbrainz_document` leaves such tracks out.
    """
    document = {
        "title": title_of(playlist),
        "creator": CREATOR,
        "annotation": _annotation(playlist),
        "date": created_at(playlist),
        "extension": {PLAYLIST_EXTENSION: {"public": public}},
        "track": [_track(each) for each in playlist.tracks],
    }
    return {"playlist": _known(document)}


def listenbrainz_document(playlist: Playlist, *, public: bool = False) -> dict[str, Any]:
    """What `POST /1/playlist/create` accepts: `playlist` without the tracks that lack an MBID."""
    document = jspf_document(playlist, public=public)
    document["playlist"]["track"] = [
        track
        for track in document["playlist"]["track"]
        if any(uri.startswith(RECORDING) for uri in track["identifier"])
    ]
    return document


def _annotation(playlist: Playlist) -> str | None:
    label = INVENTED if playlist.invented else ""
    return f"{label} {one_line(playlist.narrative)}".strip() or None


def _track(track: PlaylistTrack) -> dict[str, Any]:
    about = track.scored.track
    document = {
        "identifier": identifiers(about).uris,
        "title": title_of(about),
        "creator": artist_of(about),
        "annotation": one_line(track.reason) or None,
        "album": one_line(about.album or "") or None,
        "duration": about.duration_ms,
        "extension": {TRACK_EXTENSION: _track_extension(track)},
    }
    return _known(document)


def _track_extension(track: PlaylistTrack) -> dict[str, Any]:
    scored = track.scored
    artist_url = identifiers(scored.track).artist_url
    metadata = {
        "score": overall_score(track),
        **{name.column: part_score(scored, part) for part, name in PART_NAMES.items()},
        "confidence": None if track.is_seed else rounded(scored.confidence),
        "year": scored.track.year,
        "flow_role": track.flow_role.value,
        "category": scored.category.value if scored.category else None,
        "invented": True if scored.track.invented else None,
    }
    document = {
        "artist_identifiers": [artist_url] if artist_url else None,
        "additional_metadata": _known(metadata),
    }
    return _known(document)


def _known(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}
