"""Several events in one bot: which of theirs somebody means, and whose a button is. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.refs import ref

MARK = r"(?:[a-z2-7]{4}~)?"
"""Stands before the data of a button of any event but the first: rows of two stores may have the
same number, and a button must never act on the other's."""
_MARKED = re.compile(r"([a-z2-7]{4})~")


@dataclass(frozen=True, slots=True)
class Term:
    """An event as somebody sees it who belongs to it. All days are local.

    ``chosen``: when they last chose it over their others.
    """

    start: date
    end: date
    today: date
    chosen: date | None = None

    @property
    def running(self) -> bool:
        """Whether today is one of its days."""
        return self.start <= self.today <= self.end


def mark_for(event_id: str) -> str:
    """What marks an event's buttons: four characters, always the same."""
    return ref(event_id)[:4]


def mark_of(data: str) -> str:
    """The mark of a button's data; "" where it has none."""
    found = _MARKED.match(data)
    return found[1] if found else ""


def marked(data: str, mark: str) -> str:
    """The data with the mark of its event; what has one keeps it."""
    return data if not mark or _MARKED.match(data) else f"{mark}~{data}"


def unmarked(data: str) -> str:
    """The data as its handler knows it."""
    return _MARKED.sub("", data, count=1) if _MARKED.match(data) else data


def current(terms: Sequence[Term]) -> int:
    """Which one somebody means who says nothing: its place in ``terms``, of which there are some.

    The one they chose, until another of theirs begins; else the one that is running, the one that
    began last if several are; else the next; else the last that there was.
    """
    chosen = [n for n, term in enumerate(terms) if term.chosen is not None]
    if chosen:
        last = max(chosen, key=lambda n: terms[n].chosen or date.min)
        since = terms[last].chosen or date.min
        others = (term for n, term in enumerate(terms) if n != last)
        if not any(since < other.start <= other.today for other in others):
            return last
    numbers = range(len(terms))
    running = [n for n in numbers if terms[n].running]
    if running:
        return max(running, key=lambda n: terms[n].start)
    ahead = [n for n in numbers if terms[n].start > terms[n].today]
    if ahead:
        return min(ahead, key=lambda n: terms[n].start)
    return max(numbers, key=lambda n: terms[n].end)
