"""Announcements and how far their delivery has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, delete, func, select, update

from bot.domain.outbox import Status
from bot.store.tables import Broadcast, Outbox, Person, Receipt

_JOINED = (
    col(Person.joined_at).is_not(None),
    col(Person.chat_id).is_not(None),
    ~col(Person.removed),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """Where one person's copy stands. ``row`` is the last attempt for them."""

    person: Person
    row: Outbox
    status: Status
    read_at: datetime | None = None


def get(db: Session, broadcast_id: int) -> Broadcast | None:
    """The announcement with this id."""
    return db.get(Broadcast, broadcast_id)


def change(
    db: Session, broadcast_id: int, *conditions: ColumnElement[bool], **values: Any
) -> bool:
    """Sets ``values`` where every condition still holds; False if one does not.

    The conditional UPDATE is what makes two organizers who press at once do a thing once.
    """
    changed = db.exec(
        update(Broadcast).where(col(Broadcast.id) == broadcast_id, *conditions).values(**values)
    )
    if changed.rowcount and (known := db.get(Broadcast, broadcast_id)):
        db.refresh(known)
    return bool(changed.rowcount)


def change_draft(db: Session, broadcast_id: int, **values: Any) -> bool:
    """Sets ``values`` of a draft; False if it is none any more."""
    return change(db, broadcast_id, col(Broadcast.state) == "draft", **values)


def sending(db: Session) -> Sequence[Broadcast]:
    """Announcements that are confirmed and whose final report is still to come."""
    return db.exec(select(Broadcast).where(Broadcast.state == "sending")).all()


def valid(db: Session, now: datetime) -> Sequence[Broadcast]:
    """Notices that people who join now are still to get."""
    return db.exec(
        select(Broadcast).where(
            Broadcast.kind == "notice",
            col(Broadcast.state).in_(("sending", "done")),
            col(Broadcast.valid_until) > now,
            col(Broadcast.retracted_at).is_(None),
        )
    ).all()


def recent(db: Session, *, limit: int) -> Sequence[Broadcast]:
    """The newest confirmed notices, those that are still to come first."""
    return db.exec(
        select(Broadcast)
        .where(Broadcast.kind == "notice", col(Broadcast.state).in_(("sending", "done")))
        .order_by(col(Broadcast.release_at).desc(), col(Broadcast.id).desc())
        .limit(limit)
    ).all()


def asking(db: Session, *, limit: int) -> Sequence[Broadcast]:
    """The newest notices that ask to be confirmed."""
    return db.exec(
        select(Broadcast)
        .where(
            Broadcast.kind == "notice",
            col(Broadcast.state).in_(("sending", "done")),
            col(Broadcast.ask_read),
            col(Broadcast.retracted_at).is_(None),
        )
        .order_by(col(Broadcast.id).desc())
        .limit(limit)
    ).all()


# ------------------------------------------------------------------------------------ delivery


def counts(db: Session, broadcast: Broadcast) -> Mapping[Status, int]:
    """How many recipients stand where, by the last attempt for each."""
    query = select(Outbox.status, func.count()).where(*_last(broadcast))
    found = db.exec(query.group_by(col(Outbox.status))).all()
    return {Status(status): number for status, number in found}


def copies(
    db: Session, broadcast: Broadcast, statuses: Iterable[Status] | None = None
) -> list[Copy]:
    """Where each recipient's copy stands, by name; only those in ``statuses`` if given."""
    query = (
        select(Person, Outbox, Receipt.read_at)
        .join(Outbox, col(Outbox.person_id) == col(Person.id))
        .join(
            Receipt,
            and_(Receipt.broadcast_id == Outbox.broadcast_id, Receipt.person_id == Person.id),
            isouter=True,
        )
        .where(*_last(broadcast))
        .order_by(Person.name, col(Person.id))
    )
    if statuses is not None:
        query = query.where(col(Outbox.status).in_(list(statuses)))
    return [Copy(person, row, row.status, read) for person, row, read in db.exec(query)]


def delivered(db: Session, broadcast_ids: Sequence[int]) -> Sequence[Outbox]:
    """Rows of these announcements that stand as a message in somebody's chat, oldest first."""
    query = select(Outbox).where(
        col(Outbox.broadcast_id).in_(broadcast_ids),
        Outbox.status == Status.DELIVERED,
        col(Outbox.message_id).is_not(None),
    )
    return db.exec(query.order_by(col(Outbox.id))).all()


def missing(db: Session, broadcast_id: int, shared: tuple[str, str] | None) -> Sequence[Person]:
    """Everybody who joined and for whom there never was a row, by id.

    ``shared`` narrows it to those whose column of the roster has this value.
    """
    row = select(Outbox.id).where(
        Outbox.broadcast_id == broadcast_id, Outbox.person_id == Person.id
    )
    query = select(Person).where(*_JOINED, ~row.exists())
    if shared is not None:
        query = query.where(getattr(Person, shared[0]) == shared[1])
    return db.exec(query.order_by(col(Person.id))).all()


def recipients(db: Session, broadcast_id: int, status: Status | None = None) -> Sequence[Person]:
    """Everybody for whom there is a row, by id; only rows in ``status`` if given."""
    row = select(Outbox.id).where(
        Outbox.broadcast_id == broadcast_id, Outbox.person_id == Person.id
    )
    if status is not None:
        row = row.where(Outbox.status == status, col(Outbox.message_id).is_not(None))
    return db.exec(select(Person).where(row.exists()).order_by(col(Person.id))).all()


def was_sent_to(db: Session, broadcast_id: int, person_id: int) -> bool:
    """Whether there ever was a row for this person."""
    query = select(Outbox.id).where(
        Outbox.broadcast_id == broadcast_id, Outbox.person_id == person_id
    )
    return db.exec(query).first() is not None


def related(db: Session, notice_id: int) -> Sequence[int]:
    """Ids of what was sent about this notice as messages of their own, or as edits of it."""
    query = select(Broadcast.id).where(
        Broadcast.about_id == notice_id, col(Broadcast.kind).in_(("nudge", "correction"))
    )
    return [number for number in db.exec(query).all() if number is not None]


def reminding(db: Session, notice_id: int) -> Sequence[int]:
    """Ids of announcements to those who have not confirmed this notice."""
    query = select(Broadcast.id).where(
        Broadcast.state == "sending",
        ((col(Broadcast.about_id) == notice_id) & (col(Broadcast.kind) == "nudge"))
        | (col(Broadcast.audience) == f"unread:{notice_id}"),
    )
    return [number for number in db.exec(query).all() if number is not None]


def drop_waiting(db: Session, broadcast_id: int) -> int:
    """Takes back every row that still waits, to be made anew. Returns how many."""
    return db.exec(
        delete(Outbox).where(
            col(Outbox.broadcast_id) == broadcast_id, col(Outbox.status) == Status.PENDING
        )
    ).rowcount


def _last(broadcast: Broadcast) -> list[ColumnElement[bool]]:
    """Of every person the newest row; without a second round each has one alone."""
    of_it = col(Outbox.broadcast_id) == broadcast.id
    if broadcast.round == 0:
        return [of_it]
    newest = select(func.max(Outbox.id)).where(of_it).group_by(col(Outbox.person_id))
    return [of_it, col(Outbox.id).in_(newest)]


# ------------------------------------------------------------------------------------- reading


def confirm_read(db: Session, broadcast_id: int, person_id: int, *, now: datetime) -> datetime:
    """Keeps that this person read it; gives the instant at which they first said so."""
    known = db.get(Receipt, (broadcast_id, person_id))
    if known is not None:
        return known.read_at
    db.add(Receipt(broadcast_id=broadcast_id, person_id=person_id, read_at=now))
    return now


def has_read(db: Session, broadcast_id: int) -> set[int]:
    """Ids of everybody who confirmed."""
    query = select(Receipt.person_id).where(Receipt.broadcast_id == broadcast_id)
    return set(db.exec(query).all())


def unread(db: Session, broadcast_id: int) -> set[int]:
    """Ids of everybody whom it reached, or may have reached, and who has not confirmed."""
    query = select(Outbox.person_id).where(
        Outbox.broadcast_id == broadcast_id,
        col(Outbox.status).in_((Status.DELIVERED, Status.UNKNOWN)),
    )
    reached = {person_id for person_id in db.exec(query).all() if person_id is not None}
    return reached - has_read(db, broadcast_id)
