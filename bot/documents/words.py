"""Which words occur most in what people wrote: Indonesian and English, without the small words."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SHORTEST = 3
_LEAST_NOTES = 2
"""A word that one note alone has says nothing of the notes together."""
_ENGLISH = frozenset(
    """
    about above after again against all also always and another any are around because been before
    being below between both but can cannot could did does doing done down during each either else
    etc even ever every few for from further get give given goes going had has have having her here
    hers herself him himself his how however into its itself just least less let like made make
    many may might more most much must myself neither never nor not now off often once one only
    other ought our ours ourselves out over own perhaps quite rather really same shall she should
    since some still such than that the their theirs them themselves then there these they this
    those though through thus too two under until upon use used very was well were what when where
    whether which while who whom whose why will with within without would yes yet you your yours
    yourself yourselves aren't can't couldn't didn't doesn't don't hasn't haven't isn't it's let's
    shouldn't that's there's they're wasn't weren't won't wouldn't
    """.split()
)
_SMALL = frozenset("yg dgn utk dg tdk krn jd jg sdh blm dlm pd dr spt bs dpt ttg bpk ibu".split())
"""How Indonesians shorten their small words on a phone."""


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

    return _ENGLISH | _SMALL | frozenset(StopWordRemoverFactory().get_stop_words())


@cache
def _stem(word: str) -> str:
    stem: str = _stemmer().stem(word)
    return stem or word


@cache
def _stemmer() -> Any:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    return StemmerFactory().create_stemmer()
