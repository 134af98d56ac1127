"""Announcements and how far their delivery has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from bot.domain.outbox import Status
from bot.store.tables import Broadcast, Outbox


def get(db: Session, broadcast_id: int) -> Broadcast | None:
    """The announcement with this id."""
    return db.get(Broadcast, broadcast_id)


def confirm(db: Session, broadcast_id: int, author_id: int, *, now: datetime) -> bool:
    """Draft to sending, once: False if it is not this author's draft any more."""
    changed = db.exec(
        update(Broadcast)
        .where(
            col(Broadcast.id) == broadcast_id,
            col(Broadcast.author_id) == author_id,
            col(Broadcast.state) == "draft",
        )
        .values(state="sending", confirmed_at=now)
    )
    return bool(changed.rowcount)


def discard(db: Session, broadcast_id: int, author_id: int) -> bool:
    """Draft to discarded: False if it is not this author's draft any more."""
    changed = db.exec(
        update(Broadcast)
        .where(
            col(Broadcast.id) == broadcast_id,
            col(Broadcast.author_id) == author_id,
            col(Broadcast.state) == "draft",
        )
        .values(state="discarded")
    )
    return bool(changed.rowcount)


def sending(db: Session) -> Sequence[Broadcast]:
    """Announcements whose final report is still to come."""
    return db.exec(select(Broadcast).where(Broadcast.state == "sending")).all()


def counts(db: Session, broadcast_id: int) -> Mapping[Status, int]:
    """How many recipients stand where."""
    rows = db.exec(
        select(Outbox.status, func.count())
        .where(Outbox.broadcast_id == broadcast_id)
        .group_by(col(Outbox.status))
    )
    return {Status(status): number for status, number in rows.all()}


def recipients(db: Session, broadcast_id: int, *statuses: Status) -> Sequence[int]:
    """Ids of the people whose copy stands in one of these states."""
    chosen = select(Outbox.person_id).where(
        Outbox.broadcast_id == broadcast_id, col(Outbox.status).in_(statuses)
    )
    return [person_id for person_id in db.exec(chosen).all() if person_id is not None]
