"""What the event sends when: past messages out of the outbox, coming ones out of the plan."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.outbox import OPEN, Status
from bot.domain.reminders import due
from bot.rehearsal.world import Json
from bot.services import reminding
from bot.services.desk import Desk
from bot.store import people
from bot.store.tables import Outbox

KINDS = ("reminder", "digest", "prompt", "change", "broadcast")


def programme(agenda: Agenda) -> Json:
    """Event, days and sessions as the page shows them; instants in milliseconds since 1970."""
    event = agenda.event
    days = []
    for day in agenda.days:
        start, end = clock.day_bounds(day, agenda.timezone)
        days.append({"day": day.isoformat(), "start": millis(start), "end": millis(end)})
    sessions = [
        {
            "id": session.id,
            "title": session.title,
            "room": session.room or "",
            "kind": session.kind.value,
            "tone": _tone(session.kind.learning, pause=session.kind.pause),
            "day": agenda.day_of(session).isoformat(),
            "start": millis(session.start),
            "end": millis(session.end),
        }
        for session in agenda.sessions
    ]
    return {
        "name": event.short_name or event.name,
        "full_name": event.name,
        "place": event.place or "",
        "example": event.example,
        "zone": agenda.timezone,
        "zone_name": clock.short_name(agenda.timezone, agenda.sessions[0].start if sessions else
                                      clock.day_bounds(event.start, agenda.timezone)[0]),
        "days": days,
        "sessions": sessions,
    }  # fmt: skip


def marks(db: Session, desk: Desk) -> list[Json]:
    """One mark for all messages of a kind at an instant: how many are planned, sent, failed."""
    now = desk.now()
    found: dict[tuple[datetime, str], Counter[str]] = {}
    for kind, instant, status, count in db.exec(_told()):
        found.setdefault((instant, kind), Counter())[_fate(status)] += count
    for message in _coming(db, desk, now):
        found.setdefault(message, Counter())["planned"] += 1
    return [
        {"at": millis(instant), "kind": kind, **counts}
        for (instant, kind), counts in sorted(found.items())
    ]


def next_message(db: Session, desk: Desk) -> datetime | None:
    """When the next message is to go: planned by the agenda, or waiting in the outbox for its
    moment (a retry, an announcement that can still be taken back). None: none ever.
    """
    now = desk.now()
    waiting = db.exec(
        select(func.min(Outbox.ready_at)).where(
            Outbox.status == Status.PENDING, col(Outbox.ready_at) > now
        )
    ).one()
    coming = [instant for instant, _ in _coming(db, desk, now)]
    return min([*coming, waiting] if waiting else coming, default=None)


def millis(instant: datetime) -> int:
    """Milliseconds since 1970, JavaScript's measure of time."""
    return round(instant.timestamp() * 1000)


def _told() -> Any:  # SQLAlchemy's own type is longer than the query
    return (
        select(Outbox.kind, Outbox.due_at, Outbox.status, func.count())
        .where(col(Outbox.kind).in_(KINDS), Outbox.status != Status.MERGED)
        .group_by(col(Outbox.kind), col(Outbox.due_at), col(Outbox.status))
    )


def _coming(db: Session, desk: Desk, now: datetime) -> list[tuple[datetime, str]]:
    last = max((session.end for session in desk.agenda.sessions), default=now)
    end = max(clock.day_bounds(desk.agenda.event.end, desk.agenda.timezone)[1], last)
    if end <= now:
        return []
    subscribers = reminding.subscribers(db, people.members(db))
    return [
        (message.due_at, message.kind)
        for message in due(desk.agenda, subscribers, after=now, now=end)
        if message.due_at > now
    ]


def _fate(status: Status) -> str:
    if status is Status.DELIVERED:
        return "sent"
    return "waiting" if status in OPEN else "failed"


def _tone(learning: bool, *, pause: bool) -> str:
    if learning:
        return "learning"
    return "pause" if pause else "other"
