"""What the outbox holds and did, for those who ask. Changing it is ``store/outbox.py``'s work."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, select, update

from bot.domain.outbox import OPEN, UNREACHABLE, Status
from bot.store.tables import Outbox

_BATCH = 500
"""Keys a statement: SQLite allows 32,766 parameters."""
_BOARD = "board"
"""Edits that keep a board up to date: nobody misses one that failed."""
_FAILED = (Status.EXPIRED, Status.REFUSED, Status.UNKNOWN, *UNREACHABLE)


def known(db: Session, keys: Sequence[str]) -> set[str]:
    """Which of these keys the outbox has, whatever became of their messages."""
    found: set[str] = set()
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        found.update(db.exec(select(Outbox.key).where(col(Outbox.key).in_(batch))).all())
    return found


def waiting_since(db: Session, kind: str, instant: datetime) -> Sequence[Outbox]:
    """Rows of this kind that fell due before ``instant`` (UTC) and still wait to be sent."""
    query = select(Outbox).where(
        Outbox.kind == kind, Outbox.status == Status.PENDING, col(Outbox.due_at) < instant
    )
    return db.exec(query).all()


def of_person(db: Session, kind: str, person_id: int) -> Sequence[Outbox]:
    """Rows of this kind to this person, whatever became of them."""
    query = select(Outbox).where(Outbox.kind == kind, Outbox.person_id == person_id)
    return db.exec(query).all()


def keyed(db: Session, prefix: str, *, since: datetime | None = None) -> Sequence[Outbox]:
    """Rows whose key begins like this, whatever became of them, the oldest first.

    Args:
        since: those made at or after it (UTC) alone.
    """
    query = select(Outbox).where(col(Outbox.key).startswith(prefix, autoescape=True))
    if since is not None:
        query = query.where(col(Outbox.created_at) >= since)
    return db.exec(query.order_by(col(Outbox.id))).all()


def told_together(db: Session, row: Outbox) -> Sequence[str]:
    """Keys of everything that goes with this row's message, its own first."""
    query = select(Outbox.key).where(
        Outbox.kind == row.kind,
        Outbox.person_id == row.person_id,
        Outbox.due_at == row.due_at,
        Outbox.status == Status.MERGED,
    )
    return [row.key, *db.exec(query).all()]


def by_message(db: Session, chat_id: int, message_id: int) -> Outbox | None:
    """The row that was delivered as this message."""
    return db.exec(
        select(Outbox).where(Outbox.chat_id == chat_id, Outbox.message_id == message_id)
    ).first()


def last(db: Session, chat_id: int) -> Outbox | None:
    """The row that was delivered to this chat last."""
    query = select(Outbox).where(Outbox.chat_id == chat_id, col(Outbox.message_id).is_not(None))
    return db.exec(query.order_by(col(Outbox.message_id).desc()).limit(1)).first()


def unreported(db: Session, *, limit: int) -> Sequence[Outbox]:
    """Rows that failed, announcements apart, of which the organizers have not been told.

    Questions about a commitment are between its owner and the bot: that there is one is private.
    """
    query = select(Outbox).where(
        col(Outbox.status).in_(_FAILED),
        col(Outbox.reported_at).is_(None),
        col(Outbox.kind).not_in(["broadcast", "alert", "commitment", _BOARD]),
    )
    return db.exec(query.order_by(col(Outbox.id)).limit(limit)).all()


def standing(db: Session, *, now: datetime, since: datetime) -> tuple[int, int]:
    """How many messages should have left by now and wait, and how many failed from ``since`` on.

    Instants are UTC.
    """
    count = select(func.count()).select_from(Outbox).where(Outbox.kind != _BOARD)
    waiting = count.where(col(Outbox.status).in_(OPEN), col(Outbox.due_at) <= now)
    failed = count.where(col(Outbox.status).in_(_FAILED), col(Outbox.finished_at) >= since)
    return db.exec(waiting).one(), db.exec(failed).one()


def was_reported(db: Session, person_id: int, *, since: datetime) -> bool:
    """Whether the organizers heard that this person cannot be reached, at or after ``since``."""
    query = select(col(Outbox.id)).where(
        Outbox.person_id == person_id,
        col(Outbox.status).in_(UNREACHABLE),
        col(Outbox.finished_at) >= since,
        col(Outbox.reported_at).is_not(None),
    )
    return db.exec(query.limit(1)).first() is not None


def reported(db: Session, rows: Iterable[Outbox], *, now: datetime) -> None:
    """Marks these as told to the organizers."""
    numbers = [row.id for row in rows]
    db.exec(update(Outbox).where(col(Outbox.id).in_(numbers)).values(reported_at=now))


def forget_before(db: Session, instant: datetime) -> None:
    """Deletes finished rows created before ``instant`` (UTC)."""
    old = (col(Outbox.created_at) < instant) & col(Outbox.status).not_in(OPEN)
    db.exec(delete(Outbox).where(old))
