"""Quick polls: reading one from lines of text, counting, what may be told of groups. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import disclosure
from bot.domain.disclosure import People

MOST = 10
"""Options."""
LONGEST_QUESTION = 300
LONGEST_OPTION = 80
"""Characters: more than that nobody reads on a button."""
_BULLET = re.compile(r"^\s*(?:[-–•*▪]|\(?\d{1,2}[.)]|\(?[A-Za-z][.)])\s+")


class State(StrEnum):
    """From its preview to its end; one that is closed may be opened again."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"


class Fault(StrEnum):
    """Why lines of text are no poll."""

    FEW = "few"
    MANY = "many"
    LONG_QUESTION = "long_question"
    LONG_OPTION = "long_option"
    TWICE = "twice"


class Voted(StrEnum):
    """What became of a press on an option."""

    RECORDED = "recorded"
    CHANGED = "changed"
    ALREADY = "already"
    REMOVED = "removed"
    CLOSED = "closed"
    NOT_YOURS = "not_yours"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Wording:
    """The question and what may be answered."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A poll as one person sees it; ``own`` are the options they chose, from 0."""

    id: int
    question: str
    options: tuple[str, ...]
    state: State
    several: bool
    counts: tuple[int, ...]
    """Votes of each option."""
    voters: int
    own: frozenset[int] = frozenset()

    @property
    def open(self) -> bool:
        """Whether votes are taken."""
        return self.state is State.OPEN

    def share(self, option: int) -> float:
        """The part of those who answered that chose it, 0 to 1."""
        return self.counts[option] / self.voters if self.voters else 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A poll as its organizers see it. ``audience``: its kind and name."""

    view: View
    turn: int
    on_wall: bool
    session_id: str | None
    audience: tuple[str, str]
    reached: int
    """How many have it; of a draft: how many would get it."""


@dataclass(frozen=True, slots=True)
class Group:
    """What one group answered; ``counts`` is None where that may not be told."""

    name: str | None
    voters: int
    counts: tuple[int, ...] | None


def read(text: str) -> Wording | Fault:
    """The poll that the text is: the question in the first line, an option in each other.

    Bullets and numbers before the options are left out, empty lines do not matter.
    """
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) < 3:
        return Fault.FEW
    question, options = lines[0], tuple(_BULLET.sub("", line) for line in lines[1:])
    if len(question) > LONGEST_QUESTION:
        return Fault.LONG_QUESTION
    if len(options) > MOST:
        return Fault.MANY
    if any(len(option) > LONGEST_OPTION or not option for option in options):
        return Fault.LONG_OPTION
    if len({option.casefold() for option in options}) < len(options):
        return Fault.TWICE
    return Wording(question, options)


def by_group(
    votes: Sequence[tuple[int, int]], groups: Mapping[int, str | None], *, options: int
) -> list[Group]:
    """What each group answered, as far as it points at nobody.

    Args:
        votes: person and option of each vote.
        groups: the group of every person who voted; None: in no group.
        options: how many there are.
    """
    names = sorted({groups[person] for person, _ in votes}, key=lambda name: (name is None, name))
    parts: dict[str | None, People] = {
        name: frozenset(person for person, _ in votes if groups[person] == name) for name in names
    }
    hidden = disclosure.withheld(parts)
    found = []
    for name in names:
        own = [option for person, option in votes if groups[person] == name]
        counts = tuple(own.count(option) for option in range(options))
        found.append(Group(name, len(parts[name]), None if name in hidden else counts))
    return found
