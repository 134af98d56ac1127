"""What is read off the store for whoever watches the bot. No row of it is about a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
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


def together(found: Sequence[Readings]) -> Readings:
    """Those of all events in one; the backup is the oldest of their last ones."""
    outbox: Counter[Status] = Counter()
    for each in found:
        outbox.update(each.outbox)
    backups = [each.last_backup for each in found]
    kept = [at for at in backups if at is not None]
    return Readings(
        outbox=outbox,
        unhandled=sum(each.unhandled for each in found),
        last_backup=min(kept) if len(kept) == len(backups) else None,
    )
