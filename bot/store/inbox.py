"""Updates from Telegram: stored before they are confirmed, emptied once handled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, delete, or_, select, update

from bot.store.database import statementwise
from bot.store.inserting import insert
from bot.store.tables import Inbox

NOWHERE = 0
"""The chat of updates that name none; they wait for their like alone."""


def chat_of(body: Mapping[str, Any]) -> int:
    """The chat whose turn an update is, for a press that of its message; else ``NOWHERE``."""
    for part in body.values():
        for holder in (part, part.get("message")) if isinstance(part, dict) else ():
            chat = holder.get("chat") if isinstance(holder, dict) else None
            number = chat.get("id") if isinstance(chat, dict) else None
            if isinstance(number, int):
                return number
    return NOWHERE


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
        {
            "update_id": number,
            "received_at": now,
            "body": updates[number],
            "chat_id": chat_of(updates[number]),
            "taken_by": taken_by,
        }
        for number in sorted(updates)
    ]
    return set(db.connection().execute(added, rows).scalars())


def unhandled(db: Session) -> Sequence[Inbox]:
    """Updates that were stored but whose handling never finished, oldest first."""
    waiting = select(Inbox).where(col(Inbox.chat_id).is_not(None))
    return db.exec(waiting.order_by(col(Inbox.update_id))).all()


def waits(db: Session, number: int, *, taken_by: str | None) -> bool:
    """Whether the update is unfinished and in the hands of this process (None: of nobody)."""
    found = db.get(Inbox, number)
    return found is not None and found.body is not None and found.taken_by == taken_by


def of_chat(db: Session, chat_id: int, *, taken_by: str | None, limit: int) -> Sequence[Inbox]:
    """The first updates of a chat that wait for this process, oldest first."""
    waiting = select(Inbox).where(
        col(Inbox.chat_id) == chat_id, col(Inbox.taken_by).is_not_distinct_from(taken_by)
    )
    return db.exec(waiting.order_by(col(Inbox.update_id)).limit(limit)).all()


def chats_waiting(db: Session, taken_by: str | None) -> Sequence[int]:
    """Chats of which something waits for this process, the one that waits longest first."""
    mine = col(Inbox.taken_by).is_not_distinct_from(taken_by)
    waiting = select(col(Inbox.chat_id)).where(col(Inbox.chat_id).is_not(None), mine)
    found = db.exec(waiting.order_by(col(Inbox.update_id))).all()
    return list(dict.fromkeys(chat for chat in found if chat is not None))


@statementwise
def hand_over(db: Session, names: Collection[str | None], *, to: str) -> int:
    """Gives ``to`` what these processes (None: nobody) have not finished. Returns how many."""
    theirs = or_(
        col(Inbox.taken_by).in_([name for name in names if name is not None]),
        and_(col(Inbox.taken_by).is_(None), None in names),
    )
    given = update(Inbox).where(col(Inbox.chat_id).is_not(None), theirs).values(taken_by=to)
    count: int = db.connection().execute(given).rowcount
    return count


@statementwise
def handled(db: Session, numbers: Iterable[int]) -> None:
    """Empties these updates; their numbers stay, so that a repeated delivery is recognised."""
    done = update(Inbox).where(col(Inbox.update_id).in_(list(numbers)))
    db.exec(done.values(body=None, chat_id=None, taken_by=None))


def forget_before(db: Session, instant: datetime) -> None:
    """Deletes the numbers of handled updates received before ``instant`` (UTC)."""
    old = (col(Inbox.received_at) < instant) & col(Inbox.chat_id).is_(None)
    db.exec(delete(Inbox).where(old))
