"""Keeps the store from growing without end."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services import committing, locking, reading, refusing, seconding
from bot.store import commitments, deliveries, dialogues, inbox, leftovers

_NUMBERS_KEPT = timedelta(days=2)
"""Telegram keeps updates for a day; a number older than that cannot come again."""
_DELIVERIES_KEPT = timedelta(days=120)
_DRAFTS_KEPT = timedelta(days=3)
"""Drafts of organizers hold whole rosters and rundowns, and are of use for minutes."""
_ROSTERS_KEPT = timedelta(days=30)
_WRITING_KEPT = timedelta(days=120)


def tidy(db: Session, *, now: datetime) -> None:
    """Deletes what has served: numbers of updates, old dialogues, deliveries long past, drafts
    that nobody went on with, what people deleted and cannot have back, who was turned away.
    """
    inbox.forget_before(db, now - _NUMBERS_KEPT)
    dialogues.forget_before(db, now - _NUMBERS_KEPT)
    deliveries.forget_before(db, now - _DELIVERIES_KEPT)
    leftovers.forget_before(db, now - _DRAFTS_KEPT, rosters_before=now - _ROSTERS_KEPT)
    leftovers.forget_unwritten_before(db, now - _WRITING_KEPT)
    commitments.forget_deleted(db, now - committing.UNDO_FOR)
    reading.forget_removed(db, now=now)
    refusing.tidy(db, now=now)
    locking.tidy(db, now=now)
    seconding.tidy(db, now=now)
