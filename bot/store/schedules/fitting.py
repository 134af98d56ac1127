"""Makes the event such that its sessions may be loaded: its days, shared places, days off.

What would stop `mandala check` for a file typed by hand is, in a schedule that is in use
elsewhere, how things are. It is written into the event and told, so that a person can take it out
again where it is a mistake after all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.domain import clock
from bot.domain.agenda import Agenda, Event, Session
from bot.store.schedules.drafts import Notes

LONGEST = 366
"""Days that an event may last; see agenda_rules."""
_LATE_NIGHT = timedelta(hours=6)
"""What ends up to this much after midnight still belongs to the evening before."""


def fitted(agenda: Agenda, notes: Notes) -> Agenda:
    """The agenda with an event around its sessions.

    The event's own days stay if all sessions are within them and none of them is empty; so do
    places and days that are already named.
    """
    sessions, zone = agenda.sessions, agenda.timezone
    event = agenda.event
    first = min(clock.local_day(s.start, zone) for s in sessions)
    last = max(_last_day(s, zone) for s in sessions)
    if (last - first).days >= LONGEST:
        notes.error("too_long", None, first=first, last=last, limit=LONGEST)
        return agenda
    covered = set(_covered(sessions, zone))
    if not (
        event.start <= first and last <= event.end and _days(event.start, event.end) <= covered
    ):
        event = _lasting(event, first, last)
    empty = _days(event.start, event.end) - covered
    if new := sorted(empty - set(event.free_days)):
        notes.warn("free_days", None, count=len(new), first=new[0], last=new[-1])
    rooms = {room.casefold(): room for room in event.shared_rooms}
    for room, earlier, session in _overlaps(sessions):
        if room.casefold() not in rooms:
            rooms[room.casefold()] = room
            _tell_shared(room, earlier, session, event, notes)
    return replace(
        agenda,
        event=replace(event, free_days=tuple(sorted(empty)), shared_rooms=tuple(rooms.values())),
    )


def _lasting(event: Event, first: date, last: date) -> Event:
    """The event on these days; personal data is kept as long after it as before."""
    kept = event.keep_until
    if kept is not None and kept < last:
        kept = last + max(kept - event.end, timedelta(0))
    return replace(event, start=first, end=last, keep_until=kept)


def _tell_shared(
    room: str, earlier: Session, session: Session, event: Event, notes: Notes
) -> None:
    notes.warn(
        "shared_room",
        None,
        room=room,
        title=session.title[:60],
        other=earlier.title[:60],
        start=session.start,
        zone=event.timezone,
    )


def _last_day(session: Session, zone: str) -> date:
    first = clock.local_day(session.start, zone)
    return max(first, clock.local_day(session.end - _LATE_NIGHT, zone))


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def _covered(sessions: Sequence[Session], zone: str) -> Iterator[date]:
    for session in sessions:
        first = clock.local_day(session.start, zone)
        yield from _days(first, clock.local_day(session.end - timedelta.resolution, zone))


def _overlaps(sessions: Sequence[Session]) -> Iterator[tuple[str, Session, Session]]:
    """Two sessions at once in one room, for every room that has such."""
    last_in: dict[str, Session] = {}
    for session in sorted(sessions, key=lambda s: (s.start, s.end)):
        if session.room is None:
            continue
        earlier = last_in.get(session.room.casefold())
        if earlier is not None and session.start < earlier.end:
            yield session.room, earlier, session
            if session.end <= earlier.end:
                continue
        last_in[session.room.casefold()] = session
