"""When the owner of a commitment is asked about it, each occasion under a stable key. Pure.

Nothing is remembered here. ``due`` is asked for an interval of time and names everything that
falls into it; the outbox refuses a key it already has. See ``bot.domain.reminders``.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial

from bot.domain import clock
from bot.domain.agenda import Agenda, Event

AHEAD = (7, 1, 0)
"""Days before the date on which the owner is reminded; on the day itself asked."""
MARKS = (30, 60, 90)
"""Days after the event's last day on which everybody is asked how it stands."""
SNOOZES = (1, 3, 7)
"""Days after which a question can be put once more."""
_USEFUL = timedelta(days=5)
"""A reminder of a date that could not be sent for so long is not sent any more."""
_MARK_USEFUL = timedelta(days=30)
"""What everybody is asked after the event is asked late rather than not, up to the next mark."""
_WALL = time(8)
"""When people read such a question, once there is no morning digest any more."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Undertaking:
    """An open commitment, as far as time is concerned."""

    id: int
    person_id: int
    due_on: date
    """Local day by which it is to be done."""
    since: datetime
    """When it was made (UTC): nothing is asked that was due by then."""
    ask_on: date | None = None
    """Local day on which the owner wants to be asked again."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One message to one person about some of their commitments.

    ``keys`` holds one key for each occasion, so that none of them comes again; the first is the
    key of the message itself.
    """

    person_id: int
    keys: tuple[str, ...]
    commitments: tuple[int, ...]
    due_at: datetime
    useful_until: datetime
    mark: int | None
    """Days since the event, where everybody is asked on this occasion."""


def due(
    agenda: Agenda,
    undertakings: Iterable[Undertaking],
    *,
    after: datetime,
    now: datetime,
    told: Container[str] = frozenset(),
) -> Iterator[FollowUp]:
    """What fell due in ``(after, now]``, without the keys in ``told``: one message a person."""
    of_person: dict[int, list[_Occasion]] = {}
    at = cache(partial(moment, agenda))  # many have the same days
    for undertaking in undertakings:
        for occasion in _occasions(agenda.event, undertaking, at):
            in_time = after < occasion.at <= now and occasion.at > undertaking.since
            if in_time and occasion.key not in told:
                of_person.setdefault(undertaking.person_id, []).append(occasion)
    for person_id, occasions in of_person.items():
        yield _message(person_id, sorted(occasions, key=lambda each: (each.at, each.key)))


def next_wake(
    agenda: Agenda,
    *,
    due_days: Iterable[date],
    ask_days: Iterable[date],
    after: datetime,
) -> datetime | None:
    """The first instant after ``after`` at which something may fall due; None if never.

    Args:
        due_days: local days by which something open is to be done.
        ask_days: local days on which somebody wants to be asked again.
    """
    days = {*ask_days, *(day - ahead * _DAY for day in due_days for ahead in AHEAD)}
    if days:
        days.update(agenda.event.end + mark * _DAY for mark in MARKS)
    coming = sorted(day for day in days if moment(agenda, day) > after)
    return moment(agenda, coming[0]) if coming else None


@dataclass(frozen=True, slots=True)
class DueChoice:
    """A date to offer: so many days after the event, or with None the end of the year."""

    day: date
    mark: int | None


def due_choices(event: Event, today: date) -> list[DueChoice]:
    """Dates to offer: those on which everybody is asked, and the end of the year."""
    marks = [DueChoice(event.end + mark * _DAY, mark) for mark in MARKS]
    year_end = DueChoice(date(max(today, event.end).year, 12, 31), None)
    return [choice for choice in (*marks, year_end) if choice.day > today]


def any_moment(agenda: Agenda, *, after: datetime, now: datetime) -> bool:
    """Whether people are asked at all at some time in ``(after, now]``."""
    if now - after > 3 * _DAY:
        return True
    first = clock.local_day(after, agenda.timezone) - _DAY
    return any(after < moment(agenda, first + n * _DAY) <= now for n in range(6))


def moment(agenda: Agenda, day: date) -> datetime:
    """When people are asked on this local day: with the digest while the event lasts (UTC)."""
    event = agenda.event
    wall = event.digest_at if event.start <= day <= event.end else _WALL
    return after_quiet(agenda, clock.at(day, wall, agenda.timezone))


def after_quiet(agenda: Agenda, instant: datetime) -> datetime:
    """``instant``, or the end of the quiet hours that it falls into (UTC)."""
    if not agenda.quiet(instant):
        return instant
    day, wall = clock.local_day(instant, agenda.timezone), agenda.event.quiet_until
    morning = clock.at(day, wall, agenda.timezone)
    return morning if morning >= instant else clock.at(day + _DAY, wall, agenda.timezone)


def commitment_of(key: str) -> int:
    """The id of the commitment that an occasion's key is about."""
    return int(key.split(":")[1])


@dataclass(frozen=True, slots=True)
class _Occasion:
    at: datetime
    key: str
    commitment: Undertaking
    mark: int | None = None


def _occasions(
    event: Event, undertaking: Undertaking, at: Callable[[date], datetime]
) -> Iterator[_Occasion]:
    """Another date is another occasion; a mark comes once, whenever the event ends."""
    start, due_on, ask_on = f"commitment:{undertaking.id}", undertaking.due_on, undertaking.ask_on
    for ahead in AHEAD:
        instant = at(due_on - ahead * _DAY)
        yield _Occasion(instant, f"{start}:due:{due_on}:{ahead}", undertaking)
    for mark in MARKS:
        instant = at(event.end + mark * _DAY)
        yield _Occasion(instant, f"{start}:after:{mark}", undertaking, mark)
    if ask_on is not None:
        yield _Occasion(at(ask_on), f"{start}:again:{ask_on}", undertaking)


def _message(person_id: int, occasions: list[_Occasion]) -> FollowUp:
    concerned = {each.commitment.id: each.commitment for each in occasions}
    ordered = sorted(concerned.values(), key=lambda each: (each.due_on, each.id))
    last = occasions[-1].at
    return FollowUp(
        person_id=person_id,
        keys=tuple(each.key for each in occasions),
        commitments=tuple(each.id for each in ordered),
        due_at=last,
        useful_until=max(each.at + (_MARK_USEFUL if each.mark else _USEFUL) for each in occasions),
        mark=max((each.mark for each in occasions if each.mark), default=None),
    )
