"""What somebody missed since they were here last: notices, changes of the rundown, materials."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain import missed
from bot.domain.changes import Changes, diff
from bot.domain.materials import Handouts, by_session
from bot.domain.polls import View
from bot.services import polls, reminding, rescheduling
from bot.services.desk import Desk
from bot.store import missed as rows
from bot.store import people
from bot.store.missed import Notice
from bot.store.tables import Person
from bot.texts import changes as texts

_FINE = timedelta(minutes=5)
"""How exactly it is kept when somebody was here."""


@dataclass(frozen=True, slots=True)
class Missed:
    """All of it since an instant (UTC)."""

    since: datetime
    notices: Sequence[Notice]
    changes: Changes
    handouts: Handouts
    polls: Sequence[View] = ()
    """Open ones that were not answered, however long they have been open."""

    def __bool__(self) -> bool:
        return bool(self.notices or self.changes or self.handouts or self.polls)


def gather(db: Session, desk: Desk, person: Person) -> Missed:
    """What this person missed, ``person`` as read before the message that asks was noted."""
    now = desk.now()
    since = missed.since(now, seen_at=person.seen_at, seen_before=person.seen_before)
    old = rescheduling.agenda_at(db, since)
    changes = diff(old, desk.agenda) if old is not None else Changes()
    (own,) = reminding.subscribers(db, [person])
    every = (
        each
        for session_id, handouts in desk.handouts.items()
        for each in handouts
        if (session := desk.agenda.find(session_id)) is not None and own.wants(session)
    )
    return Missed(
        since=since,
        notices=rows.notices(db, person.id or 0, after=since, until=now),
        changes=texts.worth_telling(changes.only(own.wants), now),
        handouts=by_session(each for each in every if each.added_at > since),
        polls=[each for each in polls.open_for(db, person) if not each.own],
    )


def notice(db: Session, desk: Desk, *, person_id: int, broadcast_id: int) -> Notice | None:
    """One announcement to this person; None: there is none, or it was taken back."""
    now = desk.now()
    found = rows.notices(db, person_id, after=datetime.min.replace(tzinfo=now.tzinfo), until=now)
    return next((each for each in found if each.id == broadcast_id), None)


def worth_noting(person: Person, now: datetime) -> bool:
    """Whether the store does not know yet, or not freshly, that the person is here."""
    return person.seen_at is None or abs(now - person.seen_at) >= _FINE


def note(db: Session, *, person_id: int, now: datetime) -> None:
    """The person is here."""
    person = people.get(db, person_id)
    if person is None or not worth_noting(person, now):
        return
    if person.seen_at is not None and abs(now - person.seen_at) >= missed.VISIT:
        person.seen_before = person.seen_at
    person.seen_at = now
    db.add(person)
