"""The board of now: gathered on demand, and brought up to date by itself for a while.

Whoever asked for it has it kept up to date for ``_LIVE``, at most every ``_EVERY``: each time is a
row of the outbox that edits the message, made by the planner like all that falls due. So a restart
and a clock that is set are nothing special.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain import clock, now_board
from bot.domain.agenda import Session as AgendaSession
from bot.domain.now_board import NowBoard
from bot.domain.outbox import Lane
from bot.domain.people import Role
from bot.domain.speaker_questions import State as Standing
from bot.services import alerting, presence, rescheduling, rosters
from bot.services.desk import Desk
from bot.services.rosters import State
from bot.store import deliveries, live_boards, outbox, people, settings, speaker_questions
from bot.store.live_boards import LiveBoard
from bot.store.tables import Outbox, Person
from bot.texts import now_board as texts

KIND = "board"
_EVERY = timedelta(seconds=30)
_LIVE = timedelta(minutes=10)


def gather(db: Session, desk: Desk) -> NowBoard:
    """How everything stands."""
    now = desk.now()
    midnight = clock.day_bounds(desk.today(), desk.zone)[0]
    before = rescheduling.agenda_at(db, midnight)
    running, following = now_board.lines(desk.agenda, before, now)
    ready = rosters.board(db).by_state
    waiting, failed = deliveries.standing(db, now=now, since=midnight)
    calls = [(call, presence.board(db, call)) for call in presence.under_way(db, desk)]
    return NowBoard(
        now=now,
        running=running,
        following=following,
        calls=[(call, len(found.present), len(found.expected)) for call, found in calls],
        waiting=waiting,
        failed=failed,
        absent=len(ready[State.WAITING]),
        blocked=len(ready[State.BLOCKED]),
        questions=tuple(_questions(db, desk)),
        passed_on=len(alerting.open_questions(db, desk)),
        backup=settings.last_backup(db),
        until=now + _LIVE,
    )


def _questions(db: Session, desk: Desk) -> Iterator[tuple[AgendaSession, int, int]]:
    found = speaker_questions.counts(db)
    for session in desk.agenda.sessions:
        states = found.get(session.id, {})
        waiting = states.get(Standing.WAITING, 0)
        shown = states.get(Standing.SHOWN, 0) + states.get(Standing.ANSWERING, 0)
        if waiting or shown:
            yield session, waiting, shown


def watch(db: Session, desk: Desk, *, person_id: int, message_id: int) -> None:
    """This message shows the board from now on, and is kept up to date for a while."""
    now = desk.now()
    live_boards.put(db, LiveBoard(person_id, message_id, now, now + _LIVE))


def plan(db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
    """Boards that were shown long enough ago are written anew (a source of the plan)."""
    count = 0
    for live in live_boards.every(db):
        if abs(now - live.shown_at) < _EVERY:
            continue
        person = people.get(db, live.person_id)
        last = not live.shown_at < now < live.until
        if last or person is None:
            live_boards.drop(db, live.person_id)
        else:
            live_boards.put(db, replace(live, shown_at=now))
        if person is not None and person.role is Role.ORGANIZER and not person.removed:
            count += outbox.enqueue(db, [_row(db, desk, person, live, now, last=last)])
    return count


def next_due(db: Session, desk: Desk, *, after: datetime) -> datetime | None:
    """When the next one is written anew."""
    instants = [live.shown_at + _EVERY for live in live_boards.every(db)]
    return min((instant for instant in instants if instant > after), default=None)


def _row(
    db: Session, desk: Desk, person: Person, live: LiveBoard, now: datetime, *, last: bool
) -> Outbox:
    found = replace(gather(db, desk), until=None if last else live.until)
    payload = texts.board(found, desk.agenda, person.language).payload()
    return Outbox(
        key=f"{KIND}:{person.id}:{live.message_id}:{now:%Y%m%dT%H%M%S}",
        lane=Lane.REMINDER,
        kind=KIND,
        person_id=person.id,
        chat_id=person.chat_id or 0,
        method="editMessageText",
        payload=payload | {"message_id": live.message_id},
        created_at=now,
        due_at=now,
        ready_at=now,
        useful_until=now + _EVERY,
    )
