"""What was deleted for good is to leave no trace in the store's files; when that is due.

Deleting rows does not do that yet: the update whose handling deleted them still lies in the inbox,
SQLite's log and its index of words remember what they held. So it is noted here, in the same
transaction, and done as soon as the inbox is empty up to then, also after a crash.
"""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.store.tables import Inbox, Setting

_WANTED = "erase_deleted"


def want(db: Session, *, now: datetime) -> None:
    """Something was deleted at ``now`` (UTC) of which nothing may stay readable."""
    db.merge(Setting(name=_WANTED, value=now.isoformat()))


def due(db: Session) -> str | None:
    """What ``done`` is to be told, if it can be done now; None: nothing to do, or not yet."""
    setting = db.get(Setting, _WANTED)
    if setting is None:
        return None
    before = col(Inbox.received_at) <= datetime.fromisoformat(setting.value)
    waiting = select(Inbox.update_id).where(col(Inbox.body).is_not(None), before)
    return None if db.exec(waiting.limit(1)).first() is not None else setting.value


def done(db: Session, wanted: str) -> None:
    """It is done, unless something else was deleted meanwhile."""
    settled = (col(Setting.name) == _WANTED) & (col(Setting.value) == wanted)
    db.exec(delete(Setting).where(settled))
