"""Looking into an agenda by time: what runs, what comes next, what lies in a stretch of time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.language.index import AgendaIndex
from bot.domain.language.moments import SOON, Grain, When, whole_day
from bot.domain.language.question import Intent, Question


class Looking:
    """Sessions by position in the agenda; ``now`` is wall time of the event."""

    def __init__(self, question: Question, index: AgendaIndex, now: datetime) -> None:
        self.question = question
        self.index = index
        self.now = now
        self.today = now.date()
        self.all = range(len(index.starts))
        self.days = index.agenda.days

    def _today(self) -> When:
        return whole_day("", self.today)

    def _running(self, moment: datetime) -> tuple[int, ...]:
        starts, ends = self.index.starts, self.index.ends
        return tuple(i for i in self.all if starts[i] <= moment < ends[i])

    def _next(self, after: datetime, among: Iterable[int] | None = None) -> tuple[int, ...]:
        """Those that begin first after ``after``, all that begin together."""
        starts = self.index.starts
        later = [i for i in (self.all if among is None else among) if starts[i] > after]
        return tuple(i for i in later if starts[i] == starts[later[0]])

    def _within(self, when: When, among: Iterable[int] | None = None) -> tuple[int, ...]:
        """Sessions of a time: running at an instant; of a stretch those that begin in it, or,
        where none does, those that reach into it."""
        starts, ends = self.index.starts, self.index.ends
        chosen = list(self.all if among is None else among)
        if when.start == when.end:
            running = tuple(i for i in chosen if starts[i] <= when.start < ends[i])
            soon = [i for i in chosen if when.start < starts[i] < when.start + SOON]
            return running or tuple(i for i in soon if starts[i] == starts[soon[0]])
        begin = tuple(
            i
            for i in chosen
            if when.start <= starts[i] < when.end
            or (when.grain is Grain.PART and self._mostly_in(i, when))
        )
        if (begin or when.grain is Grain.DAY) and not when.between:
            return begin
        return tuple(i for i in chosen if starts[i] < when.end and ends[i] > when.start)

    def _mostly_in(self, i: int, when: When) -> bool:
        """Whether two thirds of it lie in a part of the day: dinner at 17.45 is in the evening."""
        start, end = self.index.starts[i], self.index.ends[i]
        inside = min(end, when.end) - max(start, when.start)
        return start < when.start < end and inside * 3 >= (end - start) * 2

    def _outside(self, when: When) -> bool:
        event = self.index.agenda.event
        last = (when.end - timedelta(seconds=1)).date() if when.end > when.start else None
        return when.first_day > event.end or (last or when.first_day) < event.start

    def _upcoming(self, group: Sequence[int]) -> tuple[int, ...]:
        ends = self.index.ends
        ahead = [i for i in group if ends[i] > self.now]
        return tuple(ahead[:1] or group[-1:])

    def _positions(self, ids: Iterable[str]) -> tuple[int, ...]:
        wanted = set(ids)
        return tuple(i for i, s in enumerate(self.index.agenda.sessions) if s.id in wanted)

    def _saying(self, found: tuple[int, ...], intent: Intent) -> tuple[int, ...]:
        """Those for which the rundown says what is asked; all where it says it of none."""
        sessions = self.index.agenda.sessions
        said = {
            Intent.WHO: lambda i: bool(sessions[i].speakers),
            Intent.WHERE: lambda i: bool(sessions[i].room),
            Intent.DRESS: lambda i: bool(sessions[i].dress),
            Intent.BRING: lambda i: bool(sessions[i].bring),
            Intent.MATERIALS: lambda i: bool(sessions[i].materials),
        }.get(intent)
        return tuple(i for i in found if said(i)) or found if said else found

    def _whole(self) -> When:
        """Today while the event is on, else all of it."""
        if self.today in self.days and not self.question.about_event:
            return self._today()
        event = self.index.agenda.event
        first = whole_day("", event.start)
        return When("", first.start, whole_day("", event.end).end, Grain.SPAN)
