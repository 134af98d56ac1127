"""What an organizer types for a session: "10.15", "10.15-11.45", "14.00-15.00 Rapat Singkat"."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.domain import clock
from bot.domain.agenda import Agenda, Session
from bot.services.announcement_times import read_time
from bot.store.agenda_schema import kind_of
from bot.store.slugs import slug, unused

_HOUR = r"([01]?\d|2[0-4])[.:]([0-5]\d)"
_SPAN = re.compile(
    rf"^(?:jam|pukul|at)?\s*{_HOUR}\s*(?:-|–|—|s\.?d\.?|sampai|to|until)\s*{_HOUR}\s*(?:wib|wita|wit)?",
    re.IGNORECASE,
)
_START = re.compile(rf"^(?:jam|pukul|at)?\s*{_HOUR}\s*(?:wib|wita|wit)?", re.IGNORECASE)
_TITLE, _ROOM = 200, 100


def new_times(
    words: str, agenda: Agenda, session: Session, now: datetime
) -> dict[str, Any] | None:
    """New start, and end where one is given, as facts of an edit; None if no time is meant.

    Hours are of the session's own day, unless the words name another day.
    """
    words = words.strip()
    day = agenda.day_of(session)
    if span := _SPAN.match(words):
        return _span(span, day, agenda.timezone)
    if start := _START.fullmatch(words):
        return {"start": _instant(day, start[1], start[2], agenda.timezone).isoformat()}
    found = read_time(words, agenda, now, day=day)
    if found is None or not isinstance(found, datetime):
        return None
    return {"start": found.isoformat()}


def new_session(words: str, agenda: Agenda, day: date) -> dict[str, Any] | None:
    """Facts of a new session: time and title on the first line, its room on the second.

    Without an end it lasts an hour. None if there is no time or no title.
    """
    lines = [" ".join(line.split()) for line in words.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    found = _SPAN.match(first) or _START.match(first)
    if found is None:
        return None
    title = first[found.end() :].strip(" ,:-–—")
    if not title or len(title) > _TITLE or any(len(line) > _ROOM for line in lines[1:2]):
        return None
    facts = (
        _span(found, day, agenda.timezone)
        if found.re is _SPAN
        else {"start": _instant(day, found[1], found[2], agenda.timezone).isoformat()}
    )
    taken = {s.id for s in (*agenda.sessions, *agenda.cancelled)}
    facts |= {"id": unused(slug(title), taken), "title": title}
    kind = kind_of(title)
    if kind is not None:
        facts["kind"] = kind.value
    if len(lines) > 1:
        facts["room"] = lines[1]
    return facts


def _span(found: re.Match[str], day: date, zone: str) -> dict[str, Any]:
    start = _instant(day, found[1], found[2], zone)
    end = _instant(day, found[3], found[4], zone)
    if end <= start:  # it runs past midnight
        end += timedelta(days=1)
    return {"start": start.isoformat(), "end": end.isoformat()}


def _instant(day: date, hour: str, minute: str, zone: str) -> datetime:
    since = timedelta(hours=int(hour), minutes=int(minute))
    midnight = clock.at(day, time(), zone)
    wall = datetime.combine(day, time()) + since
    return clock.localize(wall, zone) if since < timedelta(days=1) else midnight + since
