"""Asks the owners of commitments before their dates and after the event: a source of the plan."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.follow_ups import (
    FollowUp,
    after_quiet,
    any_moment,
    commitment_of,
    due,
    next_wake,
)
from bot.domain.outbox import OPEN, Lane, Status
from bot.services.committing import KIND
from bot.services.desk import Desk
from bot.store import commitments, deliveries, outbox, people
from bot.store.tables import Commitment, Outbox, Person
from bot.texts import follow_ups as texts

_SETTLED = timedelta(minutes=2)
"""A message that waits longer is worded anew: what it asks about may have changed."""


def plan(db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
    """Puts the questions due in ``(after, now]`` into the outbox; returns how many rows."""
    _reword_waiting(db, desk, now)
    if not any_moment(desk.agenda, after=after, now=now):
        return 0
    joined = {person.id or 0: person for person in people.reachable(db)}
    concerned = [each for each in commitments.open_ones(db) if each.person_id in joined]
    messages = list(due(desk.agenda, concerned, after=after, now=now))
    told = deliveries.known(db, [key for message in messages for key in message.keys])
    if told:  # the clock was set back, or the event's days were
        messages = list(due(desk.agenda, concerned, after=after, now=now, told=told))
    kept = commitments.kept(db, [each for message in messages for each in message.commitments])
    rows = [
        row
        for message in messages
        for row in _rows(desk, joined[message.person_id], message, kept=kept, now=now)
    ]
    return outbox.enqueue(db, rows)


def next_due(db: Session, desk: Desk, *, after: datetime) -> datetime | None:
    """An instant later than ``after`` before which nobody is asked; None if nobody ever is."""
    due_days, ask_days = commitments.open_days(db)
    return next_wake(desk.agenda, due_days=due_days, ask_days=ask_days, after=after)


def _rows(
    desk: Desk,
    person: Person,
    message: FollowUp,
    *,
    kept: Mapping[int, Commitment],
    now: datetime,
) -> list[Outbox]:
    shown = [kept[each] for each in message.commitments]
    ready_at = after_quiet(desk.agenda, now)
    payload = _payload(desk, person, shown, mark=message.mark, now=ready_at)
    return [
        Outbox(
            key=key,
            lane=Lane.REMINDER,
            kind=KIND,
            person_id=person.id,
            chat_id=person.chat_id or 0,
            payload=payload if first else {},
            created_at=now,
            due_at=message.due_at,
            ready_at=ready_at,
            useful_until=message.useful_until,
            status=Status.PENDING if first else Status.MERGED,
        )
        for first, key in ((key == message.keys[0], key) for key in message.keys)
    ]


def _payload(
    desk: Desk, person: Person, shown: Sequence[Commitment], *, mark: int | None, now: datetime
) -> dict[str, Any]:
    asked = texts.follow_up(desk.agenda, person.language, shown, mark=mark, today=desk.today())
    return asked.payload(silent=desk.agenda.quiet(now))


def _reword_waiting(db: Session, desk: Desk, now: datetime) -> None:
    """Questions that could not leave at once speak of how things are by now, or are dropped."""
    for row in deliveries.waiting_since(db, KIND, now - _SETTLED):
        _reword(db, desk, row, now=now)


def forget_words(db: Session, desk: Desk, *, person_id: int, now: datetime) -> None:
    """What was asked about this person's commitments is kept no longer.

    That it was asked stays, so that it is not asked again. What still waits is worded anew.
    """
    for row in deliveries.of_person(db, KIND, person_id):
        if row.status in OPEN:
            _reword(db, desk, row, now=now)
        if row.status not in OPEN:
            row.payload = {}
            db.add(row)


def _reword(db: Session, desk: Desk, row: Outbox, *, now: datetime) -> None:
    """The question speaks of how things are by now, or is dropped."""
    person = people.get(db, row.person_id or 0)
    keys = deliveries.told_together(db, row)
    found = [commitments.of(db, row.person_id or 0, commitment_of(key)) for key in keys]
    still_open = {each.id: each for each in found if each is not None and each.standing.open}
    if person is None or person.removed or not still_open:
        row.status, row.finished_at = Status.CANCELLED, now
        db.add(row)
        return
    shown = sorted(still_open.values(), key=lambda each: (each.due_on, each.id or 0))
    mark = max((int(key.rpartition(":")[2]) for key in keys if ":after:" in key), default=None)
    row.payload = _payload(desk, person, shown, mark=mark, now=now)
    db.add(row)
