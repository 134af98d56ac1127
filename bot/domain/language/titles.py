"""The words of titles and names: what of them tells one session, room or person from another."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.domain.agenda import Agenda
from bot.domain.language.common import COMMON
from bot.domain.language.lexicon import SPELLINGS, STOPWORDS
from bot.domain.language.spelling import Spelling
from bot.domain.language.tokens import Token

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`´")
_FAINT = 0.35
_LONGEST_ACRONYM = 6
DEGREES = frozenset({
    "dr", "drs", "dra", "ir", "prof", "h", "hj", "kh", "st", "sh", "se", "si", "mm", "mt", "msi",
    "mpd", "spd", "sip", "ssos", "phd", "mba", "mha", "ma", "mh", "msc", "jenderal", "letjen",
    "mayjen", "brigjen", "kolonel", "irjen", "komjen", "akbp", "kombes", "tni", "purn", "pak",
    "bu", "bapak", "ibu", "gus", "kyai", "ustadz", "ustaz", "rm", "pdt",
})  # fmt: skip


def door(token: Token) -> str | None:
    """The number or single letter that tells one of a series from the next: 201, B, II."""
    if token.number is not None:
        return str(token.number)
    if token.raw == "i":
        return "1"
    return token.raw if len(token.raw) == 1 else None


def split_words(text: str) -> list[str]:
    """Case-folded letter words of a name, without apostrophes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [w.translate(_APOSTROPHES) for w in _WORD.findall(folded)]


def agenda_words(agenda: Agenda) -> set[str]:
    event = agenda.event
    texts: list[str] = [event.name, event.short_name or "", event.id]
    for session in agenda.sessions:
        texts += [session.title, *session.aliases, *session.speakers]
        if session.room:
            texts.append(session.room)
    words = {w for text in texts for w in split_words(text)}
    return {w for w in words if w not in SPELLINGS and len(w) > 1}


def short_names(agenda: Agenda) -> frozenset[str]:
    """What the event itself is called for short: short name, id, acronym of its name."""
    event = agenda.event
    named = [*split_words(event.short_name or ""), *split_words(event.id)]
    acronym = "".join(w[0] for w in split_words(event.name))
    return frozenset(w for w in (*named, acronym) if len(w) > 2 and w not in SPELLINGS)


def title_parts(title: str) -> list[str]:
    """The parts of "Materi 3: Arah Pembangunan", each of which may be called for by itself."""
    parts = [part.strip() for part in re.split(r"[:|–—]| - ", title)]
    return [part for part in parts if part] if len(parts) > 1 else []


def persons(text: str) -> list[str]:
    """The names in "Andi Rahmat, Dewi Kartika"; what has full stops after a comma is a degree."""
    first, *others = (part.strip() for part in text.split(","))
    return [first, *(part for part in others if part and "." not in part)]


def neighbours(agenda: Agenda) -> set[tuple[str, str]]:
    """Words that stand side by side in a title, an alias or the name of a speaker."""
    labels = (x for s in agenda.sessions for x in (s.title, *s.aliases, *s.speakers))
    pairs = {pair for label in labels for pair in pairwise(split_words(label))}
    return {pair for pair in pairs if min(map(len, pair)) > 2}


def initials(agenda: Agenda) -> dict[str, tuple[str, ...]]:
    """Three words of a title or more by their first letters: RME of "Rekam Medis Elektronik"."""
    found: dict[str, tuple[str, ...]] = {}
    for session in agenda.sessions:
        for label in (session.title, *session.aliases):
            words = split_words(label)
            for size in range(3, min(len(words), _LONGEST_ACRONYM) + 1):
                for at in range(len(words) - size + 1):
                    run = tuple(words[at : at + size])
                    short = "".join(word[0] for word in run)
                    if short not in COMMON and short not in SPELLINGS:
                        found.setdefault(short, run)
    return found


def content_words(tokens: Iterable[Token]) -> Iterator[tuple[str, float]]:
    """Words that tell one session from another; a word of everyday speech tells less."""
    for token in tokens:
        if token.number is None and token.word not in STOPWORDS and len(token.word) > 1:
            yield token.word, _FAINT if token.word in COMMON else 1.0


def series_key(tokens: list[Token]) -> str:
    """A title without its filling words and without "hari kedua": what repeated sessions share."""
    words: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.number is not None:
            if before is None or before.word != "hari":
                words.append(str(token.number))
        elif token.word not in STOPWORDS:
            words.append(token.word)
    return " ".join(words)


def title_acronym(tokens: list[Token], spelling: Spelling) -> str | None:
    letters = [t.raw[0] for t in tokens if t.number is None and t.word not in STOPWORDS]
    word = "".join(letters)
    if len(word) < 3 or word in COMMON or (spelling.read(word).exact and word in SPELLINGS):
        return None
    return word
