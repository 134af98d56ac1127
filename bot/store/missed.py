"""Announcements that somebody got or should have got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.domain.outbox import Status
from bot.store.tables import Broadcast, Outbox


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement that stands; where a copy of it can be taken from, chat and message."""

    id: int
    title: str
    at: datetime
    source: tuple[int, int]


def notices(db: Session, person_id: int, *, after: datetime, until: datetime) -> Sequence[Notice]:
    """Other people's announcements to this person that left in ``(after, until]``, in order."""
    newest = (
        select(func.max(Outbox.id))
        .where(Outbox.person_id == person_id, col(Outbox.broadcast_id).is_not(None))
        .group_by(col(Outbox.broadcast_id))
    )
    query = (
        select(Broadcast, Outbox)
        .join(Outbox, col(Outbox.broadcast_id) == Broadcast.id)
        .where(
            col(Outbox.id).in_(newest),
            Broadcast.kind == "notice",
            Broadcast.author_id != person_id,
            col(Broadcast.retracted_at).is_(None),
            col(Broadcast.release_at) > after,
            col(Broadcast.release_at) <= until,
            col(Outbox.status) != Status.CANCELLED,
        )
        .order_by(col(Broadcast.release_at), col(Broadcast.id))
    )
    return [_notice(broadcast, row) for broadcast, row in db.exec(query).all()]


def _notice(broadcast: Broadcast, row: Outbox) -> Notice:
    """The person's own copy is the newest: corrections are made in it."""
    if row.status is Status.DELIVERED and row.message_id is not None:
        source = (row.chat_id, row.message_id)
    else:
        source = (broadcast.source_chat_id, broadcast.source_message_id)
    at = broadcast.release_at or broadcast.created_at
    return Notice(broadcast.id or 0, broadcast.title, at, source)
