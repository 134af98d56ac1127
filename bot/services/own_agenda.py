"""One person's own rundown: what they starred, and where that clashes."""

from sqlmodel import Session

from bot.domain.agenda import Session as AgendaSession
from bot.domain.own_agenda import Clash, OwnAgenda
from bot.services import reminding
from bot.services.desk import Desk
from bot.store import favourites
from bot.store.tables import Person


def view(db: Session, desk: Desk, person: Person) -> OwnAgenda:
    """What is for the person's group and what they starred; also of an organizer.

    That of an aide is of the person they go with, and what they starred themselves.
    """
    [wanting] = reminding.subscribers(db, [person])
    return OwnAgenda(desk.agenda, wanting.group, wanting.favourites)


def is_starred(db: Session, person: Person, session_id: str) -> bool:
    """Whether the person starred it."""
    return session_id in favourites.of(db, person.id or 0)


def star(
    db: Session, desk: Desk, person: Person, session: AgendaSession, *, wanted: bool
) -> tuple[Clash, ...]:
    """Stars the session or takes the star away; what it clashes with, none once it is over."""
    if not wanted:
        favourites.unstar(db, person_id=person.id or 0, session_id=session.id)
        return ()
    now = desk.now()
    favourites.star(db, person_id=person.id or 0, session_id=session.id, at=now)
    if session.cancelled or session.end <= now:
        return ()
    return view(db, desk, person).clashes([session])
