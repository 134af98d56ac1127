"""A typed message to a row of known words, each with its place in the message."""

import re
import unicodedata
from typing import NamedTuple

from bot.domain.language.common import COMMON
from bot.domain.language.lexicon import (
    KNOWN_CONCEPTS,
    NUMBERS,
    ORDINALS,
    PHRASES,
    ROMANS,
    STOPWORDS,
)
from bot.domain.language.spelling import Spelling

LONGEST = 4096
_MOST_TOKENS = 80
NUMBER, CLOCK, DATE = "#number", "#clock", "#date"
_TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?!\d)"
    r"|\d{1,2}([/-])\d{1,2}\1\d{2,4}(?!\d)"
    r"|\d{1,2}/\d{1,2}(?!\d)"
    r"|\d{1,2}[.:]\d{2}(?!\d)"
    r"|\d+"
    r"|(?i:s/d|s\.d)\b\.?"
    r"|[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*"
)
_APOSTROPHES = str.maketrans("", "", "'’ʼ`´")
_PHRASE_STARTS = frozenset(first for first, *_ in PHRASES)
_COUNTABLE = frozenset({"hari", "jam", "sesi", "ke", "at", "materi", "minggu", "tanggal"})
_BUS_GOES = frozenset({"", "ke", "berangkat", "dimana", "kumpul", "nomor"})
_INDEFINITE = frozenset({"apa", "kapan", "siapa", "dimana", "mana", "berapa"})


class Token(NamedTuple):
    """A word of the message: what it is known as, and where it stands."""

    word: str
    start: int
    end: int
    raw: str
    known: bool = True
    exact: bool = True
    suffixed: bool = False
    number: int | None = None
    ordinal: bool = False
    value: tuple[int, ...] = ()
    """Of a clock: hour, minute; of a date: day, month, year (0 where none is given)."""
    gap: str = " "
    """What stands before it: ``""`` nothing, ``" "`` space, ``","`` a stop, ``"-"`` a dash."""


def clean(text: str) -> str:
    """Compatibility form of ``text``, cut at the longest message Telegram delivers."""
    return unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST]


def tokenize(text: str, spelling: Spelling) -> list[Token]:
    """Known words of ``text``, which has been through :func:`clean`; positions are in ``text``."""
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        gap = _gap(text, end, match.start())
        end = match.end()
        token = _token(match, gap, spelling)
        if several := spelling.several(token.raw):
            tokens.extend(_told(token, word, spelling) for word in several)
        elif not _swallowed(tokens, token):
            tokens.append(token)
        if len(tokens) >= _MOST_TOKENS:
            break
    return _counted(_phrased(_told_apart(tokens, spelling), spelling))


def _told(token: Token, word: str, spelling: Spelling) -> Token:
    read = spelling.read(word)
    return token._replace(word=read.text, known=read.known, raw=word)


def _gap(text: str, end: int, start: int) -> str:
    between = text[end:start]
    if not between or between == " ":
        return between
    if any(c in ",;!?\n:." for c in between):
        return ","
    return "-" if any(c in "-–—" for c in between) else " "


def _token(match: re.Match[str], gap: str, spelling: Spelling) -> Token:
    raw, start, end = match.group(), match.start(), match.end()
    if raw[0].isdecimal():
        return _numeric(raw, start, end, gap)
    folded = raw.casefold().translate(_APOSTROPHES)
    word = spelling.read(folded)
    number, ordinal = NUMBERS.get(word.text), False
    if number is None and (ordered := ORDINALS.get(word.text)):
        number, ordinal = ordered, True
    if (number is None and raw.isupper()) or folded in ROMANS:
        number = ROMANS.get(folded, number)
    return Token(
        word.text, start, end, folded, word.known, word.exact, word.suffixed,
        number, ordinal, (), gap,
    )  # fmt: skip


def _numeric(raw: str, start: int, end: int, gap: str) -> Token:
    parts = [int(p) for p in re.split(r"[./:-]", raw) if p.isdecimal()]
    word, number = "#other", None
    value: tuple[int, ...] = ()
    if len(parts) == 1:
        if len(raw) <= 4:
            word, number = NUMBER, parts[0]
    elif "." in raw or ":" in raw:
        if parts[0] <= 24 and parts[1] < 60:
            word, value = CLOCK, (parts[0], parts[1])
    else:
        day, month, year = (*parts, 0)[:3]
        if day > 31:
            day, year = year, day
        if month > 12 >= day:
            day, month = month, day
        if 1 <= day <= 31 and 1 <= month <= 12:
            word, value = DATE, (day, month, year + 2000 if 0 < year < 100 else year)
    return Token(word, start, end, raw, number=number, value=value, gap=gap)


def _swallowed(tokens: list[Token], token: Token) -> bool:
    """Whether ``token`` only doubles the word before it: ``apa2``, ``acara-acara``."""
    if not tokens:
        return False
    last = tokens[-1]
    if token.gap == "" and token.raw == "2":
        known = last.word in STOPWORDS or last.raw in COMMON
        return known and last.word not in _COUNTABLE
    if token.gap == "-" and token.raw.startswith(last.raw) and last.raw.isalpha():
        if last.word in _INDEFINITE:
            tokens[-1] = last._replace(word="entah", known=False)
        else:
            tokens[-1] = last._replace(end=token.end)
        return True
    return False


def _told_apart(tokens: list[Token], spelling: Spelling) -> list[Token]:
    """ "bar" and "bubar" before what an event is made of mean "after" in Javanese; "bis", short
    for "after" too, is the bus where it stands at the end or goes somewhere."""
    for at, token in enumerate(tokens):
        before = tokens[at - 1].word if at else ""
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if token.raw in ("bar", "bubar") and after in KNOWN_CONCEPTS:
            tokens[at] = token._replace(word="setelah", known=True)
        elif token.raw == "bis" and (after in _BUS_GOES or before == "naik"):
            bus = spelling.read("bus")
            tokens[at] = token._replace(word=bus.text, known=bus.known)
    return tokens


def _phrased(tokens: list[Token], spelling: Spelling) -> list[Token]:
    """Joins words that mean one thing: makan siang, di mana, hari besok."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        for size in (2,):
            group = tokens[at : at + size]
            if len(group) < size or group[1].gap == ",":
                continue
            words = _phrase(group)
            apart = len(token.raw) > 1 and len(group[1].raw) > 1
            if words is None and apart and not (token.known and group[1].known):
                joined = spelling.read(token.raw + group[1].raw)
                whole = not joined.suffixed or not (token.known or group[1].known)
                if joined.known and joined.exact and whole:
                    words = (joined.text,)
            if words is None and apart and not (token.known or _sure(group[1])):
                words = _read(spelling.beside(token.raw, group[1].raw), spelling)
            if words is not None:
                end = group[-1].end
                merged = [token._replace(word=w, end=end, known=True, number=None) for w in words]
                out.extend(merged)
                at += size
                break
        else:
            out.append(token)
            at += 1
    return out


def _sure(token: Token) -> bool:
    return token.known and token.exact


def _read(pair: tuple[str, str] | None, spelling: Spelling) -> tuple[str, ...] | None:
    return tuple(spelling.read(word).text for word in pair) if pair else None


def _phrase(group: list[Token]) -> tuple[str, ...] | None:
    first, second = group
    return (
        PHRASES.get((first.word, second.word))
        or PHRASES.get((first.raw, second.raw))
        or PHRASES.get((first.word, second.raw))
    )


def _counted(tokens: list[Token]) -> list[Token]:
    """Number words to numbers: dua belas, dua puluh lima, ke-2, ke dua."""
    out: list[Token] = []
    for token in tokens:
        last = out[-1] if out else None
        joined = None
        if last is not None and last.number is not None and token.gap != ",":
            if token.raw == "belas" and last.number < 10:
                joined = last.number + 10
            elif token.raw == "puluh" and last.number < 10:
                joined = last.number * 10
            elif last.raw == "puluh" and token.word in NUMBERS and (token.number or 0) < 10:
                joined = last.number + (token.number or 0)
        if last is not None and joined is not None:
            out[-1] = last._replace(end=token.end, number=joined, raw=token.raw, known=True)
        elif last is not None and last.raw == "ke" and token.number and token.word != CLOCK:
            out[-1] = token._replace(start=last.start, ordinal=True, gap=last.gap)
        else:
            out.append(token)
    return [t._replace(word=NUMBER, known=True) if t.number is not None else t for t in out]
