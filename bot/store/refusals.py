"""Who was turned away from what, and when organizers were told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, delete, func, select

from bot.domain.refusals import NOBODY, Refused
from bot.store.tables import Person, Refusal, Setting

_TOLD = "refusals_told"


@dataclass(frozen=True, slots=True)
class Trace:
    """One line for organizers; without a person: an account that nobody of the roster uses."""

    refused: Refused
    person: Person | None


def add(db: Session, refused: Iterable[Refused], *, day: date) -> None:
    """Adds to what is kept of the event's local day."""
    for each in refused:
        row = db.get(Refusal, (each.chat_id, each.what, day))
        if row is None:
            row = Refusal(chat_id=each.chat_id, what=each.what, day=day, at=each.at, count=0)
        row.count += each.count
        row.at = max(row.at, each.at)
        db.add(row)


def latest(db: Session, *, offset: int, limit: int) -> Sequence[Trace]:
    """Lines from the newest on; people whom the roster names no more keep theirs."""
    query = (
        select(Refusal, Person)
        .join(Person, col(Person.chat_id) == col(Refusal.chat_id), isouter=True)
        .order_by(col(Refusal.at).desc(), col(Refusal.chat_id), col(Refusal.what))
    )
    return [
        Trace(Refused(row.chat_id, row.what, row.at, row.count), person)
        for row, person in db.exec(query.offset(offset).limit(limit)).all()
    ]


def count(db: Session) -> int:
    """How many lines there are."""
    return db.exec(select(func.count()).select_from(Refusal)).one()


def since(db: Session, instant: datetime) -> tuple[int, int]:
    """Of lines newer than ``instant`` (UTC): different accounts, and lines without any."""
    newer = col(Refusal.at) > instant
    chats = select(func.count(func.distinct(Refusal.chat_id)))
    known = db.exec(chats.where(newer, Refusal.chat_id != NOBODY)).one()
    nobody = select(func.count()).select_from(Refusal)
    return known, db.exec(nobody.where(newer, Refusal.chat_id == NOBODY)).one()


def told_at(db: Session) -> datetime | None:
    """When organizers heard of it last (UTC)."""
    setting = db.get(Setting, _TOLD)
    return None if setting is None else datetime.fromisoformat(setting.value)


def set_told_at(db: Session, instant: datetime) -> None:
    """Organizers are told; ``instant`` is aware UTC."""
    db.merge(Setting(name=_TOLD, value=instant.isoformat()))


def forget_before(db: Session, instant: datetime) -> None:
    """Deletes lines whose last time was before ``instant`` (UTC)."""
    db.exec(delete(Refusal).where(col(Refusal.at) < instant))
