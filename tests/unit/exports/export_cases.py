"""Names that break exports, and the files read back as other programs would."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

from builders import playlist, scored, tags, track
from hypothesis import settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grovemusic.domain.music import Category

MBID = "11111111-2222-4333-8444-555555555555"
ARTIST_MBID = "66666666-7777-4888-8999-aaaaaaaaaaaa"
ISRC = "XXAAA2600001"
SPOTIFY_ID = "1234567890abcdefABCDEF"
XSPF = {"x": "http://xspf.org/ns/0/"}
KNOWN_IDS = {
    "mbid": MBID, "artist_mbid": ARTIST_MBID, "isrc": ISRC, "spotify_id": SPOTIFY_ID
}  # fmt: skip

HOSTILE = [
    "<script>alert(1)</script>",
    "![x](javascript:alert(1)) [y](//evil.example)",
    "<!-- --> <a href=\"x\" onclick='y'>",
    "*not* _emphasis_ `code` ~~struck~~ **strong** \\",
    "# heading # {.class} $math$ ^[note] |cell|",
    "&lt; &amp; &#x41;",
    "https://evil.example www.evil.example",
    "1. first\n2. second\r\n\r\n- third\n\n---\n===",
    "]]></title><script/>",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "safe;=1+1",
    'say "hi", twice',
    "#EXTINF:1,Someone - Else\nhttps://evil.example/x.mp3",
    "||isrc=USXXX0000000||",
    "a - b - c",
    "- ",
    "tab\tNUL\0bell\a vertical\v form\f file\x1c next\x85 line\u2028 paragraph\u2029end",
    "\ufeffmark \ufffe\uffff",
    "right \u202eotfel\u202c to \u2066left\u2069",
    "עברית و العربية",
    "👩‍👩‍👧 наука 東京　事変",
    "half \ud83d a character",
    "x" * 300,
    "",
    " ",
    "\0",
]

names = st.sampled_from(HOSTILE) | st.text(
    alphabet=st.characters() | st.sampled_from("\\`*_{}[]()<>#+-.!|~=:;\"'@&\n\r\t "), max_size=40
)
quick = settings(max_examples=60, database=None)


def full_playlist(**known):
    """A playlist about which everything is known."""
    song = track(
        "Pink + White", "Frank Ocean", album="Blonde", year=2016, duration_ms=184_516,
        tags=tags(soul=0.4, jazz=1),
        **KNOWN_IDS,
    )  # fmt: skip
    whole = scored(
        song, overall=8.24, confidence=0.85, tags=0.81234, audio=0.7, cooccurrence=0.4,
        artist=0.55, time=0.9, popularity=0.1, category=Category.POPULAR,
    )  # fmt: skip
    return playlist(whole, track("Second", "Nobody"), **known)


# --- reading back: each gives one (title, artist) a track --------------------------------------


def read_json(text):
    return [(each["title"], each["artist"]) for each in json.loads(text)["playlist"]]


def read_jspf(text):
    return [(each["title"], each["creator"]) for each in json.loads(text)["playlist"]["track"]]


def read_xspf(text):
    root = ET.fromstring(text.encode())  # noqa: S314 - our own file
    tracks = root.findall("x:trackList/x:track", XSPF)
    return [
        tuple(each.findtext(f"x:{name}", "", XSPF) for name in ("title", "creator"))
        for each in tracks
    ]


def read_csv(text):
    return [(row["title"], row["artist"]) for row in csv_rows(text)]


def csv_rows(text):
    file = io.StringIO(text.encode().decode("utf-8-sig"), newline="")
    return list(csv.DictReader(file, strict=True))


def m3u8_entries(text):
    """The tags and the location of each entry, as Music Assistant reads them."""
    entries, tags = [], {}
    for line in map(str.strip, text.splitlines()):
        tag, _, value = line.partition(":")
        if not line.startswith("#"):
            entries.append(tags | {"location": line})
            tags = {}
        elif tag == "#EXTMA":
            tags["facts"] = dict(pair.split("=", 1) for pair in value.split("||"))
        elif tag == "#EXTARTIST":
            tags["artist"], _domain, _id, _instance = value.split("||")
        elif tag == "#EXTINF":
            tags["seconds"], tags["shown"] = value.split(",", 1)
    return entries


def read_m3u8(text):
    return [(each["facts"]["name"], each["artist"]) for each in m3u8_entries(text)]


def markdown_items(text):
    """The first lines of the items of the numbered list, as tokens."""
    found, numbered = [], False
    for token in MarkdownIt("commonmark").parse(text):
        if token.type.startswith("ordered_list"):
            numbered = token.nesting > 0
        if numbered and token.type == "inline" and token.level == 3:
            found.append(token.children)
    return found


def shown(tokens):
    return "".join(token.content for token in tokens if token.type.startswith("text"))


def read_md(text):
    read = []
    for tokens in markdown_items(text):
        end = next(at for at, token in enumerate(tokens) if token.type == "strong_close")
        by = re.fullmatch(r" by (.*) \([^()]*\)", shown(tokens[end:]))
        read.append((shown(tokens[:end]), by[1]))
    return read


READERS = {
    "json": read_json,
    "md": read_md,
    "jspf": read_jspf,
    "xspf": read_xspf,
    "m3u8": read_m3u8,
    "csv": read_csv,
}
