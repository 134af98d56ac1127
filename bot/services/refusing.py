"""The trace of who was turned away: for organizers, who hear of it at most once an hour."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.refusals import Refused
from bot.services import alerting
from bot.services.desk import Desk
from bot.store import refusals
from bot.store.refusals import Trace

PAGE = 8
_BETWEEN_ALERTS = timedelta(hours=1)
_KEPT = timedelta(days=14)


async def keep(desk: Desk) -> None:
    """Writes what was counted in memory since the last time, in one go.

    Raises:
        SQLAlchemyError: the store is out of reach; it is counted on.
    """
    taken = desk.refusals.take()
    if not taken:
        return
    try:
        await desk.db.write(_add, desk, taken)
    except Exception:
        desk.refusals.put_back(taken)
        raise


def page(db: Session, number: int) -> tuple[list[Trace], int]:
    """One page of the trace, the newest first, and how many lines there are in all."""
    return list(refusals.latest(db, offset=number * PAGE, limit=PAGE)), refusals.count(db)


def count(db: Session) -> int:
    """How many lines there are to see."""
    return refusals.count(db)


def plan(db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
    """Tells the organizers what is new, at most once an hour (a source of the plan)."""
    told = refusals.told_at(db)
    if told is not None and told <= now < told + _BETWEEN_ALERTS:
        return 0
    since = told if told is not None and told <= now else now - _BETWEEN_ALERTS
    accounts, screens = refusals.since(db, since)
    if not accounts and not screens:
        return 0
    refusals.set_told_at(db, now)
    alerting.alert(
        db,
        desk,
        "alert.refused",
        key=f"{now:%Y%m%dT%H%M%S}",
        silent=True,
        accounts=accounts,
        screens=screens,
    )
    return 1


def next_due(db: Session, desk: Desk, *, after: datetime) -> datetime | None:
    """When what came since the last time may be told."""
    told = refusals.told_at(db)
    if told is None or told + _BETWEEN_ALERTS <= after or not any(refusals.since(db, told)):
        return None
    return told + _BETWEEN_ALERTS


def tidy(db: Session, *, now: datetime) -> None:
    """Deletes what is of no more use."""
    refusals.forget_before(db, now - _KEPT)


def _add(db: Session, desk: Desk, taken: list[Refused]) -> None:
    refusals.add(db, taken, day=desk.today())
