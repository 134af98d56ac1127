"""When a backup is due, and which of those made are kept. Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bot.domain import clock

DAILY, WEEKLY = 7, 4


def due(last: datetime | None, *, now: datetime, zone: str, hour: int) -> bool:
    """Whether the backup of the newest ``hour`` o'clock is still missing.

    Args:
        last: when the last one was made; None: there was none. Instants are aware.
        zone: IANA name; ``hour`` is in it.
    """
    today = clock.local_day(now, zone)
    at = clock.localize(datetime.combine(today, time(hour)), zone)
    if at > now:
        at = clock.localize(datetime.combine(today - timedelta(days=1), time(hour)), zone)
    return last is None or last < at


def kept(
    instants: Iterable[datetime], zone: str, *, daily: int = DAILY, weekly: int = WEEKLY
) -> frozenset[datetime]:
    """The newest of each of the last ``daily`` days and of each of the last ``weekly`` weeks that
    have one. Asked after each backup or only once in a while, it keeps the same."""
    days: dict[object, datetime] = {}
    weeks: dict[object, datetime] = {}
    for instant in sorted(instants, reverse=True):
        day = clock.local_day(instant, zone)
        days.setdefault(day, instant)
        weeks.setdefault(day.isocalendar()[:2], instant)
    return frozenset([*list(days.values())[:daily], *list(weeks.values())[:weekly]])
