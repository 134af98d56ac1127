"""Sessions as a calendar file (RFC 5545) that phones open by themselves, or subscribe to.

Instants are UTC, which every calendar shows in the zone of its phone.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from bot.domain.agenda import Event
from bot.domain.calendars import Entry

if TYPE_CHECKING:
    import icalendar

_LOOK_AGAIN = timedelta(hours=1)
"""As ``PT1H`` below."""
_ALARM = timedelta(minutes=-15)


def session_ics(event: Event, entry: Entry) -> bytes:
    """One session, with an alarm; one that is cancelled leaves the calendar."""
    method = "CANCEL" if entry.session.cancelled else "PUBLISH"
    return _written(event, [entry], method=method, alarm=not entry.session.cancelled)


def agenda_ics(event: Event, entries: Sequence[Entry]) -> bytes:
    """Many sessions, without alarms: the bot reminds. The same entries give the same bytes.

    The UID of a session stays the same through changes, its SEQUENCE rises with each; one that
    is cancelled stays and says so.
    """
    return _written(event, entries, method="PUBLISH", alarm=False)


def _written(event: Event, entries: Sequence[Entry], *, method: str, alarm: bool) -> bytes:
    from icalendar import Calendar, vDuration

    calendar = Calendar()
    calendar.add("prodid", "-//Mandala//Event companion//ID")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", event.short_name or event.name)
    calendar.add("x-wr-timezone", event.timezone)
    calendar.add("refresh-interval", vDuration(_LOOK_AGAIN), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_component(event, entry, alarm=alarm))
    return bytes(calendar.to_ical())


def _component(event: Event, entry: Entry, *, alarm: bool) -> "icalendar.Event":
    import icalendar

    session = entry.session
    made = icalendar.Event()
    made.add("uid", f"{session.id}@{event.id}.mandala")
    made.add("sequence", entry.sequence)
    made.add("dtstamp", entry.changed_at.astimezone(UTC))
    made.add("last-modified", entry.changed_at.astimezone(UTC))
    made.add("dtstart", session.start.astimezone(UTC))
    made.add("dtend", session.end.astimezone(UTC))
    made.add("summary", session.title)
    made.add("status", "CANCELLED" if session.cancelled else "CONFIRMED")
    where = ", ".join(part for part in (session.room, event.place) if part)
    if where:
        made.add("location", where)
    if session.description:
        made.add("description", session.description)
    if alarm:
        made.add_component(_alarm(session.title))
    return made


def _alarm(title: str) -> "icalendar.Alarm":
    import icalendar

    made = icalendar.Alarm()
    made.add("action", "DISPLAY")
    made.add("description", title)
    made.add("trigger", _ALARM)
    return made
