"""Whether a model's sentence says only what the evidence says. Pure.

A language model writes well and invents freely. A sentence passes only if every number, every
name, every quotation and every genre in it stands in the facts the model was given, and if it
makes none of the claims that always need a source (who produced it, what it won, which
instruments play). What fails is replaced by the template's sentence; nothing is "corrected".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from grovemusic.domain import names

LONGEST = 420  # characters of one reason
REMEMBERED = 2048  # texts: a run shows the same ones for many tracks
_NUMBER = re.compile(r"\d[\d,.]*")
_QUOTED = re.compile(r"[“\"«„]([^”\"»“]+)[”\"»“]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;…]\s*$")
_FORBIDDEN = re.compile(r"https?:|www\.|[<>{}\[\]`|\\]|[\x00-\x08\x0b-\x1f\x7f]")
# Words that make a claim no fact of ours can back.
CLAIMS = frozenset(
    """
    produced producer producers wrote written writer songwriter composed composer recorded debut
    debuted album albums single singles award awards awarded grammy grammys chart charts charted
    charting platinum gold certified sampled samples sampling sample covered cover covers remake
    featuring features featured collaborated collaboration collaborator duet signed label labels
    born died band's sister brother wife husband guitar guitars piano pianos synth synths
    synthesizer strings violin cello horn horns saxophone sax trumpet drum drums drummer bass
    bassline keyboard keyboards organ flute harp banjo falsetto vocals vocal vocalist singer
    rapper lyrics lyric lyrically chorus verse soundtrack film movie series famous infamous
    bestselling hit hits number-one viral tour toured concert live studio acoustic remix remixed
    remaster demo decade decades century hundred thousand million billion twice thrice double
    one two three four five six seven eight nine ten eleven twelve dozen
    """.split()
)
GENRES = frozenset(
    """
    rock pop jazz blues soul funk disco house techno trance ambient metal punk grunge shoegaze
    emo hardcore hip-hop hiphop rap trap drill rnb reggae ska dub dancehall reggaeton salsa samba
    bossa tango flamenco folk country bluegrass americana gospel classical opera baroque romantic
    minimalism electronica electronic edm dubstep garage jungle breakbeat idm synthpop electropop
    dreampop chillwave vaporwave lo-fi lofi indie alternative progressive psychedelic krautrock
    britpop post-punk new-wave industrial goth gothic darkwave noise drone post-rock math-rock
    swing bebop fusion afrobeat afrobeats highlife k-pop j-pop c-pop latin schlager chanson
    singer-songwriter neo-soul trip-hop downtempo chillout motown doo-wop rockabilly surf
    """.split()
)
_SOFT_CAPITALS = frozenset({"i", "last", "fm", "listenbrainz", "musicbrainz"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be said about one track: words and numbers, folded."""

    words: frozenset[str]
    numbers: frozenset[str]
    texts: frozenset[str]  # titles and names as keys, for quotations


def facts_from(texts: Iterable[str]) -> Facts:
    """The facts of some texts that were shown to the model."""
    shown = list(texts)
    return Facts(
        words=frozenset().union(*map(_folded_words, shown)),
        numbers=frozenset(_plain(number) for text in shown for number in _NUMBER.findall(text)),
        texts=frozenset(names.squash(text) for text in shown),
    )


def fault(sentence: str, facts: Facts) -> str | None:
    """Why `sentence` may not be shown; None if all it says is in `facts`."""
    if not sentence.strip():
        return "empty"
    if len(sentence) > LONGEST:
        return f"longer than {LONGEST} characters"
    if bad := _FORBIDDEN.search(sentence):
        return f"holds {bad[0]!r}"
    for number in _NUMBER.findall(sentence):
        if _plain(number) not in facts.numbers:
            return f"the number {number} is in no fact"
    for quoted in _QUOTED.findall(sentence):
        if names.squash(quoted) not in facts.texts:
            return f"the quotation {quoted!r} is in no fact"
    return _bad_word(sentence, facts)


def _bad_word(sentence: str, facts: Facts) -> str | None:
    for match in _WORD.finditer(sentence):
        word = names.squash(match[0])
        if word in facts.words or word in _SOFT_CAPITALS:
            continue
        if match[0].lower() in CLAIMS:
            return f"{match[0]!r} claims something no fact says"
        if match[0].lower() in GENRES or word in GENRES:
            return f"the genre {match[0]!r} is in no fact"
        begins = match.start() == 0 or _SENTENCE_END.search(sentence[: match.start()])
        if match[0][0].isupper() and not begins:
            return f"the name {match[0]!r} is in no fact"
    return None


@lru_cache(REMEMBERED)
def _folded_words(text: str) -> frozenset[str]:
    whole = [match[0] for match in _WORD.finditer(text)]
    bare = [word.removesuffix("'s").removesuffix("’s") for word in whole]
    return frozenset([*names.words(text), *map(names.squash, whole + bare)])


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".")
