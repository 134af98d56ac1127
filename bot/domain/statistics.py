"""How an event goes, in figures for pictures: reach, attendance, questions. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import disclosure
from bot.domain.asked import UNANSWERED, Counts, Outcome
from bot.domain.disclosure import People


@dataclass(frozen=True, slots=True)
class Reach:
    """Of everybody on the roster; ``silent`` are ready but get no reminders."""

    ready: int
    silent: int
    blocked: int
    waiting: int

    @property
    def total(self) -> int:
        """Everybody."""
        return self.ready + self.silent + self.blocked + self.waiting

    @property
    def joined(self) -> int:
        """Who pressed Start."""
        return self.total - self.waiting


@dataclass(frozen=True, slots=True)
class Attended:
    """One session at which attendance was taken."""

    session_id: str
    present: int
    expected: int

    @property
    def percent(self) -> int:
        """Present of expected."""
        return round(100 * self.present / self.expected) if self.expected else 0


@dataclass(frozen=True, slots=True)
class GroupReach:
    """How many of a group pressed Start; None: withheld. ``group`` None: those without one."""

    group: str | None
    members: int
    joined: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of it. ``joined_by_day``: how many had pressed Start by the end of each local day."""

    reach: Reach
    groups: tuple[GroupReach, ...]
    joined_by_day: tuple[tuple[date, int], ...]
    sessions: tuple[Attended, ...]
    asked: Counts
    disclosed: int
    """Unanswered questions whose words organizers may read."""

    @property
    def questions(self) -> int:
        """How many came."""
        return self.asked.total()

    @property
    def unanswered(self) -> int:
        """How many had no answer."""
        return sum(self.missed.values())

    @property
    def missed(self) -> Counter[tuple[str, Outcome]]:
        """Those without an answer by what was wanted and why."""
        found: Counter[tuple[str, Outcome]] = Counter()
        for kind, count in self.asked.items():
            if kind.outcome in UNANSWERED:
                found[kind.intent, kind.outcome] += count
        return found

    def by_hour(self) -> tuple[Sequence[int], Mapping[date, Sequence[int]]]:
        """The hours from the first to the last in which something was asked; counts by day."""
        hours = sorted({kind.hour for kind in self.asked})
        span = range(hours[0], hours[-1] + 1) if hours else range(0)
        rows: dict[date, list[int]] = {}
        for kind, count in self.asked.items():
            row = rows.setdefault(kind.day, [0] * len(span))
            row[kind.hour - span.start] += count
        return span, dict(sorted(rows.items()))


def cumulated(days: Iterable[date]) -> tuple[tuple[date, int], ...]:
    """How many there were by the end of each day on which one came."""
    total, found = 0, []
    for day, count in sorted(Counter(days).items()):
        total += count
        found.append((day, total))
    return tuple(found)


def by_group(members: Sequence[tuple[int, str | None, bool]]) -> tuple[GroupReach, ...]:
    """How many of each group pressed Start, as far as it may be told.

    Args:
        members: person, group, and whether they pressed Start.
    """
    names = sorted({group for _, group, _ in members}, key=lambda name: (name is None, name or ""))
    of: dict[str | None, People] = {
        name: frozenset(person for person, group, _ in members if group == name) for name in names
    }
    hidden = disclosure.withheld(of)
    joined = Counter(group for _, group, there in members if there)
    return tuple(
        GroupReach(name, len(of[name]), None if name in hidden else joined[name]) for name in names
    )
