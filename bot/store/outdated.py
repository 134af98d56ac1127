"""Messages that still wait when the agenda changes: what they say is not true any more."""

from collections.abc import Callable, Sequence

from sqlalchemy import exists
from sqlmodel import Session, col, delete, select

from bot.domain.outbox import OPEN, Status
from bot.store.tables import Outbox


def any_waits(db: Session, *, version: int) -> bool:
    """Whether there is anything for ``set_aside`` to do, which is most often not so."""
    waits = [col(Outbox.status).in_(OPEN), col(Outbox.agenda_version) < version]
    return bool(db.scalar(select(exists().where(*waits))))


def set_aside(db: Session, *, version: int, holds: Callable[[str], bool]) -> int:
    """Takes back what was written from an agenda before ``version`` and has not left.

    Its keys are free again, so that planning makes it anew from the new agenda where it is still
    to be told. What a courier has in hand keeps its row under another key: it is put back unsent,
    and is too late then; or it has left already, and its end is recorded as ever.

    Args:
        holds: whether a message with this key, which planning would not make again, still holds.

    Returns:
        how many messages were taken back.
    """
    query = select(Outbox).where(
        col(Outbox.status).in_(OPEN), col(Outbox.agenda_version) < version
    )
    rows = db.exec(query.with_for_update()).all()
    taken = 0
    for row in rows:
        if row.status is Status.PENDING and holds(row.key):
            row.agenda_version = version
            db.add(row)
            continue
        taken += 1
        _free_merged(db, row)
        if row.status is Status.PENDING:
            db.delete(row)
        else:
            row.key = f"{row.key}#{row.id}"
            # The past of any clock: claimed again, it is dropped. Nobody needs to hear of it.
            row.useful_until = row.reported_at = row.created_at
            db.add(row)
    db.flush()
    return taken


def waiting(db: Session, kind: str, *, version: int) -> Sequence[Outbox]:
    """What of this kind was written from an agenda before ``version`` and has not left."""
    query = select(Outbox).where(
        col(Outbox.status).in_(OPEN),
        Outbox.kind == kind,
        col(Outbox.agenda_version) < version,
    )
    return db.exec(query.order_by(col(Outbox.id)).with_for_update()).all()


def _free_merged(db: Session, head: Outbox) -> None:
    """What was told in the same message is told anew as well."""
    db.exec(
        delete(Outbox).where(
            col(Outbox.kind) == head.kind,
            col(Outbox.person_id) == head.person_id,
            col(Outbox.due_at) == head.due_at,
            col(Outbox.status) == Status.MERGED,
        )
    )
