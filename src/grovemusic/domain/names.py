"""How names are folded, so that one song typed in a hundred ways is still one song.

Two foldings: `words` is for finding (which words does this text contain?), the keys are for
deciding (is this the same title, the same artist?). Both sides of every comparison are folded
by this module, so a lossy step costs precision only, and ranking buys that back.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# One run folds the same few hundred names thousands of times: the last ones are remembered.
REMEMBERED = 8192

# Scripts whose combining marks are accents, not letters: only there may a mark be dropped.
_ACCENTED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
_LETTERS = str.maketrans(
    {
        "ø": "o", "œ": "oe", "æ": "ae", "å": "a", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
        "ı": "i", "ħ": "h", "ŧ": "t", "ß": "ss", "ς": "σ",
        # Arabic and Persian keyboards write the same letter with different code points.
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ؤ": "و",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ـ": None, "\u200c": " ", "\u200d": None,
    }
)  # fmt: skip
_BETWEEN_LETTERS = ((re.compile(r"(?<=\w)!(?=\w)"), "i"), (re.compile(r"(?<=\w)\$|\$(?=\w)"), "s"))
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`´‘](?=\w)|(?<=\w)['’ʼ`´‘](?=\s|$)")
_INITIALS = re.compile(r"\b(?:\w\.){2,}")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_JOINERS = frozenset({"and", "n", "y", "et", "und"})

_FEATURED = re.compile(
    r"""[\s,]*(?:[(\[]\s*)?(?<!\w)(?:feat\b\.?|ft\b\.?|featuring\b|w/|with\b(?=[^)\]]*[)\]]))\s*
        (?P<guests>[^()\[\]]+?)\s*(?:[)\]]|$|(?=\s+-\s)|(?=\s*[(\[]))""",
    re.IGNORECASE | re.VERBOSE,
)
_ARTIST_GUEST = re.compile(
    r"\s*[(\[]?\s*(?<!\w)(?:feat\b\.?|ft\b\.?|featuring\b)\s.*$", re.IGNORECASE
)


def fold(text: str) -> str:
    """`text` without case, accents, width, punctuation variants; spaces kept single."""
    if text.isascii():
        return " ".join(text.casefold().split())
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    out: list[str] = []
    drop_marks = False
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char):
            if drop_marks:
                continue
        elif char.isalpha():
            drop_marks = unicodedata.name(char, "").startswith(_ACCENTED_SCRIPTS)
        else:
            drop_marks = False
        out.append(char)
    # Folding letters once more: NFD may have bared an "å" or an Arabic hamza carrier.
    return " ".join(unicodedata.normalize("NFC", "".join(out)).translate(_LETTERS).split())


@lru_cache(REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded, in order; never empty for text that shows something.

    "AC/DC" is two words, "R.E.M." and "don't" are one, "P!nk" is "pink". Scripts written
    without spaces (Chinese, Japanese kana) give one word a character, so any part of a title
    can be found. Text of symbols only ("!!!", "÷") gives its code points as one word.
    """
    folded = fold(text)
    for pattern, letter in _BETWEEN_LETTERS:
        folded = pattern.sub(letter, folded)
    folded = _INITIALS.sub(lambda match: match[0].replace(".", ""), folded)
    folded = _APOSTROPHES.sub("", folded)
    found: list[str] = []
    for word in _NOT_WORD.sub(" ", folded).split():
        found.extend(_split_unspaced(word))
    if not found and folded:
        return ("u" + "".join(f"{ord(char):x}" for char in folded if not char.isspace()),)
    return tuple(found)


@lru_cache(REMEMBERED)
def key(text: str) -> str:
    """One string for equal names: folded words without "and", "&", "+" and a leading article."""
    everything = words(text)
    parts = [word for word in everything if word not in _JOINERS]
    if len(parts) > 1 and parts[0] == "the":
        parts = parts[1:]
    return " ".join(parts or everything)


@lru_cache(REMEMBERED)
def squash(text: str) -> str:
    """`key` without spaces, so that "AC/DC", "ac dc" and "acdc" meet."""
    return key(text).replace(" ", "")


def search_text(*names: str) -> str:
    """The words to index for a track: all its names, and each name squashed."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(words(name)))
        squashed = squash(name)
        if " " in key(name) and len(squashed) <= 40:
            found[squashed] = None
    return " ".join(found)


def split_featured(title: str) -> tuple[str, tuple[str, ...]]:
    """A title without its "(feat. …)" part, and the guests named there, in order."""
    match = _FEATURED.search(title)
    if not match:
        return title.strip(), ()
    rest = f"{title[: match.start()]} {title[match.end() :]}".strip()
    if not rest:
        return title.strip(), ()
    return " ".join(rest.split()), people(match["guests"])


@lru_cache(REMEMBERED)
def primary_artist(credit: str) -> str:
    """The artist a credit begins with: "A" in "A feat. B" and "A;B"; "Earth, Wind & Fire" stays."""
    lead = _ARTIST_GUEST.sub("", credit.split(";", maxsplit=1)[0]).strip(" ,(")
    return lead or credit.strip()


@lru_cache(REMEMBERED)
def artist_key(credit: str) -> str:
    """The key of the artist a credit begins with."""
    return key(primary_artist(credit))


def people(guests: str) -> tuple[str, ...]:
    """Names in "A, B & C", in order."""
    found = re.split(r"\s*(?:,|;|&|\+|\sand\s|\sx\s)\s*", guests, flags=re.IGNORECASE)
    return tuple(name.strip() for name in found if name.strip())


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """How alike two bags of words are, 0 (nothing shared) to 1 (the same words); symmetric.

    Dice's coefficient over words, where a word may also meet one it differs from by little
    ("colour", "color"): such a pair counts by its similarity of letters when that is above .75.
    """
    left, right = list(dict.fromkeys(one)), list(dict.fromkeys(other))
    if not left or not right:
        return 0.0
    total = len(left) + len(right)
    shared = [word for word in left if word in right]
    left = [word for word in left if word not in shared]
    right = [word for word in right if word not in shared]
    weight = 2.0 * len(shared)
    for word in left:
        best = max(right, key=lambda each: _letters_alike(word, each), default=None)
        if best is not None and (alike := _letters_alike(word, best)) > 0.75:
            weight += 2.0 * alike
            right.remove(best)
    return weight / total


@lru_cache(maxsize=REMEMBERED)  # the words of one query meet the same words in many titles
def _letters_alike(one: str, other: str) -> float:
    """1 minus the edit distance (with swaps of neighbours) over the longer length."""
    longer = max(len(one), len(other))
    if abs(len(one) - len(other)) > longer / 4 or len({*one} & {*other}) < longer / 3:
        return 0.0
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return 1.0 - last[-1] / longer


def _split_unspaced(word: str) -> Iterable[str]:
    """Chinese characters and kana one by one; everything else as it is."""
    piece = ""
    for char in word:
        if "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or char >= "\U00020000":
            if piece:
                yield piece
                piece = ""
            yield char
        else:
            piece += char
    if piece:
        yield piece
