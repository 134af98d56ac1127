"""Updates from Telegram: stored before they are confirmed, emptied once handled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, delete, or_, select, update

from bot.store.database import statementwise
from bot.store.inserting import insert
from bot.store.tables import Inbox


@statementwise
def put(
    db: Session,
    updates: Mapping[int, dict[str, Any]],
    *,
    now: datetime,
    taken_by: str | None = None,
) -> set[int]:
    """Stores the updates by their ids; returns the ids that were not known before.

    Args:
        taken_by: name of the process that handles those.
    """
    if not updates:
        return set()
    added = (
        insert(db, Inbox)
        .on_conflict_do_nothing(index_elements=["update_id"])
        .returning(col(Inbox.update_id))
    )
    rows = [
        {"update_id": number, "received_at": now, "body": updates[number], "taken_by": taken_by}
        for number in sorted(updates)
    ]
    return set(db.connection().execute(added, rows).scalars())


def unhandled(db: Session) -> Sequence[Inbox]:
    """Updates that were stored but whose handling never finished, oldest first."""
    waiting = select(Inbox).where(col(Inbox.body).is_not(None))
    return db.exec(waiting.order_by(col(Inbox.update_id))).all()


def waits(db: Session, number: int, *, taken_by: str | None) -> bool:
    """Whether the update is unfinished and in the hands of this process (None: of nobody)."""
    found = db.get(Inbox, number)
    return found is not None and found.body is not None and found.taken_by == taken_by


@statementwise
def hand_over(db: Session, names: Collection[str | None], *, to: str) -> Sequence[Inbox]:
    """Gives ``to`` what these processes (None: nobody) have not finished, oldest first."""
    theirs = or_(
        col(Inbox.taken_by).in_([name for name in names if name is not None]),
        and_(col(Inbox.taken_by).is_(None), None in names),
    )
    given = update(Inbox).where(col(Inbox.body).is_not(None), theirs).values(taken_by=to)
    numbers = db.exec(given.returning(col(Inbox.update_id))).scalars().all()
    query = select(Inbox).where(col(Inbox.update_id).in_(numbers))
    return db.exec(query.order_by(col(Inbox.update_id))).all()


@statementwise
def handled(db: Session, numbers: Iterable[int]) -> None:
    """Empties these updates; their numbers stay, so that a repeated delivery is recognised."""
    db.exec(update(Inbox).where(col(Inbox.update_id).in_(list(numbers))).values(body=None))


def forget_before(db: Session, instant: datetime) -> None:
    """Deletes the numbers of handled updates received before ``instant`` (UTC)."""
    old = (col(Inbox.received_at) < instant) & col(Inbox.body).is_(None)
    db.exec(delete(Inbox).where(old))
