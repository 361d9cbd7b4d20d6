"""A playlist's title as a file name that every operating system takes."""

import re
import unicodedata

from grovemusic.exports.text import one_line

LONGEST_BYTES = 120  # file systems take 255; room is left for "(1)", ".part" and a path
FALLBACK = "playlist"

# What Windows forbids, a superset of what others do.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
# Device names, with any ending. Source: learn.microsoft.com, "Naming Files, Paths, and Namespaces".
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
# A leading dot hides a file, a leading dash or tilde means something to a shell, and Windows
# drops a dot or space at the end.
_EDGES = " .-~"


def file_name_of(title: str, extension: str) -> str:
    """`title` as a file name with that extension, at most 120 bytes long."""
    ending = f".{extension}"
    return file_stem(title, longest_bytes=LONGEST_BYTES - len(ending.encode())) + ending


def file_stem(title: str, *, longest_bytes: int = LONGEST_BYTES) -> str:
    """`title` without separators and control characters, its letters kept in any script."""
    stem = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", one_line(title))).strip(_EDGES)
    if _DEVICE.fullmatch(stem.split(".", maxsplit=1)[0].rstrip()):
        stem = f"{FALLBACK} {stem}"
    # Cut between characters, never within one.
    return stem.encode()[:longest_bytes].decode(errors="ignore").rstrip(_EDGES) or FALLBACK
