"""How often a chat has sent codes that are none."""

from sqlmodel import Session, col, delete

from bot.store.tables import WrongInvite


def count(db: Session, chat_id: int, window: int) -> int:
    """How many in this window of time."""
    row = db.get(WrongInvite, chat_id)
    return row.count if row is not None and row.window == window else 0


def add(db: Session, chat_id: int, window: int) -> int:
    """Counts one more, and gives how many there are."""
    number = count(db, chat_id, window) + 1
    db.merge(WrongInvite(chat_id=chat_id, window=window, count=number))
    return number


def forget_before(db: Session, window: int) -> None:
    """Deletes those of earlier windows."""
    db.exec(delete(WrongInvite).where(col(WrongInvite.window) < window))
