"""Words of a text as the search sees them, and the place in a text where they stand.

Case, accents and width make no difference; a word asked for finds every word that begins with it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

MOST_WORDS = 16
"""Further words of a question are left out: whoever pastes a whole note finds it by these."""
WHOLE_BELOW = 3
"""Shorter words are found whole only: half of a note begins with "d"."""
_LONGEST = 40
"""Characters of a word that count."""
_LONG = 6_000
"""Characters of a text that counts half as much as a short one with the same words."""
_PLAIN = {point: chr(point).lower() if chr(point).isalnum() else " " for point in range(128)}
_BEFORE = 40
"""Characters shown before the place found."""

_MARKS = "".join(
    chr(point) for point in range(0x300, 0x3100) if unicodedata.category(chr(point))[0] == "M"
)
"""Signs that belong to the letter before them (accents, vowels of Arabic, Thai, Devanagari)."""
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{re.escape(_MARKS)}])*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage; ``found``: it is one of the words asked for."""

    text: str
    found: bool = False


def words(text: str) -> list[str]:
    """Every word of the text in order, in the form in which words are compared."""
    if text.isascii():
        return [word[:_LONGEST] for word in re.findall(r"[^\W_]+", text.lower())]
    return [word for word, _, _ in _spans(text)]


def asked(text: str) -> list[str]:
    """The different words of what somebody typed into the search; empty: nothing to look for."""
    return list(dict.fromkeys(words(text)))[:MOST_WORDS]


def fits(word: str, wanted: str) -> bool:
    """Whether a word of a text is found by a word asked for (both as ``words`` gives them)."""
    return word == wanted or (len(wanted) >= WHOLE_BELOW and word.startswith(wanted))


def hay(text: str) -> str:
    """The words of the text with blanks around them, to be looked through again and again."""
    if text.isascii():
        return f" {text.translate(_PLAIN)} "
    return f" {' '.join(words(text))} "


def score(hay: str, wanted: Sequence[str]) -> float:
    """How well a text answers; 0 unless it holds every word. Whole words count double."""
    total = 0.0
    for one in wanted:
        whole = hay.count(f" {one} ")
        hits = whole + (hay.count(f" {one}") if len(one) >= WHOLE_BELOW else whole)
        if not hits:
            return 0.0
        total += hits / (hits + 2)
    return total / (1 + len(hay) / _LONG)


def passage(text: str, wanted: Collection[str], *, width: int) -> list[Piece]:
    """About ``width`` characters around the place where most of the words stand together.

    Line breaks become spaces. The beginning of the text where none of the words is in it.
    """
    hits = [
        (start, end, {one for one in wanted if fits(word, one)})
        for word, start, end in _spans(text)
    ]
    hits = [hit for hit in hits if hit[2]]
    first = _best(hits, width - _BEFORE) - _BEFORE if hits else 0
    begin = _at_word(text, first) if first > 0 and len(text) > width else 0
    stop = min(len(text), begin + width)
    pieces = [Piece("…")] if begin > 0 else []
    at = begin
    for start, end, _ in hits:
        if start < begin or end > stop:
            continue
        pieces += [Piece(_flat(text[at:start])), Piece(text[start:end], found=True)]
        at = end
    pieces.append(Piece(_flat(text[at:stop])))
    if stop < len(text):
        pieces.append(Piece("…"))
    return [piece for piece in pieces if piece.text]


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WORD.finditer(text):
        word = _folded(match.group())
        if word:
            yield word, match.start(), match.end()


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()[:_LONGEST]
    plain = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in plain if letter.isalnum())[:_LONGEST]


def _best(hits: Sequence[tuple[int, int, set[str]]], reach: int) -> int:
    """Where the stretch begins that holds most of the words; the earliest of equals."""
    best, most = hits[0][0], 0
    for i, (start, _, _) in enumerate(hits):
        together: set[str] = set()
        for at, _, found in hits[i : i + 50]:
            if at > start + reach:
                break
            together |= found
        if len(together) > most:
            best, most = start, len(together)
    return best


def _at_word(text: str, position: int) -> int:
    """The beginning of the next word, not far behind ``position``."""
    if position == 0:
        return 0
    space = re.compile(r"\s\S").search(text, position, position + _BEFORE)
    return space.start() + 1 if space else position


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
