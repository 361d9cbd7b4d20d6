"""Last.fm's own error numbers. They come in the body, sometimes under HTTP 200 or 400.

Source: https://www.last.fm/api/errorcodes, and ListenBrainz's importer, which repeats 400s because
"last.fm wraps some service errors in 400 errors" (listenbrainz-server, listenbrainz/lastfm.py).
"""

from grovemusic.clients.reading import count
from grovemusic.ports import Json

SERVICE = "lastfm"
UNKNOWN = 6  # no such track, artist or tag; also a missing parameter, but we send them all
BROKEN = frozenset({8, 11, 16})  # failed, offline, temporarily unavailable
TOO_FAST = 29
BAD_KEY = frozenset({10, 26})  # invalid, suspended


def error_in(answer: Json) -> int | None:
    """The error number of an answer; None if it is not an error, 0 if it has no number."""
    if not isinstance(answer, dict) or "error" not in answer:
        return None
    return count(answer["error"]) or 0


def reason(code: int) -> str:
    """What an error number means, for people."""
    if code in BAD_KEY:
        return f"refuses the key in LASTFM_API_KEY (error {code})"
    if code == TOO_FAST:
        return f"is being asked too often (error {code})"
    if code in BROKEN:
        return f"is out of order for a while (error {code})"
    return f"refused the question (error {code})"
