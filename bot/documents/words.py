"""Which words occur most in what people wrote: Indonesian and English, without the small words."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SHORTEST = 3
_LEAST_NOTES = 2
"""A word that one note alone has says nothing of the notes together."""
_SMALL_WORDS = Path(__file__).with_name("small_words.txt")


def frequent(texts: Iterable[str], *, most: int) -> tuple[tuple[str, int], ...]:
    """Words by the number of texts that have them, at most so many, the most frequent first.

    Forms of one Indonesian word are one (pelayanan, melayani), named by its most frequent form.
    Reduplication counts as the word itself. What one text alone has is left out.
    """
    forms: dict[str, Counter[str]] = {}
    holding: Counter[str] = Counter()
    for text in texts:
        stems = set()
        for word in _words(text):
            stem = _stem(word)
            forms.setdefault(stem, Counter())[word] += 1
            stems.add(stem)
        holding.update(stems)
    named = [
        (min(forms[stem].items(), key=lambda form: (-form[1], form[0]))[0], count)
        for stem, count in holding.items()
        if count >= _LEAST_NOTES
    ]
    return tuple(sorted(named, key=lambda each: (-each[1], each[0]))[:most])


def _words(text: str) -> Iterable[str]:
    for found in _WORD.findall(text.casefold().replace("’", "'")):
        first, _, second = found.partition("-")
        word = first if first == second else found
        if len(word) >= _SHORTEST and word not in _stop_words():
            yield word


@cache
def _stop_words() -> frozenset[str]:
    from Sastrawi.StopWordRemover.StopWordRemoverFactory import StopWordRemoverFactory

    lines = _SMALL_WORDS.read_text(encoding="utf-8").splitlines()
    ours = (line for line in lines if not line.startswith("#"))
    return frozenset(ours).union(StopWordRemoverFactory().get_stop_words())


@cache
def _stem(word: str) -> str:
    stem: str = _stemmer().stem(word)
    return stem or word


@cache
def _stemmer() -> Any:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    return StemmerFactory().create_stemmer()
