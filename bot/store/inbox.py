"""Updates from Telegram: stored before they are confirmed, emptied once handled."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, and_, col, delete, or_, select, update

from bot.store.database import statementwise
from bot.store.inserting import insert
from bot.store.tables import Inbox

_TURN = text(
    "SELECT pg_advisory_xact_lock(1835101798, hashint8(chat))"
    " FROM unnest(CAST(:chats AS bigint[])) AS chat"
)
"""In one order for all, so that nobody waits for somebody who waits for them."""
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
    home: Callable[[int], str | None] = lambda _chat: None,
) -> dict[int, str | None]:
    """Stores the updates by their ids.

    Args:
        home: names the process that handles what comes from a chat. While another one still has
            something of the chat in hand, it gets the rest too, lest the order be lost.

    Returns:
        those that were not known before, and the process that each was given to.
    """
    if not updates:
        return {}
    chats = {number: chat_of(body) for number, body in updates.items()}
    holders = _holders(db, sorted(set(chats.values())))
    added = (
        insert(db, Inbox)
        .on_conflict_do_nothing(index_elements=["update_id"])
        .returning(col(Inbox.update_id), col(Inbox.taken_by))
    )
    rows = [
        {
            "update_id": number,
            "received_at": now,
            "body": updates[number],
            "chat_id": chats[number],
            "taken_by": holders.get(chats[number]) or home(chats[number]),
        }
        for number in sorted(updates)
    ]
    return {row[0]: row[1] for row in db.connection().execute(added, rows)}


def _holders(db: Session, chats: Sequence[int]) -> dict[int, str]:
    """Who has something of these chats in hand. Until the end nobody else stores any of them."""
    if db.get_bind().dialect.name == "sqlite":
        return {}  # a single process
    db.execute(_TURN, {"chats": list(chats)})
    held = select(col(Inbox.chat_id), func.max(col(Inbox.taken_by)))
    held = held.where(col(Inbox.chat_id).in_(chats), col(Inbox.taken_by).is_not(None))
    found = db.execute(held.group_by(col(Inbox.chat_id)))
    return {chat: name for chat, name in found if chat is not None and name is not None}


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
