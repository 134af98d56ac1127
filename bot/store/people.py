"""People of the event: the roster as stored, and the accounts bound to it."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from bot.domain.people import Role, RosterEntry
from bot.store.tables import Dialogue, Person, SessionReminder

CONFIGURED = "organizer:"
"""Keys of organizers named in the settings rather than in the roster."""

_FIELDS = tuple(field.name for field in fields(RosterEntry))

_JOINED = (col(Person.joined_at).is_not(None), ~col(Person.removed))


def by_chat(db: Session, chat_id: int) -> Person | None:
    """Who uses this private chat; None for strangers and for people taken off the roster."""
    person = db.exec(select(Person).where(Person.chat_id == chat_id)).first()
    return None if person is None or person.removed else person


def let_go(db: Session, chat_id: int) -> None:
    """Unbinds the account from somebody who was taken off the roster, so that it is free again."""
    gone = select(Person).where(Person.chat_id == chat_id, col(Person.removed))
    for person in db.exec(gone).all():
        person.chat_id = None
        db.add(person)
    db.flush()  # the number is unique: it must be free before another row gets it


# Made once: putting a statement together takes as long as running it.
_RECALL = (
    select(Person, Dialogue)
    .join(Dialogue, col(Dialogue.chat_id) == Person.chat_id, isouter=True)
    .where(col(Person.chat_id) == bindparam("chat_id"))
)


def recall(db: Session, chat_id: int) -> tuple[Person | None, Dialogue]:
    """Who uses this private chat and what it is in the middle of; every update asks this."""
    row = db.exec(_RECALL, params={"chat_id": chat_id}).first()
    person, dialogue = row if row is not None else (None, None)
    known = None if person is None or person.removed else person
    return known, dialogue or Dialogue(chat_id=chat_id)


def get(db: Session, person_id: int) -> Person | None:
    """The person with this id, also when taken off the roster."""
    return db.get(Person, person_id)


def keyed(db: Session, keys: Iterable[str]) -> Sequence[Person]:
    """Those with these keys, also when taken off the roster, by id."""
    query = select(Person).where(col(Person.key).in_(list(keys)))
    return db.exec(query.order_by(col(Person.id))).all()


def principals(db: Session, persons: Iterable[Person]) -> dict[int, Person]:
    """Of each aide among them, by id, the person they go with, while that one is on the roster."""
    aides = [person for person in persons if person.aide_of]
    found = {p.key: p for p in keyed(db, {a.aide_of or "" for a in aides}) if not p.removed}
    return {aide.id or 0: found[aide.aide_of or ""] for aide in aides if aide.aide_of in found}


def aides(db: Session) -> Sequence[Person]:
    """Everybody on the roster who goes with somebody, by id."""
    query = select(Person).where(col(Person.aide_of).is_not(None), ~col(Person.removed))
    return db.exec(query.order_by(col(Person.id))).all()


def everyone(db: Session) -> Sequence[Person]:
    """Everybody on the roster, by name."""
    return db.exec(select(Person).where(~col(Person.removed)).order_by(Person.name)).all()


def members(db: Session) -> Sequence[Person]:
    """Everybody who pressed Start, by id; those who blocked the bot since are among them."""
    return db.exec(select(Person).where(*_JOINED).order_by(col(Person.id))).all()


def reachable(db: Session) -> Sequence[Person]:
    """Members who have not blocked the bot, by id: whom it is of use to send reminders."""
    query = select(Person).where(*_JOINED, col(Person.blocked_at).is_(None))
    return db.exec(query.order_by(col(Person.id))).all()


def reachable_of(db: Session, ids: Sequence[int]) -> Sequence[Person]:
    """Those of these, some hundreds at most, whom it is of use to send reminders; by id."""
    query = select(Person).where(*_JOINED, col(Person.blocked_at).is_(None))
    return db.exec(query.where(col(Person.id).in_(ids)).order_by(col(Person.id))).all()


def organizers(db: Session) -> Sequence[Person]:
    """Organizers who pressed Start."""
    return db.exec(select(Person).where(*_JOINED, Person.role == Role.ORGANIZER)).all()


def count(db: Session) -> tuple[int, int]:
    """How many are on the roster and how many of them joined."""
    total = db.exec(select(func.count(col(Person.id))).where(~col(Person.removed))).one()
    joined = db.exec(select(func.count(col(Person.id))).where(*_JOINED)).one()
    return total, joined


def roster(db: Session) -> list[RosterEntry]:
    """The roster as stored, by id; organizers who are only in the settings are no part of it."""
    query = select(Person).where(~col(Person.removed)).order_by(col(Person.id))
    listed = (p for p in db.exec(query).all() if not p.key.startswith(CONFIGURED))
    return [RosterEntry(**{name: getattr(p, name) for name in _FIELDS}) for p in listed]


def put_roster(db: Session, entries: Iterable[RosterEntry]) -> None:
    """Makes the stored roster equal to ``entries``; accounts, choices and notes stay bound."""
    stored = {person.key: person for person in db.exec(select(Person)).all()}
    for entry in entries:
        person = stored.pop(entry.key, None) or Person(
            key=entry.key, name=entry.name, role=entry.role
        )
        for name in _FIELDS:
            setattr(person, name, getattr(entry, name))
        person.removed = False
        db.add(person)
    for person in stored.values():
        person.removed = not person.key.startswith(CONFIGURED)
        db.add(person)


def put_configured_organizers(db: Session, ids: Iterable[int], name: str) -> None:
    """Organizers by Telegram id from the settings; one who is on the roster too becomes one."""
    wanted = set(ids)
    for person in db.exec(select(Person).where(col(Person.key).startswith(CONFIGURED))).all():
        person.removed = person.chat_id not in wanted
        db.add(person)
        wanted.discard(person.chat_id or 0)
    for chat_id in wanted:
        let_go(db, chat_id)
        person = by_chat(db, chat_id) or Person(
            key=f"{CONFIGURED}{chat_id}", name=name, role=Role.ORGANIZER, chat_id=chat_id
        )
        person.role = Role.ORGANIZER
        db.add(person)


def choose_event(db: Session, person_id: int, *, now: datetime) -> None:
    """Notes that the person chose this event over others they belong to."""
    person = get(db, person_id)
    if person is not None:
        person.chosen_at = now
        db.add(person)


def session_reminders(db: Session, ids: Sequence[int] | None = None) -> Sequence[SessionReminder]:
    """Every choice for a single session; of these people alone if ``ids`` are given."""
    query = select(SessionReminder)
    if ids is not None:
        query = query.where(col(SessionReminder.person_id).in_(ids))
    return db.exec(query).all()


def session_reminder(db: Session, person_id: int, session_id: str) -> SessionReminder | None:
    """One person's choice for one session."""
    return db.get(SessionReminder, (person_id, session_id))


def choose_session_reminder(
    db: Session, *, person_id: int, session_id: str, minutes: int | None, now: datetime
) -> None:
    """Sets the lead time for one session; None: none."""
    db.merge(
        SessionReminder(person_id=person_id, session_id=session_id, minutes=minutes, chosen_at=now)
    )
