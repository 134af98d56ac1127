"""Everything that falls due goes into the outbox here, whatever it is about."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from bot.services import (
    following_up,
    materials,
    now_board,
    posting,
    refusing,
    reminding,
    retention,
    rewording,
    waves,
)
from bot.services.desk import Desk
from bot.services.waves import Wave
from bot.store import outbox, settings

_FIRST_LOOK_BACK = timedelta(minutes=5)
"""How far back a brand-new store looks: a bot set up at noon does not send the morning."""


class Source(Protocol):
    """A module that makes messages due, besides what goes out in waves (``services/waves.py``)."""

    def plan(self, db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
        """Puts what is due in ``(after, now]`` into the outbox; returns how many rows.

        Each instant is given once, unless the clock is set back.
        """

    def next_due(self, db: Session, desk: Desk, *, after: datetime) -> datetime | None:
        """An instant later than ``after`` before which nothing falls due; None if never."""


SOURCES: tuple[Source, ...] = (following_up, retention, materials, now_board, refusing)


@dataclass(frozen=True)
class Look:
    """How far a look has come: ``count`` rows so far, of the wave all members up to ``beyond``."""

    count: int = 0
    until: datetime | None = None
    """Up to when everything is in the outbox once it is done (UTC)."""
    wave: Wave | None = None
    beyond: int | None = None
    version: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.beyond is None


def plan(db: Session, desk: Desk, look: Look | None = None) -> Look:
    """Puts some of what fell due since the last look into the outbox.

    To be called with what it returned until that is done. A look that breaks off is made up for by
    the next, as is one during which the agenda changed. A clock that was set back makes the same
    keys due again, and the outbox refuses them. What was ready before stays so.
    """
    if reminding.overtaken(db, desk):
        return Look()  # changed this moment; once it is on the desk we are called again
    if look is None:
        look = _begin(db, desk)
    elif look.version != desk.agenda.version:
        return replace(look, beyond=None)
    if look.wave is not None and look.beyond is not None:
        count, beyond = waves.step(db, desk, look.wave, look.beyond)
        look = replace(look, count=look.count + count, beyond=beyond)
    if look.done and look.until is not None:
        settings.set_planned_until(db, look.until)
    return look


def _begin(db: Session, desk: Desk) -> Look:
    reminding.renew(db, desk.agenda)
    now = desk.now()
    after = settings.planned_until(db) or now - _FIRST_LOOK_BACK
    if after > now:
        outbox.set_back(db, now=now)
        posting.set_back(db, now=now, before=after)
        after = now
    count = sum(source.plan(db, desk, after=after, now=now) for source in SOURCES)
    rewording.reword_late(db, desk, now)
    wave = waves.begin(db, desk, after=after, now=now)
    beyond = None if wave is None else 0
    return Look(count, now, wave, beyond, desk.agenda.version)


def next_due(db: Session, desk: Desk) -> datetime | None:
    """When ``plan`` next has something to do (UTC); None if the event holds nothing more."""
    after = settings.planned_until(db) or desk.now()
    instants = [source.next_due(db, desk, after=after) for source in SOURCES]
    instants.append(reminding.next_due(db, desk, after=after))
    return min((instant for instant in instants if instant is not None), default=None)
