"""Everything that falls due goes into the outbox here, whatever it is about."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from bot.services import following_up, materials, now_board, refusing, reminding, retention
from bot.services.desk import Desk
from bot.store import outbox, settings

_FIRST_LOOK_BACK = timedelta(minutes=5)
"""How far back a brand-new store looks: a bot set up at noon does not send the morning."""


class Source(Protocol):
    """A module that makes messages due."""

    def plan(self, db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
        """Puts what is due in ``(after, now]`` into the outbox; returns how many rows.

        Each instant is given once, unless the clock is set back.
        """

    def next_due(self, db: Session, desk: Desk, *, after: datetime) -> datetime | None:
        """An instant later than ``after`` before which nothing falls due; None if never."""


SOURCES: tuple[Source, ...] = (reminding, following_up, retention, materials, now_board, refusing)


def plan(db: Session, desk: Desk) -> int:
    """Everything that fell due since the last call goes into the outbox; returns how many rows.

    A clock that was set back makes the same keys due again, and the outbox refuses them.
    What was ready before stays so.
    """
    if reminding.overtaken(db, desk):
        return 0  # the agenda was changed this moment; once it is on the desk we are called again
    reminding.renew(db, desk.agenda)
    now = desk.now()
    after = settings.planned_until(db) or now - _FIRST_LOOK_BACK
    if after > now:
        outbox.set_back(db, now=now)
        after = now
    count = sum(source.plan(db, desk, after=after, now=now) for source in SOURCES)
    settings.set_planned_until(db, now)
    return count


def next_due(db: Session, desk: Desk) -> datetime | None:
    """When ``plan`` next has something to do (UTC); None if the event holds nothing more."""
    after = settings.planned_until(db) or desk.now()
    instants = (source.next_due(db, desk, after=after) for source in SOURCES)
    return min((instant for instant in instants if instant is not None), default=None)
