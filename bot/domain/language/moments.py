"""When something is asked about: values, and how a spoken hour becomes a moment of a day.

Everything here is naive wall time of the event; `times.py` reads the words.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.language.index import AgendaIndex, midnight

DAY = timedelta(days=1)
SOON = timedelta(minutes=16)
"""What begins within a quarter of an hour is meant by "jam 8" as well."""
PARTS: dict[str, tuple[float, float]] = {
    "subuh": (3, 6), "pagi": (4, 11), "siang": (11, 15), "sore": (15, 18.5), "malam": (18, 28),
}  # fmt: skip
"""Parts of the day as hours from midnight (28 is 4 in the morning after): subuh is the time
before sunrise, pagi until late morning, siang around noon, sore until sunset, malam after it
(KBBI: pagi, siang, sore, malam, dini hari). They overlap where usage does."""
_DAYTIME = range(6, 18)


class Grain(StrEnum):
    """How exact a time was given."""

    INSTANT = "instant"
    PART = "part"
    DAY = "day"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class When:
    """A time that was asked about: wall time of the event, ``end`` exclusive.

    An instant has ``end == start``. ``text`` is what was typed. ``day`` tells that a day was
    named, so that a follow-up such as "sorenya?" keeps it.
    """

    text: str
    start: datetime
    end: datetime
    grain: Grain
    day: date | None = None
    part: str | None = None
    between: bool = False
    """Two hours were named; what runs between them is meant, not only what begins then."""

    @property
    def first_day(self) -> date:
        """The local day it begins on."""
        return self.start.date()


@dataclass(frozen=True, slots=True)
class Hour:
    """A spoken clock time. ``bare`` may mean morning or evening: "jam 7"."""

    hour: int
    minute: int = 0
    bare: bool = True

    def shifted(self, minutes: int) -> "Hour":
        """This time plus or minus minutes, round the clock."""
        total = (self.hour * 60 + self.minute + minutes) % (24 * 60)
        return Hour(total // 60, total % 60, self.bare)


def part_of(day: date, part: str) -> tuple[datetime, datetime]:
    """Begin and end of a part of ``day``."""
    start, end = PARTS[part]
    return midnight(day) + timedelta(hours=start), midnight(day) + timedelta(hours=end)


def on_clock(
    hour: Hour,
    day: date,
    *,
    part: str | None,
    index: AgendaIndex,
    after: datetime | None = None,
    loose: bool = False,
) -> datetime:
    """The moment of ``day`` that a spoken hour means.

    A part of the day decides ("jam 7 malam", "jam 1 siang"; "jam 1 malam" is after midnight).
    Without one, a bare hour takes the reading at which the agenda has something, daytime first;
    what begins within a quarter of an hour counts; ``loose``, within the hour. ``after`` rules out
    readings that are over ("nanti jam 7").
    """
    base = midnight(day)
    if hour.hour == 24:
        return base + DAY
    if part is not None:
        return base + timedelta(hours=_in_part(hour, part), minutes=hour.minute)
    if not hour.bare or hour.hour > 12 or hour.hour == 0:
        return base + timedelta(hours=hour.hour, minutes=hour.minute)
    early = hour.hour % 12
    readings = [base + timedelta(hours=h, minutes=hour.minute) for h in (early, early + 12)]
    readings.sort(key=lambda moment: (moment.hour not in _DAYTIME, moment))
    if after is not None:
        readings = [r for r in readings if r >= after] or readings
    for within in (timedelta(hours=1) if loose else SOON, timedelta(hours=1)):
        for reading in readings:
            if index.anything_at(reading, within=within):
                return reading
    return readings[0]


def _in_part(hour: Hour, part: str) -> int:
    spoken = hour.hour
    if spoken > 12 or spoken == 0:
        return spoken
    if part in ("pagi", "subuh"):
        return spoken % 12
    if part == "siang":
        return spoken if 9 < spoken <= 12 else spoken + 12
    if part == "sore":
        return spoken % 12 + 12
    if spoken == 12:
        return 24
    return spoken + 24 if spoken < 5 else spoken + 12


def whole_day(text: str, day: date) -> When:
    """All of ``day``."""
    return When(text, midnight(day), midnight(day) + DAY, Grain.DAY, day)


def combine(day: date, wall: time) -> datetime:
    """Naive wall time."""
    return datetime.combine(day, wall)
