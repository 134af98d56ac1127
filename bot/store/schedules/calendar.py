"""iCalendar (.ics, RFC 5545): events, zones, whole days, repeated events."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # ships no types
from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from bot.domain import clock
from bot.domain.agenda import Material
from bot.store.schedules.drafts import Draft, Found, Notes, unique
from bot.store.schedules.frab import add_link
from bot.store.schedules.words import line, prose

_MOST_REPEATS = 366
_DAY = timedelta(days=1)


def read(content: bytes, notes: Notes) -> Found:
    """The events of a calendar file; what is wrong with it is in ``notes``."""
    try:
        calendars = Calendar.from_ical(_decoded(content), multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except Exception as error:  # the library raises ValueError, KeyError, IndexError ...
        notes.error("ics", None, reason=str(error)[:80] or type(error).__name__)
        return Found()
    frame = calendars[0] if calendars else {}
    found = Found(name=_text(frame.get("X-WR-CALNAME") or frame.get("NAME")))
    found.zone = _zone(_text(frame.get("X-WR-TIMEZONE")), events)
    found.drafts = list(_drafts(events, notes))
    return found


def _decoded(content: bytes) -> str:
    """UTF-8 as the standard says, or what old programs write; with one sort of line ends."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _zone(named: str, events: Iterable[Any]) -> str | None:
    """The calendar's zone, else that which most of its events name."""
    names = Counter(
        str(event["DTSTART"].params.get("TZID", ""))
        for event in events
        if _of(event.get("DTSTART"), "params")
    )
    for name in filter(None, (named, *(name for name, _ in names.most_common()))):
        try:
            return str(clock.zone(name))
        except ValueError:
            continue
    return named or None


def _drafts(events: list[Any], notes: Notes) -> Iterator[Draft]:
    """Every event, repeated ones as often as they take place."""
    moved = {(_text(e.get("UID")), _moment(e.get("RECURRENCE-ID"))) for e in events}
    for event in events:
        draft = _draft(event, notes)
        if draft is None:
            continue
        if _text(event.get("STATUS")).upper() == "CANCELLED":
            notes.of("cancelled", draft)
        elif event.get("RECURRENCE-ID") is not None:
            draft.own_id = _occasion(draft.own_id, _moment(event.get("RECURRENCE-ID")))
            yield draft
        elif event.get("RRULE") is None and event.get("RDATE") is None:
            yield draft
        else:
            yield from _repeated(event, draft, moved, notes)


def _draft(event: Any, notes: Notes) -> Draft | None:
    title = line(_text(event.get("SUMMARY")))
    start, end = _moment(event.get("DTSTART")), _moment(event.get("DTEND"))
    if start is None:
        notes.warn("no_start", None, title=title or _text(event.get("UID"))[:60], value="")
        return None
    if not title:
        notes.of("no_title", start.isoformat(" ", "minutes"))
    duration = event.get("DURATION")
    whole_days = not isinstance(_plain(event.get("DTSTART")), datetime)
    draft = Draft(
        title or "…",
        start,
        end=end if end and (end.tzinfo is None) == (start.tzinfo is None) else None,
        duration=_span(duration) or (_DAY if whole_days else None),
        own_id=_text(event.get("UID")),
        kind_words=_categories(event),
        room=line(_text(event.get("LOCATION"))),
        speakers=_speakers(event),
        description=prose(_text(event.get("DESCRIPTION"))),
        materials=_links(event, title, notes),
    )
    if whole_days:
        notes.of("all_day", draft)
    return draft


def _of(value: Any, name: str) -> Any:
    """An attribute of a property; None where it has none or its text cannot be read."""
    try:
        return getattr(value, name, None)
    except BrokenCalendarProperty:
        return None


def _plain(value: Any) -> date | datetime | None:
    found = _of(value, "dt")
    return found if isinstance(found, date) else None


def _moment(value: Any) -> datetime | None:
    """Aware where the file says in which zone; a date is its midnight on the wall."""
    if isinstance(value, list):
        value = value[0]
    found = _plain(value)
    if found is not None and not isinstance(found, datetime):
        return datetime.combine(found, time())
    return found


def _span(value: Any) -> timedelta | None:
    found = _of(value, "dt")
    return found if isinstance(found, timedelta) else None


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value or "").strip()


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _categories(event: Any) -> tuple[str, ...]:
    found = (_of(value, "cats") or [value] for value in _many(event.get("CATEGORIES")))
    return unique(line(str(word)) for words in found for word in words)


def _speakers(event: Any) -> tuple[str, ...]:
    """Attendees without an address are speakers (Pentabarf's way); others are guests."""
    return unique(
        line(str(person.params.get("CN", "")))
        for person in _many(event.get("ATTENDEE"))
        if _of(person, "params") and not str(person).lower().startswith("mailto:")
    )


def _links(event: Any, title: str, notes: Notes) -> tuple[Material, ...]:
    found: dict[str, str] = {}
    for value in (*_many(event.get("ATTACH")), *_many(event.get("URL"))):
        name = str((_of(value, "params") or {}).get("FILENAME", ""))
        add_link(found, str(value), line(name), notes, title=title)
    return tuple(Material(name, url) for url, name in found.items())


# --- repeated events ---------------------------------------------------------------------------


def _repeated(
    event: Any, draft: Draft, moved: set[tuple[str, datetime | None]], notes: Notes
) -> Iterator[Draft]:
    """The draft once for each time it takes place, without those that were moved or left out."""
    rules = [rule.to_ical().decode() for rule in _many(event.get("RRULE"))]
    starts = sorted({draft.start, *_rdates(event)})
    try:
        for rule in rules:
            starts = sorted({*starts, *_expanded(rule, draft.start)})
    except (ValueError, TypeError, OverflowError) as error:
        notes.warn("rule", None, title=draft.title[:60], reason=str(error)[:80])
    if len(starts) > _MOST_REPEATS:
        notes.warn("rule_endless", None, title=draft.title[:60], limit=_MOST_REPEATS)
        starts = starts[:_MOST_REPEATS]
    left_out = {_same(d) for value in _many(event.get("EXDATE")) for d in _dates(value)}
    uid = draft.own_id
    for start in starts:
        if _same(start) in left_out or (uid, start) in moved:
            continue
        yield Draft(
            **{
                **{name: getattr(draft, name) for name in Draft.__slots__},
                "start": start,
                "end": start + (draft.end - draft.start) if draft.end else None,
                "own_id": _occasion(uid, start),
            }
        )
    notes.warn("repeated", None, title=draft.title[:60], count=len(starts))


def _expanded(rule: str, start: datetime) -> Iterator[datetime]:
    """Starts by the rule, on the wall of the event's zone, so that summer time keeps the hour."""
    zone = start.tzinfo
    rule = ";".join(_wall_until(part, zone) for part in rule.split(";"))
    for number, wall in enumerate(rrulestr(rule, dtstart=start.replace(tzinfo=None))):
        if number > _MOST_REPEATS:
            return
        yield wall.replace(tzinfo=zone)


def _wall_until(part: str, zone: Any) -> str:
    """UNTIL is given in UTC; on the wall it is another hour."""
    name, _, value = part.partition("=")
    if name.upper() != "UNTIL" or not value.endswith("Z") or zone is None:
        return part.removesuffix("Z")
    until = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone)
    return f"UNTIL={until:%Y%m%dT%H%M%S}"


def _rdates(event: Any) -> Iterator[datetime]:
    for value in _many(event.get("RDATE")):
        yield from _dates(value)


def _dates(value: Any) -> Iterator[datetime]:
    for item in _of(value, "dts") or []:
        found = _moment(item)
        if found is not None:
            yield found


def _same(moment: datetime) -> datetime:
    """To compare moments that may be written in different zones."""
    return moment.astimezone(UTC) if moment.tzinfo else moment


def _occasion(uid: str, start: datetime | None) -> str:
    return f"{uid}-{start:%Y%m%dT%H%M}" if uid and start else uid
