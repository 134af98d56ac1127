"""Whoever tries codes that are none is locked out for a while, and the organizers hear of it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain import presence
from bot.services import alerting
from bot.services.desk import Desk
from bot.store import lockouts, people

TRIES = 10
"""Codes of one chat that are no codes, in one window: more than anybody mistypes."""
_WINDOW = timedelta(minutes=15)


def locked(db: Session, chat_id: int, now: datetime) -> bool:
    """Whether no code of this chat is looked at, right or wrong."""
    return lockouts.count(db, chat_id, presence.window(now, _WINDOW)) >= TRIES


def until(now: datetime) -> datetime:
    """When whoever is locked out may try again (UTC)."""
    return now + presence.next_window(now, _WINDOW)


def count_wrong(db: Session, desk: Desk, chat_id: int) -> None:
    """One more; with the last that is allowed the organizers are told, once."""
    now = desk.now()
    window = presence.window(now, _WINDOW)
    if lockouts.add(db, chat_id, window) != TRIES:
        return
    alerting.alert(
        db,
        desk,
        "alert.locked_out",
        key=f"{chat_id}:{window}",
        who=people.by_chat(db, chat_id),
        account=chat_id,
        at=until(now),
    )


def tidy(db: Session, *, now: datetime) -> None:
    """Forgets who tried what long ago."""
    lockouts.forget_before(db, presence.window(now, _WINDOW))
