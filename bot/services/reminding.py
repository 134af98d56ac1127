"""Puts everything due into the outbox, and says when to look again."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from bot.domain import prompts
from bot.domain.agenda import Agenda
from bot.domain.agenda import Session as AgendaSession
from bot.domain.outbox import Lane, Status
from bot.domain.people import Role
from bot.domain.reminders import (
    LATE_AFTER,
    TOLD_FOR,
    Choice,
    Due,
    Subscriber,
    due,
    next_wake,
    session_of,
)
from bot.services import talking
from bot.services.desk import Desk
from bot.services.prompting import AFTER_PROMPT, PROMPTED
from bot.store import agenda_versions, deliveries, favourites, outbox, outdated, people
from bot.store.outbox import Letter
from bot.store.tables import Person
from bot.texts import reminders as texts

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Snooze(StrEnum):
    """What becomes of the wish to be reminded once more; each is the key of its text."""

    LATER = "reminder.snoozed"
    OVER = "reminder.session_over"
    OVERTAKEN = "reminder.overtaken"


def plan(db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
    """Everything due in ``(after, now]`` goes into the outbox; returns how many rows."""
    joined = {person.id: person for person in people.reachable(db) if person.id is not None}
    told = deliveries.keys_due_since(db, "reminder", after - TOLD_FOR)
    wanting = subscribers(db, joined.values())
    own = {id(view): view for one in wanting if (view := one.own(desk.agenda))}
    if any(prompts.falling(view, after=after, until=now) for view in own.values()):
        told |= deliveries.keys_due_since(db, "prompt", _EVER)
    messages = due(desk.agenda, wanting, after=after, now=now, told=told)
    written: _Written = {}
    rows = [row for message in messages for row in _rows(desk, joined, message, now, written)]
    count = outbox.enqueue(db, rows)
    prompted = {row.chat_id for row in rows if row.kind == "prompt"}
    talking.offer(db, prompted, PROMPTED, now=now, until=now + AFTER_PROMPT)
    _reword_late(db, desk, joined, now)
    return count


def renew(db: Session, agenda: Agenda) -> None:
    """Takes back what waits and was written from an earlier agenda; ``plan`` makes it anew."""
    if outdated.any_waits(db, version=agenda.version):
        outdated.set_aside(
            db, version=agenda.version, holds=lambda key: _snooze_holds(key, agenda)
        )


def _snooze_holds(key: str, agenda: Agenda) -> bool:
    """Whether this is a reminder that somebody put off, of a session that begins as it did."""
    session = agenda.find(session_of(key) or "")
    if not key.startswith("snooze:") or session is None or session.cancelled:
        return False
    return f":{session.start:%Y%m%dT%H%MZ}:" in key


def next_due(db: Session, desk: Desk, *, after: datetime) -> datetime | None:
    """The first instant after ``after`` at which something falls due (UTC); None if never."""
    return next_wake(desk.agenda, subscribers(db, people.reachable(db)), after=after)


def subscribers(db: Session, persons: Iterable[Person]) -> list[Subscriber]:
    """What each of these people wants to be told."""
    special: dict[int, dict[str, Choice]] = {}
    for chosen in people.session_reminders(db):
        choice = Choice(chosen.minutes, chosen.chosen_at)
        special.setdefault(chosen.person_id, {})[chosen.session_id] = choice
    persons = list(persons)
    principals = people.principals(db, persons)
    starred = favourites.everybodys(db)
    return [
        _subscriber(person, special, starred, principals.get(person.id or 0)) for person in persons
    ]


def choose(
    db: Session,
    *,
    person_id: int,
    now: datetime,
    minutes: int | None,
    digest: bool,
    prompt: bool,
) -> Person | None:
    """Sets what the person is told in general."""
    person = people.get(db, person_id)
    if person is None:
        return None
    if person.reminder_minutes != minutes or digest > person.digest or prompt > person.prompt:
        person.preferences_at = now
    person.reminder_minutes, person.digest, person.prompt = minutes, digest, prompt
    db.add(person)
    return person


def choose_for_session(
    db: Session, *, person_id: int, session_id: str, minutes: int | None, now: datetime
) -> None:
    """Sets the lead time for one session; None: no reminder of it."""
    people.choose_session_reminder(
        db, person_id=person_id, session_id=session_id, minutes=minutes, now=now
    )


def minutes_for(db: Session, person: Person, session_id: str) -> int | None:
    """The person's lead time for this session, in minutes; None: none."""
    chosen = people.session_reminder(db, person.id or 0, session_id)
    return chosen.minutes if chosen is not None else person.reminder_minutes


def snooze(
    db: Session, desk: Desk, *, person: Person, session: AgendaSession, minutes: int
) -> Snooze:
    """Reminds the person of this session once more in ``minutes``, unless it begins before.

    Pressing twice in the same minute asks for the same message.
    """
    if overtaken(db, desk):
        return Snooze.OVERTAKEN
    now = desk.now()
    again = now + timedelta(minutes=minutes)
    if again >= session.start:
        return Snooze.OVER
    message = Due(
        kind="reminder",
        person_id=person.id or 0,
        keys=(f"snooze:{person.id}:{session.id}:{session.start:%Y%m%dT%H%MZ}:{again:%H%M}",),
        due_at=again,
        useful_until=session.start,
        day=desk.agenda.day_of(session),
        sessions=(session,),
    )
    outbox.enqueue(db, _rows(desk, {message.person_id: person}, message, again, {}))
    return Snooze.LATER


def overtaken(db: Session, desk: Desk) -> bool:
    """Whether the store has a newer agenda than the desk, where it will be in a moment."""
    last = agenda_versions.latest(db)
    return last is not None and (last.version or 0) > desk.agenda.version


def _reword_late(db: Session, desk: Desk, joined: Mapping[int, Person], now: datetime) -> None:
    """Reminders that could not leave in time say so, and how long is left by now."""
    for row in deliveries.waiting_since(db, "reminder", now - LATE_AFTER):
        person = joined.get(row.person_id or 0)
        ids = [session_of(key) for key in deliveries.told_together(db, row)]
        sessions = tuple(s for id_ in ids if id_ and (s := desk.agenda.find(id_)))
        if person is None or not sessions or row.useful_until is None:
            continue
        message = Due(
            kind=row.kind,
            person_id=row.person_id or 0,
            keys=(row.key,),
            due_at=row.due_at,
            useful_until=row.useful_until,
            day=desk.agenda.day_of(sessions[0]),
            sessions=tuple(sorted(sessions, key=lambda s: (s.start, s.id))),
        )
        row.payload = _payload(desk, person, message, now)
        db.add(row)


def _payload(desk: Desk, person: Person, message: Due, now: datetime) -> dict[str, Any]:
    rendered = texts.due_message(
        message, desk.agenda, person.language, now, handouts=desk.handouts
    )
    return rendered.payload(silent=desk.agenda.quiet(now))


def _subscriber(
    person: Person,
    special: Mapping[int, Mapping[str, Choice]],
    starred: Mapping[int, Mapping[str, datetime]],
    principal: Person | None,
) -> Subscriber:
    """An aide hears of the sessions that the person they go with chose; their own choice wins."""
    own, other = person.id or 0, (principal.id or 0) if principal is not None else 0
    moments = [moment for moment in (person.joined_at, person.preferences_at) if moment]
    return Subscriber(
        person_id=person.id or 0,
        general=Choice(person.reminder_minutes, max(moments)),
        digest=person.digest,
        prompt=person.prompt and person.role is not Role.AIDE,
        by_session={**special.get(other, {}), **special.get(own, {})},
        group=person.group or (principal.group if principal is not None else None),
        everything=person.role is Role.ORGANIZER,
        favourites={**starred.get(other, {}), **starred.get(own, {})},
    )


_Written = dict[tuple[object, ...], dict[str, Any]]
"""Payloads of one planning: the same words go to many people and are written once."""


def _rows(
    desk: Desk, joined: Mapping[int, Person], message: Due, now: datetime, written: _Written
) -> list[Letter]:
    person = joined[message.person_id]
    ids = tuple(session.id for session in message.sessions)
    alike = (message.kind, message.day, message.due_at, message.evening, ids, person.language)
    if alike not in written:
        written[alike] = _payload(desk, person, message, now)
    payload = written[alike]
    rows = []
    for key in message.keys:
        first = key == message.keys[0]
        rows.append(
            Letter(
                key=key,
                lane=Lane.REMINDER,
                kind=message.kind,
                person_id=person.id,
                chat_id=person.chat_id or 0,
                broadcast_id=None,
                method="sendMessage",
                payload=payload if first else {},
                created_at=now,
                due_at=message.due_at,
                ready_at=now,
                useful_until=message.useful_until,
                agenda_version=desk.agenda.version,
                status=Status.PENDING if first else Status.MERGED,
            )
        )
    return rows
