"""Announcements and how far their delivery has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import select as select_columns
from sqlmodel import Session, and_, col, delete, func, select, update

from bot.domain.outbox import Status
from bot.store import recipients
from bot.store.tables import Broadcast, Outbox, Person, Receipt

PREPARING, STOPPING = "preparing", "stopping"
ON_ITS_WAY = (PREPARING, "sending")
_CONFIRMED = (*ON_ITS_WAY, STOPPING, "done")
_STANDING = (col(Outbox.status) == Status.DELIVERED, col(Outbox.message_id).is_not(None))


@dataclass(frozen=True, slots=True)
class Copy:
    """Where one person's copy stands, by the last attempt for them. Instants are UTC."""

    name: str
    position: str | None
    agency: str | None
    group: str | None
    status: Status
    at: datetime | None
    read_at: datetime | None
    words: str | None
    """Telegram's, where it refused."""


_COPY = (
    col(Person.name),
    col(Person.position),
    col(Person.agency),
    col(Person.group),
    col(Outbox.status),
    col(Outbox.finished_at),
    col(Receipt.read_at),
    col(Outbox.error),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of an announcement in somebody's chat, and when it arrived (UTC)."""

    person_id: int
    message_id: int
    at: datetime | None


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
    return db.exec(select(Broadcast).where(col(Broadcast.state).in_(ON_ITS_WAY))).all()


def unfinished(db: Session) -> Broadcast | None:
    """The oldest announcement of which some recipients have no row yet."""
    being_made = col(Broadcast.state).in_((PREPARING, STOPPING))
    return db.exec(select(Broadcast).where(being_made).order_by(col(Broadcast.id))).first()


def valid(db: Session, now: datetime) -> Sequence[Broadcast]:
    """Notices that people who join now are still to get: valid ones, and those yet to leave."""
    to_leave = (col(Broadcast.release_at) > now) & (col(Broadcast.round) == 0)
    return db.exec(
        select(Broadcast)
        .where(
            Broadcast.kind == "notice",
            col(Broadcast.state).in_(("sending", "done")),  # the others get everybody as it is
            (col(Broadcast.valid_until) > now) | to_leave,
            col(Broadcast.retracted_at).is_(None),
        )
        .order_by(col(Broadcast.id))  # who joins reads them in the order in which they were sent
    ).all()


def recent(db: Session, *, limit: int) -> Sequence[Broadcast]:
    """The newest confirmed notices, those that are still to come first."""
    return db.exec(
        select(Broadcast)
        .where(Broadcast.kind == "notice", col(Broadcast.state).in_(_CONFIRMED))
        .order_by(col(Broadcast.release_at).desc(), col(Broadcast.id).desc())
        .limit(limit)
    ).all()


def asking(db: Session, *, limit: int) -> Sequence[Broadcast]:
    """The newest notices that ask to be confirmed."""
    return db.exec(
        select(Broadcast)
        .where(
            Broadcast.kind == "notice",
            col(Broadcast.state).in_(_CONFIRMED),
            col(Broadcast.ask_read),
            col(Broadcast.retracted_at).is_(None),
        )
        .order_by(col(Broadcast.id).desc())
        .limit(limit)
    ).all()


# ------------------------------------------------------------------------------------ delivery


def counts(db: Session, broadcast: Broadcast) -> Mapping[Status, int]:
    """How many recipients stand where, by the last attempt for each.

    Those without a row yet stand where their row will.
    """
    query = select(Outbox.status, func.count()).where(*recipients.last(broadcast))
    rows = db.exec(query.group_by(col(Outbox.status))).all()
    found = {Status(status): number for status, number in rows}
    if broadcast.state in (PREPARING, STOPPING):
        to_come = Status.PENDING if broadcast.state == PREPARING else Status.CANCELLED
        found[to_come] = found.get(to_come, 0) + recipients.in_line(db, broadcast)
    return found


def copies(
    db: Session, broadcast: Broadcast, statuses: Iterable[Status] | None = None
) -> list[Copy]:
    """Where each recipient's copy stands, by name; only those in ``statuses`` if given."""
    query = (
        select_columns(*_COPY)
        .select_from(Person)
        .join(Outbox, col(Outbox.person_id) == col(Person.id))
        .join(
            Receipt,
            and_(Receipt.broadcast_id == Outbox.broadcast_id, Receipt.person_id == Person.id),
            isouter=True,
        )
        .where(*recipients.last(broadcast))
        .order_by(Person.name, col(Person.id))
    )
    if statuses is not None:
        query = query.where(col(Outbox.status).in_(list(statuses)))
    return [Copy(*found) for found in db.execute(query)]


def standing(
    db: Session, broadcast_ids: Sequence[int], person_ids: Iterable[int]
) -> list[Standing]:
    """What stands of these announcements with these people, oldest first."""
    query = select(col(Outbox.person_id), col(Outbox.message_id), col(Outbox.finished_at)).where(
        col(Outbox.person_id).in_(list(person_ids)),
        col(Outbox.broadcast_id).in_(broadcast_ids),
        *_STANDING,
    )
    rows = db.exec(query.order_by(col(Outbox.id)))
    return [Standing(person or 0, message or 0, at) for person, message, at in rows]


def deletable(db: Session, broadcast_id: int, *, since: datetime) -> tuple[int, int]:
    """How many of its messages arrived after ``since`` (UTC), and how many before."""
    arrived = select(func.count()).where(Outbox.broadcast_id == broadcast_id, *_STANDING)
    total = db.exec(arrived).one()
    old = db.exec(arrived.where(col(Outbox.finished_at) <= since)).one()
    return total - old, old


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
        col(Broadcast.state).in_(ON_ITS_WAY),
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


def release(db: Session, broadcast: Broadcast, *, at: datetime) -> None:
    """It leaves at this instant (UTC), and whatever waits for a later one."""
    waiting = [
        col(Outbox.broadcast_id) == broadcast.id,
        col(Outbox.status) == Status.PENDING,
        col(Outbox.ready_at) > at,
    ]
    db.execute(update(Outbox).where(*waiting).values(ready_at=at))
    broadcast.release_at = at
    db.add(broadcast)


# ------------------------------------------------------------------------------------- reading


def confirm_read(db: Session, broadcast_id: int, person_id: int, *, now: datetime) -> datetime:
    """Keeps that this person read it; gives the instant at which they first said so."""
    known = db.get(Receipt, (broadcast_id, person_id))
    if known is not None:
        return known.read_at
    db.add(Receipt(broadcast_id=broadcast_id, person_id=person_id, read_at=now))
    return now


def count_read(db: Session, broadcast_id: int) -> int:
    """How many confirmed."""
    query = select(func.count()).where(Receipt.broadcast_id == broadcast_id)
    return db.exec(query).one()
