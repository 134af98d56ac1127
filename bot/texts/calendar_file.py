"""A session as a calendar file (RFC 5545) that phones open by themselves."""

from datetime import UTC, datetime, timedelta

from bot.domain.agenda import Agenda, Session


def session_ics(agenda: Agenda, session: Session, now: datetime) -> bytes:
    """The file's content. The UID stays the same through changes; SEQUENCE is the version.

    Args:
        now: the moment of writing (UTC), for DTSTAMP.
    """
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Mandala//Event companion//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry = Event()
    entry.add("uid", f"{session.id}@{agenda.event.id}.mandala")
    entry.add("sequence", agenda.version - 1)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", session.start)
    entry.add("dtend", session.end)
    entry.add("summary", session.title)
    where = ", ".join(part for part in (session.room, agenda.event.place) if part)
    if where:
        entry.add("location", where)
    if session.description:
        entry.add("description", session.description)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", session.title)
    alarm.add("trigger", timedelta(minutes=-15))
    entry.add_component(alarm)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
