"""Who wants to be told what and when, and what a message to them is made of."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from bot.domain import prompts
from bot.domain.agenda import Agenda
from bot.domain.agenda import Session as AgendaSession
from bot.domain.outbox import Lane, Status
from bot.domain.people import Role
from bot.domain.reminders import Choice, Due, Subscriber, next_wake, session_of
from bot.services.desk import Desk
from bot.store import agenda_versions, favourites, outbox, outdated, people, readers
from bot.store.outbox import Letter
from bot.store.readers import Kind
from bot.store.tables import Person
from bot.texts import reminders as texts

_FEW = 1_000
"""Of so many people what each chose is asked for; of more, all there is."""


class Snooze(StrEnum):
    """What becomes of the wish to be reminded once more; each is the key of its text."""

    LATER = "reminder.snoozed"
    OVER = "reminder.session_over"
    OVERTAKEN = "reminder.overtaken"


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
    """An instant later than ``after`` before which nothing falls due (UTC); None if never.

    It is asked after each look, so it goes by what kinds of members there are, not by each.
    """
    agenda = desk.agenda
    special = {f"{minutes}": Choice(minutes, after) for minutes in readers.leads(db)}
    anybody = Subscriber(0, Choice(None, after), digest=True, prompt=True, by_session=special)
    kinds = [standing_for(kind, since=after) for kind in readers.kinds(db)]
    wake = next_wake(agenda, [anybody, *kinds], after=after)
    if readers.any_special(db):
        later = (at for at in prompts.instants(agenda) if at > after)
        wake = min((at for at in (wake, *later) if at is not None), default=None)
    return wake


def standing_for(kind: Kind, *, since: datetime) -> Subscriber:
    """Somebody of this kind of whom nothing special is known."""
    return Subscriber(
        person_id=0,
        general=Choice(kind.minutes, since),
        digest=kind.digest,
        prompt=kind.prompt and kind.role is not Role.AIDE,
        group=kind.group,
        everything=kind.role is Role.ORGANIZER,
    )


def subscribers(db: Session, persons: Iterable[Person]) -> list[Subscriber]:
    """What each of these people wants to be told."""
    persons = list(persons)
    principals = people.principals(db, persons)
    ids: list[int] | None = None
    if len(persons) <= _FEW:
        ids = [person.id or 0 for person in (*persons, *principals.values())]
    special: dict[int, dict[str, Choice]] = {}
    for chosen in people.session_reminders(db, ids):
        choice = Choice(chosen.minutes, chosen.chosen_at)
        special.setdefault(chosen.person_id, {})[chosen.session_id] = choice
    starred = favourites.everybodys(db, ids)
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
    words = payload(desk, person.language, message, again)
    outbox.enqueue(db, letters(desk, person, message, again, words))
    return Snooze.LATER


def overtaken(db: Session, desk: Desk) -> bool:
    """Whether the store has a newer agenda than the desk, where it will be in a moment."""
    last = agenda_versions.latest(db)
    return last is not None and (last.version or 0) > desk.agenda.version


def payload(desk: Desk, language: str, message: Due, now: datetime) -> dict[str, Any]:
    """Parameters of the message as it is sent at ``now``."""
    rendered = texts.due_message(message, desk.agenda, language, now, handouts=desk.handouts)
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


def letters(
    desk: Desk, person: Person, message: Due, now: datetime, words: dict[str, Any]
) -> list[Letter]:
    """The rows of one message: the first carries the words, the others say what goes with it."""
    return [
        letter(
            desk,
            message,
            now,
            key=key,
            words=words if key == message.keys[0] else None,
            person_id=person.id,
            chat_id=person.chat_id or 0,
        )
        for key in message.keys
    ]


def letter(
    desk: Desk,
    message: Due,
    now: datetime,
    *,
    key: str,
    words: dict[str, Any] | None,
    person_id: int | None = None,
    chat_id: int = 0,
) -> Letter:
    """One row; ``words`` None: it goes with another's message."""
    return Letter(
        key=key,
        lane=Lane.REMINDER,
        kind=message.kind,
        person_id=person_id,
        chat_id=chat_id,
        broadcast_id=None,
        method="sendMessage",
        payload=words or {},
        created_at=now,
        due_at=message.due_at,
        ready_at=now,
        useful_until=message.useful_until,
        agenda_version=desk.agenda.version,
        status=Status.MERGED if words is None else Status.PENDING,
    )
