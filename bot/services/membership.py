"""Who belongs to the event and which Telegram account is theirs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.domain import invites
from bot.domain.people import Role
from bot.services import alerting, locking
from bot.services.desk import Desk
from bot.store import commitments, favourites, notes, people, ratings
from bot.store.tables import Dialogue, Person


class Joined(StrEnum):
    """What became of an invite."""

    WELCOME = "welcome"
    AGAIN = "again"
    TAKEN = "taken"
    OTHER_ACCOUNT = "other_account"
    INVALID = "invalid"
    LOCKED = "locked"


@dataclass(frozen=True)
class Joining:
    """The result and, where it was granted, the person."""

    result: Joined
    person: Person | None = None


def join(db: Session, desk: Desk, *, code: str, chat_id: int, now: datetime) -> Joining:
    """Binds the account to the person whose code this is, once and for good.

    A second account on the same code is refused and the organizers are told; so is a second code
    on the same account. A wrong or revoked code says nothing about whom it was for; after too many
    of them even a right one is not looked at for a while.
    """
    if locking.locked(db, chat_id, now):
        return Joining(Joined.LOCKED)
    person = invited(db, desk, code)
    if person is None:
        locking.count_wrong(db, desk, chat_id)
        return Joining(Joined.INVALID)
    if person.chat_id not in (None, chat_id):
        alerting.alert(db, desk, "alert.second_account", key=f"{person.id}:{chat_id}", who=person)
        return Joining(Joined.TAKEN)
    current = people.by_chat(db, chat_id)
    if current is not None and current.id != person.id:
        if not current.key.startswith(people.CONFIGURED):
            return Joining(Joined.OTHER_ACCOUNT)
        _become(db, current, person)
    people.let_go(db, chat_id)
    result = Joined.AGAIN if person.joined_at else Joined.WELCOME
    _arrive(db, person, chat_id, now)
    return Joining(result, person)


def invited(db: Session, desk: Desk, code: str) -> Person | None:
    """Whose code this is; None: nobody's, or one that was revoked."""
    person = people.get(db, invites.person_of(code) or 0)
    if person is None or person.removed:
        return None
    return person if invites.matches(code, desk.invite_code(person)) else None


def recall(db: Session, chat_id: int) -> tuple[Person | None, Dialogue]:
    """Who uses this chat and what it is in the middle of."""
    return people.recall(db, chat_id)


def returning(db: Session, *, chat_id: int, now: datetime) -> Person | None:
    """Somebody we know presses Start without a code: they are reachable (again)."""
    person = people.by_chat(db, chat_id)
    if person is not None:
        _arrive(db, person, chat_id, now)
    return person


def set_reachable(db: Session, *, chat_id: int, reachable: bool, now: datetime) -> None:
    """Telegram says that the person blocked the bot, or let it in again."""
    person = people.by_chat(db, chat_id)
    if person is not None:
        person.blocked_at = None if reachable else now
        db.add(person)


def set_language(db: Session, *, person_id: int, language: str) -> None:
    """In which language the person is spoken to."""
    person = people.get(db, person_id)
    if person is not None:
        person.language = language
        db.add(person)


def _become(db: Session, configured: Person, person: Person) -> None:
    """An organizer named in the settings turns out to be on the roster: one and the same."""
    notes.hand_over(db, configured.id or 0, person.id or 0)
    ratings.hand_over(db, configured.id or 0, person.id or 0)
    commitments.hand_over(db, configured.id or 0, person.id or 0)
    favourites.hand_over(db, configured.id or 0, person.id or 0)
    configured.removed, person.role = True, Role.ORGANIZER
    db.add(configured)
    db.flush()


def _arrive(db: Session, person: Person, chat_id: int, now: datetime) -> None:
    person.chat_id = chat_id
    person.blocked_at = None
    person.joined_at = person.joined_at or now
    db.add(person)
