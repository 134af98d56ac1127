"""Calendar files of phones: a session's number of changes, whose is what, and the address."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from bot.domain import calendars
from bot.domain.agenda import Agenda
from bot.domain.agenda import Session as AgendaSession
from bot.domain.calendars import Entry
from bot.services import own_agenda
from bot.services.desk import Desk
from bot.store import people, session_revisions
from bot.store.tables import Person


def record(db: Session, agenda: Agenda, now: datetime) -> None:
    """Counts the changes of each session now that this agenda is in force.

    Sessions that an older program gave files of had the agenda's version for a number: theirs
    begin there, so that no number ever falls.
    """
    known = session_revisions.everything(db)
    first = 0 if known else max(0, agenda.version - 1)
    session_revisions.put(db, calendars.revised(agenda, known, now, first=first))


def of_session(db: Session, desk: Desk, session: AgendaSession) -> list[Entry]:
    """One session."""
    return calendars.entries(desk.agenda, [session], session_revisions.everything(db))


def of_everybody(db: Session, desk: Desk) -> list[Entry]:
    """Every session, also those that do not take place any more."""
    return _entries(db, desk.agenda, (*desk.agenda.sessions, *desk.agenda.cancelled))


def of_day(db: Session, desk: Desk, person: Person, day: date) -> list[Entry]:
    """The person's own of one local day."""
    found = of_person(db, desk, person)
    return [entry for entry in found if desk.agenda.day_of(entry.session) == day]


def of_person(db: Session, desk: Desk, person: Person) -> list[Entry]:
    """The person's own sessions, also those that do not take place any more."""
    own = own_agenda.view(db, desk, person)
    found = _entries(db, desk.agenda, (*own.agenda.sessions, *own.agenda.cancelled))
    return [entry for entry in found if own.mine(entry.session)]


def address(desk: Desk, person: Person) -> str | None:
    """Where the person's phone finds the calendar; None: phones cannot reach this bot."""
    if desk.reachable_at is None:
        return None
    token = calendars.token(
        desk.invite_secret,
        event_id=desk.agenda.event.id,
        person_id=person.id or 0,
        generation=person.invite_generation,
    )
    return f"{desk.reachable_at}/kalender/{token}.ics"


def holder(db: Session, person_id: int, generation: int) -> Person | None:
    """Whose a genuine token is; None: of an invite that was renewed, or of nobody any more."""
    person = people.get(db, person_id)
    if person is None or person.removed or person.joined_at is None:
        return None
    return person if person.invite_generation == generation else None


def _entries(db: Session, agenda: Agenda, sessions: Iterable[AgendaSession]) -> list[Entry]:
    known = session_revisions.everything(db)
    return calendars.entries(agenda, (*sessions, *calendars.gone(agenda, known)), known)
