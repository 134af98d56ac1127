"""Local time of the event. The only module that touches pytz.

Inside the program an instant is an aware ``datetime`` in UTC; a person sees the event's local
time. ``datetime(..., tzinfo=pytz.timezone(...))`` would give local mean time (+07:07 for Jakarta),
so every attachment of a zone goes through ``localize`` here.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import pytz

Now = Callable[[], datetime]
"""Gives the present instant, aware, in UTC. The event clock of a rehearsal is one of these."""

_SHORT_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def system_now() -> datetime:
    """The host's present instant in UTC; the host's own zone plays no part."""
    return datetime.now(UTC)


def zone(name: str) -> tzinfo:
    """The zone of an IANA name such as ``Asia/Jakarta``.

    Raises:
        ValueError: no such zone.
    """
    try:
        return pytz.timezone(name)
    except (pytz.UnknownTimeZoneError, AttributeError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def localize(naive: datetime, zone_name: str) -> datetime:
    """The UTC instant at which clocks in ``zone_name`` show ``naive``.

    An hour that occurs twice (clocks set back) is the first one; an hour that is skipped counts on
    from the moment of the skip.
    """
    place = pytz.timezone(zone_name)
    try:
        local = place.localize(naive, is_dst=None)
    except pytz.AmbiguousTimeError:
        local = place.localize(naive, is_dst=True)
    except pytz.NonExistentTimeError:
        local = place.normalize(place.localize(naive, is_dst=False))
    return local.astimezone(UTC)


def local(instant: datetime, zone_name: str) -> datetime:
    """``instant`` as an aware datetime showing local wall time of ``zone_name``."""
    return instant.astimezone(pytz.timezone(zone_name))


def local_day(instant: datetime, zone_name: str) -> date:
    """The calendar day it is in ``zone_name`` at ``instant``."""
    return local(instant, zone_name).date()


def at(day: date, wall: time, zone_name: str) -> datetime:
    """The UTC instant of wall time ``wall`` on ``day`` in ``zone_name``."""
    return localize(datetime.combine(day, wall), zone_name)


def day_bounds(day: date, zone_name: str) -> tuple[datetime, datetime]:
    """First instant of ``day`` and of the day after it, in UTC (23 to 25 hours apart)."""
    return at(day, time(0), zone_name), at(day + timedelta(days=1), time(0), zone_name)


def short_name(zone_name: str, instant: datetime) -> str:
    """What people write behind a time: ``WIB``, ``WITA``, ``WIT``, or the zone's own name."""
    return _SHORT_NAMES.get(zone_name) or local(instant, zone_name).strftime("%Z")


def zone_of(offsets: Collection[tuple[datetime, timedelta]], likely: Iterable[str]) -> str | None:
    """A zone whose clocks were that far ahead of UTC at those instants; None if there is none.

    Args:
        offsets: instants with what had to be added to UTC there and then.
        likely: zones that are taken if they fit, the likeliest first. Of the others one without
            a place (``Etc/GMT-1``) goes first, since a place would be a guess.
    """
    minutes = {round(offset.total_seconds() / 60) for _, offset in offsets}
    placeless = [f"Etc/GMT{-m // 60:+d}" if m else "UTC" for m in minutes if m % 60 == 0]
    for name in (*likely, *placeless, *pytz.common_timezones):
        if name in pytz.all_timezones_set and all(
            instant.astimezone(pytz.timezone(name)).utcoffset() == offset
            for instant, offset in offsets
        ):
            return name
    return None
