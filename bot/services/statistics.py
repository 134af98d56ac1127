"""Gathers the figures that ``texts/statistics.py`` draws."""

from sqlmodel import Session

from bot.domain import clock, statistics
from bot.domain.agenda import Agenda
from bot.domain.people import Role
from bot.domain.presence import Call
from bot.domain.statistics import Attended, Reach, Statistics
from bot.services import presence, rosters
from bot.services.rosters import State
from bot.store import asked, attendance, people


def gather(db: Session, agenda: Agenda) -> Statistics:
    """The figures as they stand."""
    zone = agenda.timezone
    ready = {state: len(persons) for state, persons in rosters.board(db).by_state.items()}
    everyone = people.everyone(db)
    joined = [clock.local_day(p.joined_at, zone) for p in everyone if p.joined_at is not None]
    guests = [
        (p.id or 0, p.group, p.joined_at is not None)
        for p in everyone
        if p.role is not Role.ORGANIZER
    ]
    return Statistics(
        reach=Reach(
            ready[State.READY], ready[State.SILENT], ready[State.BLOCKED], ready[State.WAITING]
        ),
        groups=statistics.by_group(guests),
        joined_by_day=statistics.cumulated(joined),
        sessions=tuple(_attended(db, agenda)),
        asked=asked.counts(db),
        disclosed=asked.count_disclosed(db),
    )


def _attended(db: Session, agenda: Agenda) -> list[Attended]:
    """Every session whose attendance was taken, in order."""
    found = []
    for session in agenda.sessions:
        kept = attendance.get(db, session.ref)
        if kept is not None:
            call = Call(kept.id, kept.opened_at, kept.closed_at, session)
            board = presence.board(db, call)
            found.append(Attended(session.id, len(board.present), len(board.expected)))
    return found
