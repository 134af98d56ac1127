"""One typed word to one known word: exact spelling, stem, dropped vowels, then edit distance.

The vocabulary is closed: the words of the grammar and of one agenda. A word that is known, or
that commonly means something else, is never moved onto another; neither are numbers, nor words
under four letters. Results are kept per word, since people repeat themselves.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.language.abbreviations import EXPANSIONS
from bot.domain.language.common import COMMON
from bot.domain.language.lexicon import (
    MONTHS,
    NUMBERS,
    ORDINALS,
    SPELLINGS,
    SUFFIXES,
)

_KEPT = 4096
_SHORT, _LONG = 4, 8
_BLEND = 5
_THRICE = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiou]")
_ALIKE = frozenset({"sz", "zs", "iy", "yi", "fv", "vf"})
_MELTED = (
    ("meny", "s"), ("peny", "s"), ("ny", "s"), ("men", "t"), ("pen", "t"), ("n", "t"),
    ("mem", "p"), ("pem", "p"), ("meng", "k"), ("peng", "k"), ("ng", "k"),
)  # fmt: skip
_COUNTED = NUMBERS.keys() | ORDINALS.keys() | MONTHS.keys()


class Word(NamedTuple):
    """What a typed word is taken for."""

    text: str
    known: bool
    exact: bool = True
    suffixed: bool = False
    """A known stem with -nya or the like: it may point back to what was spoken of before."""


class Spelling:
    """Reads words against the grammar and ``words``, the vocabulary of one agenda.

    ``neighbours`` stand side by side in its titles, ``short`` are initials of words in them.
    """

    def __init__(
        self,
        words: Iterable[str],
        neighbours: Iterable[tuple[str, str]],
        short: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._own = frozenset(words)
        pairs = sorted(neighbours)
        self._several: dict[str, tuple[str, ...] | None] = {
            **{short: run for short, run in short.items() if short not in self._own},
            **{"".join(pair): pair for pair in pairs},
            **EXPANSIONS,
        }
        self._starting: dict[str, list[tuple[str, str]]] = {}
        self._initialled: dict[str, list[tuple[str, str]]] = {}
        for pair in pairs:
            self._starting.setdefault(pair[0][:2], []).append(pair)
            self._initialled.setdefault(pair[0][0] + pair[1][0], []).append(pair)
        targets = {w: w for w in self._own if len(w) >= _SHORT}
        targets |= {w: w for w in _COUNTED if len(w) > _SHORT}
        targets |= {s: w for s, w in SPELLINGS.items() if len(s) >= _SHORT + (s != w)}
        self._targets = {s: w for s, w in targets.items() if s.isalpha()}
        self._by_length: dict[int, list[str]] = {}
        self._skeletons: dict[str, set[str]] = {}
        for spelling, word in self._targets.items():
            self._by_length.setdefault(len(spelling), []).append(spelling)
            self._skeletons.setdefault(_skeleton(spelling), set()).add(word)
        self._families: dict[str, set[str]] = {}
        for word in self._own:
            for root in (*_roots(word), *_unmelted(word)):
                self._families.setdefault(root, set()).add(word)
        self._near: dict[int, list[str]] = {}
        self._read: dict[str, Word] = {}

    def read(self, typed: str) -> Word:
        """The word behind ``typed``, which is case-folded and without apostrophes."""
        word = self._read.get(typed)
        if word is None:
            if len(self._read) >= _KEPT:
                self._read.clear()
            word = self._read[typed] = self._recognise(typed)
        return word

    def several(self, typed: str) -> tuple[str, ...] | None:
        """The words that ``typed`` stands for, where it is more than one."""
        if self._exact(typed):
            return None
        if typed not in self._several:
            if len(self._several) >= _KEPT:
                return self._blended(typed)
            self._several[typed] = self._blended(typed)
        return self._several[typed]

    def _blended(self, typed: str) -> tuple[str, str] | None:
        """``kunlap`` is kunjungan lapangan: beginnings of two neighbours, as Indonesians do it."""
        if len(typed) < _BLEND or typed in COMMON or self.read(typed).known:
            return None
        fits = [p for p in self._starting.get(typed[:2], ()) if _blend(typed, *p)]
        return fits[0] if len(fits) == 1 else None

    def beside(self, first: str, second: str) -> tuple[str, str] | None:
        """The neighbours that two mistyped words stand for: "gla diner" is gala dinner."""
        if first in COMMON or second in COMMON:
            return None
        near = self._initialled.get(first[0] + second[0], ())
        fits = [pair for pair in near if _near(first, second, pair)]
        return fits[0] if len(fits) == 1 else None

    def _exact(self, typed: str) -> str | None:
        if typed in SPELLINGS:
            return SPELLINGS[typed]
        return typed if typed in self._own or typed in _COUNTED else None

    def _recognise(self, typed: str) -> Word:
        plain = _THRICE.sub(r"\1", typed)
        single = _TWICE.sub(r"\1", plain)
        for form in dict.fromkeys((typed, plain, single if len(single) >= _SHORT else plain)):
            if found := self._exact(form):
                return Word(found, known=True)
            if form in COMMON:
                return Word(form, known=False)
            for suffix in SUFFIXES:
                stem = form.removesuffix(suffix)
                if stem != form and len(stem) > 2:
                    if found := self._exact(stem):
                        return Word(found, known=True, suffixed=True)
                    if stem in COMMON:
                        return Word(stem, known=False)
        if not _SHORT <= len(plain) <= 24 or not plain.isascii():
            return Word(typed, known=False)
        known = next((SPELLINGS[root] for root in _roots(plain) if root in SPELLINGS), None)
        if known:
            return Word(known, known=True, exact=False)
        if any(root in COMMON for root in _roots(plain)):
            return Word(typed, known=False)
        guess = self._rooted(plain) or self._without_vowels(plain) or self._mistyped(plain)
        guess = guess or self._begun(plain)
        return Word(guess, known=True, exact=False) if guess else self._suffixed(plain)

    def _suffixed(self, typed: str) -> Word:
        stem = typed.removesuffix("nya")
        if stem != typed and len(stem) >= _SHORT:
            guess = self._without_vowels(stem) or self._mistyped(stem)
            if guess:
                return Word(guess, known=True, exact=False, suffixed=True)
        return Word(typed, known=False)

    def _rooted(self, typed: str) -> str | None:
        """``jelajah`` and ``menjelajah`` are penjelajahan where the agenda has it."""
        stems = (*_roots(typed), *_unmelted(typed))
        fits = {word for root in stems for word in self._families.get(root, ())}
        return fits.pop() if len(fits) == 1 else None

    def _without_vowels(self, typed: str) -> str | None:
        """``pmbkaan`` is pembukaan: consonants agree, vowels are missing, one word fits."""
        bones = _skeleton(typed)
        if len(bones) < 3 or len(typed) - len(bones) > len(bones) / 2:
            return None
        fits = {w for w in self._skeletons.get(bones, ()) if w[0] == typed[0]}
        return fits.pop() if len(fits) == 1 else None

    def _mistyped(self, typed: str) -> str | None:
        length = len(typed)
        reach = 2 if length >= _LONG else 1
        near = self._near.get(length)
        if near is None:
            lengths = range(length - reach, length + reach + 1)
            near = [w for n in lengths for w in self._by_length.get(n, ())]
            self._near[length] = near
        hits = process.extract(typed, near, scorer=OSA.distance, score_cutoff=reach, limit=6)
        hits = [hit for hit in hits if _plausible(typed, hit[0])]
        hits = [hit for hit in hits if hit[1] < 2 or hit[0][:2] == typed[:2]]
        if not hits:
            return None
        best = min(hit[1] for hit in hits)
        closest = [hit[0] for hit in hits if hit[1] == best]
        same_start = [w for w in closest if w[0] == typed[0]]
        words = {self._targets[w] for w in same_start or closest}
        return words.pop() if len(words) == 1 else None

    def _begun(self, typed: str) -> str | None:
        """``simul`` is simulasi where one word of the agenda begins so."""
        if len(typed) < _SHORT:
            return None
        fits = [w for w in self._own if w.startswith(typed)]
        return fits[0] if len(fits) == 1 else None


def _blend(typed: str, first: str, second: str) -> bool:
    """Whether ``typed`` is two letters or more of ``first`` and as many of ``second``."""
    return any(
        first.startswith(typed[:k]) and second.startswith(typed[k:])
        for k in range(2, len(typed) - 1)
    )


def _near(first: str, second: str, pair: tuple[str, str]) -> bool:
    return OSA.distance(first, pair[0]) < 2 and OSA.distance(second, pair[1]) < 2


def _plausible(typed: str, target: str) -> bool:
    if len(typed) == _SHORT and len(target) == _SHORT and sorted(typed) != sorted(target):
        # another letter in a short word is usually another word, unless it sounds the same
        return all(a == b or a + b in _ALIKE for a, b in zip(typed, target, strict=True))
    if typed[0] != target[0]:
        return len(typed) > 5 or typed[:2] == target[1::-1]
    return True


def _roots(word: str) -> Iterator[str]:
    """The word and what is left of it without prefix and suffix, at least five letters."""
    for tail in ("", "kan", "an", "i"):
        stem = word.removesuffix(tail)
        if tail and stem == word:
            continue
        for head in (
            "",
            "peng",
            "pen",
            "pem",
            "per",
            "pe",
            "meng",
            "men",
            "mem",
            "me",
            "ber",
            "di",
        ):
            root = stem.removeprefix(head)
            if len(root) > _SHORT and (not head or root != stem):
                yield root


def _unmelted(word: str) -> Iterator[str]:
    """Roots whose first letter melted into the prefix: menyelam and nyelam are of selam."""
    for head, letter in _MELTED:
        stem = word.removeprefix(head)
        if stem != word:
            tails = (stem.removesuffix(tail) for tail in ("an", "kan", "i"))
            yield from (letter + s for s in dict.fromkeys((stem, *tails)) if len(s) >= _SHORT)


def _skeleton(word: str) -> str:
    return _VOWELS.sub("", word)
