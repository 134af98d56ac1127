"""Who may read a note, and where somebody is in a list of notes."""

import re
import zlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from enum import StrEnum


class Sharing(StrEnum):
    """How far a note goes. Without a name it leaves its writer: see ``store.tables``."""

    PRIVATE = "private"
    NAMED = "named"


FEWEST_ANSWERS = 5
"""No breakdown is shown under this many answers: fewer would point at persons."""

UNDO = timedelta(hours=1)
"""How long a deleted note can be brought back; then it is gone for good."""


def fingerprint(text: str) -> str:
    """Eight characters that change with the text: a button of an older text is recognised."""
    return f"{zlib.crc32(text.encode()):08x}"


_TELLING = 5
"""So many words in a row, in two texts, were hardly written twice by chance."""


def same_words(one: str, other: str) -> bool:
    """Whether two texts repeat each other: a run of words, or all of them where there are few."""
    first, second = (re.findall(r"\w+", text.casefold()) for text in (one, other))
    if not first or not second:
        return False
    least = min(_TELLING, max(len(first), len(second)))
    common = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    return common.size >= least


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in a list of notes: which notes, and the number (from 0) of the first.

    Button data carries it as ``5`` (all), ``d2025-11-04.5`` (of a day), ``s<ref>.5`` (of a
    session), ``s-.5`` (of no session), ``q.5`` (found by the words in the message that the list
    answers) or ``a.5`` (those without name, for organizers).
    """

    PATTERN = r"((?:(?:d\d{4}-\d\d-\d\d|s(?:-|[a-z2-7]{8})|q|a)\.)?\d{1,9})"

    scope: str = ""
    first: int = 0

    def __str__(self) -> str:
        return f"{self.scope}.{self.first}" if self.scope else str(self.first)

    @classmethod
    def parse(cls, data: str) -> "Place":
        """Reads what matches ``PATTERN``."""
        scope, _, first = data.rpartition(".")
        return cls(scope, int(first))

    @classmethod
    def of_day(cls, day: date) -> "Place":
        """The notes of a local day."""
        return cls(f"d{day}")

    @classmethod
    def of_session(cls, ref: str | None) -> "Place":
        """The notes of a session by its reference; None: those of no session."""
        return cls(f"s{ref or '-'}")

    def at(self, first: int) -> "Place":
        """The same notes from number ``first`` on."""
        return replace(self, first=first)

    @property
    def day(self) -> date | None:
        """The day whose notes are meant, if any; also None where no calendar has it."""
        found = re.fullmatch(r"d(\d{4}-\d\d-\d\d)", self.scope)
        try:
            return date.fromisoformat(found.group(1)) if found else None
        except ValueError:
            return None

    @property
    def session_ref(self) -> str | None:
        """The reference of the session whose notes are meant, if any."""
        return self.scope[1:] if len(self.scope) == 9 and self.scope[0] == "s" else None

    @property
    def outside(self) -> bool:
        """Whether notes of no session are meant."""
        return self.scope == "s-"


FOUND = Place("q")
WITHOUT_NAME = Place("a")
