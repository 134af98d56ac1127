"""What organizers look at while the event goes on. Pure facts of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.agenda import Agenda, Session
from bot.domain.presence import Call


@dataclass(frozen=True, slots=True)
class Line:
    """A session, and how much later it ends (or begins, if it has not) than the day had it."""

    session: Session
    late: timedelta


@dataclass(frozen=True, slots=True)
class NowBoard:
    """One moment of the event. ``now`` and ``until``, the last automatic look, are UTC."""

    now: datetime
    running: Sequence[Line]
    following: Sequence[Line]
    calls: Sequence[tuple[Call, int, int]]
    """Open roll calls: which, how many are there, how many should be."""
    waiting: int
    """Messages that should have left and wait."""
    failed: int
    """Messages that failed today."""
    absent: int
    """How many on the roster have not pressed Start."""
    blocked: int
    questions: Sequence[tuple[Session, int, int]] = ()
    """Sessions with questions to speakers: how many wait to be let through, how many are open."""
    passed_on: int = 0
    """Questions of participants to the organizers that nobody has marked as answered."""
    backup: datetime | None = None
    """When the last backup was made, UTC."""
    until: datetime | None = None


def lines(
    agenda: Agenda, before: Agenda | None, now: datetime
) -> tuple[Sequence[Line], Sequence[Line]]:
    """What runs and what begins next, each compared with ``before``, as the day began."""
    running = [_line(session, before, now) for session in agenda.running(now)]
    following = [_line(session, before, now) for session in agenda.next_up(now)]
    return running, following


def _line(session: Session, before: Agenda | None, now: datetime) -> Line:
    was = before.find(session.id) if before is not None else None
    if was is None or was.cancelled:
        return Line(session, timedelta())
    running = session.running(now)
    return Line(session, session.end - was.end if running else session.start - was.start)
