"""When people are asked to reflect, and about what: worked out of the agenda alone.

The same agenda gives the same answer.

After each learning session, and in the evening of each day that has one. Sessions that end close
together are asked about in one message; what ends close to the evening goes into that of the
evening. Nobody is asked in quiet hours: what ends then is asked about when they are over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain import clock
from bot.domain.agenda import Agenda, Session

TOGETHER = timedelta(minutes=30)
"""Sessions that end within this of the first of them are asked about at the end of the last."""
USEFUL = timedelta(hours=3)
"""Later nobody remembers what to say; and it never comes in quiet hours."""
_NIGHT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to reflect, at an instant (UTC). ``day`` is local; sessions in order of end."""

    at: datetime
    useful_until: datetime
    day: date
    sessions: tuple[Session, ...] = ()
    evening: bool = False
    """Whether it also asks about the day as a whole."""


def prompts(agenda: Agenda) -> list[Prompt]:
    """Every request of the event, in order."""
    waiting = sorted(_ends(agenda), key=lambda pair: (pair[0], pair[1].end, pair[1].id))
    found = []
    for day in agenda.days:
        if not any(session.kind.learning for session in agenda.on_day(day)):
            continue  # nothing was learned that day, so there is nothing to reflect on
        evening = clock.at(day, agenda.event.prompt_at, agenda.timezone)
        near = [pair for pair in waiting if abs(pair[0] - evening) <= TOGETHER]
        waiting = [pair for pair in waiting if pair not in near]
        at = max([evening, *(instant for instant, _ in near)])
        found.append(_prompt(agenda, at, day, near, evening=True))
    while waiting:
        first = waiting[0][0]
        near = [pair for pair in waiting if pair[0] <= first + TOGETHER]
        waiting = waiting[len(near) :]
        at, last = near[-1]
        found.append(_prompt(agenda, at, agenda.day_of(last), near, evening=False))
    return sorted(found, key=lambda prompt: prompt.at)


def falling(agenda: Agenda, *, after: datetime, until: datetime) -> list[Prompt]:
    """What falls due in ``(after, until]``.

    In the first look at a new version of the agenda, also what by this version was due a while
    before: a session that was shortened or drawn apart from another would else be forgotten. The
    caller leaves out what has been asked already.
    """
    changed = agenda.changed_at
    if changed is not None and after <= changed <= until:
        after -= USEFUL
    return [prompt for prompt in prompts(agenda) if after < prompt.at <= until]


def instants(agenda: Agenda) -> set[datetime]:
    """Among these are the instants of every request, whichever sessions of the agenda are one's
    own."""
    evenings = {clock.at(day, agenda.event.prompt_at, agenda.timezone) for day in agenda.days}
    return evenings | {at for at, _ in _ends(agenda)}


def evening_key(person_id: int, day: date) -> str:
    """Person and day."""
    return f"prompt:{person_id}:{day}"


def session_key(person_id: int, session: Session) -> str:
    """Person and session, whenever it ends: nobody is asked twice about a session that moved."""
    return f"prompt:{person_id}:s:{session.id}"


def session_of(key: str) -> str | None:
    """The id of the session that a prompt's key is about; None for that of an evening."""
    _, _, subject = key.split(":", 2)
    return subject.removeprefix("s:") if subject.startswith("s:") else None


def _ends(agenda: Agenda) -> Iterator[tuple[datetime, Session]]:
    """When each learning session may be asked about."""
    if not agenda.event.session_prompts:
        return
    for session in agenda.sessions:
        if session.kind.learning:
            end = session.end
            quiet = agenda.quiet(end)
            yield _next(agenda, end, agenda.event.quiet_until) if quiet else end, session


def _prompt(
    agenda: Agenda,
    at: datetime,
    day: date,
    pairs: list[tuple[datetime, Session]],
    *,
    evening: bool,
) -> Prompt:
    useful = at + USEFUL
    if agenda.event.quiet_from != agenda.event.quiet_until and not agenda.quiet(at):
        useful = min(useful, _next(agenda, at, agenda.event.quiet_from))
    sessions = tuple(sorted((s for _, s in pairs), key=lambda s: (s.end, s.id)))
    return Prompt(at, useful, day, sessions, evening)


def _next(agenda: Agenda, instant: datetime, wall: time) -> datetime:
    """The first time after ``instant`` that the clocks of the event show ``wall``."""
    day = clock.local_day(instant, agenda.timezone)
    same = clock.at(day, wall, agenda.timezone)
    return same if same > instant else clock.at(day + _NIGHT, wall, agenda.timezone)
