"""What artists, songs, albums and playlists of the invented world are called.

Every function is a pure function of the world's `Chance` and of small numbers, so a million
titles need no memory. An artist never uses a title twice: the word a title hangs on walks through
its list in a stride of its own, and starts a second round as "… II".
"""

import math
import re
from collections.abc import Sequence

from catalogue_import.demo import words
from catalogue_import.demo.chance import Chance
from catalogue_import.demo.words import TONGUES, Tongue

LAST_YEAR = 2025  # of the invented world
_ATTEMPTS_IN_TONGUE = 4
_VOWEL_AFTER_A = re.compile(r"\bA (?=[AEIOU]|Hour|Honest)")


def tongue_of(chance: Chance, artist: int) -> Tongue | None:
    """The language an artist sings in; None for English."""
    draw = chance.number("artist tongue", artist) % 1000
    for tongue in TONGUES:
        if draw < tongue.share:
            return tongue
        draw -= tongue.share
    return None


def artist_name(chance: Chance, artist: int, acts: str, *, attempt: int = 0) -> str:
    """The name of an act; another `attempt` gives another name.

    The words of other languages are few: later attempts choose an English stage name.
    """
    words_for = _Words(chance, f"artist name {attempt}", artist)
    tongue = tongue_of(chance, artist)
    if tongue and attempt < _ATTEMPTS_IN_TONGUE:
        person = acts in {"singer", "ensemble"} or words_for.number("person") % 3 == 0
        return (tongue.person if person else tongue.act).format_map(
            {
                "given": words_for.one_of("given", tongue.given),
                "family": words_for.one_of("family", tongue.family),
                "opening": words_for.one_of("opening", tongue.openings),
                "closing": words_for.one_of("closing", tongue.closings),
            }
        )
    return words_for.fill(words_for.one_of("form", words.ACTS[acts]))


def title(chance: Chance, artist: int, number: int, flavour: str, *, of: str = "song") -> str:
    """The title of an artist's own song or `of` another thing, in the artist's language.

    `number` counts the artist's things of that kind; no two of them share a title.
    """
    if tongue := tongue_of(chance, artist):
        return _foreign_title(chance, artist, number, tongue, of)
    words_for = _Words(chance, f"{of} title", artist << 20 | number)
    noun, lap = _walk(chance, artist, number, words.NOUNS + words.FLAVOURED[flavour], of)
    forms = words.TITLE_FORMS["any"] + words.TITLE_FORMS[flavour] * 2
    if flavour == "score" and words_for.number("scored") % 3:
        forms = words.TITLE_FORMS["score"]
    text = words_for.fill(
        words_for.one_of("form", forms),
        noun=noun,
        nouns=_plural(noun),
        ordinal=str(number + 1),
        form=words_for.one_of("score", words.FLAVOURED["score"]),
    )
    return text + words.ROUNDS[lap]


def _foreign_title(chance: Chance, artist: int, number: int, tongue: Tongue, of: str) -> str:
    opening, lap = _walk(chance, artist, number, tongue.openings, of)
    step = number % len(tongue.openings)
    shift = chance.number(f"{of} closing", artist << 20 | step) + lap
    form = tongue.title[(step + lap) % len(tongue.title)]
    closing = tongue.closings[shift % len(tongue.closings)]
    text = form.format(opening=opening, closing=closing)
    return text[0].upper() + text[1:] + words.ROUNDS[lap // len(tongue.closings)]


def guest_credit(text: str, guest: str) -> str:
    """`text` with a guest named behind it."""
    return f"{text} (feat. {guest})"


def live_suffix(chance: Chance, track: int, year: int) -> str:
    """What announces a live take of `year`."""
    words_for = _Words(chance, "live", track)
    hall = f"{words_for.place()} {words_for.one_of('hall', words.HALLS)}"
    forms = (" - Live", " (Live)", f" (Live at {hall})", f" - Live at {hall}, {year}")
    return words_for.one_of("form", forms)


def remix_suffix(chance: Chance, track: int, remixer: str) -> str:
    """What announces a remix by someone else."""
    return chance.choice(
        "remix", track, (f" - {remixer} Remix", f" ({remixer} Remix)", f" [{remixer} Rework]")
    )


def remaster_suffix(chance: Chance, track: int, year: int) -> str:
    """What announces a remaster of a recording of `year`, made at least eight years later."""
    made = max(year + 8, 1998 + chance.number("remastered", track) % 25)
    if made > LAST_YEAR:
        return " - Remastered"
    return chance.choice(
        "remaster", track, (f" - Remastered {made}", f" - {made} Remaster", " (Remastered)")
    )


def edit_suffix(chance: Chance, track: int) -> str:
    """What announces a shortened take."""
    return chance.choice("edit", track, (" - Radio Edit", " (Single Version)", " - Edit"))


def playlist_name(
    chance: Chance,
    playlist: int,
    kind: str,
    *,
    style: str,
    mood: str,
    year: int,
    artist: str,
) -> str:
    """What a listener might have called a playlist around these."""
    words_for = _Words(chance, "playlist", playlist)
    return words_for.fill(
        words_for.one_of("form", words.PLAYLISTS[kind]),
        style=style,
        mood=mood,
        year=str(year),
        decade=str(year // 10 * 10)[-2:] if year < 2000 else str(year // 10 * 10),
        artist=artist,
        moment=words_for.one_of("moment", words.MOMENTS),
        adjective=words_for.one_of("adjective", words.ADJECTIVES).lower(),
        noun=words_for.one_of("noun", words.NOUNS).lower(),
    )


class _Words:
    """Random words that belong to one thing: the same ones whenever they are asked for."""

    def __init__(self, chance: Chance, label: str, index: int) -> None:
        self._chance, self._label, self._index = chance, label, index

    def number(self, what: str) -> int:
        return self._chance.number(f"{self._label}/{what}", self._index)

    def one_of(self, what: str, options: Sequence[str]) -> str:
        return options[self.number(what) % len(options)]

    def fill(self, form: str, /, **given: str) -> str:
        """`form` with each {blank} replaced by a word of that kind."""
        text = form.format_map(_Blanks(self, given))
        return _VOWEL_AFTER_A.sub("An ", text)

    def surname(self) -> str:
        start = self.one_of("surname", words.SURNAME_STARTS)
        end = self.one_of("surname end", words.SURNAME_ENDS)
        return start + (end[1:] if start[-1] == end[0] else end)

    def place(self) -> str:
        name = self.surname()
        if self.number("two words") % 3:
            return name
        return f"{self.one_of('place', words.PLACE_STARTS)} {name}"

    def sound(self) -> str:
        onsets, vowels, inner, final = words.SOUNDS
        last = 1 + self.number("length") % 2
        return "".join(
            self.one_of(f"onset {n}", onsets)
            + self.one_of(f"vowel {n}", vowels)
            + self.one_of(f"coda {n}", final if n == last else inner)
            for n in range(last + 1)
        ).capitalize()


class _Blanks(dict[str, str]):
    """Fills the blanks of a form, each only when the form has it."""

    def __init__(self, source: _Words, given: dict[str, str]) -> None:
        super().__init__(given)
        self._source = source

    def __missing__(self, blank: str) -> str:
        source = self._source
        match blank:
            case "adjective":
                return source.one_of(blank, words.ADJECTIVES)
            case "noun" | "other" | "noun2":
                return source.one_of(blank, words.NOUNS)
            case "lower":
                return source.one_of(blank, words.NOUNS).lower()
            case "nouns" | "others":
                return _plural(source.one_of(blank, words.NOUNS))
            case "verb":
                return source.one_of(blank, words.VERBS)
            case "name" | "given" | "given2":
                return source.one_of(blank, words.GIVEN)
            case "scale":
                return source.one_of(blank, words.SCALES)
            case "number":
                return str(2 + source.number(blank) % 98)
            case "surname":
                return source.surname()
            case "place":
                return source.place()
            case "sound":
                return source.sound()
        raise KeyError(blank)


def _walk(
    chance: Chance, artist: int, number: int, options: Sequence[str], of: str
) -> tuple[str, int]:
    """The word for the artist's title of that number, and how often the list was walked through.

    A start and a stride of the artist's own; the stride shares no factor with the length, so no
    word comes twice before all others came once.
    """
    length = len(options)
    stride = 1 + chance.number(f"{of} stride", artist) % (length - 1)
    while math.gcd(stride, length) > 1:
        stride += 1
    lap, step = divmod(number, length)
    return options[(chance.number(f"{of} walk", artist) + step * stride) % length], lap


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")
