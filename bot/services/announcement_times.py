"""When an organizer wants an announcement to leave, as they write it."""

from datetime import date, datetime, timedelta

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.language import understand
from bot.domain.language.moments import Grain, When


def read_time(
    words: str, agenda: Agenda, now: datetime, *, day: date | None = None
) -> datetime | date | None:
    """The instant that ``words`` mean (UTC), the local day if they name no hour, else None.

    The agenda's sessions play no part: "jam 7" is seven in the morning, also where a dinner begins
    at seven. An hour alone that has passed today is the evening one if that is to come, else
    tomorrow's. ``day`` is the local day that was chosen before, for words that name none.

    The instant may lie in the past if the words say so.
    """
    bare = Agenda(agenda.event, ())
    words = f"jam {words}" if words.strip().isdigit() else words
    when = understand(words, bare, now).when
    if when is None:
        return None
    if when.grain is Grain.DAY or when.grain is Grain.PART:
        return when.day or when.first_day
    if when.grain is not Grain.INSTANT:
        return None
    instant = clock.localize(when.start, agenda.timezone)
    if when.day is not None or instant > now + timedelta(days=1):
        return instant
    other_day = day is not None and day != clock.local_day(now, agenda.timezone)
    if day is not None and other_day and not _counts_from_now(words, bare, now, when):
        return clock.at(day, when.start.time(), agenda.timezone)
    return instant if instant > now else _still_to_come(words, bare, now, when)


def _counts_from_now(words: str, agenda: Agenda, now: datetime, when: When) -> bool:
    """Whether it is "half an hour from now" rather than a time of the day."""
    later = understand(words, agenda, now + timedelta(minutes=1)).when
    return later is not None and later.start != when.start


def _still_to_come(words: str, agenda: Agenda, now: datetime, when: When) -> datetime:
    later = understand(f"nanti {words}", agenda, now).when
    if later is not None and later.grain is Grain.INSTANT:
        instant = clock.localize(later.start, agenda.timezone)
        if instant > now:
            return instant
    return clock.localize(when.start + timedelta(days=1), agenda.timezone)
