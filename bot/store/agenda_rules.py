"""What must hold between the parts of an agenda: days, rooms, ids, lengths."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from bot.domain import clock
from bot.domain.agenda import Event, Session
from bot.store.findings import Findings
from bot.store.goal_rules import check_goals
from bot.store.yaml_tree import Mapping, line_of

_LONGEST_EVENT = 366
_LATE_NIGHT = timedelta(hours=6)
"""The last evening may run past midnight by this much without being another day."""

LIMITS = {
    "id": 80,
    "name": 200,
    "short_name": 60,
    "organizer": 200,
    "place": 200,
    "address": 300,
    "title": 200,
    "room": 100,
    "speakers": 200,
    "aliases": 100,
    "groups": 60,
    "description": 2000,
    "dress": 300,
    "bring": 300,
    "question": 300,
    "reflection_questions": 300,
    "consent_text": 1500,
}
CARD_LIMIT = 3500
"""All of a session's texts together: a message holds 4096 characters (Bot API, sendMessage)."""


@dataclass(frozen=True)
class Placed:
    """A session and where it stands in the file."""

    session: Session
    raw: Mapping

    def line(self, key: str = "id") -> int | None:
        """Line of one of its keys."""
        return line_of(self.raw, key)


def check_event(event: Event, raw: Mapping, findings: Findings) -> None:
    """Days, coordinates and lengths of the event itself."""
    if event.end < event.start:
        facts = {"start": event.start, "end": event.end}
        findings.error("event_ends_early", line_of(raw, "end"), **facts)
    elif (event.end - event.start).days >= _LONGEST_EVENT:
        findings.error("event_too_long", line_of(raw, "end"), limit=_LONGEST_EVENT)
    if event.keep_until is not None and event.keep_until < event.end:
        facts = {"day": event.keep_until, "end": event.end}
        findings.order("keep_until_early", line_of(raw, "keep_until"), **facts)
    if (event.latitude is None) != (event.longitude is None):
        findings.order("half_coordinates", raw.line)
    _check_lengths(event, raw, findings)
    check_goals(raw, findings)


def check_sessions(
    placed: Sequence[Placed], event: Event | None, zone: str, findings: Findings
) -> None:
    """Rules between sessions; without a sound ``event`` those about its days are left out."""
    _check_ids(placed, findings)
    _check_rooms(placed, event.shared_rooms if event else (), zone=zone, findings=findings)
    for item in placed:
        _check_lengths(item.session, item.raw, findings)
        if event is not None:
            _check_days(item, event, findings)


def check_gaps(
    placed: Sequence[Placed], event: Event, line: int | None, findings: Findings
) -> None:
    """Whole days of the event on which nothing happens; neighbours are told together."""
    covered: set[date] = set(event.free_days)
    for item in placed:
        day, last = _local_days(item.session, event.timezone)
        while day <= min(last, event.end):
            covered.add(day)
            day += timedelta(days=1)
    length = (event.end - event.start).days + 1
    empty = [n for n in range(length) if event.start + timedelta(days=n) not in covered]
    # Consecutive numbers share the difference to their position.
    for _, run in groupby(enumerate(empty), key=lambda pair: pair[1] - pair[0]):
        days = [event.start + timedelta(days=n) for _, n in run]
        findings.order("empty_days", line, first=days[0], last=days[-1], count=len(days))


def _local_days(session: Session, zone: str) -> tuple[date, date]:
    just_before = max(session.start, session.end - timedelta(microseconds=1))
    return clock.local_day(session.start, zone), clock.local_day(just_before, zone)


def _check_ids(placed: Sequence[Placed], findings: Findings) -> None:
    by_id: dict[str, Placed] = {}
    by_ref: dict[str, Placed] = {}
    for item in placed:
        session = item.session
        if earlier := by_id.get(session.id):
            findings.error("duplicate_id", item.line(), id=session.id, other=earlier.line())
        elif earlier := by_ref.get(session.ref):
            facts = {"id": session.id, "other_id": earlier.session.id, "other": earlier.line()}
            findings.error("same_ref", item.line(), **facts)
        by_id.setdefault(session.id, item)
        by_ref.setdefault(session.ref, item)


def _check_rooms(
    placed: Sequence[Placed], shared: Sequence[str], *, zone: str, findings: Findings
) -> None:
    free = {room.casefold() for room in shared}
    last_in: dict[str, Placed] = {}
    for item in sorted(placed, key=lambda p: (p.session.start, p.session.end)):
        session = item.session
        if session.room is None or session.end <= session.start:
            continue
        room = session.room.casefold()
        if room in free:
            continue
        earlier = last_in.get(room)
        if earlier is None or earlier.session.end <= session.start:
            last_in[room] = item
            continue
        findings.order(
            "room_overlap",
            item.line("start"),
            room=session.room,
            title=session.title,
            start=session.start,
            other=earlier.session.title,
            other_end=earlier.session.end,
            other_line=earlier.line("end"),
            zone=zone,
        )
        if session.end > earlier.session.end:
            last_in[room] = item


def _check_days(item: Placed, event: Event, findings: Findings) -> None:
    session, zone = item.session, event.timezone
    day = clock.local_day(session.start, zone)
    days = {"first": event.start, "last": event.end}
    if not event.start <= day <= event.end:
        findings.order("outside_event", item.line("start"), title=session.title, day=day, **days)
        return
    _, after = clock.day_bounds(event.end, zone)
    if session.end > after + _LATE_NIGHT:
        day = clock.local_day(session.end, zone)
        findings.order("outside_event", item.line("end"), title=session.title, day=day, **days)


def _check_lengths(thing: Event | Session, raw: Mapping, findings: Findings) -> None:
    total = 0
    for key, text in _texts(thing):
        length = _telegram_length(text)
        total += length
        if length > LIMITS[key]:
            facts = {"field": key, "length": length, "limit": LIMITS[key]}
            findings.order("too_long", line_of(raw, key), **facts)
    if isinstance(thing, Session) and total > CARD_LIMIT:
        findings.order("card_too_long", raw.line, length=total, limit=CARD_LIMIT)


def _texts(thing: Event | Session) -> Iterator[tuple[str, str]]:
    for key in LIMITS:
        value = getattr(thing, key, None)
        if isinstance(value, str):
            yield key, value
        elif value is not None:
            yield from ((key, text) for text in value)


def _telegram_length(text: str) -> int:
    """Telegram counts UTF-16 code units: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2
