"""JSON: the API's answer as a file, so that one reader serves both."""

import json

from grovemusic.domain.playlist import Playlist
from grovemusic.exports.document import playlist_document


def render(playlist: Playlist) -> str:
    """`playlist` as indented JSON."""
    document = playlist_document(playlist)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
