"""What is read off the store for whoever watches the bot. No row of it is about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.domain.outbox import Status
from bot.store import settings
from bot.store.tables import Inbox, Outbox


@dataclass(frozen=True, slots=True)
class Readings:
    """How many messages stand where, how many updates wait to be handled, and since when there
    is a backup (UTC)."""

    outbox: Mapping[Status, int]
    unhandled: int
    last_backup: datetime | None


def take(db: Session) -> Readings:
    """Reads them all at one moment."""
    standing = select(col(Outbox.status), func.count()).group_by(col(Outbox.status))
    waiting = select(func.count()).select_from(Inbox).where(col(Inbox.chat_id).is_not(None))
    return Readings(
        outbox={row[0]: row[1] for row in db.execute(standing)},
        unhandled=db.execute(waiting).scalar_one(),
        last_backup=settings.last_backup(db),
    )
